"""Each of the API's 400 rules, as the real client surfaces it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, Final

import pytest
from anthropic import AsyncAnthropic, BadRequestError, ContentTooLargeError

from tests.doubles.claude import ClaudeDouble, client_of

USER: Final = {"role": "user", "content": "Hello."}
ASSISTANT: Final = {"role": "assistant", "content": "Yes?"}
SYSTEM: Final = {"role": "system", "content": "Be brief."}
EPHEMERAL: Final = {"type": "ephemeral"}
SCHEMA: Final = {"type": "object", "properties": {}, "additionalProperties": False}
TOOL: Final = {"name": "end", "input_schema": SCHEMA}


def user(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"role": "user", "content": list(blocks)}


def text(words: str, **more: object) -> dict[str, Any]:
    return {"type": "text", "text": words, **more}


def use(id_: str) -> dict[str, Any]:
    return {"role": "assistant", "content": [{"type": "tool_use", "id": id_, "name": "end", "input": {}}]}


def result(id_: str) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": id_, "content": "Done."}


def strict(schema: dict[str, Any]) -> dict[str, Any]:
    return {"tools": [{"name": "end", "strict": True, "input_schema": schema}]}


def asked(*messages: dict[str, Any]) -> dict[str, Any]:
    return {"messages": list(messages)}


REFUSED: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "first is assistant": (asked(ASSISTANT, USER), "first message must use"),
    "no messages": (asked(), "messages"),
    "empty content": (asked(user()), "non-empty content"),
    "empty string": (asked({"role": "user", "content": ""}), "non-empty content"),
    "empty text": (asked(user(text(""))), "must be non-empty"),
    "blank text": (asked(user(text(" \n"))), "non-whitespace"),
    "blank assistant text": (asked(USER, {"role": "assistant", "content": " "}, USER), "non-whitespace"),
    "prefill": (asked(USER, ASSISTANT), "prefill"),
    "unknown role": (asked({"role": "tool", "content": "x"}), "role"),
    "unknown block": (asked(user({"type": "thought"})), "Input tag 'thought'"),
    "extra key in a block": (asked(user(text("x", parsed_output=None))), "Extra inputs"),
    "extra key in a message": (asked({**USER, "name": "Ada"}), "Extra inputs"),
    "citations of a user": (asked(user(text("x", citations=[{"type": "x"}]))), "citations"),
    "document of the assistant": (
        asked(USER, {"role": "assistant", "content": [{"type": "document"}]}, USER),
        "Input tag 'document'",
    ),
    "use without result": (asked(USER, use("a"), USER), "without `tool_result` blocks immediately after: a"),
    "result after text": (asked(USER, use("a"), user(text("x"), result("a"))), "must come first"),
    "result too late": (asked(USER, use("a"), USER, ASSISTANT, user(result("a"))), "immediately after: a"),
    "orphan result": (asked(USER, ASSISTANT, user(result("b"))), "unexpected `tool_use_id`"),
    "orphan result at first": (asked(user(result("b"))), "unexpected `tool_use_id`"),
    "two results": (asked(USER, use("a"), user(result("a"), result("a"))), "single result"),
    "one id twice": (
        asked(USER, use("a"), user(result("a")), use("a"), user(result("a"))),
        "ids must be unique",
    ),
    "system after assistant": (asked(USER, ASSISTANT, SYSTEM), "newest user message"),
    "system before user": (asked(USER, SYSTEM, USER), "newest user message"),
    "system on an old model": ({"model": "claude-haiku-4-5", **asked(USER, SYSTEM)}, "not supported on"),
    "temperature": ({"temperature": 1.0}, "temperature"),
    "top_p": ({"top_p": 1.0}, "top_p"),
    "top_k": ({"top_k": 5}, "top_k"),
    "unknown field": ({"mood": "good"}, "mood: Extra inputs"),
    "max_tokens missing": ({"max_tokens": None}, "max_tokens: Field required"),
    "max_tokens below zero": ({"max_tokens": -1}, "greater than or equal"),
    "max_tokens too large": ({"max_tokens": 128_001, "stream": True}, "128001 > 128000"),
    "unknown effort": ({"output_config": {"effort": "huge"}}, "effort"),
    "forced any": ({"tools": [TOOL], "tool_choice": {"type": "any"}}, "'any' is not supported"),
    "forced tool": ({"tools": [TOOL], "tool_choice": {"type": "tool", "name": "end"}}, "'tool' is not"),
    "choice without tools": ({"tool_choice": {"type": "auto"}}, "while providing"),
    "thinking disabled": ({"thinking": {"type": "disabled"}}, "'disabled' is not supported"),
    "thinking enabled": ({"thinking": {"type": "enabled", "budget_tokens": 1024}}, "'enabled' is not"),
    "thinking disabled on sonnet": (
        {"model": "claude-sonnet-5-5", "thinking": {"type": "disabled"}},
        "'disabled' is not supported",
    ),
    "between_tools at xhigh": (
        {
            "model": "claude-sonnet-5-5",
            "thinking": {"type": "between_tools"},
            "output_config": {"effort": "xhigh"},
        },
        "between_tools",
    ),
    "binding controls without beta": (
        {"thinking": {"type": "adaptive", "block_binding": {"prefix_mismatch_behavior": "drop_block"}}},
        "block_binding: Extra inputs",
    ),
    "tool without schema": ({"tools": [{"name": "end"}]}, "input_schema: Field required"),
    "tool schema of no object": (
        {"tools": [{"name": "end", "input_schema": {"type": "string"}}]},
        "'object'",
    ),
    "tool with a bad name": ({"tools": [{"name": "end it", "input_schema": SCHEMA}]}, "pattern"),
    "two tools of one name": ({"tools": [TOOL, TOOL]}, "unique"),
    "tool with an unknown field": ({"tools": [{**TOOL, "color": "red"}]}, "Extra inputs"),
    "strict and open": (strict({"type": "object", "properties": {}}), "additionalProperties"),
    "strict and open inside": (
        strict({**SCHEMA, "properties": {"a": {"type": "object", "properties": {}}}}),
        "properties.a: For 'object' type, 'additionalProperties'",
    ),
    "strict and limited": (
        strict({**SCHEMA, "properties": {"a": {"type": "string", "maxLength": 5}}}),
        "'maxLength' is not supported",
    ),
    "format and open": (
        {"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}},
        "additionalProperties",
    ),
    "five marks": (asked(user(*[text("x", cache_control=EPHEMERAL)] * 5)), "maximum of 4"),
    "four marks and the automatic one": (
        {"cache_control": EPHEMERAL, **asked(user(*[text("x", cache_control=EPHEMERAL)] * 4))},
        "maximum of 4",
    ),
    "an hour after five minutes": (
        asked(user(text("x", cache_control=EPHEMERAL), text("y", cache_control={**EPHEMERAL, "ttl": "1h"}))),
        "must not come after",
    ),
    "long user id": ({"metadata": {"user_id": "x" * 257}}, "user_id"),
    "blank stop sequence": ({"stop_sequences": [" "]}, "non-whitespace"),
}
ACCEPTED: Final[dict[str, dict[str, Any]]] = {
    "neighbours of one role": asked(USER, USER, ASSISTANT, ASSISTANT, USER),
    "use and result": asked(USER, use("a"), user(result("a"), text("And?"))),
    "result and text in two messages": asked(USER, use("a"), user(result("a")), USER),
    "two uses, two results": asked(USER, use("a"), use("b"), user(result("b"), result("a"))),
    "trailing system": asked(USER, SYSTEM),
    "system before assistant": asked(USER, SYSTEM, ASSISTANT, USER),
    "auto, one at a time": {
        "tools": [TOOL],
        "tool_choice": {"type": "auto", "disable_parallel_tool_use": True},
    },
    "forced on an older model": {
        "model": "claude-opus-5",
        "tools": [TOOL],
        "tool_choice": {"type": "any"},
    },
    "disabled on haiku": {"model": "claude-haiku-5-5", "thinking": {"type": "disabled"}},
    "between_tools on sonnet": {"model": "claude-sonnet-5-5", "thinking": {"type": "between_tools"}},
    "strict and closed": strict(SCHEMA),
    "three marks and the automatic one": {
        "cache_control": EPHEMERAL,
        **asked(user(*[text("x", cache_control=EPHEMERAL)] * 3, text("y"))),
    },
    "nulls where the SDK allows them": {"speed": None, "cache_control": None},
}


@pytest.fixture
async def claude() -> AsyncIterator[ClaudeDouble]:
    async with ClaudeDouble() as double:
        yield double


@pytest.fixture
async def client(claude: ClaudeDouble) -> AsyncIterator[AsyncAnthropic]:
    async with client_of(claude) as client:
        yield client


async def send(client: AsyncAnthropic, change: dict[str, Any]) -> None:
    """Send what the client's own types would not let through."""
    body = {"model": "claude-opus-5-5", "max_tokens": 64, **asked(USER), **change}
    await client.post("/v1/messages", body=body, cast_to=object)


