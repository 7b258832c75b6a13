"""A prompt on the wire: valid, byte-stable, cached; thinking goes back unmodified within a turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import orjson
import pytest

from bot import policy, tools
from bot.claude import request
from bot.render import render
from bot.types import Exchange, Exchanged, Next, Prompt, Response, WarnUser
from tests.claude_kit import MODEL, SYSTEM, Kit, answer, ask, events_of, kit_for, message, said, visible
from tests.doubles.claude import ClaudeDouble, Script, Text, Thinking, ToolUse, says


@pytest.fixture
async def double() -> AsyncIterator[ClaudeDouble]:
    async with ClaudeDouble() as double:
        yield double


@pytest.fixture
async def kit(double: ClaudeDouble) -> AsyncIterator[Kit]:
    async with kit_for(double) as kit:
        yield kit


def body_of(prompt: Prompt) -> dict[str, Any]:
    return request.body(prompt, max_tokens=100, effort="low")


async def test_a_request_has_what_it_needs_and_nothing_more(kit: Kit) -> None:
    await answer(kit.model, ask(person="p-1f"))
    sent = kit.double.requests[0]
    assert set(sent.body) == {
        "model",
        "max_tokens",
        "system",
        "tools",
        "tool_choice",
        "messages",
        "cache_control",
        "output_config",
        "metadata",
        "stream",
    }
    assert sent.body["tool_choice"] == {"type": "auto", "disable_parallel_tool_use": True}
    assert sent.body["output_config"] == {"effort": "low"}
    assert sent.body["metadata"] == {"user_id": "p-1f"}
    assert sent.body["cache_control"] == {"type": "ephemeral"}
    assert sent.body["tools"] == [dict(tool) for tool in tools.TOOLS]
    assert sent.headers["authorization"] == "Bearer test-key"
    assert sent.attempt == 0


async def test_without_tools_none_are_offered(kit: Kit) -> None:
    """E22: off means not offered."""
    await answer(kit.model, ask(tools=False))
    assert "tools" not in kit.double.requests[0].body
    assert "tool_choice" not in kit.double.requests[0].body


async def test_several_people_are_told_apart_by_name(kit: Kit) -> None:
    both = render((message("Ann", "What is 2 + 2?"), message("Ben", "And 3 + 3?", number=2)))
    await answer(kit.model, replace(ask(), input=both))
    text = kit.double.requests[0].last_user_text
    assert '<message from="Ann">\nWhat is 2 + 2?\n</message>' in text
    assert '<message from="Ben">\nAnd 3 + 3?\n</message>' in text


async def talk(kit: Kit, turns: int, **more: Any) -> None:
    """Hold a conversation of so many turns, as the core does: text in, text out."""
    history: tuple[Exchange, ...] = ()
    system = policy.system_prompt("adieu", "") + "\n" + SYSTEM
    for turn in range(1, turns + 1):
        prompt = replace(ask(f"Question number {turn}. " * 10), history=history, system=system, **more)
        response = await answer(kit.model, prompt)
        history = (*history, Exchange(turn, prompt.input, response.text))


async def test_each_request_begins_with_the_bytes_of_the_one_before(kit: Kit) -> None:
    await talk(kit, 5)
    bodies = [sent.body for sent in kit.double.requests]
    for before, after in pairwise(bodies):
        for key in ("system", "tools", "tool_choice", "output_config", "cache_control"):
            assert orjson.dumps(before[key]) == orjson.dumps(after[key])
        old, new = before["messages"], after["messages"]
        assert orjson.dumps(new[: len(old)]) == orjson.dumps(old)


async def test_over_many_turns_little_more_is_billed_than_must_be(kit: Kit) -> None:
    await talk(kit, 20)
    double = kit.double
    billed = double.billed().input_units(double.models[MODEL].price)
    assert billed <= 1.05 * double.least_possible(double.requests)
    usages = [sent.response.usage for sent in double.requests]
    assert all(usage["cache_read_input_tokens"] > 0 for usage in usages[1:])


async def test_words_for_one_turn_only_do_not_cost_the_cache(kit: Kit) -> None:
    await talk(kit, 20, closing="Somebody is waiting; be brief.")
    double = kit.double
    assert double.requests[3].body["messages"][-1]["content"][-1] == {
        "type": "text",
        "text": "Somebody is waiting; be brief.",
    }
    billed = double.billed().input_units(double.models[MODEL].price)
    assert billed <= 1.2 * double.least_possible(double.requests)


async def test_thinking_goes_back_unmodified_with_the_result_of_its_call(kit: Kit) -> None:
    kit.double.next(
        Script([Thinking("Is it time?"), Text("One moment."), ToolUse("warn_user", {"category": "abuse"})]),
        says("Let us go on."),
    )
    first = await answer(kit.model, ask())
    call = first.calls[0]
    step = Exchanged(first, ((call.id, tools.DELIVERED),))
    # The double checks each signature over all that stands before it, and answers 400 where it does not fit.
    assert visible(await events_of(kit.model, replace(ask(), steps=(step,)))) == "Let us go on."
    assert len(kit.double.requests) == 2
    returned, results = kit.double.requests[1].messages[-2:]
    assert returned == {"role": "assistant", "content": first.content}
    assert [block["type"] for block in first.content] == ["thinking", "text", "tool_use"]
    assert first.content[0]["signature"]
    assert results["content"] == [
        {"type": "tool_result", "tool_use_id": call.id, "content": tools.DELIVERED},
    ]


async def test_a_denial_goes_back_as_an_error(kit: Kit) -> None:
    """E24."""
    kit.double.next(Script([ToolUse("warn_user", {"category": "abuse"})]), says("As I said."))
    first = await answer(kit.model, ask())
    step = Exchanged(first, ((first.calls[0].id, "Not possible now."),))
    await answer(kit.model, replace(ask(), steps=(step,)))
    assert kit.double.requests[1].tool_results == [
        {
            "type": "tool_result",
            "tool_use_id": first.calls[0].id,
            "content": "Not possible now.",
            "is_error": True,
        }
    ]


async def test_thinking_bound_to_another_conversation_is_left_out_once(kit: Kit) -> None:
    kit.double.next(Script([Thinking("Hm."), ToolUse("warn_user", {"category": "abuse"})]), says("Well."))
    first = await answer(kit.model, ask())
    step = Exchanged(first, ((first.calls[0].id, "No."),))
    changed = replace(ask(), system=SYSTEM + "Something else.", steps=(step,))
    assert (await answer(kit.model, changed)).text == "Well."
    kinds = [[block["type"] for block in sent.messages[-2]["content"]] for sent in kit.double.requests[1:]]
    assert kinds == [["thinking", "tool_use"], ["tool_use"]]


def test_every_call_gets_a_result_even_one_that_nobody_judged() -> None:
    content = [{"type": "tool_use", "id": "t1", "name": "x", "input": {}}]
    step = Exchanged(Response("", Next.CALLS, content=content), ())
    assert body_of(replace(ask(), steps=(step,)))["messages"][-1]["content"] == [
        {"type": "tool_result", "tool_use_id": "t1", "content": request.NO_RESULT, "is_error": True}
    ]


def test_a_response_without_any_content_leaves_no_message() -> None:
    step = Exchanged(Response("", Next.CALLS, calls=(WarnUser("t", "abuse"),), content=[]), (("t", "x"),))  # type: ignore[arg-type]
    assert body_of(replace(ask(), steps=(step,)))["messages"] == body_of(ask())["messages"]


async def test_a_summary_stands_before_the_history(kit: Kit) -> None:
    await answer(kit.model, ask("More?", ("One?", "Yes."), summary="They spoke of numbers."))
    sent = kit.double.requests[0].messages
    assert [item["role"] for item in sent] == ["user", "assistant", "user", "assistant", "user"]
    assert sent[0]["content"][0]["text"].endswith("They spoke of numbers.")


@pytest.mark.parametrize(
    "history",
    [
        (("One?", ""), ("Two?", "Yes.")),
        (("One?", "  \n"), ("Two?", "")),
        (("", "Yes."), ("Two?", "No.")),
    ],
)
async def test_turns_without_words_still_make_a_valid_request(
    kit: Kit, history: tuple[tuple[str, str], ...]
) -> None:
    """I6: every history sent to the model is valid API input."""
    exchanges = tuple(
        Exchange(at, said("Ann", one) if one else "", two) for at, (one, two) in enumerate(history)
    )
    await answer(kit.model, replace(ask(), history=exchanges))
    roles = [item["role"] for item in kit.double.requests[0].messages]
    assert all(one != two for one, two in pairwise(roles))
    assert kit.double.requests[0].response.status == 200


async def test_a_short_request_has_no_tools_and_asks_the_small_model(kit: Kit) -> None:
    kit.double.next(says("They spoke of numbers."))
    assert await kit.model.complete("Summarise.", "One. Two.", 200) == "They spoke of numbers."
    sent = kit.double.requests[0].body
    assert sent["model"] == "claude-haiku-5-5"
    assert sent["max_tokens"] == 200
    assert not {"tools", "tool_choice", "cache_control", "output_config"} & set(sent)
