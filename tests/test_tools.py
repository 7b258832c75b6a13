"""The two tools and the policy: closed, plain in their wording, and always the same bytes."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest

from bot import policy, tools
from bot.types import BadCall, Call, Category, EndConversation, Reason, WarnUser

# Words about feelings make false endings four times as frequent.
FORBIDDEN = re.compile(
    r"\b(feel\w*|comfort\w*|uncomfortabl\w*|tired\w*|fatigu\w*|exhaust\w*|prefer\w*|upset\w*|distress\w*|enjoy\w*"
    r"|want to (?:stop|leave|end)|hurt(?:s|ful)?|suffer\w*|emotion\w*|welfare|well-?being|wish(?:es)?"
    r"|like to stop|bother\w*|annoy\w*|unpleasant\w*|had enough|boundar\w*|respect\w*)\b",
    re.IGNORECASE,
)


def test_there_are_two_tools_with_one_closed_list_each() -> None:
    """E1, and the chapter about the tools."""
    schemas = {tool["name"]: tool["input_schema"] for tool in tools.TOOLS}
    assert {name: list(schema["properties"]) for name, schema in schemas.items()} == {
        "warn_user": ["category"],
        "end_conversation": ["reason"],
    }
    assert schemas["warn_user"]["properties"]["category"]["enum"] == ["abuse", "extreme_harm"]
    assert schemas["end_conversation"]["properties"]["reason"]["enum"] == [
        "user_request",
        "abuse",
        "extreme_harm",
    ]
    for tool in tools.TOOLS:
        assert tool["strict"] is True
        assert tool["input_schema"]["additionalProperties"] is False
        assert tool["input_schema"]["required"] == list(tool["input_schema"]["properties"])


@pytest.mark.parametrize(
    "text", [orjson.dumps(tools.TOOLS).decode(), policy.text("policy")], ids=["tools", "policy"]
)
def test_no_word_speaks_of_feelings_comfort_or_fatigue(text: str) -> None:
    assert FORBIDDEN.findall(text) == []


@pytest.mark.parametrize("tool", tools.TOOLS, ids=lambda tool: str(tool["name"]))
def test_each_tool_says_when_it_is_not_meant(tool: dict[str, Any]) -> None:
    """E2 and E16 in the words that the model reads."""
    for never in ("disagreement", "profanity", "finished task", "role-play", "crisis", "quotes", "Never for"):
        assert never in tool["description"]


@pytest.mark.parametrize(
    ("name", "input", "call"),
    [
        ("warn_user", {"category": "abuse"}, WarnUser("t1", Category.ABUSE)),
        ("warn_user", {"category": "extreme_harm"}, WarnUser("t1", Category.EXTREME_HARM)),
        ("end_conversation", {"reason": "user_request"}, EndConversation("t1", Reason.USER_REQUEST)),
        ("end_conversation", {"reason": "abuse"}, EndConversation("t1", Reason.ABUSE)),
        ("end_conversation", {"reason": "extreme_harm"}, EndConversation("t1", Reason.EXTREME_HARM)),
    ],
)
def test_a_call_that_fits_is_read(name: str, input: object, call: Call) -> None:
    assert tools.parse(name, "t1", input) == call


@pytest.mark.parametrize(
    ("name", "input"),
    [
        ("warn_user", {"category": "user_request"}),
        ("warn_user", {"category": "abuse", "note": "x"}),
        ("warn_user", {"reason": "abuse"}),
        ("warn_user", {}),
        ("warn_user", None),
        ("warn_user", "abuse"),
        ("warn_user", {"category": ["abuse"]}),
        ("end_conversation", {"reason": "moderator"}),
        ("end_conversation", {"reason": "Abuse"}),
        ("end_conversation", {"reason": "abuse", "farewell": "Goodbye!"}),
        ("end_conversation", [{"reason": "abuse"}]),
        ("ban_user", {"reason": "abuse"}),
    ],
)
def test_a_call_that_does_not_fit_is_a_bad_call(name: str, input: object) -> None:
    """E8: nothing comes of doubt."""
    call = tools.parse(name, "t1", input)
    assert isinstance(call, BadCall)
    assert (call.id, call.name) == ("t1", name)


def test_the_system_prompt_is_the_same_bytes_for_the_same_arguments() -> None:
    assert policy.system_prompt("adieu", "Be brief.") == policy.system_prompt("adieu", "Be brief.")
    assert not re.search(r"\d{4}-\d\d|\d\d:\d\d", policy.system_prompt("adieu", ""))


def test_the_system_prompt_holds_the_name_and_the_operators_instructions_last() -> None:
    prompt = policy.system_prompt("Ada\nLovelace", "  Speak of gardens.  ")
    assert prompt.startswith("You are Ada Lovelace, ")
    assert prompt.endswith("# Instructions of the operator\n\nSpeak of gardens.")
    assert "Instructions of the operator" not in policy.system_prompt("Ada", " ")


def test_the_policy_hash_is_a_sha_256_and_stays_the_same() -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", policy.policy_hash())
    assert policy.policy_hash() == policy.policy_hash()
