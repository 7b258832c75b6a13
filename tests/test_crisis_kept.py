"""What the detector has said of a turn is kept, whatever failed and whoever came first (E14, E15)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.cards import Kind
from bot.store import Store
from bot.store.database import Database
from bot.store.holds import Held, Holds
from bot.types import Risk, Standing, State, Turn
from tests.clock import FakeClock
from tests.crisis_kit import PLAIN, WORDS, TellingPlatform, cued, held, helped, turns_kept
from tests.fakes.house import ANN, House, open_house
from tests.fakes.model import warn
from tests.race_kit import Scene, open_scene
from tests.test_behaviour import standing, warned


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_scene(tmp_path / "adieu.db") as opened:
        yield opened


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path / "adieu.db", platform=TellingPlatform()) as opened:
        yield opened


async def test_a_turn_that_is_never_answered_as_the_thread_is_gone_is_read_once_and_for_all(
    scene: Scene,
) -> None:
    """E14, E37: it is not read again at the next start."""
    gate = scene.platform.waits("tell")
    scene.platform.gone.add(scene.thread)
    await scene.house.write(ANN, "are you there?", scene.thread, wait=False)
    await gate.reached.wait()
    gate.open.set()
    await scene.house.engine.idle()
    assert [(risk, cared) for _, risk, cared in await turns_kept(scene.house)] == [("none", True)] * 2


async def test_what_is_read_at_a_new_start_is_kept_where_nothing_else_is_to_do_there(tmp_path: Path) -> None:
    """E14: the turn was over before the crash, to its last row."""
    path, platform, clock = tmp_path / "adieu.db", TellingPlatform(), FakeClock()
    async with open_house(path, platform=platform, clock=clock) as house:
        cued(house)
        await house.send(ANN, WORDS, "t1", opens=True)
        await platform.reached("finish")
        while (await turns_kept(house))[0][0] != "done":
            pass
    async with open_house(path, platform=platform, clock=clock) as house:
        await house.assistant.resume()
        await house.engine.idle()
        assert await turns_kept(house) == [("done", "none", True)]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_card_that_is_owed_when_the_turn_is_over_is_owed_still(tmp_path: Path) -> None:
    """E17: the words alone said it, and the process dies while the card is posted."""
    path, platform, clock = tmp_path / "adieu.db", TellingPlatform(dies_at="post crisis"), FakeClock()
    async with open_house(path, platform=platform, clock=clock) as house:
        await house.mention(ANN, PLAIN)
        assert [(state, cared) for state, _, cared in await turns_kept(house)] == [("done", False)]
    async with open_house(path, platform=platform, clock=clock) as house:
        await house.assistant.resume()
        await house.engine.idle()
        assert helped(house, "m1") == 1


async def test_a_detector_that_had_no_answer_once_keeps_nobody_from_being_warned_later(house: House) -> None:
    """E15: it is that message that blocked, and not every one behind it."""
    platform = house.platform
    assert isinstance(platform, TellingPlatform)
    thread = await house.mention(ANN, "silly bot")
    detector = cued(house)
    await house.write(ANN, "silly bot", thread, wait=False)
    await platform.reached("finish", 2)
    while (await turns_kept(house))[-1][0] != "done":
        pass
    detector.risk = RuntimeError("down")
    detector.cue.set()
    await house.engine.idle()
    detector.risk = Risk.NONE
    await house.write(ANN, "silly bot", thread)
    house.model.says(warn())
    await house.write(ANN, "silly bot", thread)
    assert await standing(house, thread) is Standing.WARNED


async def test_a_cry_for_help_of_somebody_who_was_warned_counts_as_a_clean_message(house: House) -> None:
    """E6, E16: abuse changes nothing in a crisis, and the crisis nothing in how a warning lapses."""
    thread = await warned(house)
    await house.write(ANN, PLAIN, thread)
    (ann,) = await house.assistant.participants((await house.conversation(thread)).id)
    assert ann.warned is not None
    assert ann.warned.clean == 1


class FullHolds(Holds):
    """The disk is full at first."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.failures: list[OSError] = []

    async def read(self, conversation_id: int, read: Turn, risk: Risk, now: datetime) -> None:
        if self.failures:
            raise self.failures.pop()
        await super().read(conversation_id, read, risk, now)

    async def raised(self, turn_id: int, risk: Risk, until: datetime, now: datetime) -> Held | None:
        if self.failures:
            raise self.failures.pop()
        return await super().raised(turn_id, risk, until, now)


class FullStore(Store):
    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.holds = self.full = FullHolds(database)


@pytest.mark.parametrize(("risk", "holds"), [(Risk.YES, True), (Risk.NONE, False)])
async def test_a_late_answer_is_kept_although_the_disk_was_full(
    tmp_path: Path, risk: Risk, *, holds: bool
) -> None:
    """E14, E15: the reply was there long before."""
    platform = TellingPlatform()
    async with open_house(tmp_path / "adieu.db", platform=platform, record=FullStore) as house:
        assert isinstance(house.store, FullStore)
        detector = cued(house)
        await house.send(ANN, WORDS, "t1", opens=True)
        await platform.reached("finish")
        while (await turns_kept(house))[0][0] != "done":
            pass
        house.store.full.failures = [OSError("disk full")]
        detector.risk = risk
        detector.cue.set()
        await house.engine.idle()
        assert house.store.full.failures == []
        assert await held(house, "t1") is holds
        assert await turns_kept(house) == [("done", risk.value, True)]
        assert await house.state("t1") is State.ACTIVE
        assert len(platform.cards("t1", Kind.CRISIS)) == holds
