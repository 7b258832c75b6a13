"""Care at its edges: what a question turns into, and a detector that speaks in the middle of a reply."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import texts
from bot.cards import Kind
from bot.types import Person, Risk
from tests.clock import FakeClock
from tests.crisis_kit import PLAIN, WORDS, TellingPlatform, cued, turns_kept
from tests.fakes.house import ANN, House, open_house
from tests.fakes.model import end


@pytest.fixture
def platform() -> TellingPlatform:
    return TellingPlatform()


@pytest.fixture
async def house(tmp_path: Path, platform: TellingPlatform) -> AsyncIterator[House]:
    async with open_house(tmp_path / "adieu.db", platform=platform) as opened:
        yield opened


async def test_whoever_was_being_asked_reads_in_their_own_words_that_the_chat_goes_on(
    house: House, platform: TellingPlatform
) -> None:
    """E16: the question was not theirs who started the thread."""
    asked = Person("kim", "Kim", locale="de")
    thread = await house.mention(ANN, "hello")
    await house.write(asked, "@adieu hello", thread, addressed=True)
    await house.assistant.ask_to_end(house.ref(thread), asked, id="i1")
    here = await house.conversation(thread)
    people = await house.assistant.participants(here.id)
    (question,) = [one.confirming for one in people if one.confirming]
    await house.write(ANN, PLAIN, thread)
    assert platform.cards(thread, Kind.LINE) == [texts.answered(here, question, yes=False, reader=asked)]


async def test_a_request_that_comes_when_the_detector_has_spoken_leads_to_an_answer(
    house: House, platform: TellingPlatform
) -> None:
    """E16: nothing is asked, and nobody in a crisis is left with half a sentence."""
    thread = await house.mention(ANN, "hello")
    detector, gate = cued(house), asyncio.Event()
    house.model.says("I ", gate, end())
    await house.write(ANN, WORDS, thread, wait=False)
    await house.model.reached.wait()
    detector.risk = Risk.YES
    detector.cue.set()
    await platform.reached("post crisis")
    gate.set()
    await house.engine.idle()
    assert not platform.cards(thread, Kind.CONFIRMATION)
    assert len(house.model.prompts) == 3
    assert platform.replies(thread)[-1].endswith("ok")


async def test_what_is_read_at_a_new_start_and_shows_no_crisis_is_not_read_at_the_next(
    tmp_path: Path, platform: TellingPlatform
) -> None:
    """E14: the answer is kept with the turn, which was over long ago."""
    path, clock = tmp_path / "other.db", FakeClock()
    async with open_house(path, platform=platform, clock=clock) as house:
        cued(house)
        await house.send(ANN, WORDS, "t1", opens=True)
        await house.write(ANN, "second", "t1", wait=False)
        await platform.reached("finish", 2)
    async with open_house(path, platform=platform, clock=clock) as house:
        await house.assistant.resume()
        await house.engine.idle()
        assert {(risk, cared) for _, risk, cared in await turns_kept(house)} == {("none", True)}
