"""Every failure of the API is met: tried again within a deadline where that can help, else named."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.claude.client import Claude, open_api
from bot.claude.failures import Passing, retry_after
from bot.claude.features import OPTIONAL, Features
from bot.claude.tries import Limits
from bot.errors import ModelError, Overflow, Rejected
from bot.types import Restart
from tests.claude_kit import KEY, Kit, answer, ask, config_for, events_of, kit_for, visible
from tests.clock import FakeClock
from tests.doubles.claude import (
    ClaudeDouble,
    Hang,
    Malformed,
    Pacing,
    Script,
    Status,
    StreamError,
    Text,
    fails,
    refuses,
    says,
)

SOON = Limits(first=0.2, silence=0.1)


@pytest.fixture
async def double() -> AsyncIterator[ClaudeDouble]:
    async with ClaudeDouble() as double:
        yield double


@pytest.fixture
async def kit(double: ClaudeDouble) -> AsyncIterator[Kit]:
    async with kit_for(double) as kit:
        yield kit


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529])
async def test_what_may_pass_is_tried_again(kit: Kit, status: int) -> None:
    kit.double.next(fails(Status(status)), fails(Status(status)), says("There."))
    assert visible(await events_of(kit.model, ask())) == "There."
    assert len(kit.double.requests) == 3
    assert len(kit.clock.slept) == 2
    assert all(0 < seconds <= 1 for seconds in kit.clock.slept)


async def test_the_server_says_how_long_to_wait(kit: Kit) -> None:
    kit.double.next(fails(Status(429, retry_after=7)), says("There."))
    await answer(kit.model, ask())
    assert kit.clock.slept == [7]


async def test_a_wait_beyond_the_deadline_is_not_waited(kit: Kit) -> None:
    kit.double.next(fails(Status(429, retry_after=3600)))
    with pytest.raises(ModelError) as caught:
        await answer(kit.model, ask())
    assert caught.value.kind == "rate_limit_error"
    assert caught.value.request_id == kit.double.requests[0].response.request_id
    assert kit.clock.slept == []


async def test_there_is_one_deadline_for_all_tries(kit: Kit) -> None:
    kit.double.script(lambda _: fails(Status(529)))
    with pytest.raises(ModelError) as caught:
        await answer(kit.model, ask())
    assert caught.value.kind == "overloaded_error"
    assert caught.value.request_id == kit.double.requests[-1].response.request_id
    assert 60 < kit.clock.time <= 90


async def test_an_answer_that_breaks_again_and_again_is_given_up(kit: Kit) -> None:
    kit.double.script(
        lambda _: says("One two three four", fault=StreamError(after=2), pacing=Pacing(chunk=4))
    )
    with pytest.raises(ModelError) as caught:
        await answer(kit.model, ask())
    assert caught.value.kind == "overloaded_error"
    assert len(kit.double.requests) == 4


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "invalid_request_error"),
        (401, "authentication_error"),
        (402, "billing_error"),
        (403, "permission_error"),
        (404, "not_found_error"),
        (422, "invalid_request_error"),
    ],
)
async def test_what_cannot_pass_is_not_tried_again(kit: Kit, status: int, kind: str) -> None:
    kit.double.next(fails(Status(status)))
    with pytest.raises(Rejected) as caught:
        await answer(kit.model, ask())
    assert caught.value.kind == kind
    assert caught.value.request_id
    assert len(kit.double.requests) == 1


async def test_a_server_that_says_never_is_believed(kit: Kit) -> None:
    kit.double.next(fails(Status(429, headers={"x-should-retry": "false"})))
    with pytest.raises(Rejected):
        await answer(kit.model, ask())


@pytest.mark.parametrize(
    "fault",
    [
        Status(400, "prompt is too long: 1000001 tokens > 1000000 maximum"),
        Status(400, "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000"),
        Status(400, "This model's maximum context length is 8192 tokens."),
        Status(400, "the request exceeds the available context size, try increasing it"),
        Status(413, "Request exceeds the maximum size"),
        StreamError(after=0, type="invalid_request_error", message="prompt is too long"),
        StreamError(after=0, type="request_too_large", message=""),
    ],
    ids=lambda fault: str(getattr(fault, "message", ""))[:20],
)
async def test_a_conversation_that_is_too_long_asks_to_be_compacted(kit: Kit, fault: Any) -> None:
    kit.double.next(fails(fault))
    with pytest.raises(Overflow) as caught:
        await answer(kit.model, ask())
    assert caught.value.request_id == kit.double.requests[0].response.request_id
    assert len(kit.double.requests) == 1


async def test_a_really_long_conversation_overflows(kit: Kit) -> None:
    with pytest.raises(Overflow):
        await answer(kit.model, ask("word " * 900_000))


async def test_silence_before_the_first_token_ends_at_the_deadline(double: ClaudeDouble) -> None:
    double.script(lambda _: fails(Hang()))
    async with kit_for(double, limits=Limits(first=0.1)) as kit:
        with pytest.raises(Passing) as caught:
            await answer(kit.model, ask())
    assert caught.value.kind == "timeout"


async def test_silence_in_the_middle_begins_the_answer_anew(double: ClaudeDouble) -> None:
    double.next(says("One two three", fault=Hang(after=1), pacing=Pacing(chunk=4)), says("All."))
    async with kit_for(double, limits=Limits(silence=0.1)) as kit:
        events = await events_of(kit.model, ask())
    assert Restart() in events
    assert visible(events) == "All."


async def test_a_server_that_is_not_there_is_asked_until_the_deadline() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        config, clock = config_for(f"http://127.0.0.1:{taken.getsockname()[1]}"), FakeClock()
        async with open_api(config, clock) as api:
            with pytest.raises(Passing) as caught:
                await answer(Claude(api, config), ask())
    assert caught.value.kind == "connection"
    assert len(clock.slept) > 5


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "-7"}, 0),
        ({"retry-after": "soon"}, 0),
        ({"retry-after-ms": "1500", "retry-after": "7"}, 1.5),
        ({"retry-after": "Fri, 20 Nov 2026 12:00:30 GMT"}, 30),
        ({"retry-after": "Fri, 20 Nov 2026 11:00:00 GMT"}, 0),
    ],
)
def test_how_long_to_wait_is_read_in_every_form(headers: dict[str, str], seconds: float) -> None:
    assert retry_after(headers, datetime(2026, 11, 20, 12, 0, tzinfo=UTC)) == seconds


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
async def test_no_error_text_holds_the_key(kit: Kit, status: int) -> None:
    echo = f"the key {KEY} and sk-ant-api03-abcdefghijklmnop, sent as Bearer {KEY}, did not work"
    kit.double.script(lambda _: fails(Status(status, echo, retry_after=3600)))
    with pytest.raises(ModelError) as caught:
        await answer(kit.model, ask())
    said = f"{caught.value} {caught.value!r} {caught.value.__cause__!r}"
    assert "did not work" in said
    assert KEY not in said
    assert "sk-ant" not in said
    assert caught.value.__suppress_context__


async def test_the_summary_request_is_tried_again_and_names_its_failure(kit: Kit) -> None:
    kit.double.next(fails(Status(529)), says("Short."))
    assert await kit.model.complete("s", "t", 50) == "Short."
    kit.double.next(refuses("bio"))
    with pytest.raises(ModelError):
        await kit.model.complete("s", "t", 50)
    kit.double.next(fails(Status(413)))
    with pytest.raises(Overflow):
        await kit.model.complete("s", "t", 50)


async def test_a_summary_cut_at_its_limit_is_still_a_summary(kit: Kit) -> None:
    kit.double.next(Script([Text("word " * 100)]))
    assert (await kit.model.complete("s", "t", 10)).startswith("word word")


# Compatible servers take less than Anthropic's own.


@pytest.mark.parametrize(
    ("said", "gone"),
    [
        ("cache_control: Extra inputs are not permitted", {"cache_control"}),
        ("metadata: Extra inputs are not permitted", {"metadata"}),
        ("tools.0.custom.strict: Extra inputs are not permitted", {"strict"}),
        ("output_config: Extra inputs are not permitted", {"output_config"}),
    ],
)
async def test_a_field_that_a_server_refuses_is_left_out_from_then_on(
    kit: Kit, said: str, gone: set[str]
) -> None:
    kit.double.next(fails(Status(400, said)), says("One."), says("Two."))
    assert (await answer(kit.model, ask(person="p"))).text == "One."
    assert (await answer(kit.model, ask(person="p"))).text == "Two."
    first, *later = kit.double.requests
    assert len(later) == 2
    for sent in later:
        tools_have = set(sent.body["tools"][0]) | set(sent.body)
        assert not gone & tools_have
        assert (set(first.body) | set(first.body["tools"][0])) - tools_have == gone


async def test_fields_go_in_a_fixed_order_where_a_server_does_not_name_one(kit: Kit) -> None:
    kit.double.script(
        lambda sent: fails(Status(400, "unsupported field")) if "metadata" in sent.body else says("Hi.")
    )
    assert (await answer(kit.model, ask(person="p"))).text == "Hi."
    assert kit.api.features.without("any") == frozenset(OPTIONAL[:5])


async def test_nothing_is_remembered_where_leaving_out_did_not_help(kit: Kit) -> None:
    kit.double.script(lambda _: fails(Status(400, "unsupported field")))
    with pytest.raises(Rejected):
        await answer(kit.model, ask(person="p"))
    assert kit.api.features.without("any") == frozenset()


def test_anthropics_own_api_is_never_degraded() -> None:
    error = Rejected("400 invalid_request_error: cache_control: unsupported", kind="invalid_request_error")
    assert Features(compatible=False).degrade(frozenset(), error) is None
    assert Features(compatible=True).degrade(frozenset(), error) == frozenset({"cache_control"})


def test_a_model_that_lacks_a_field_does_not_cost_the_others_theirs() -> None:
    features = Features(compatible=False)
    features.lacks("small", "effort")
    assert features.without("small") == {"effort"}
    assert features.without("large") == frozenset()


async def test_a_malformed_answer_is_named_when_it_never_gets_better(kit: Kit) -> None:
    kit.double.script(lambda _: says("x", fault=Malformed()))
    with pytest.raises(ModelError) as caught:
        await answer(kit.model, ask())
    assert caught.value.kind in {"malformed", "cut"}
    assert caught.value.request_id
