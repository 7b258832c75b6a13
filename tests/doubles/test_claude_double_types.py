"""What the double sends is what the SDK's own types say, and its closed lists are the SDK's."""

import inspect
from typing import Any, Final, get_args

import aiohttp
import orjson
import pytest
from anthropic import resources
from anthropic.types import (
    Message,
    MessageTokensCount,
    ModelInfo,
    RawMessageStreamEvent,
    RefusalStopDetails,
    StopReason,
    TextBlockParam,
    ThinkingBlockParam,
    ToolParam,
    ToolResultBlockParam,
    ToolUseBlockParam,
)
from anthropic.types.shared.error_type import ErrorType
from pydantic import TypeAdapter

from tests.doubles.claude import CATALOGUE, ClaudeDouble, Script, Text, Thinking, ToolUse, refuses, scripts
from tests.doubles.claude.errors import TYPE_OF_STATUS
from tests.doubles.claude.rules.fields import COUNT_FIELDS, CREATE_FIELDS
from tests.doubles.claude.rules.messages import ASSISTANT_BLOCKS, USER_BLOCKS
from tests.doubles.claude.rules.tools import TOOL_KEYS

ASK: Final = {
    "model": "claude-opus-5-5",
    "max_tokens": 100,
    "messages": [{"role": "user", "content": "Hello."}],
    "thinking": {"type": "adaptive", "display": "summarized"},
}
HEADERS: Final = {"authorization": "Bearer test-key", "anthropic-version": "2026-10-21"}
EVERYTHING: Final = Script([Thinking("Hm."), Text("Goodbye."), ToolUse("end", {"reason": "x"})])
# Arguments of the SDK's methods that are not fields on the wire (output_format becomes output_config.format).
SDK_ONLY: Final = {"self", "extra_headers", "extra_query", "extra_body", "timeout", "output_format"}


async def post(body: dict[str, Any], *answers: Script) -> bytes:
    async with ClaudeDouble() as claude, aiohttp.ClientSession(headers=HEADERS) as session:
        claude.next(*answers)
        async with session.post(f"{claude.url}/v1/messages", json=body) as response:
            assert response.status == 200
            assert response.headers["request-id"].startswith("req_")
            return await response.read()


@pytest.mark.parametrize("answer", [EVERYTHING, refuses("cyber", after="Well,")])
async def test_every_event_is_one_of_the_sdks(answer: Script) -> None:
    adapter: TypeAdapter[RawMessageStreamEvent] = TypeAdapter(RawMessageStreamEvent)
    stream = await post({**ASK, "stream": True}, answer)
    names = []
    for event in stream.decode().strip().split("\n\n"):
        name, data = event.split("\n")
        names.append(name.removeprefix("event: "))
        content = orjson.loads(data.removeprefix("data: "))
        assert content["type"] == names[-1]
        if names[-1] != "ping":
            adapter.validate_python(content, strict=True)
    assert names[:2] == ["message_start", "ping"]
    assert names[-2:] == ["message_delta", "message_stop"]


@pytest.mark.parametrize("answer", [EVERYTHING, refuses(None, explanation="No.")])
async def test_a_whole_message_is_the_sdks(answer: Script) -> None:
    TypeAdapter(Message).validate_python(orjson.loads(await post(ASK, answer)), strict=True)


@pytest.mark.parametrize("model", CATALOGUE)
async def test_every_model_is_the_sdks(model: str) -> None:
    async with (
        ClaudeDouble() as claude,
        aiohttp.ClientSession(headers=HEADERS) as session,
        session.get(f"{claude.url}/v1/models/{model}") as response,
    ):
        # JSON mode: a date on the wire is a string.
        TypeAdapter(ModelInfo).validate_json(await response.read(), strict=True)


async def test_a_count_is_the_sdks() -> None:
    body = {key: ASK[key] for key in ("model", "messages")}
    async with (
        ClaudeDouble() as claude,
        aiohttp.ClientSession(headers=HEADERS) as session,
        session.post(f"{claude.url}/v1/messages/count_tokens", json=body) as response,
    ):
        TypeAdapter(MessageTokensCount).validate_python(await response.json(), strict=True)


def test_the_stop_reasons_are_the_sdks() -> None:
    assert get_args(scripts.StopReason) == get_args(StopReason)


def test_the_categories_of_refusal_are_the_sdks() -> None:
    field = RefusalStopDetails.model_fields["category"].annotation
    assert get_args(get_args(field)[0]) == get_args(scripts.Category)


def test_the_types_of_error_are_the_sdks_but_for_one() -> None:
    # The API answers 413 with request_too_large, which the SDK's list leaves out.
    assert set(TYPE_OF_STATUS.values()) - {"request_too_large"} <= set(get_args(ErrorType))


def test_the_fields_of_requests_are_the_sdks() -> None:
    create = inspect.signature(resources.AsyncMessages.create).parameters.keys()
    count = inspect.signature(resources.AsyncMessages.count_tokens).parameters.keys()
    assert create - SDK_ONLY == CREATE_FIELDS
    assert count - SDK_ONLY == COUNT_FIELDS


@pytest.mark.parametrize(
    ("keys", "param"),
    [
        (USER_BLOCKS["text"], TextBlockParam),
        (USER_BLOCKS["tool_result"], ToolResultBlockParam),
        (ASSISTANT_BLOCKS["thinking"], ThinkingBlockParam),
        (ASSISTANT_BLOCKS["tool_use"], ToolUseBlockParam),
    ],
)
def test_the_keys_of_blocks_are_the_sdks(keys: tuple[set[str], set[str]], param: Any) -> None:
    assert keys[0] | keys[1] == set(param.__annotations__)


def test_the_keys_of_tools_are_the_sdks() -> None:
    assert set(ToolParam.__annotations__) == TOOL_KEYS


async def test_the_older_key_header_counts_only_where_allowed() -> None:
    headers = {"x-api-key": "test-key", "anthropic-version": "2026-10-21"}
    statuses = []
    for allowed in (True, False):
        async with (
            ClaudeDouble(x_api_key=allowed) as claude,
            aiohttp.ClientSession(headers=headers) as session,
            session.post(f"{claude.url}/v1/messages", json=ASK) as response,
        ):
            statuses.append(response.status)
    assert statuses == [200, 401]


async def test_what_is_not_json_is_refused_and_unknown_paths_are_not_found() -> None:
    async with ClaudeDouble() as claude, aiohttp.ClientSession(headers=HEADERS) as session:
        async with session.post(f"{claude.url}/v1/messages", data=b"{") as response:
            assert response.status == 400
        async with session.get(f"{claude.url}/v1/nothing") as response:
            assert (await response.json())["error"]["type"] == "not_found_error"


async def test_an_instant_stream_is_one_piece() -> None:
    async with ClaudeDouble() as claude, aiohttp.ClientSession(headers=HEADERS) as session:
        claude.next(Script([Text("word " * 100)]))
        async with session.post(f"{claude.url}/v1/messages", json={**ASK, "stream": True}) as response:
            pieces = [piece async for piece, _ in response.content.iter_chunks()]
    assert len(pieces) == 1
