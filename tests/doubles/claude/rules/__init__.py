"""The API's rules for requests: what breaks one is an invalid_request_error that says where."""

from ..catalogue import ModelFacts  # noqa: TID252  # the double is one package
from ..prompt import Body  # noqa: TID252
from .fields import check_fields
from .marks import check_marks
from .messages import check_messages
from .pairing import check_pairing
from .thinking import check_effort_and_thinking
from .tools import check_tool_choice, check_tools

__all__ = ["check"]


def check(body: Body, model: str, facts: ModelFacts, *, counting: bool = False, beta: bool = False) -> None:
    """Raise ApiError 400 for the first broken rule."""
    check_fields(body, model, facts, counting=counting, beta=beta)
    check_tools(body)
    check_tool_choice(body, model, facts)
    check_effort_and_thinking(body, model, facts, beta=beta)
    check_messages(body, facts, model)
    check_pairing(body)
    check_marks(body)
