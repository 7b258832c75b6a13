"""Streams stop at gates, closed connections are seen, and tests wait for changes instead of sleeping."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import pytest
from anthropic import AsyncAnthropic
from anthropic.types import MessageParam

from tests.doubles.claude import ClaudeDouble, Pacing, Script, Text, Thinking, ToolUse, client_of, says

MODEL: Final = "claude-opus-5-5"
ASK: Final[list[MessageParam]] = [{"role": "user", "content": "Hello."}]


@pytest.fixture
async def claude() -> AsyncIterator[ClaudeDouble]:
    async with ClaudeDouble() as double:
        yield double


@pytest.fixture
async def client(claude: ClaudeDouble) -> AsyncIterator[AsyncAnthropic]:
    async with client_of(claude) as client:
        yield client


async def test_a_stream_stops_at_a_gate_and_goes_on_when_released(
    claude: ClaudeDouble, client: AsyncAnthropic
) -> None:
    claude.next(Script([Text("one two ", gate_after="mid"), Text("three")]))
    async with client.messages.stream(model=MODEL, max_tokens=100, messages=ASK) as stream:
        heard = stream.text_stream
        assert await anext(heard) == "one two "
        await claude.reached("mid")
        assert claude.requests[0].response.outcome == "open"
        claude.release("mid")
        assert await anext(heard) == "three"
        message = await stream.get_final_message()
    assert len(message.content) == 1


async def test_gates_hold_thinking_and_tool_uses_too(claude: ClaudeDouble, client: AsyncAnthropic) -> None:
    claude.next(Script([Thinking("Hm.", gate_after="thought"), ToolUse("x", {"a": 1}, gate_after="asked")]))
    task = asyncio.create_task(client.messages.create(model=MODEL, max_tokens=100, messages=ASK))
    for gate in ("thought", "asked"):
        await claude.reached(gate)
        assert not task.done()
        claude.release(gate)
    assert (await task).stop_reason == "tool_use"


async def test_a_held_answer_sends_no_headers(claude: ClaudeDouble, client: AsyncAnthropic) -> None:
    claude.next(Script([Text("Late.")], hold="door"))
    task = asyncio.create_task(client.messages.create(model=MODEL, max_tokens=100, messages=ASK))
    await claude.reached("door")
    assert claude.requests[0].response.headers_at is None
    claude.release("door")
    await task


async def test_a_gate_may_be_closed_again(claude: ClaudeDouble, client: AsyncAnthropic) -> None:
    claude.release("door")
    claude.next(Script([Text("Late.")], hold="door"), Script([Text("Later.")], hold="door"))
    await client.messages.create(model=MODEL, max_tokens=100, messages=ASK)
    claude.close("door")
    task = asyncio.create_task(client.messages.create(model=MODEL, max_tokens=100, messages=ASK))
    await claude.reached("door")
    assert not task.done()
    claude.release("door")
    await task


async def test_a_client_that_leaves_midway_is_seen(claude: ClaudeDouble, client: AsyncAnthropic) -> None:
    claude.next(Script([Text("one two ", gate_after="mid"), Text("three")]))
    async with client.messages.stream(model=MODEL, max_tokens=100, messages=ASK) as stream:
        await anext(stream.text_stream)
    await claude.until(lambda: claude.requests[0].response.cancelled)
    assert claude.requests[0].response.output_tokens == 2


async def test_a_cancelled_turn_is_seen(claude: ClaudeDouble, client: AsyncAnthropic) -> None:
    claude.next(Script([Text("Late.")], hold="door"))
    task = asyncio.create_task(client.messages.create(model=MODEL, max_tokens=100, messages=ASK))
    await claude.reached("door")
    task.cancel()
    await claude.until(lambda: claude.requests[0].response.cancelled)


async def test_times_are_noted_in_their_order(claude: ClaudeDouble, client: AsyncAnthropic) -> None:
    pacing = Pacing(chunk=4, tokens_per_second=1000, first_token_after=0.002, headers_after=0.001)
    claude.next(says("One two three.", pacing=pacing))
    async with client.messages.stream(model=MODEL, max_tokens=100, messages=ASK) as stream:
        await stream.until_done()
    await claude.until(lambda: claude.requests[0].response.ended_at)
    request, noted = claude.requests[0], claude.requests[0].response
    assert noted.headers_at is not None
    assert noted.first_token_at is not None
    assert noted.last_token_at is not None
    assert noted.ended_at is not None
    assert request.arrived < noted.headers_at < noted.first_token_at < noted.last_token_at <= noted.ended_at
    assert noted.characters == len("One two three.")


async def test_waiting_in_vain_tells_what_happened(claude: ClaudeDouble, client: AsyncAnthropic) -> None:
    await client.messages.create(model=MODEL, max_tokens=100, messages=ASK)
    with pytest.raises(AssertionError, match=r"#1 claude-opus-5-5 1 messages, 'Hello.' -> 200 complete"):
        await claude.until(lambda: len(claude.requests) == 2, timeout=0.01)


async def test_the_double_ends_although_an_answer_is_held() -> None:
    async with ClaudeDouble() as claude, client_of(claude) as client:
        claude.next(Script([Text("Never.")], hold="door"))
        task = asyncio.create_task(client.messages.create(model=MODEL, max_tokens=100, messages=ASK))
        await claude.reached("door")
        task.cancel()
