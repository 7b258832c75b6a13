"""Rules for tool use: each is answered at once, and nothing is answered that was not asked."""

import re
from collections.abc import Sequence
from typing import Final

from ..errors import invalid  # noqa: TID252
from ..prompt import Body, Turn, turns_of  # noqa: TID252

ID: Final = re.compile(r"[a-zA-Z0-9_-]+")


def check_pairing(body: Body) -> None:
    """Refuse tool uses without results right behind them, and results without tool uses."""
    turns = turns_of(body["messages"])
    seen: set[str] = set()
    asked: list[str] = []
    for at, turn in enumerate(turns):
        _check_results(asked, turn, at)
        asked = [str(block["id"]) for block in turn.blocks if block["type"] == "tool_use"]
        for id_ in asked:
            if not ID.fullmatch(id_):
                raise invalid(f"messages.{at}: tool_use.id: String should match pattern '^{ID.pattern}$'")
            if id_ in seen:
                raise invalid(f"messages.{at}: `tool_use` ids must be unique")
            seen.add(id_)


def _check_results(asked: Sequence[str], turn: Turn, at: int) -> None:
    results = [block["type"] == "tool_result" for block in turn.blocks]
    answered = [str(block["tool_use_id"]) for block in turn.blocks if block["type"] == "tool_result"]
    missing = [id_ for id_ in asked if id_ not in answered]
    if missing or (asked and turn.role != "user"):
        raise invalid(
            f"messages.{at - 1}: `tool_use` ids were found without `tool_result` blocks immediately after: "
            f"{', '.join(missing)}. Each `tool_use` block must have a corresponding `tool_result` block in "
            "the next message.",
        )
    for id_ in answered:
        if id_ not in asked:
            raise invalid(
                f"messages.{at}: unexpected `tool_use_id` found in `tool_result` blocks: {id_}. Each "
                "`tool_result` block must have a corresponding `tool_use` block in the previous message.",
            )
    if len(answered) != len(set(answered)):
        raise invalid(f"messages.{at}: each tool_use must have a single result")
    if asked and not all(results[: len(asked)]):
        raise invalid(f"messages.{at}: `tool_result` blocks must come first in the message")
