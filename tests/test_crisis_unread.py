"""What the detector cannot read after the end is read when it is back: nobody in a crisis is overlooked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.ports import Received
from bot.types import Risk, State
from tests.clock import FakeClock
from tests.crisis_kit import WORDS, TellingPlatform, held, helped, texts_kept
from tests.fakes.house import ANN, House, open_house
from tests.fakes.model import FakeDetector
from tests.test_crisis_ended import ended

HOUR = 3600
DOWN = RuntimeError("down")


class Returning(FakeClock):
    """The detector is back after so many pauses."""

    def __init__(self, pauses: int, risk: Risk) -> None:
        super().__init__()
        self.pauses, self.risk = pauses, risk
        self.detector: FakeDetector | None = None

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        if self.detector is not None and len(self.slept) == self.pauses:
            self.detector.risk = self.risk


@dataclass(frozen=True, slots=True)
class Pauses:
    """When a pause has begun, and when it is over."""

    begun: asyncio.Event
    over: asyncio.Event


class Standing(FakeClock):
    """Time stands still: a pause lasts until the test lets it be over."""

    def __init__(self) -> None:
        super().__init__()
        self.pause = Pauses(asyncio.Event(), asyncio.Event())

    async def sleep(self, seconds: float) -> None:
        self.pause.begun.set()
        await self.pause.over.wait()
        await super().sleep(seconds)


async def down(house: House) -> str:
    """An ended thread, and a detector that is down."""
    thread = await ended(house)
    house.detector.risk = DOWN
    return thread


async def read_in_vain(house: House, text: str, thread: str) -> None:
    """Ann writes while a pause is being made, and the detector has failed with that, too."""
    pausing = set(house.engine._left())
    await house.write(ANN, text, thread, wait=False)
    if reading := set(house.engine._left()) - pausing:
        await asyncio.wait(reading)


@pytest.mark.parametrize("failure", [DOWN, Risk.UNKNOWN])
async def test_what_could_not_be_read_after_the_end_is_read_when_the_detector_is_back(
    tmp_path: Path, failure: Risk | Exception
) -> None:
    """E19: asked again after as long as has been waited already, so the longer it is down the seldomer."""
    clock = Returning(6, Risk.YES)
    async with open_house(tmp_path / "adieu.db", clock=clock) as house:
        thread = await down(house)
        house.detector.risk, clock.detector = failure, house.detector
        assert await house.write(ANN, WORDS, thread) is Received.ENDED
        assert clock.slept == [1, 1, 2, 4, 8, 16]
        assert await house.state(thread) is State.ACTIVE
        assert await held(house, thread)
        assert helped(house, thread) == 1
        assert WORDS in house.model.prompts[-1].input


async def test_what_shows_no_crisis_then_is_forgotten_then(tmp_path: Path) -> None:
    """E19, E32."""
    clock = Returning(3, Risk.NONE)
    async with open_house(tmp_path / "adieu.db", clock=clock) as house:
        thread = await down(house)
        clock.detector = house.detector
        await house.write(ANN, "thanks, that was all", thread)
        assert await house.state(thread) is State.ENDED
        assert await texts_kept(house) == ["hello"]
        assert helped(house, thread) == 0


async def test_what_cannot_be_read_for_a_whole_day_is_let_go_and_the_log_says_so(tmp_path: Path) -> None:
    """E19: like a message that cannot be read before the end, it opens nothing; and its text is not kept."""
    async with open_house(tmp_path / "adieu.db") as house:
        thread = await down(house)
        before = house.clock.monotonic()
        with capture_logs() as logs:
            await house.write(ANN, "thanks, that was all", thread)
        assert 24 * HOUR <= house.clock.monotonic() - before < 25 * HOUR
        assert max(house.clock.slept) == HOUR / 3
        assert await texts_kept(house) == ["hello"]
        assert await house.state(thread) is State.ENDED
        (said,) = [each for each in logs if each["event"] == "not read for a crisis"]
        assert (said["messages"], said["log_level"]) == (1, "warning")


async def test_a_new_message_does_not_wait_for_the_pause_to_be_over_and_takes_the_older_along(
    tmp_path: Path,
) -> None:
    """E19: and however many there are, only one pause is made for them."""
    clock = Standing()
    async with open_house(tmp_path / "adieu.db", clock=clock, platform=TellingPlatform()) as house:
        thread = await down(house)
        await house.write(ANN, WORDS, thread, wait=False)
        await clock.pause.begun.wait()
        await read_in_vain(house, "still here", thread)
        house.detector.risk = Risk.YES
        assert isinstance(house.platform, TellingPlatform)
        await house.write(ANN, "hello?", thread, wait=False)
        await house.platform.reached("post crisis")
        assert await house.state(thread) is State.ACTIVE
        assert (await texts_kept(house))[1:] == [WORDS, "still here", "hello?"]
        clock.pause.over.set()
        await house.engine.idle()
        assert clock.slept == [1]
        assert helped(house, thread) == 1


async def test_what_could_not_be_read_before_a_restart_is_read_after_it(tmp_path: Path) -> None:
    """E19."""
    path, clock, platform = tmp_path / "adieu.db", Standing(), TellingPlatform()
    async with open_house(path, clock=clock, platform=platform) as house:
        thread = await down(house)
        await house.write(ANN, WORDS, thread, wait=False)
        await clock.pause.begun.wait()
    async with open_house(path, platform=platform) as house:
        house.detector.risk = Risk.POSSIBLE
        await house.assistant.resume()
        await house.engine.idle()
        assert await house.state(thread) is State.ACTIVE
        assert helped(house, thread) == 1


async def test_a_whole_day_is_enough_and_only_what_is_so_old_is_let_go(tmp_path: Path) -> None:
    """E19: what came later has its own day."""
    clock = Standing()
    async with open_house(tmp_path / "adieu.db", clock=clock) as house:
        thread = await down(house)
        await house.write(ANN, "thanks, that was all", thread, wait=False)
        await clock.pause.begun.wait()
        clock.advance(24 * HOUR - 2)
        await read_in_vain(house, WORDS, thread)
        clock.advance(1)
        clock.pause.begun.clear()
        clock.pause.over.set()
        clock.pause = Pauses(clock.pause.begun, asyncio.Event())
        await clock.pause.begun.wait()
        assert await texts_kept(house) == ["hello", WORDS]
