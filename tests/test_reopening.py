"""What a moderator has opened again stays open, whatever was on its way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import ending
from bot.cards import Kind
from bot.errors import Forbidden, PlatformError
from bot.types import State, Step
from tests.crisis_kit import cued
from tests.fakes.house import ANN, MO, open_house
from tests.race_kit import Scene, open_scene

SEEN = ("beside", "post notice", "close", "tell")
"""What people see of an ending, in its order."""


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_scene(tmp_path / "adieu.db") as opened:
        yield opened


async def goes_on(scene: Scene) -> None:
    """The thread is open, says so last and once, and the assistant answers."""
    house, thread = scene.house, scene.thread
    assert await house.state(thread) is State.ACTIVE
    assert scene.platform.locked == set()
    lines = [card for card in house.platform.cards(thread, Kind.LINE) if "opened this" in card.text]
    assert len(lines) == 1
    await house.write(ANN, "hello again", thread)
    assert house.platform.replies(thread)[-1] == "ok"


@pytest.mark.parametrize("step", SEEN)
@pytest.mark.parametrize("done", [False, True])
async def test_a_step_on_its_way_when_a_moderator_reopens_leaves_the_thread_open(
    scene: Scene, step: str, *, done: bool
) -> None:
    """E36: and nothing of the former ending follows it."""
    gate = scene.platform.waits(step, done=done and step in {"post notice", "close"})
    await scene.end(wait=False)
    await gate.reached.wait()
    await scene.house.assistant.reopen(scene.house.ref(scene.thread), MO)
    for _ in range(20):  # whoever does not wait for the step has opened the thread by now
        await scene.house.state(scene.thread)
    seen = len(scene.platform.steps)
    gate.open.set()
    await scene.house.engine.idle()
    assert not set(SEEN[SEEN.index(step) + 1 :]) & set(scene.platform.steps[seen:])
    await goes_on(scene)


@pytest.mark.parametrize("step", [Step.SETTLED, Step.BESIDE, Step.NOTICED, Step.CLOSED])
async def test_a_step_that_was_taken_before_the_reopening_is_void(scene: Scene, step: Step) -> None:
    """E36: neither notice nor lock comes out of it."""
    house, parts = scene.house, scene.house.assistant._parts
    gate = scene.platform.waits("beside")
    await scene.end(wait=False)
    await gate.reached.wait()
    here = await house.conversation(scene.thread)
    closing = await house.store.endings.last(here.id)
    assert closing is not None
    await house.assistant.reopen(house.ref(scene.thread), MO)
    gate.open.set()
    await house.engine.idle()
    seen = len(scene.platform.steps)
    await ending.advance(parts, here, replace(closing, step=step))
    assert scene.platform.steps[seen:] == []


async def test_somebody_put_out_is_not_told_so_after_a_reopening(scene: Scene) -> None:
    """E13, E36."""
    house, parts = scene.house, scene.house.assistant._parts
    await scene.end()
    here = await house.conversation(scene.thread)
    closing = await house.store.endings.last(here.id)
    assert closing is not None
    await house.assistant.reopen(house.ref(scene.thread), MO)
    await house.engine.idle()
    seen = len(scene.platform.steps)
    await ending.advance(parts, here, replace(closing, ending=replace(closing.ending, out=True)))
    assert scene.platform.steps[seen:] == []


async def test_a_reopening_that_a_crash_has_cut_off_is_shown_after_the_start(tmp_path: Path) -> None:
    """E36."""
    path = tmp_path / "adieu.db"
    async with open_scene(path) as scene:
        await scene.end()
        here = await scene.house.conversation(scene.thread)
        # The process dies right behind the record, before anything has reached the platform.
        assert await scene.house.store.reopenings.reopen(here.id, "mo", scene.house.clock.now(), name="Mo")
    assert scene.platform.locked == {scene.thread}
    async with open_house(path, platform=scene.platform) as house:
        for _ in range(2):
            await house.assistant.resume()
            await house.engine.idle()
        await goes_on(replace(scene, house=house))
        assert "Mo opened" in house.platform.cards(scene.thread, Kind.LINE)[-1].text


@pytest.mark.parametrize("failing", ["reopen", "post line"])
async def test_a_reopening_that_the_platform_fails_is_tried_until_it_is_shown(
    scene: Scene, failing: str
) -> None:
    """E36."""
    await scene.end()
    scene.platform.fail += [(failing, PlatformError("down")), (failing, PlatformError("down"))]
    await scene.house.assistant.reopen(scene.house.ref(scene.thread), MO)
    await scene.house.engine.idle()
    assert scene.house.clock.slept == [1.0, 2.0]
    await goes_on(scene)


async def test_a_reopening_that_may_not_be_shown_is_tried_once(scene: Scene) -> None:
    """E36: the conversation goes on all the same."""
    await scene.end()
    scene.platform.fail.append(("reopen", Forbidden("no", permission="Manage Threads")))
    await scene.house.assistant.reopen(scene.house.ref(scene.thread), MO)
    await scene.house.engine.idle()
    assert scene.house.clock.slept == []
    assert await scene.house.store.reopenings.unshown() == []
    assert await scene.house.state(scene.thread) is State.ACTIVE


async def test_what_ends_again_before_a_reopening_was_shown_stays_closed(scene: Scene) -> None:
    """E36, E37: the newest word of a moderator counts."""
    house = scene.house
    await scene.end()
    gate = scene.platform.waits("post line")
    await house.assistant.reopen(house.ref(scene.thread), MO)
    await gate.reached.wait()
    await house.assistant.locked(house.ref(scene.thread), by="mo")
    gate.open.set()
    await house.engine.idle()
    assert await house.state(scene.thread) is State.ENDED
    assert scene.platform.locked == {scene.thread}
    assert await house.store.reopenings.unshown() == []


async def test_an_opening_is_in_the_platforms_log_and_said_once(scene: Scene) -> None:
    """E36."""
    await scene.end()
    here = await scene.house.conversation(scene.thread)
    await scene.house.assistant.reopen(scene.house.ref(scene.thread), MO)
    await scene.house.engine.idle()
    assert scene.platform.reopened == [f"Conversation {here.id} reopened"]
    assert scene.platform.asked[-1] == ("post line", "r1", True), "it looks for an earlier line of its own"


async def test_what_nobody_has_read_yet_when_a_moderator_reopens_is_answered(scene: Scene) -> None:
    """E36: written after the end, and heard at last."""
    house = scene.house
    await scene.end()
    detector = cued(house)
    await house.write(ANN, "are you there?", scene.thread, wait=False)
    await detector.asked.wait()
    await house.assistant.reopen(house.ref(scene.thread), MO)
    detector.cue.set()
    await house.engine.idle()
    assert "are you there?" in house.model.prompts[-1].input
    assert house.platform.replies(scene.thread)[-1] == "ok"


async def test_a_hand_that_unlocks_while_our_lock_is_not_yet_recorded_reopens(scene: Scene) -> None:
    """E36."""
    gate = scene.platform.waits("close", done=True)
    await scene.end(wait=False)
    await gate.reached.wait()
    scene.platform.locked.clear()
    await scene.house.assistant.unlocked(scene.house.ref(scene.thread), by="mo")
    gate.open.set()
    await scene.house.engine.idle()
    await goes_on(scene)


async def test_a_hand_that_locks_and_unlocks_at_once_reopens(scene: Scene) -> None:
    """E36, E37."""
    house = scene.house
    gate = scene.platform.waits("beside")
    await house.assistant.locked(house.ref(scene.thread), by="mo")
    await gate.reached.wait()
    await house.assistant.unlocked(house.ref(scene.thread), by="mo")
    gate.open.set()
    await house.engine.idle()
    await goes_on(scene)
