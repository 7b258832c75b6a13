"""A thread in which nothing may be written any more: recorded once, and nobody is asked for words in vain."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.errors import Forbidden
from bot.types import State, Step
from tests.fakes.house import ANN, House, open_house
from tests.fakes.model import end
from tests.fakes.platform import FakePlatform

NO = Forbidden("no", permission="Send Messages in Threads")


@dataclass
class Closed(FakePlatform):
    """A platform that forbids some steps until it is told to stop doing so."""

    forbidden: set[str] = field(default_factory=set)

    def _enter(self, step: str, thread: str = "") -> None:
        super()._enter(step, thread)
        if step in self.forbidden:
            if self.steps.count(step) > 5:  # a test that would go on for ever
                self.forbidden.clear()
            raise NO


@pytest.fixture
def platform() -> Closed:
    return Closed()


@pytest.fixture
async def house(tmp_path: Path, platform: Closed) -> AsyncIterator[House]:
    async with open_house(tmp_path / "adieu.db", platform=platform) as opened:
        yield opened


async def test_a_reply_that_may_not_be_posted_is_asked_of_the_model_once(
    house: House, platform: Closed
) -> None:
    platform.forbidden = {"finish"}
    thread = await house.mention(ANN, "first")
    assert len(house.model.prompts) == 1
    assert house.clock.slept == [], "no second attempt is waiting"
    platform.forbidden = set()
    await house.write(ANN, "second", thread)
    assert "first" in house.model.prompts[-1].input, "what was not answered is taken along"
    assert "second" in house.model.prompts[-1].input
    assert platform.replies(thread)[-1] == "ok"


async def test_a_question_that_may_not_be_posted_does_not_run_the_turn_again(
    house: House, platform: Closed
) -> None:
    """E9."""
    thread = await house.mention(ANN, "first")
    platform.forbidden = {"post confirmation"}
    house.model.says("Sure.", end())
    await house.write(ANN, "please end this", thread)
    assert len(house.model.prompts) == 2
    assert await house.state(thread) is State.ACTIVE


async def test_an_ending_whose_reply_may_not_be_completed_goes_on_to_its_end(
    house: House, platform: Closed
) -> None:
    """E29, E30, I5: an interrupted reply that may not be touched keeps no ending from being finished."""
    thread = await house.mention(ANN, "first")
    house.model.says("half an answer", asyncio.Event())
    await house.write(ANN, "more", thread, wait=False)
    await house.model.reached.wait()
    platform.forbidden = {"finish"}
    await house.assistant.locked(house.ref(thread), by="mo")
    await house.engine.idle()
    here = await house.conversation(thread)
    last = await house.store.endings.last(here.id)
    assert here.state is State.ENDED
    assert last is not None
    assert last.step is Step.TOLD
    assert house.clock.slept == [], "no step was tried again"