@pytest.mark.parametrize(("change", "words"), REFUSED.values(), ids=REFUSED)
async def test_it_refuses(
    claude: ClaudeDouble, client: AsyncAnthropic, change: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadRequestError) as caught:
        await send(client, change)
    assert caught.value.type == "invalid_request_error"
    assert words in str(caught.value.api_message)
    assert claude.requests[0].response.outcome == "error"


@pytest.mark.parametrize("change", ACCEPTED.values(), ids=ACCEPTED)
async def test_it_accepts(claude: ClaudeDouble, client: AsyncAnthropic, change: dict[str, Any]) -> None:
    await send(client, change)
    assert claude.requests[0].response.status == 200


async def test_counting_obeys_the_rules_for_messages(client: AsyncAnthropic) -> None:
    with pytest.raises(BadRequestError, match="first message"):
        await client.messages.count_tokens(
            model="claude-opus-5-5", messages=[{"role": "assistant", "content": "Yes?"}]
        )


async def test_a_prompt_longer_than_the_window_is_refused(
    claude: ClaudeDouble, client: AsyncAnthropic
) -> None:
    claude.models["claude-opus-5-5"] = replace(claude.models["claude-opus-5-5"], window=100)
    with pytest.raises(BadRequestError, match=r"prompt is too long: \d+ tokens > 100 maximum"):
        await send(client, asked(user(text("word " * 100))))


async def test_a_request_over_32_mb_is_too_large(client: AsyncAnthropic) -> None:
    with pytest.raises(ContentTooLargeError) as caught:
        await send(client, asked(user(text("x" * (32 * 1024 * 1024)))))
    assert str(caught.value.type) == "request_too_large"  # not in the SDK's list of types


async def test_a_refused_request_takes_no_script_and_costs_nothing(
    claude: ClaudeDouble, client: AsyncAnthropic
) -> None:
    with pytest.raises(BadRequestError):
        await send(client, {"mood": "good"})
    assert claude.billed().all_input == 0
