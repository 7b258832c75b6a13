"""A question that nobody needs any more has no buttons: lapsed, overtaken, cancelled, or asked anew."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.dialects import sqlite

from bot.cards import Card, Kind, Verb
from bot.store import Store
from bot.store.database import Database
from bot.store.questions import OVER, Questions
from bot.types import Confirming, Risk, Standing, State, ThreadRef
from tests.clock import START
from tests.crisis_kit import PLAIN, WORDS, TellingPlatform, causes, cued, held
from tests.fakes.house import ANN, BEN, House, open_house
from tests.fakes.model import end
from tests.fakes.platform import FakePlatform
from tests.test_behaviour import standing

MINUTE = 60


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path / "adieu.db") as opened:
        yield opened


async def asked(house: House) -> str:
    """A thread in which Ann is asked whether to end."""
    thread = await house.mention(ANN, "hello")
    await house.assistant.ask_to_end(house.ref(thread), ANN, id="i1")
    return thread


def live(house: House, thread: str) -> int:
    """How many cards in a thread have buttons that mean yes."""
    kept = (post.card for post in house.platform.posts.values() if post.thread == thread)
    return sum(any(button.verb is Verb.END for button in card.buttons) for card in kept if card)


async def test_ten_minutes_of_silence_cancel_the_question_and_take_its_buttons(house: House) -> None:
    """E10."""
    thread = await asked(house)
    house.clock.advance(10 * MINUTE - 1)
    await house.assistant.lapsing.sweep()
    assert live(house, thread) == 1
    house.clock.advance(1)
    await house.assistant.lapsing.sweep()
    assert live(house, thread) == 0
    assert await standing(house, thread) is Standing.CLEAR
    assert (await causes(house))[-1] == "no answer"
    await house.write(ANN, "yes", thread)
    assert await house.state(thread) is State.ACTIVE


async def test_a_question_from_before_a_restart_lapses_too(tmp_path: Path) -> None:
    """E10."""
    async with open_house(tmp_path / "adieu.db") as before:
        thread = await asked(before)
        before.clock.advance(10 * MINUTE)
    async with open_house(tmp_path / "adieu.db", platform=before.platform, clock=before.clock) as house:
        await house.assistant.lapsing.sweep()
        assert live(house, thread) == 0


async def test_only_questions_that_are_over_are_found_oldest_first(house: House) -> None:
    """E10: those that still have time, are answered or were never asked are not even read."""
    threads = [await asked(house) for _ in range(2)]
    house.clock.advance(MINUTE)
    threads.append(await asked(house))
    await house.press(ANN, Verb.KEEP, threads[0])
    await house.mention(BEN, "hello")
    house.clock.advance(9 * MINUTE)
    over = await house.store.questions.over(house.clock.now())
    assert [of for of, _ in over] == [(await house.conversation(threads[1])).id]
    house.clock.advance(MINUTE)
    over = await house.store.questions.over(house.clock.now())
    assert [of for of, _ in over] == [(await house.conversation(each)).id for each in threads[1:]]
    plan = f"EXPLAIN QUERY PLAN {OVER.compile(dialect=sqlite.dialect())}"
    (step,) = await house.store.questions._database.read(lambda c: c.exec_driver_sql(plan, (0,)).all())
    assert "USING INDEX ix_participant_asked_until" in step.detail


class Troubled(Questions):
    """The disk is full at the first look; `later` is set by a look when the question's time is long over."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.later = asyncio.Event()
        self._failures = [OSError("disk full")]

    async def over(self, now: datetime) -> list[tuple[int, Confirming]]:
        if self._failures:
            raise self._failures.pop()
        found = await super().over(now)
        if now > START + timedelta(minutes=11):
            self.later.set()
        return found


class TroubledStore(Store):
    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.questions = self.troubled = Troubled(database)


async def test_while_it_is_open_it_looks_by_itself_and_a_failure_is_tried_again(tmp_path: Path) -> None:
    """E10."""
    async with open_house(tmp_path / "adieu.db", record=TroubledStore) as house:
        thread = await asked(house)
        assert isinstance(house.store, TroubledStore)
        async with house.assistant.lapsing:
            await house.store.troubled.later.wait()
        assert live(house, thread) == 0


