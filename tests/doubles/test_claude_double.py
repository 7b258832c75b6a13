"""The double answers the real client as the API does: streams, whole messages, counting, models, keys."""

import json
from collections.abc import AsyncIterator
from typing import Final

import pytest
from anthropic import AsyncAnthropic, AuthenticationError, NotFoundError
from anthropic.types import MessageParam, TextBlock, ThinkingBlock, ToolParam, ToolUseBlock

from tests.doubles.claude import (
    ClaudeDouble,
    Pacing,
    Script,
    Text,
    Thinking,
    ToolUse,
    calls,
    client_of,
    refuses,
    says,
)

MODEL: Final = "claude-opus-5-5"
ASK: Final[list[MessageParam]] = [{"role": "user", "content": "Is 42 the answer?"}]
TOOL: Final[ToolParam] = {
    "name": "end_conversation",
    "description": "Ends it.",
    "strict": True,
    "input_schema": {
        "type": "object",
        "properties": {"reason": {"type": "string"}},
        "required": ["reason"],
        "additionalProperties": False,
    },
}


@pytest.fixture
async def claude() -> AsyncIterator[ClaudeDouble]:
    async with ClaudeDouble() as double:
        yield double


@pytest.fixture
async def client(claude: ClaudeDouble) -> AsyncIterator[AsyncAnthropic]:
    async with client_of(claude) as client:
        yield client


async def test_a_text_is_streamed_in_deltas(claude: ClaudeDouble, client: AsyncAnthropic) -> None:
    claude.next(says("One two three four five six.", pacing=Pacing(chunk=4)))
    async with client.messages.stream(model=MODEL, max_tokens=100, messages=ASK) as stream:
        parts = [text async for text in stream.text_stream]
        message = await stream.get_final_message()
    assert parts == ["One ", "two ", "thre", "e fo", "ur f", "ive ", "six."]
    assert message.stop_reason == "end_turn"
    assert message.usage.output_tokens == 7


async def test_a_tool_use_is_streamed_as_partial_json(claude: ClaudeDouble, client: AsyncAnthropic) -> None:
    claude.next(calls("end_conversation", {"reason": "Ünkind \U0001f642 words"}, before="Goodbye."))
    async with client.messages.stream(model=MODEL, max_tokens=100, messages=ASK, tools=[TOOL]) as stream:
        message = await stream.get_final_message()
    text, call = message.content
    assert isinstance(text, TextBlock)
    assert isinstance(call, ToolUseBlock)
    assert (text.text, call.name) == ("Goodbye.", "end_conversation")
    assert call.input == {"reason": "Ünkind \U0001f642 words"}
    assert message.stop_reason == "tool_use"


async def test_thinking_is_signed_and_its_text_is_shown_only_when_asked_for(
    claude: ClaudeDouble, client: AsyncAnthropic
) -> None:
    claude.script(lambda _: Script([Thinking("Let me see."), Text("Yes.")]))
    async with client.messages.stream(model=MODEL, max_tokens=100, messages=ASK) as stream:
        hidden = (await stream.get_final_message()).content[0]
    async with client.messages.stream(
        model=MODEL,
        max_tokens=100,
        messages=ASK,
        thinking={"type": "adaptive", "display": "summarized"},
    ) as stream:
        message = await stream.get_final_message()
    shown = message.content[0]
    assert isinstance(hidden, ThinkingBlock)
    assert isinstance(shown, ThinkingBlock)
    assert (hidden.thinking, shown.thinking) == ("", "Let me see.")
    assert hidden.signature
    assert shown.signature
    assert message.usage.output_tokens_details is not None
    assert message.usage.output_tokens_details.thinking_tokens == 3


async def test_a_message_may_come_whole(claude: ClaudeDouble, client: AsyncAnthropic) -> None:
    claude.next(Script([Text("Bye. "), Text("Bye!"), ToolUse("end_conversation", {"reason": "x"})]))
    message = await client.messages.create(model=MODEL, max_tokens=100, messages=ASK, tools=[TOOL])
    assert [block.type for block in message.content] == ["text", "tool_use"]
    assert message.stop_reason == "tool_use"
    assert message._request_id == claude.requests[0].response.request_id


async def test_without_a_script_it_echoes_a_number(client: AsyncAnthropic) -> None:
    message = await client.messages.create(model=MODEL, max_tokens=100, messages=ASK)
    assert isinstance(message.content[0], TextBlock)
    assert "number 42" in message.content[0].text


async def test_without_a_script_a_structured_request_gets_what_its_schema_allows(
    client: AsyncAnthropic,
) -> None:
    schema: dict[str, object] = {
        "type": "object",
        "properties": {"verdict": {"type": "string", "enum": ["fine", "not"]}, "sure": {"type": "boolean"}},
        "required": ["verdict", "sure"],
        "additionalProperties": False,
    }
    message = await client.messages.create(
        model=MODEL,
        max_tokens=100,
        messages=ASK,
        output_config={"effort": "low", "format": {"type": "json_schema", "schema": schema}},
    )
    assert isinstance(message.content[0], TextBlock)
    assert json.loads(message.content[0].text) == {"verdict": "fine", "sure": False}


