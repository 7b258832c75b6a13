"""Each fault reaches the caller as the SDK surfaces it."""

import json
from collections.abc import AsyncIterator
from typing import Final

import anthropic
import httpx2
import pytest
from anthropic import APIStatusError, AsyncAnthropic
from anthropic.types import Message, MessageParam

from tests.doubles.claude import (
    ClaudeDouble,
    Cut,
    Hang,
    Malformed,
    NoStop,
    Pacing,
    Script,
    Status,
    StreamError,
    Text,
    ToolUse,
    client_of,
    fails,
    says,
)
from tests.doubles.claude.faults import Fault

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


async def streamed(client: AsyncAnthropic) -> Message:
    async with client.messages.stream(model=MODEL, max_tokens=100, messages=ASK) as stream:
        return await stream.get_final_message()


@pytest.mark.parametrize(
    ("status", "error", "type_"),
    [
        (400, anthropic.BadRequestError, "invalid_request_error"),
        (401, anthropic.AuthenticationError, "authentication_error"),
        (402, anthropic.PaymentRequiredError, "billing_error"),
        (403, anthropic.PermissionDeniedError, "permission_error"),
        (404, anthropic.NotFoundError, "not_found_error"),
        (413, anthropic.ContentTooLargeError, "request_too_large"),
        (429, anthropic.RateLimitError, "rate_limit_error"),
        (500, anthropic.InternalServerError, "api_error"),
        (529, anthropic.OverloadedError, "overloaded_error"),
    ],
)
async def test_a_status_is_an_error_of_its_own(
    claude: ClaudeDouble, client: AsyncAnthropic, status: int, error: type[APIStatusError], type_: str
) -> None:
    claude.next(fails(Status(status, "Because.")))
    with pytest.raises(error) as caught:
        await streamed(client)
    assert (caught.value.type, caught.value.api_message) == (type_, "Because.")
    assert caught.value.request_id == claude.requests[0].response.request_id
    assert claude.billed().requests == 0


async def test_a_rate_limit_says_when_to_come_back(claude: ClaudeDouble, client: AsyncAnthropic) -> None:
    claude.next(fails(Status(429, retry_after=7)))
    with pytest.raises(anthropic.RateLimitError) as caught:
        await streamed(client)
    assert caught.value.response.headers["retry-after"] == "7"


async def test_a_status_may_have_any_body(claude: ClaudeDouble, client: AsyncAnthropic) -> None:
    claude.next(fails(Status(500, body=b"<html>Bad gateway</html>")))
    with pytest.raises(anthropic.InternalServerError) as caught:
        await streamed(client)
    assert caught.value.type is None


async def test_the_client_tries_again_and_each_attempt_takes_a_script(claude: ClaudeDouble) -> None:
    claude.next(fails(Status(529, headers={"retry-after-ms": "1"})), says("At last."))
    async with client_of(claude, retries=2) as client:
        message = await streamed(client)
    assert message.stop_reason == "end_turn"
    assert [request.attempt for request in claude.requests] == [0, 1]


async def test_an_error_event_in_a_stream_has_status_200(
    claude: ClaudeDouble, client: AsyncAnthropic
) -> None:
    claude.next(fails(StreamError(after=1)))
    with pytest.raises(APIStatusError) as caught:
        await streamed(client)
    assert not isinstance(caught.value, anthropic.OverloadedError)
    assert (caught.value.status_code, caught.value.type) == (200, "overloaded_error")


async def test_an_error_event_without_a_stream_is_a_status(
    claude: ClaudeDouble, client: AsyncAnthropic
) -> None:
    claude.next(fails(StreamError()))
    with pytest.raises(anthropic.OverloadedError):
        await client.messages.create(model=MODEL, max_tokens=100, messages=ASK)


async def test_a_cut_stream_keeps_what_came(claude: ClaudeDouble, client: AsyncAnthropic) -> None:
    claude.next(Script([Text("One two three.")], fault=Cut(after=1), pacing=Pacing(chunk=3)))
    with pytest.raises(httpx2.RemoteProtocolError):
        async with client.messages.stream(model=MODEL, max_tokens=100, messages=ASK) as stream:
            await stream.get_final_message()
    block = stream.current_message_snapshot.content[0]
    assert block.type == "text"
    assert block.text == "One"
    assert claude.requests[0].response.outcome == "faulted"
    assert claude.billed().output == 1


async def test_a_cut_connection_without_a_stream_is_a_connection_error(
    claude: ClaudeDouble, client: AsyncAnthropic
) -> None:
    claude.next(fails(Cut()))
    with pytest.raises(anthropic.APIConnectionError):
        await client.messages.create(model=MODEL, max_tokens=100, messages=ASK)


async def test_a_stream_that_ends_early_raises_nothing_and_has_no_stop_reason(
    claude: ClaudeDouble, client: AsyncAnthropic
) -> None:
    claude.next(fails(NoStop(after=2)))
    message = await streamed(client)
    assert message.stop_reason is None


async def test_a_malformed_body_is_an_assertion_in_a_stream(
    claude: ClaudeDouble, client: AsyncAnthropic
) -> None:
    claude.next(fails(Malformed()))
    with pytest.raises(AssertionError):
        await streamed(client)


async def test_a_malformed_body_is_a_json_error_without_a_stream(
    claude: ClaudeDouble, client: AsyncAnthropic
) -> None:
    claude.next(fails(Malformed()))
    with pytest.raises(json.JSONDecodeError):
        await client.messages.create(model=MODEL, max_tokens=100, messages=ASK)


@pytest.mark.parametrize("fault", [Hang(), Hang(after=0), Hang(after=2)])
async def test_a_hanging_answer_ends_with_the_clients_patience(
    claude: ClaudeDouble, client: AsyncAnthropic, fault: Fault
) -> None:
    claude.next(fails(fault))
    # Before the headers the SDK translates the timeout; within a stream httpx2's own comes through.
    with pytest.raises((anthropic.APITimeoutError, httpx2.ReadTimeout)):
        await streamed(client.with_options(timeout=0.05))
    await claude.until(lambda: claude.requests[0].response.cancelled)


async def test_broken_tool_json_can_be_sent(claude: ClaudeDouble, client: AsyncAnthropic) -> None:
    claude.next(Script([ToolUse("end_conversation", raw='{"reason": "unfin')], stop_reason="max_tokens"))
    message = await streamed(client)
    assert message.stop_reason == "max_tokens"
    assert message.content[0].type == "tool_use"
