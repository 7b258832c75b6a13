"""The builder of the two tools, held against the schema by hand, and what a call that does not fit is."""

from __future__ import annotations

from bot import tools
from bot.types import BadCall


def test_a_tool_is_one_closed_strict_choice() -> None:
    """E11, E22: no prose, no second property, nothing optional."""
    assert tools._tool("name", "what it does", "key", "what it means", ("a", "b")) == {
        "name": "name",
        "description": "what it does",
        "strict": True,
        "input_schema": {
            "type": "object",
            "properties": {"key": {"type": "string", "enum": ["a", "b"], "description": "what it means"}},
            "required": ["key"],
            "additionalProperties": False,
        },
    }


def test_a_call_that_does_not_fit_says_what_is_wrong_with_it() -> None:
    """E24: for the log; the model reads one neutral line."""
    assert tools.parse("warn_user", "c1", {}) == BadCall(
        "c1", "warn_user", "the input must be exactly one category from the list"
    )
    assert tools.parse("end_conversation", "c2", {"reason": "bored"}) == BadCall(
        "c2", "end_conversation", "the input must be exactly one reason from the list"
    )
    assert tools.parse("ban", "c3", {"reason": "abuse"}) == BadCall("c3", "ban", "there is no such tool")