async def test_asking_again_leaves_one_question_with_buttons(house: House) -> None:
    """E10: another question cancels it."""
    thread = await asked(house)
    await house.assistant.ask_to_end(house.ref(thread), ANN, id="i2")
    assert live(house, thread) == 1
    assert (await house.press(ANN, Verb.END, thread)).text == "Confirmed."
    assert await house.state(thread) is State.ENDED


async def test_the_questions_of_two_people_do_not_cancel_each_other(house: House) -> None:
    """E7, E13."""
    thread = await asked(house)
    await house.assistant.ask_to_end(house.ref(thread), BEN, id="i2")
    assert live(house, thread) == 2


async def test_a_hold_takes_the_buttons_of_an_open_question(house: House) -> None:
    """E16."""
    thread = await asked(house)
    await house.write(ANN, PLAIN, thread)
    assert live(house, thread) == 0


class Slow(FakePlatform):
    """Posting a confirmation takes until the test lets it go."""

    def __init__(self) -> None:
        super().__init__()
        self.posting, self.go_on = asyncio.Event(), asyncio.Event()

    async def post(
        self, thread: ThreadRef, card: Card, *, key: str, instead: str = "", again: bool = False
    ) -> str:
        if card.kind is Kind.CONFIRMATION:
            self.posting.set()
            await self.go_on.wait()
        return await super().post(thread, card, key=key, instead=instead, again=again)


@asynccontextmanager
async def being_asked(tmp_path: Path) -> AsyncIterator[tuple[House, str, Slow]]:
    """Ann's question is recorded, and on its way to the platform."""
    slow = Slow()
    async with open_house(tmp_path / "adieu.db", platform=slow) as house:
        thread = await house.mention(ANN, "hello")
        asking = asyncio.create_task(house.assistant.ask_to_end(house.ref(thread), ANN, id="i1"))
        await slow.posting.wait()
        yield house, thread, slow
        slow.go_on.set()
        await asking
        await house.engine.idle()
        assert live(house, thread) == 0


async def test_a_hold_that_comes_while_the_question_is_posted_takes_its_buttons(tmp_path: Path) -> None:
    """E16."""
    async with being_asked(tmp_path) as (house, thread, _):
        await house.write(ANN, PLAIN, thread)
        assert await held(house, thread)


async def test_an_end_that_comes_while_the_question_is_posted_takes_its_buttons(tmp_path: Path) -> None:
    """E10, E37."""
    async with being_asked(tmp_path) as (house, thread, _):
        await house.assistant.locked(house.ref(thread), by="mo")
        await house.engine.idle()
        assert await house.state(thread) is State.ENDED


async def test_ones_own_request_does_not_wait_for_the_detector(tmp_path: Path) -> None:
    """E15: an answer that is not there yet does not block a person's own request; a hold cancels it."""
    platform = TellingPlatform()
    async with open_house(tmp_path / "adieu.db", platform=platform) as house:
        thread = await house.mention(ANN, "hello")
        detector = cued(house)
        detector.risk = Risk.POSSIBLE
        house.model.says(end())
        await house.write(ANN, WORDS, thread, wait=False)
        await platform.reached("post confirmation")
        detector.cue.set()
        await house.engine.idle()
        assert await held(house, thread)
        assert live(house, thread) == 0
        assert await standing(house, thread) is Standing.CLEAR


async def test_a_complete_reply_stays_as_it_is_when_its_repetition_is_stopped(tmp_path: Path) -> None:
    """E29: after a crash the turn is tried again; stopped before a word is shown, it adds nothing."""
    platform = TellingPlatform(dies_at="finish")
    async with open_house(tmp_path / "adieu.db", platform=platform) as before:
        before.model.says("Two tides a day.")
        await before.send(ANN, "how many tides?", "t1", opens=True)
        await before.engine.idle()
        assert platform.replies("t1") == ["Two tides a day."]
    async with open_house(tmp_path / "adieu.db", platform=platform) as house:
        gate = asyncio.Event()
        house.model.says(gate, "Other words.")
        await house.assistant.resume()
        await house.model.reached.wait()
        await house.assistant.ask_to_end(house.ref("t1"), ANN, id="i1")
        assert (await house.press(ANN, Verb.END, "t1")).text == "Confirmed."
        assert await house.state("t1") is State.ENDED
        assert house.platform.replies("t1") == ["Two tides a day."]