async def test_a_refusal_names_its_category(claude: ClaudeDouble, client: AsyncAnthropic) -> None:
    claude.next(refuses("bio", after="Well,", explanation="No."))
    async with client.messages.stream(model=MODEL, max_tokens=100, messages=ASK) as stream:
        message = await stream.get_final_message()
    assert message.stop_reason == "refusal"
    assert message.stop_details is not None
    assert (message.stop_details.category, message.stop_details.explanation) == ("bio", "No.")


async def test_an_answer_is_cut_at_max_tokens(claude: ClaudeDouble, client: AsyncAnthropic) -> None:
    claude.next(Script([Text("12345678"), ToolUse("end_conversation", {"reason": "a long one"})]))
    async with client.messages.stream(model=MODEL, max_tokens=4, messages=ASK, tools=[TOOL]) as stream:
        message = await stream.get_final_message()
    assert message.stop_reason == "max_tokens"
    assert message.usage.output_tokens == 4


async def test_max_tokens_zero_warms_the_cache_and_says_nothing(
    claude: ClaudeDouble, client: AsyncAnthropic
) -> None:
    message = await client.messages.create(
        model=MODEL, max_tokens=0, messages=ASK, cache_control={"type": "ephemeral"}
    )
    assert (message.content, message.stop_reason) == ([], "max_tokens")
    assert claude.billed().written_5m > 0


async def test_tokens_are_counted_without_an_answer(claude: ClaudeDouble, client: AsyncAnthropic) -> None:
    counted = await client.messages.count_tokens(model=MODEL, messages=ASK, tools=[TOOL], system="Be kind.")
    message = await client.messages.create(
        model=MODEL, max_tokens=10, messages=ASK, tools=[TOOL], system="Be kind."
    )
    assert counted.input_tokens == message.usage.input_tokens
    assert (len(claude.counted), len(claude.requests)) == (1, 1)


async def test_a_model_tells_its_limits_and_an_unknown_one_is_not_found(
    claude: ClaudeDouble, client: AsyncAnthropic
) -> None:
    model = await client.models.retrieve(MODEL)
    assert (model.max_input_tokens, model.max_tokens, model.lifecycle) == (1_000_000, 128_000, "active")
    assert model.capabilities is not None
    assert not model.capabilities.thinking.types.disabled.supported
    with pytest.raises(NotFoundError) as caught:
        await client.models.retrieve("claude-nobody")
    assert caught.value.type == "not_found_error"
    assert claude.looked_up == [MODEL, "claude-nobody"]


@pytest.mark.parametrize("model", ["claude-nobody", "claude-opus-4-1"])
async def test_an_unknown_or_retired_model_answers_nothing(client: AsyncAnthropic, model: str) -> None:
    with pytest.raises(NotFoundError):
        await client.messages.create(model=model, max_tokens=10, messages=ASK)


async def test_a_wrong_key_is_refused(claude: ClaudeDouble) -> None:
    async with client_of(claude, key="wrong") as client:
        with pytest.raises(AuthenticationError) as caught:
            await client.messages.create(model=MODEL, max_tokens=10, messages=ASK)
    assert caught.value.type == "authentication_error"
    assert caught.value.request_id == claude.requests[0].response.request_id


async def test_a_request_is_remembered_as_it_came(claude: ClaudeDouble, client: AsyncAnthropic) -> None:
    messages: list[MessageParam] = [
        {"role": "user", "content": "First."},
        {"role": "assistant", "content": "Yes?"},
        {"role": "user", "content": [{"type": "text", "text": "Second."}]},
    ]
    await client.messages.create(
        model=MODEL, max_tokens=10, messages=messages, system="Be kind.", tools=[TOOL]
    )
    request = claude.requests[0]
    assert (request.system_text, request.last_user_text) == ("Be kind.", "Second.")
    assert request.user_texts == ["First.", "Second."]
    assert list(request.tools) == ["end_conversation"]
    assert (request.model, request.stream, request.attempt) == (MODEL, False, 0)
    assert request.headers["anthropic-version"] == "2026-10-21"
    assert request.response.outcome == "complete"


async def test_a_queued_script_may_choose_its_request(claude: ClaudeDouble, client: AsyncAnthropic) -> None:
    claude.next(says("For the second."), when=lambda request: "second" in request.last_user_text)
    claude.next(says("For anybody."))
    heard = []
    for text in ("The first.", "The second."):
        message = await client.messages.create(
            model=MODEL, max_tokens=10, messages=[{"role": "user", "content": text}]
        )
        assert isinstance(message.content[0], TextBlock)
        heard.append(message.content[0].text)
    assert heard == ["For anybody.", "For the second."]
    assert claude.queued == 0
