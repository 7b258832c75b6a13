"""Crash at every call to the platform and start again: nothing is lost, nothing is doubled."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.cards import Kind, Verb
from bot.types import Reason, State
from tests.clock import FakeClock
from tests.fakes.house import ANN, House, open_house
from tests.fakes.model import FakeModel, end, warn
from tests.fakes.platform import FakePlatform


class Crash(BaseException):
    """The process dies here: nothing after it runs, whatever catches Exception."""


@dataclass
class CrashingPlatform(FakePlatform):
    """Dies at the call with this number; `dead` keeps a dead process from doing anything more."""

    at: int = -1
    calls: int = 0
    dead: bool = field(default=False)

    def _enter(self, step: str, thread: str = "") -> None:
        if self.dead:
            raise Crash
        self.calls += 1
        if self.calls == self.at:
            self.dead = True
            raise Crash
        super()._enter(step, thread)


async def restart(path: Path, platform: CrashingPlatform, model: FakeModel, clock: FakeClock) -> None:
    """Start again on the same rows and the same platform, until nothing is left to do."""
    platform.dead, platform.at = False, -1
    async with open_house(path, platform=platform, model=model, clock=clock) as house:
        await house.assistant.resume()
        await house.engine.idle()


async def play(house: House) -> None:
    """The asked-for ending, from the first word to the lock."""
    thread = await house.mention(ANN, "hello")
    house.model.says("Sure.", end())
    await house.write(ANN, "end this chat", thread)
    await house.press(ANN, Verb.END, thread)


# Every call to the platform of the whole story is a place to die; the story has fewer than 16.
@pytest.mark.parametrize("at", range(1, 16))
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_an_asked_ending_survives_a_crash_at_any_platform_call(tmp_path: Path, at: int) -> None:
    """E29, I4, I5."""
    platform, model, clock = CrashingPlatform(at=at), FakeModel(), FakeClock()
    path = tmp_path / "adieu.db"
    async with open_house(path, platform=platform, model=model, clock=clock) as house:
        try:
            await play(house)
        except (Crash, IndexError, AssertionError):
            platform.dead = True
    await restart(path, platform, model, clock)
    async with open_house(path, platform=platform, model=model, clock=clock) as house:
        here = await house.assistant.find(house.ref("m1"))
        assert here is not None, "the first message was kept"
        assert house.platform.replies("m1")[0] == "ok"
        if here.state is State.ACTIVE:
            # The person's yes was never kept: they press again, and it ends.
            await house.assistant.ask_to_end(house.ref("m1"), ANN, id="again")
            await house.press(ANN, Verb.END, "m1")
        assert await house.state("m1") is State.ENDED
    assert len(platform.cards("m1", Kind.NOTICE)) == 1
    assert platform.locked == {"m1"}
    assert len(platform.told) == 1
    assert not any(post.working for post in platform.posts.values())
    assert len(platform.replies("m1")) <= 2


@pytest.mark.parametrize("at", range(12, 22))
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_an_ending_for_behaviour_survives_a_crash_at_any_platform_call(tmp_path: Path, at: int) -> None:
    """E29, I1, I4."""
    platform, model, clock = CrashingPlatform(at=at), FakeModel(), FakeClock()
    path = tmp_path / "adieu.db"
    async with open_house(path, platform=platform, model=model, clock=clock) as house:
        try:
            thread = await house.mention(ANN, "silly bot")
            for _ in range(2):
                await house.write(ANN, "silly bot", thread)
            model.says(warn())
            await house.write(ANN, "silly bot", thread)
            model.says(end(Reason.ABUSE))
            await house.write(ANN, "silly bot", thread)
        except (Crash, AssertionError):
            platform.dead = True
    model.script.clear()
    model.says(warn()) if not platform.cards("m1", Kind.WARNING) else model.says(end(Reason.ABUSE))
    await restart(path, platform, model, clock)
    assert len(platform.cards("m1", Kind.WARNING)) <= 1
    assert len(platform.cards("m1", Kind.NOTICE)) <= 1
    assert platform.locked == ({"m1"} if platform.cards("m1", Kind.NOTICE) else set())
    assert not any(post.working for post in platform.posts.values())
