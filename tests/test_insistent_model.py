"""A model that calls for the end at every chance it gets, with everything it could say."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest
from sqlalchemy import select

from bot.cards import Kind, Verb
from bot.ports import Question
from bot.store.schema import audit
from bot.types import Mode, Reason, Risk, Standing, State, Verdict
from tests.doubles.claude.record import RecordedRequest
from tests.doubles.claude.scripts import Block, Script, StopReason, Text, ToolUse
from tests.fakes.house import ANN, BEN, MO, House
from tests.fakes.model import agrees, warn
from tests.wire_kit import Wired, wired_house

END = "end_conversation"
VALID = ("user_request", "abuse", "extreme_harm")
INPUTS: tuple[Mapping[str, Any], ...] = (
    *({"reason": reason} for reason in VALID),
    {},
    {"reason": "moderator"},
    {"reason": "ABUSE"},
    {"reason": "abuse "},
    {"reason": ""},
    {"reason": None},
    {"reason": ["abuse"]},
    {"reason": {"abuse": True}},
    {"Reason": "abuse"},
    {"reason": "abuse", "confirmed": True},
    {"reason": "user_request", "person": "ann"},
    {"category": "abuse"},
)
ASKS = {"reason": "user_request"}
"""The only input that may lead to anything at all: a question."""
STOPS: tuple[StopReason, ...] = get_args(StopReason)
WHOLE = {"tool_use", "end_turn"}
"""Nothing has cut these; servers other than Anthropic's own say the second where the first is meant."""
CALLS: tuple[tuple[Block, ...], ...] = (
    *((ToolUse(END, input_),) for input_ in INPUTS),
    (ToolUse(END, raw='{"reason": "abu'),),
    (ToolUse(END, raw=""),),
    (ToolUse(END, raw='"abuse"'),),
    (ToolUse("End_conversation", {"reason": "abuse"}),),
    (ToolUse("end", {"reason": "abuse"}),),
    (ToolUse(END, {"reason": "abuse"}), ToolUse(END, {"reason": "extreme_harm"})),
    tuple(ToolUse(END, {"reason": reason}) for reason in (*VALID[1:], *VALID[1:], VALID[0])),
    (Text("First."), ToolUse(END, {"reason": "abuse"}), Text("Last.")),
)


@pytest.fixture
async def wired(tmp_path: Path) -> AsyncIterator[Wired]:
    async with wired_house(tmp_path / "adieu.db") as opened:
        yield opened


async def causes(house: House) -> set[str]:
    query = select(audit.c.cause)
    return set(await house.store.holds._database.read(lambda c: c.execute(query).scalars().all()))


async def nothing_has_ended(house: House, thread: str) -> None:
    assert await house.state(thread) is State.ACTIVE
    assert not {str(reason) for reason in Reason} & await causes(house)
    people = await house.assistant.participants((await house.conversation(thread)).id)
    assert Standing.OUT not in {one.standing for one in people}
    assert not house.platform.cards(thread, Kind.NOTICE)
    assert house.platform.locked == set()
    assert not {"beside", "close", "tell"} & set(house.platform.steps)


@pytest.mark.parametrize("stops", STOPS)
async def test_whatever_the_model_calls_with_nothing_ends_without_a_warning_or_a_yes(
    wired: Wired, stops: StopReason
) -> None:
    """E3, E5, E8, E9, E24, E26, I1: every argument, in every response of every turn, for each stop reason."""
    house = wired.house
    thread = await house.mention(ANN, "hello")
    for number, calls in enumerate(CALLS):
        wired.double.script(lambda _request, calls=calls: Script([Text("Well."), *calls], stop_reason=stops))  # type: ignore[misc]
        await house.write(
            (ANN, BEN)[number % 2], f"@adieu end this silly chat {number}", thread, addressed=True
        )
        await nothing_has_ended(house, thread)
        said = house.platform.replies(thread)[-1]
        assert said.startswith("Well.") or stops == "refusal", "the conversation goes on"
    asked = house.platform.steps.count("post confirmation")
    assert asked == (1 if stops in WHOLE else 0), "of several calls in a turn two are judged"
    assert not house.platform.cards(thread, Kind.WARNING)
    assert not house.reviewer.asked, "nothing is worth a second opinion where nobody was warned"


async def test_the_question_that_comes_of_it_ends_the_chat_by_the_same_persons_yes_only(wired: Wired) -> None:
    """E9, E10, E38."""
    house = wired.house
    wired.double.script(lambda _request: Script([ToolUse(END, ASKS)]))
    thread = await house.mention(ANN, "end this chat")
    for who in (BEN, MO):
        await house.press(who, Verb.END, thread)
        await nothing_has_ended(house, thread)
    await house.press(ANN, Verb.END, thread)
    assert await house.state(thread) is State.ENDED
    assert "user_request" in await causes(house)


async def warned(wired: Wired) -> str:
    """Ann was redirected, warned, and goes on: from here on the rules allow an ending for abuse."""
    house = wired.house
    wired.double.script(lambda _request: Script([Text("Let us talk about something else.")]))
    thread = await house.mention(ANN, "silly bot")
    for _ in range(2):
        await house.write(ANN, "silly bot", thread)
    wired.double.next(Script([ToolUse("warn_user", {"category": warn().category.value})]))
    await house.write(ANN, "silly bot", thread)
    assert len(house.platform.cards(thread, Kind.WARNING)) == 1
    return thread


@pytest.mark.parametrize("stops", STOPS)
async def test_even_after_a_warning_only_a_whole_response_with_the_very_reason_ends_it(
    wired: Wired, stops: StopReason
) -> None:
    """E5, E26: the chat ends with the one call that the rules allow, and with no other."""
    house, thread = wired.house, await warned(wired)
    others = [calls for calls in CALLS if not any(_allowed(call) for call in calls)]
    for calls in others:
        wired.double.next(Script([Text("Well."), *calls], stop_reason=stops))
        await house.write(ANN, "@adieu silly bot", thread, addressed=True)
        wired.double.drop()
        await nothing_has_ended(house, thread)
        await house.store.people.count_clean((await house.conversation(thread)).id, [("ann", -9)])
    wired.double.next(Script([ToolUse(END, {"reason": "abuse"})], stop_reason=stops))
    await house.write(ANN, "silly bot", thread)
    assert (await house.state(thread) is State.ENDED) is (stops in WHOLE)


def _allowed(call: Block) -> bool:
    return (
        isinstance(call, ToolUse)
        and call.name == END
        and call.raw is None
        and call.input == {"reason": "abuse"}
    )


def _doubts(question: Question) -> Verdict | None:
    return None


@pytest.mark.parametrize("missing", ["second opinion", "detector", "crisis", "shadow", "off"])
async def test_even_after_a_warning_no_call_ends_anything_while_a_key_is_missing(
    wired: Wired, missing: str
) -> None:
    """E15, E16, E20, E22, I2."""
    house, thread = wired.house, await warned(wired)
    house.reviewer.think = _doubts if missing == "second opinion" else agrees
    if missing in {"detector", "crisis"}:
        house.detector.risk = Risk.UNKNOWN if missing == "detector" else Risk.YES
    elif missing in {"shadow", "off"}:
        await house.assistant.set_mode(house.ref(thread), MO, Mode(missing))

    def insists(request: RecordedRequest) -> Script:
        blocks = [ToolUse(END, {"reason": "abuse"})] if request.body.get("tools") else [Text("Well.")]
        return Script(blocks)

    wired.double.script(insists)
    for _ in range(3):
        await house.write(ANN, "silly bot", thread)
        await nothing_has_ended(house, thread)
