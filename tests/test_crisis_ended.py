"""A cry for help is heard after the end, and from somebody who is out; nothing else is kept (E19)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cards import Kind, Verb
from bot.errors import PlatformError
from bot.ports import Press, Received
from bot.store import Store, Work
from bot.store.database import Database
from bot.store.late import Late
from bot.types import Reason, Risk, Standing, State
from tests.clock import START, FakeClock
from tests.crisis_kit import (
    PLAIN,
    WORDS,
    TellingPlatform,
    causes,
    cued,
    held,
    helped,
    texts_kept,
    turns_kept,
)
from tests.fakes.house import ANN, BEN, MO, House, open_house
from tests.fakes.model import end, warn


@pytest.fixture
def platform() -> TellingPlatform:
    return TellingPlatform()


@pytest.fixture
async def house(tmp_path: Path, platform: TellingPlatform) -> AsyncIterator[House]:
    async with open_house(tmp_path / "adieu.db", platform=platform) as opened:
        yield opened


async def ended(house: House) -> str:
    """A thread that Ann has asked to end."""
    thread = await house.mention(ANN, "hello")
    await house.assistant.ask_to_end(house.ref(thread), ANN, id="i1")
    await house.press(ANN, Verb.END, thread)
    assert await house.state(thread) is State.ENDED
    assert house.platform.locked == {thread}
    return thread


async def test_plain_words_after_the_end_reopen_it_under_hold(house: House) -> None:
    """E19: the card, the hold, an open thread, and an answer."""
    thread = await ended(house)
    house.model.says("I am here.")
    assert await house.write(ANN, PLAIN, thread) is Received.TAKEN
    assert await house.state(thread) is State.ACTIVE
    assert await held(house, thread)
    assert helped(house, thread) == 1
    assert house.platform.locked == set()
    assert house.platform.replies(thread)[-1] == "I am here."
    assert house.platform.reminders == []
    assert (await causes(house)).count("reopened") == 1


@pytest.mark.parametrize("before", ["work", "revive"])
async def test_whoever_cries_for_help_is_not_told_of_the_end_because_somebody_else_has_read_it_first(
    tmp_path: Path, platform: TellingPlatform, before: str
) -> None:
    """E19: what came before is read at that moment, and the new message with it."""

    class Quicker(Late):
        async def work(self, conversation_id: int) -> Work | None:
            if before == "work":
                await self._read_by_another(conversation_id)
            return await super().work(conversation_id)

        async def revive(self, conversation_id: int, *rest: Any) -> bool:
            if before == "revive":
                await self._read_by_another(conversation_id)
            return await super().revive(conversation_id, *rest)

        async def _read_by_another(self, conversation_id: int) -> None:
            found = await super().work(conversation_id)
            if found is not None:
                until = START + timedelta(hours=2)
                await super().revive(conversation_id, found.turn.messages, Risk.YES, until, START)

    class QuickerStore(Store):
        def __init__(self, database: Database) -> None:
            super().__init__(database)
            self.late = Quicker(database)

    async with open_house(tmp_path / "adieu.db", platform=platform, record=QuickerStore) as house:
        thread = await ended(house)
        assert await house.write(ANN, PLAIN, thread) is Received.TAKEN
        assert house.platform.reminders == []
        assert await house.state(thread) is State.ACTIVE


@pytest.mark.parametrize("risk", [Risk.POSSIBLE, Risk.YES])
async def test_what_only_the_detector_understands_reopens_it_as_well(house: House, risk: Risk) -> None:
    """E19: the small model reads beside the reminder."""
    thread = await ended(house)
    house.detector.risk = risk
    assert await house.write(ANN, WORDS, thread) is Received.ENDED
    assert await house.state(thread) is State.ACTIVE
    assert await held(house, thread)
    assert helped(house, thread) == 1
    assert house.platform.locked == set()
    assert WORDS in house.model.prompts[-1].input
    assert (await turns_kept(house))[-1] == ("done", risk.value, True)


async def test_the_hold_after_a_cry_for_help_behind_the_end_lasts_a_day(house: House) -> None:
    """E18, E19: clear messages alone do not lift it."""
    thread = await ended(house)
    await house.write(ANN, PLAIN, thread)
    for _ in range(3):
        await house.write(ANN, "how do tides work?", thread)
    house.clock.advance(24 * 3600 - 1)
    assert await held(house, thread)
    house.clock.advance(1)
    assert not await held(house, thread)


async def test_any_other_message_after_the_end_is_read_and_forgotten(house: House) -> None:
    """E19, E32: its text is not kept, and no answering model ever sees it."""
    thread = await ended(house)
    asked = len(house.model.prompts)
    assert await house.write(ANN, "thanks, that was all", thread) is Received.ENDED
    assert await house.state(thread) is State.ENDED
    assert await texts_kept(house) == ["hello"]
    assert len(house.model.prompts) == asked
    assert house.platform.reminders == [("ann", "card")]


async def test_what_others_say_to_each_other_after_the_end_is_not_read(house: House) -> None:
    thread = await ended(house)
    detector = cued(house)
    await house.write(BEN, "what happened here?", thread)
    assert detector.read_ == []


async def test_the_card_still_rests_for_two_hours(house: House) -> None:
    """E17, E19."""
    thread = await house.mention(ANN, PLAIN)
    await house.assistant.release(house.ref(thread), MO)
    await house.assistant.ask_to_end(house.ref(thread), ANN, id="i1")
    await house.press(ANN, Verb.END, thread)
    await house.write(ANN, PLAIN, thread)
    assert await held(house, thread)
    assert helped(house, thread) == 1


async def test_an_answer_that_comes_after_the_end_reopens_it(house: House, platform: TellingPlatform) -> None:
    """E15, E19: the person pressed before the detector had answered."""
    detector = cued(house)
    await house.send(ANN, WORDS, "t1", opens=True)
    await platform.reached("finish", 1)
    await house.assistant.ask_to_end(house.ref("t1"), ANN, id="i1")
    card = platform.control("t1", Verb.END)
    await house.assistant.press(Press("i2", Verb.END, card.conversation, card.nonce, ANN, house.ref("t1")))
    await platform.reached("tell", 1)
    detector.risk = Risk.YES
    detector.cue.set()
    await house.engine.idle()
    assert await house.state("t1") is State.ACTIVE
    assert await held(house, "t1")
    assert platform.locked == set()
    assert helped(house, "t1") == 1


async def test_a_message_that_waited_when_the_end_came_is_read(
    house: House, platform: TellingPlatform
) -> None:
    """E14, E19: no turn had taken it."""
    thread = await house.mention(ANN, "hello")
    await house.assistant.ask_to_end(house.ref(thread), ANN, id="i1")
    detector = cued(house)
    house.model.says("slow", detector.cue)
    await house.write(ANN, "first", thread, wait=False)
    await house.model.reached.wait()
    await house.write(ANN, WORDS, thread, wait=False)
    await house.assistant.locked(house.ref(thread), by="mo")
    detector.risk = Risk.YES
    detector.cue.set()
    await house.engine.idle()
    assert (WORDS,) in detector.read_
    assert await house.state(thread) is State.ACTIVE
    assert helped(house, thread) == 1


async def test_somebody_who_is_out_is_heard_and_let_in(house: House) -> None:
    """E16, E19: abuse changes nothing."""
    thread = await out(house)
    assert await house.write(BEN, f"@adieu {PLAIN}", thread, addressed=True) is Received.TAKEN
    assert await standing(house, thread) is Standing.CLEAR
    assert await held(house, thread)
    assert helped(house, thread) == 1
    assert PLAIN in house.model.prompts[-1].input


async def test_somebody_who_is_out_and_says_anything_else_stays_out(house: House) -> None:
    """E7: and it is not kept."""
    thread = await out(house)
    before, asked = await texts_kept(house), len(house.model.prompts)
    assert await house.write(BEN, "@adieu hey", thread, addressed=True) is Received.IGNORED
    assert await standing(house, thread) is Standing.OUT
    assert await texts_kept(house) == before
    assert len(house.model.prompts) == asked


async def test_what_only_the_detector_understands_lets_them_in_as_well(house: House) -> None:
    """E19."""
    thread = await out(house)
    house.detector.risk = Risk.YES
    await house.write(BEN, f"@adieu {WORDS}", thread, addressed=True)
    assert await standing(house, thread) is Standing.CLEAR
    assert helped(house, thread) == 1
    assert WORDS in house.model.prompts[-1].input


async def out(house: House) -> str:
    """Ann's thread, in which Ben is out."""
    thread = await house.mention(ANN, "hello")
    for _ in range(3):
        await house.write(BEN, "silly bot", thread, addressed=True)
    house.model.says(warn())
    await house.write(BEN, "silly bot", thread, addressed=True)
    house.model.says(end(Reason.ABUSE))
    await house.write(BEN, "silly bot", thread, addressed=True)
    assert await standing(house, thread) is Standing.OUT
    return thread


