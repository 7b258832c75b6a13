"""Rules for thinking and effort."""

from typing import Any, Final

from ..catalogue import EFFORTS, ModelFacts  # noqa: TID252
from ..errors import invalid  # noqa: TID252
from ..prompt import Body  # noqa: TID252
from .fields import require_keys

KEYS: Final = {
    "adaptive": (set[str](), {"display"}),
    "between_tools": (set[str](), set[str]()),
    "disabled": (set[str](), set[str]()),
    "enabled": ({"budget_tokens"}, {"display"}),
}
LEAST_BUDGET: Final = 1024


def check_effort_and_thinking(body: Body, model: str, facts: ModelFacts, *, beta: bool) -> None:
    """Refuse thinking that this model does not do, and efforts that do not exist."""
    effort = (body.get("output_config") or {}).get("effort")
    if effort is not None and effort not in EFFORTS:
        raise invalid(f"output_config.effort: Input should be one of {list(EFFORTS)}")
    thinking = body.get("thinking")
    if thinking is None:
        return
    kind = thinking.get("type") if isinstance(thinking, dict) else None
    if kind not in KEYS:
        raise invalid(f"thinking.type: Input should be one of {sorted(KEYS)}")
    if kind not in facts.thinking:
        raise invalid(f"thinking.type: '{kind}' is not supported on {model}.")
    _check_parts(body, dict(thinking), kind, beta=beta)
    if kind == "between_tools" and effort in {"xhigh", "max"}:
        raise invalid(f"thinking.type: 'between_tools' cannot be used with effort '{effort}'")


def _check_parts(body: Body, thinking: dict[str, Any], kind: str, *, beta: bool) -> None:
    required, optional = KEYS[kind]
    place = f"thinking.{kind}"
    require_keys(thinking, place, required | {"type"}, optional | ({"block_binding"} if beta else set()))
    if thinking.get("display") not in {None, "summarized", "omitted"}:
        raise invalid(f"{place}.display: Input should be 'summarized' or 'omitted'")
    if kind != "enabled":
        return
    if thinking["budget_tokens"] < LEAST_BUDGET:
        raise invalid(f"{place}.budget_tokens: Input should be greater than or equal to {LEAST_BUDGET}")
    if thinking["budget_tokens"] >= body.get("max_tokens", LEAST_BUDGET * LEAST_BUDGET):
        raise invalid("`max_tokens` must be greater than `thinking.budget_tokens`.")
