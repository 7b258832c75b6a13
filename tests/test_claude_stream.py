"""A streamed answer: text in few bites, none of it late, none of it twice, the whole response at the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any, get_args

import orjson
import pytest
from anthropic.types import StopReason

from bot.claude.failures import Broken, StreamedError
from bot.claude.stops import NEXT, follows
from bot.claude.stream import Assembly, events
from bot.types import BadCall, Delta, EndConversation, Next, Reason, Response, Restart, Usage
from tests.claude_kit import Kit, answer, ask, events_of, kit_for, visible
from tests.doubles.claude import (
    ClaudeDouble,
    Cut,
    Malformed,
    NoStop,
    Pacing,
    Script,
    StreamError,
    Text,
    Thinking,
    ToolUse,
    refuses,
    says,
)

FOREVER = 3600.0


@pytest.fixture
async def double() -> AsyncIterator[ClaudeDouble]:
    async with ClaudeDouble() as double:
        yield double


@pytest.fixture
async def kit(double: ClaudeDouble) -> AsyncIterator[Kit]:
    async with kit_for(double) as kit:
        yield kit


async def test_the_text_of_the_deltas_is_the_text_of_the_response(kit: Kit) -> None:
    kit.double.next(says("One two three four five six.", pacing=Pacing(chunk=4)))
    events = await events_of(kit.model, ask())
    assert visible(events) == "One two three four five six."
    last = events[-1]
    assert isinstance(last, Response)
    assert (last.text, last.next, last.calls) == ("One two three four five six.", Next.DONE, ())
    assert last.request_id == kit.double.requests[0].response.request_id
    assert last.usage.output == 7


async def test_the_first_words_are_shown_at_once_and_the_last_do_not_wait(double: ClaudeDouble) -> None:
    double.next(
        Script([Text("First ", gate_after="more"), Text("and the rest. " * 30)], pacing=Pacing(chunk=4))
    )
    # With so long a pause every wait that is not ended by the end of the body would never end.
    async with kit_for(double, pause=FOREVER) as kit, aclosing(kit.model.stream(ask())) as stream:
        assert await anext(stream) == Delta("First ")
        await double.reached("more")
        double.release("more")
        rest = [event async for event in stream]
    assert visible([Delta("First "), *rest]) == "First " + "and the rest. " * 30
    assert len(rest) == 2  # a hundred tokens in one bite, and the response


async def test_thinking_does_not_make_the_first_words_late(double: ClaudeDouble) -> None:
    script = Script(
        [Thinking("Hm. " * 20), Text("Hello ", gate_after="more"), Text("you.")], pacing=Pacing(chunk=4)
    )
    double.next(script)
    async with kit_for(double, pause=FOREVER) as kit, aclosing(kit.model.stream(ask())) as stream:
        assert await anext(stream) == Delta("Hello ")
        double.release("more")
        assert visible([event async for event in stream]) == "you."


async def test_closing_early_cancels_the_request(kit: Kit) -> None:
    kit.double.next(Script([Text("Some words ", gate_after="never"), Text("and more.")]))
    async with aclosing(kit.model.stream(ask())) as stream:
        assert await anext(stream) == Delta("Some words ")
    await kit.double.until(lambda: kit.double.requests[0].response.cancelled)


async def test_many_conversations_are_answered_side_by_side(kit: Kit) -> None:
    kit.double.script(lambda _: Script([Text("Some words ", gate_after="all"), Text("and more.")]))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(answer(kit.model, ask(f"{n}"))) for n in range(130)]
        await kit.double.until(lambda: len(kit.double.requests) == len(tasks))
        kit.double.release("all")
    assert {task.result().text for task in tasks} == {"Some words and more."}


@pytest.mark.parametrize(
    "fault", [Cut(after=3), NoStop(after=3), StreamError(after=3)], ids=lambda fault: type(fault).__name__
)
async def test_a_stream_that_breaks_begins_anew_without_doubled_text(kit: Kit, fault: Any) -> None:
    kit.double.next(
        Script(
            [Text("One two ", gate_after="seen"), Text("three four five")],
            pacing=Pacing(chunk=4),
            fault=fault,
        ),
        says("One and all."),
    )
    seen: list[Delta | Restart | Response] = []
    async with aclosing(kit.model.stream(ask())) as stream:
        async for event in stream:
            seen.append(event)
            kit.double.release("seen")
    assert seen[0] == Delta("One two ")
    assert Restart() in seen
    assert visible(seen) == "One and all."
    assert len(kit.double.requests) == 2
    assert len(kit.clock.slept) == 1


async def test_what_broken_tries_cost_is_counted(kit: Kit) -> None:
    kit.double.next(says("One two three", fault=NoStop(after=1)), says("All."))
    response = await answer(kit.model, ask())
    billed = kit.double.billed()
    assert response.usage.input + response.usage.cache_write + response.usage.cache_read == billed.all_input


async def test_a_body_that_is_no_stream_is_asked_for_again_and_nothing_is_taken_back(kit: Kit) -> None:
    kit.double.next(says("x", fault=Malformed()), says("Now."))
    events = await events_of(kit.model, ask())
    assert Restart() not in events
    assert visible(events) == "Now."


async def test_a_refusal_is_told_with_the_text_before_it(kit: Kit) -> None:
    kit.double.next(refuses("bio", after="Let me"))
    response = await answer(kit.model, ask())
    assert (response.next, response.text, response.calls) == (Next.REFUSED, "Let me", ())


@pytest.mark.parametrize("reason", ["max_tokens", "refusal", "model_context_window_exceeded"])
async def test_a_call_in_a_response_cut_short_is_never_judged(kit: Kit, reason: Any) -> None:
    """E26."""
    call = ToolUse("end_conversation", {"reason": "abuse"})
    kit.double.next(Script([Text("So "), call], stop_reason=reason))
    response = await answer(kit.model, ask())
    assert response.calls == ()
    assert response.next is NEXT[reason]
    assert response.next is not Next.CALLS


async def test_a_call_is_read_and_its_text_comes_first(kit: Kit) -> None:
    kit.double.next(
        Script([Text("Very well."), ToolUse("end_conversation", {"reason": "user_request"}, id="toolu_1")])
    )
    response = await answer(kit.model, ask())
    assert response.next is Next.CALLS
    assert response.text == "Very well."
    assert response.calls == (EndConversation("toolu_1", Reason.USER_REQUEST),)


@pytest.mark.parametrize("raw", ['{"reason": "abu', '["abuse"]', '{"reason": "abuse", "more": 1}', ""])
async def test_a_call_with_broken_arguments_is_a_bad_call(kit: Kit, raw: str) -> None:
    kit.double.next(Script([ToolUse("end_conversation", raw=raw, id="toolu_1")]))
    response = await answer(kit.model, ask())
    assert len(response.calls) == 1
    assert isinstance(response.calls[0], BadCall)


def test_every_stop_reason_of_the_sdk_has_its_step() -> None:
    assert set(NEXT) == set(get_args(StopReason))


@pytest.mark.parametrize("unknown", [None, "", "compaction", "something_new", 3])
def test_an_unknown_stop_reason_has_none(unknown: object) -> None:
    assert follows(unknown) is None


async def test_a_whole_answer_that_ended_for_an_unknown_reason_is_an_answer_without_calls(kit: Kit) -> None:
    """E26."""
    new: Any = "something_new"
    call = ToolUse("end_conversation", {"reason": "abuse"})
    kit.double.next(Script([Text("One."), call], stop_reason=new))
    response = await answer(kit.model, ask())
    assert (response.next, response.text, response.calls) == (Next.DONE, "One.", ())
    assert len(kit.double.requests) == 1


async def test_an_unknown_stop_reason_without_a_word_counts_as_a_cut_stream(kit: Kit) -> None:
    new: Any = "something_new"
    kit.double.next(Script([], stop_reason=new), says("Two."))
    assert visible(await events_of(kit.model, ask())) == "Two."


async def test_a_call_is_judged_where_a_server_calls_its_response_ended_instead(kit: Kit) -> None:
    """E26: an `end_turn` is not cut short."""
    call = ToolUse("end_conversation", {"reason": "user_request"}, id="toolu_1")
    kit.double.next(Script([call], stop_reason="end_turn"))
    response = await answer(kit.model, ask())
    assert response.next is Next.CALLS
    assert response.calls == (EndConversation("toolu_1", Reason.USER_REQUEST),)


# The assembly alone, on bytes.


def wire(*items: dict[str, Any], newline: str = "\n") -> bytes:
    parts = (
        f"event: {item['type']}{newline}data: {orjson.dumps(item).decode()}{newline * 2}" for item in items
    )
    return "".join(parts).encode()


def begin(index: int, **block: Any) -> dict[str, Any]:
    return {"type": "content_block_start", "index": index, "content_block": block}


def grow(index: int, kind: str, **delta: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **delta}}


START = {"type": "message_start", "message": {"usage": {"input_tokens": 5, "output_tokens": 1}}}
STOP: list[dict[str, Any]] = [
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 9}},
    {"type": "message_stop"},
]
HELLO = [
    START,
    begin(0, type="text", text=""),
    grow(0, "text_delta", text="Grüße, "),
    grow(0, "text_delta", text="李"),
]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_events_are_read_wherever_the_bytes_are_cut(newline: str) -> None:
    data = wire(*HELLO, *STOP, newline=newline)
    for at in range(1, len(data)):
        assembly = Assembly()
        text = assembly.feed(data[:at]) + assembly.feed(data[at:])
        assert text == assembly.response("r").text == "Grüße, 李"


def test_comments_pings_and_unknown_events_mean_nothing() -> None:
    data = b": hello\n\n" + wire({"type": "ping"}, {"type": "news", "x": 1}) + b"data: [DONE]\n\n" + b"\n\n"
    found, rest = events(data)
    assert [event["type"] for event in found] == ["ping", "news"]
    assert rest == b""
    assert Assembly().feed(data) == ""


def test_blocks_are_put_together_as_they_came() -> None:
    assembly = Assembly()
    citation = {"type": "char_location", "cited_text": "x"}
    bytes_ = wire(
        START,
        begin(0, type="thinking", thinking="", signature=""),
        grow(0, "thinking_delta", thinking="Hm"),
        grow(0, "thinking_delta", thinking="."),
        grow(0, "signature_delta", signature="sig"),
        begin(1, type="redacted_thinking", data="abc"),
        begin(2, type="text", text="", citations=None),
        grow(2, "text_delta", text="Hi"),
        grow(2, "citations_delta", citation=citation),
        begin(3, type="server_tool_use", id="s", name="web_search", input={}),
        grow(3, "input_json_delta", partial_json='{"query": '),
        grow(3, "input_json_delta", partial_json='"x"}'),
        begin(4, type="novelty", depth={"a": 1}, words=""),
        grow(4, "novelty_delta", words="more"),
        *STOP,
    )
    assert assembly.feed(bytes_) == "Hi"
    response = assembly.response("req")
    assert response.content == [
        {"type": "thinking", "thinking": "Hm.", "signature": "sig"},
        {"type": "redacted_thinking", "data": "abc"},
        {"type": "text", "text": "Hi", "citations": [citation]},
        {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {"query": "x"}},
        {"type": "novelty", "depth": {"a": 1}, "words": "more"},
    ]
    assert response.usage == Usage(input=5, output=9)


def test_two_text_blocks_are_two_paragraphs() -> None:
    assembly = Assembly()
    text = assembly.feed(
        wire(
            *HELLO,
            begin(1, type="text", text=""),
            grow(1, "text_delta", text="And"),
            grow(1, "text_delta", text="!"),
        )
    )
    text += assembly.feed(wire(*STOP))
    assert text == assembly.response("").text == "Grüße, 李\n\nAnd!"


def test_text_behind_a_call_is_not_shown() -> None:
    """E27: everything after an accepted call is dropped."""
    assembly = Assembly()
    shown = assembly.feed(
        wire(
            *HELLO,
            begin(1, type="tool_use", id="t", name="end_conversation", input={}),
            grow(1, "input_json_delta", partial_json='{"reason":"abuse"}'),
            begin(2, type="text", text=""),
            grow(2, "text_delta", text="Farewell!"),
            {"type": "message_delta", "delta": {"stop_reason": "tool_use"}},
            {"type": "message_stop"},
        )
    )
    response = assembly.response("")
    assert shown == response.text == "Grüße, 李"
    assert response.calls == (EndConversation("t", Reason.ABUSE),)
    assert response.content[2]["text"] == "Farewell!"


@pytest.mark.parametrize(
    "data",
    [
        b"data: {nope\n\n",
        b"data: [1]\n\n",
        wire(grow(7, "text_delta", text="x")),
        wire({"type": "message_start"}),
    ],
)
def test_what_cannot_be_read_is_a_broken_stream(data: bytes) -> None:
    with pytest.raises(Broken):
        Assembly().feed(data)


def test_an_error_event_says_its_type() -> None:
    with pytest.raises(StreamedError) as caught:
        Assembly().feed(
            wire({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}})
        )
    assert caught.value.type == "overloaded_error"