async def standing(house: House, thread: str) -> Standing:
    people = await house.assistant.participants((await house.conversation(thread)).id)
    return next(one.standing for one in people if one.person.id == "ben")


async def test_a_message_after_the_end_is_read_after_a_crash(
    tmp_path: Path, platform: TellingPlatform
) -> None:
    """E19: the program stopped before the detector had answered."""
    path, clock = tmp_path / "adieu.db", FakeClock()
    async with open_house(path, platform=platform, clock=clock) as house:
        thread = await ended(house)
        detector = cued(house)
        await house.write(ANN, WORDS, thread, wait=False)
        await detector.asked.wait()
    async with open_house(path, platform=platform, clock=clock) as house:
        house.detector.risk = Risk.YES
        await house.assistant.resume()
        await house.engine.idle()
        assert await house.state(thread) is State.ACTIVE
        assert helped(house, thread) == 1
        assert platform.locked == set()


async def test_a_thread_that_cannot_be_unlocked_now_is_unlocked_later(
    house: House, platform: TellingPlatform
) -> None:
    """E19."""
    thread = await ended(house)
    platform.fail = [("reopen", PlatformError("down"))] * 2
    await house.write(ANN, PLAIN, thread)
    assert platform.locked == set()
    assert helped(house, thread) == 1


async def test_a_message_delivered_twice_is_heard_once(house: House) -> None:
    thread = await ended(house)
    await house.send(ANN, PLAIN, thread, message_id="x1")
    await house.engine.idle()
    assert await house.send(ANN, PLAIN, thread, message_id="x1") is Received.DUPLICATE
    await house.engine.idle()
    assert helped(house, thread) == 1


async def test_it_can_end_again_when_the_hold_is_over(house: House) -> None:
    """E18, E19: the notice of the new end is a new one."""
    thread = await ended(house)
    await house.write(ANN, PLAIN, thread)
    await house.assistant.release(house.ref(thread), MO)
    await house.assistant.ask_to_end(house.ref(thread), ANN, id="i3")
    await house.press(ANN, Verb.END, thread)
    assert await house.state(thread) is State.ENDED
    assert len(house.platform.cards(thread, Kind.NOTICE)) == 2
