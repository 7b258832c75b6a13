"""Who writes after the end is told where to go on: never silence at first, never spam."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.errors import PlatformError
from tests.fakes.house import ANN, BEN, MO
from tests.race_kit import Scene, open_scene

HALF_AN_HOUR = 30 * 60


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_scene(tmp_path / "adieu.db") as opened:
        await opened.end()
        yield opened


async def test_two_messages_within_one_round_trip_bring_one_pointer(scene: Scene) -> None:
    """E32."""
    gate = scene.platform.waits("remind")
    both = asyncio.gather(
        *(scene.house.write(ANN, text, scene.thread, wait=False) for text in ("hm", "hello?"))
    )
    await gate.reached.wait()
    gate.open.set()
    await both
    assert scene.platform.reminders == [("ann", "card")]


async def test_where_the_first_pointer_fails_the_next_message_brings_it(scene: Scene) -> None:
    """E32: never silence the first time, also for a message that came meanwhile."""
    gate = scene.platform.waits("remind")
    scene.platform.fail.append(("remind", PlatformError("down")))
    both = asyncio.gather(
        *(scene.house.write(ANN, text, scene.thread, wait=False) for text in ("hm", "hello?"))
    )
    await gate.reached.wait()
    gate.open.set()
    await both
    assert scene.platform.reminders == [("ann", "card")]


async def test_a_person_who_is_being_told_keeps_nobody_else_waiting(scene: Scene) -> None:
    """E32: the first message of each person."""
    gate = scene.platform.waits("remind")
    slow = asyncio.ensure_future(scene.house.write(ANN, "hm", scene.thread, wait=False))
    await gate.reached.wait()
    await scene.house.write(BEN, "hello?", scene.thread, addressed=True, wait=False)
    assert scene.platform.reminders == [("ben", "card")]
    gate.open.set()
    await slow
    assert scene.platform.reminders == [("ben", "card"), ("ann", "card")]


async def test_later_messages_bring_a_sign_at_most_every_half_hour(scene: Scene) -> None:
    """E32."""
    for seconds in (0, 1, HALF_AN_HOUR - 2, 1, 1, HALF_AN_HOUR - 2, 1):
        scene.house.clock.advance(seconds)
        await scene.house.write(ANN, "thanks", scene.thread)
    assert scene.platform.reminders == [("ann", "card"), ("ann", "sign"), ("ann", "sign")]


async def test_moderators_are_left_alone_unless_it_was_their_own_chat(scene: Scene) -> None:
    """E32."""
    await scene.house.write(MO, "@adieu hm", scene.thread, addressed=True)
    assert scene.platform.reminders == []


async def test_whoever_is_reminded_when_a_moderator_reopens_is_new_to_the_next_end(scene: Scene) -> None:
    """E32, E36: a pointer to an end that was taken back counts for nothing."""
    gate = scene.platform.waits("remind")
    late = asyncio.ensure_future(scene.house.write(ANN, "hm", scene.thread, wait=False))
    await gate.reached.wait()
    await scene.house.assistant.reopen(scene.house.ref(scene.thread), MO)
    gate.open.set()
    await late
    await scene.house.engine.idle()
    await scene.end()
    await scene.house.write(ANN, "hello?", scene.thread)
    assert scene.platform.reminders == [("ann", "card"), ("ann", "card")]
