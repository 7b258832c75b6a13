"""One adapter's death never takes the others down."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

import pytest

from bot.errors import OperatorError
from bot.ports import Adapter
from bot.supervise import FIRST_PAUSE, LONGEST_PAUSE, STEADY, Supervisor
from tests.clock import FakeClock

Act = Callable[[], Awaitable[None]]


class Platform:
    """An adapter as far as supervision goes: each run does the next of its acts, the last for ever."""

    def __init__(self, *acts: Act) -> None:
        self.acts = acts
        self.runs = 0
        self.reason = ""

    async def run(self) -> None:
        act = self.acts[min(self.runs, len(self.acts) - 1)]
        self.runs += 1
        await act()

    def health(self) -> str:
        return self.reason


def supervised(clock: FakeClock, people: set[str], **platforms: Platform) -> Supervisor:
    return Supervisor(cast("dict[str, Adapter]", platforms), people, clock)


async def hears() -> None:
    await asyncio.Event().wait()


async def dies() -> None:
    raise RuntimeError("boom")


async def cancels_itself() -> None:
    raise asyncio.CancelledError


async def returns() -> None:
    return


async def is_hopeless() -> None:
    raise OperatorError("the token is wrong. Reset it.")


@pytest.mark.parametrize("death", [dies, cancels_itself, returns])
async def test_an_adapter_that_stops_is_started_again_while_the_others_go_on(death: Act) -> None:
    back = asyncio.Event()

    async def comes_back() -> None:
        back.set()
        await hears()

    clock, ill, well = FakeClock(), Platform(death, death, comes_back), Platform(hears)
    hearing = asyncio.create_task(supervised(clock, {"ill"}, ill=ill, well=well).hear())
    await back.wait()
    assert clock.slept == [FIRST_PAUSE, 2 * FIRST_PAUSE]
    assert well.runs == 1
    hearing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hearing


async def test_health_says_why_an_adapter_is_down_and_forgets_it_when_it_is_back() -> None:
    waking = asyncio.Event()

    class Asleep(FakeClock):
        async def sleep(self, seconds: float) -> None:
            await waking.wait()

    clock, ill = Asleep(), Platform(dies, hears)
    well = Platform(hears)
    well.reason = "connecting"
    supervisor = supervised(clock, {"ill"}, ill=ill, well=well)
    hearing = asyncio.create_task(supervisor.hear())
    await _until(lambda: supervisor.health()["ill"] != "")
    assert supervisor.health() == {"ill": "stopped by RuntimeError", "well": "connecting"}
    waking.set()
    await _until(lambda: supervisor.health()["ill"] == "")
    hearing.cancel()


async def test_pauses_grow_to_a_minute_and_are_short_again_after_a_steady_time() -> None:
    clock = FakeClock()
    enough = asyncio.Event()

    async def was_steady() -> None:
        clock.time += STEADY
        raise RuntimeError("late boom")

    async def is_enough() -> None:
        enough.set()
        await hears()

    ill = Platform(*[dies] * 8, was_steady, is_enough)
    hearing = asyncio.create_task(supervised(clock, {"ill"}, ill=ill).hear())
    await enough.wait()
    assert clock.slept == [1, 2, 4, 8, 16, 32, LONGEST_PAUSE, LONGEST_PAUSE, FIRST_PAUSE]
    hearing.cancel()


async def test_what_only_the_operator_can_mend_is_not_tried_again_but_shows_in_the_health() -> None:
    clock, hopeless, well = FakeClock(), Platform(is_hopeless), Platform(hears)
    supervisor = supervised(clock, {"hopeless", "well"}, hopeless=hopeless, well=well)
    hearing = asyncio.create_task(supervisor.hear())
    await _until(lambda: hopeless.runs == 1)
    assert supervisor.health() == {"hopeless": "the token is wrong. Reset it.", "well": ""}
    assert not hearing.done()
    assert clock.slept == []
    hearing.cancel()


async def test_the_program_ends_when_nobody_can_be_heard_without_the_operator() -> None:
    hopeless, web = Platform(is_hopeless), Platform(hears)
    supervisor = supervised(FakeClock(), {"hopeless"}, hopeless=hopeless, web=web)
    with pytest.raises(OperatorError, match="Reset it"):
        await supervisor.hear()


async def _until(true: Callable[[], bool]) -> None:
    while not true():  # noqa: ASYNC110 - a few turns of the loop, no time
        await asyncio.sleep(0)
