"""Preserved thinking: what may be sent back, and what is bound to a different conversation."""

from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
from anthropic import AsyncAnthropic, BadRequestError

from tests.doubles.claude import ClaudeDouble, Script, Text, Thinking, client_of

MODEL: Final = "claude-opus-5-5"
Messages = list[dict[str, Any]]


@pytest.fixture
async def claude() -> AsyncIterator[ClaudeDouble]:
    async with ClaudeDouble() as double:
        yield double


@pytest.fixture
async def client(claude: ClaudeDouble) -> AsyncIterator[AsyncAnthropic]:
    async with client_of(claude) as client:
        yield client


@pytest.fixture
async def history(claude: ClaudeDouble, client: AsyncAnthropic) -> Messages:
    """Three turns, each with thinking, as the client got them."""
    claude.script(lambda request: Script([Thinking("Hm."), Text(f"Answer {request.number}.")]))
    messages: Messages = []
    for text in ("One?", "Two?", "Three?"):
        messages.append({"role": "user", "content": text})
        answer = await ask(client, messages)
        messages.append(answer)
    return [*messages, {"role": "user", "content": "Four?"}]


async def ask(client: AsyncAnthropic, messages: Messages, **more: Any) -> dict[str, Any]:
    answer = await client.messages.create(
        **{"model": MODEL, "max_tokens": 100, "system": "Be kind.", "messages": messages, **more}
    )
    return {"role": "assistant", "content": [block.model_dump() for block in answer.content]}


def without_thinking(message: dict[str, Any]) -> dict[str, Any]:
    if isinstance(message["content"], str):
        return message
    return {**message, "content": [b for b in message["content"] if b["type"] != "thinking"]}


async def test_an_unchanged_history_is_accepted(client: AsyncAnthropic, history: Messages) -> None:
    await ask(client, history)


async def test_cache_marks_do_not_matter(client: AsyncAnthropic, history: Messages) -> None:
    mark = {"cache_control": {"type": "ephemeral"}}
    history[0]["content"] = [{"type": "text", "text": "One?", **mark}]
    await ask(client, history, **mark, system=[{"type": "text", "text": "Be kind.", **mark}])


@pytest.mark.parametrize("turns", [1, 2, 3])
async def test_thinking_may_be_taken_away_from_the_start(
    client: AsyncAnthropic, history: Messages, turns: int
) -> None:
    kept = 2 * turns
    await ask(client, [without_thinking(message) for message in history[:kept]] + history[kept:])


async def test_another_model_drops_thinking_without_an_error(
    client: AsyncAnthropic, history: Messages
) -> None:
    await ask(client, history, model="claude-sonnet-5-5")


@pytest.mark.parametrize(
    "change", ["system", "tools", "an earlier message", "its own text", "the middle", "the start"]
)
async def test_a_changed_prefix_is_refused(client: AsyncAnthropic, history: Messages, change: str) -> None:
    more: dict[str, Any] = {}
    match change:
        case "system":
            more = {"system": "Be cruel."}
        case "tools":
            more = {"tools": [{"name": "end", "input_schema": {"type": "object"}}]}
        case "an earlier message":
            history[0]["content"] = "One? (edited)"
        case "its own text":
            history[1]["content"][0]["thinking"] = "Ha."
        case "the middle":
            history[3] = without_thinking(history[3])
        case _:
            history = history[2:]
    with pytest.raises(BadRequestError, match="bound to a different conversation"):
        await ask(client, history, **more)


async def test_a_made_up_signature_is_refused(client: AsyncAnthropic, history: Messages) -> None:
    history[1]["content"][0]["signature"] = "made-up"
    with pytest.raises(BadRequestError, match="Invalid `signature`"):
        await ask(client, history)


async def test_a_request_may_ask_to_drop_what_does_not_fit(client: AsyncAnthropic, history: Messages) -> None:
    history[0]["content"] = "One? (edited)"
    await ask(
        client,
        history,
        thinking={"type": "adaptive", "block_binding": {"prefix_mismatch_behavior": "drop_block"}},
        extra_headers={"anthropic-beta": "thinking-binding-controls-2026-08-01"},
    )


@pytest.mark.parametrize("binding", ["drop", "off"])
async def test_the_check_can_be_switched_off(binding: Any) -> None:
    async with ClaudeDouble(binding=binding) as claude, client_of(claude) as client:
        claude.script(lambda _: Script([Thinking("Hm."), Text("Yes.")]))
        question = {"role": "user", "content": "One?"}
        answer = await ask(client, [question])
        await ask(client, [question, answer, question], system="Be cruel.")


async def test_an_older_model_does_not_bind_its_thinking(
    claude: ClaudeDouble, client: AsyncAnthropic
) -> None:
    claude.script(lambda _: Script([Thinking("Hm."), Text("Yes.")]))
    question = {"role": "user", "content": "One?"}
    answer = await ask(client, [question], model="claude-opus-5")
    assert answer["content"][0]["thinking"] == "Hm."
    await ask(client, [question, answer, question], model="claude-opus-5", system="Be cruel.")
