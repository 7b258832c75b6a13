"""Statuses on Slack: in order for each thread, within the limit, and never in the way of an ending."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest

from adapters.slack.sessions import Sessions, Status
from bot.types import State, ThreadRef
from tests.doubles.slack import Channel, Message, Person, SlackDouble
from tests.slack_kit import HandClock, Kit, conversation, made, thread_ref

SET = "agents.sessions.setStatus"


@dataclass
class Place:
    kit: Kit
    double: SlackDouble
    channel: Channel
    ann: Person
    clock: HandClock

    @property
    def sessions(self) -> Sessions:
        return self.kit.adapter.sessions

    async def root(self) -> Message:
        return await self.double.say(self.channel, self.ann, "hello", mention_bot=True)

    async def thread(self) -> ThreadRef:
        return thread_ref(self.channel, (await self.root()).ts)

    def shown(self, thread: ThreadRef) -> list[str]:
        session = self.double.session(self.channel.messages[thread.thread])
        return [] if session is None else [status for _time, status in session.history]

    async def turn(self, root: Message, key: str, *, again: bool = False) -> None:
        reply = self.kit.adapter.reply(conversation(root), key, (), self.kit.note_placed, again=again)
        async with reply as stream:
            await stream.finish("Two a day.")


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    clock = HandClock()
    async with SlackDouble(rate_limits=False, clock=clock.hand) as double:
        double.team()
        ann = double.person("Ann")
        channel = double.channel()
        async with made(double, clock) as kit:
            yield Place(kit, double, channel, ann, clock)


async def test_a_status_that_waits_for_room_gives_way_to_the_end(place: Place) -> None:
    """E31: an ended session never looks active."""
    thread = await place.thread()
    place.double.faults.add(method=SET, status=429, retry_after=30)
    resting = place.sessions.wish(thread, Status.ACTIVE)
    await place.clock.asleep(30)
    closed = place.sessions.wish(thread, Status.CLOSED)
    assert not await resting
    await place.clock.asleep(30, times=2)
    place.clock.hand.advance(30)
    assert await closed
    assert place.shown(thread) == ["closed"]


async def test_a_status_that_is_under_way_is_not_overtaken(place: Place) -> None:
    thread = await place.thread()
    slow = place.double.faults.add(method=SET, status="hang")
    working = place.sessions.wish(thread, Status.PROCESSING)
    await place.double.until(lambda: slow.hits)
    closed = place.sessions.wish(thread, Status.CLOSED)
    slow.release()
    assert await working
    assert await closed
    assert place.shown(thread) == ["processing", "closed"]


async def test_the_same_status_twice_is_asked_for_once(place: Place) -> None:
    thread = await place.thread()
    one, two = (place.sessions.wish(thread, Status.ACTIVE) for _ in range(2))
    assert await one
    assert await two
    assert place.shown(thread) == ["active"]


async def test_threads_do_not_wait_for_each_other(place: Place) -> None:
    one, two = await place.thread(), await place.thread()
    slow = place.double.faults.add(method=SET, status="hang")
    first = place.sessions.wish(one, Status.PROCESSING)
    await place.double.until(lambda: slow.hits)
    assert await place.sessions.set(two, Status.CLOSED)
    assert not first.done()
    slow.release()
    assert await first


async def test_a_late_rest_is_not_shown_in_the_middle_of_the_next_turn(place: Place) -> None:
    root = await place.root()
    place.double.faults.add(method=SET, status=429, retry_after=30, skip=1)
    first = asyncio.create_task(place.turn(root, "t1"))
    await place.clock.asleep(30)
    place.clock.hand.advance(10)  # nobody waits for a status so long: the turn is over
    await first
    thread = conversation(root).thread
    async with place.kit.adapter.reply(conversation(root), "t2", (), place.kit.note_placed) as stream:
        await place.double.until(lambda: place.kit.shelf.rows)
        place.clock.hand.advance(30)
        assert place.shown(thread) == ["processing"]
        await stream.finish("Three.")
    assert place.shown(thread) == ["processing", "active"]


async def test_signs_of_work_leave_room_for_their_end_and_for_endings(place: Place) -> None:
    """E29, E31: nothing here waits, though sixty threads are at work within a minute."""
    threads = [await place.thread() for _ in range(60)]
    for thread in threads:
        await place.sessions.set(thread, Status.PROCESSING)
    working = [thread for thread in threads if place.sessions.working(thread)]
    assert len(working) == len(place.double.calls(SET)) == 20
    assert all([await place.sessions.set(thread, Status.ACTIVE) for thread in working])
    assert all([await place.sessions.set(thread, Status.CLOSED) for thread in threads[:10]])
    assert place.clock.slept == []


async def test_one_turn_after_the_other_is_shown_at_work_twenty_times_a_minute(place: Place) -> None:
    for _ in range(20):
        thread = await place.thread()
        assert await place.sessions.set(thread, Status.PROCESSING)
        assert await place.sessions.set(thread, Status.ACTIVE)
    late = await place.thread()
    assert not await place.sessions.set(late, Status.PROCESSING)
    assert await place.sessions.set(late, Status.CLOSED)
    assert place.clock.slept == []


async def test_what_was_never_shown_at_work_is_not_shown_at_rest(place: Place) -> None:
    for _ in range(20):
        await place.sessions.set(await place.thread(), Status.PROCESSING)
    root = await place.root()
    await place.turn(root, "t1")
    assert place.shown(conversation(root).thread) == []
    # An earlier attempt may have been shown at work, by a process that is no more.
    await place.turn(root, "t2", again=True)
    assert place.shown(conversation(root).thread) == ["active"]


async def test_a_reply_that_a_crash_interrupted_is_shown_at_rest(place: Place) -> None:
    root = await place.root()
    await place.kit.shelf.put("slack.replies", "7/t1", {})
    place.double.faults.add(method=SET, status=429, retry_after=1)
    turn = asyncio.create_task(place.turn(root, "t1"))
    await place.clock.asleep(3)
    while not turn.done():
        place.clock.hand.advance(0.5)
        await asyncio.sleep(0)
    await place.double.until(lambda: place.shown(conversation(root).thread) == ["active"])
    assert place.kit.shelf.rows == {}


async def test_a_turn_without_a_word_is_shown_at_rest(place: Place) -> None:
    """E9: where the model only asks for the confirmation, no reply is ever finished."""
    root = await place.root()
    thread = conversation(root).thread
    async with place.kit.adapter.reply(conversation(root), "t1", (), place.kit.note_placed):
        await place.double.until(lambda: place.shown(thread) == ["processing"])
    await place.double.until(lambda: place.shown(thread) == ["processing", "active"])
    assert place.kit.shelf.rows == {}


async def test_a_reply_that_an_end_follows_leaves_the_status_to_it(place: Place) -> None:
    """E29: one status for both."""
    root = await place.root()
    here = replace(conversation(root), state=State.ENDING)
    async with place.kit.adapter.reply(here, "t1", (), place.kit.note_placed, again=True) as stream:
        await stream.finish("This is where I stop.")
    await place.kit.adapter.close(here, reason="over", archive=False)
    assert place.shown(here.thread) == ["processing", "closed"]


async def test_a_status_is_given_up_for_one_thread_and_tried_in_the_next(place: Place) -> None:
    gone = replace(await place.thread(), thread="1.0")
    assert not await place.sessions.set(gone, Status.ACTIVE)
    assert await place.sessions.set(await place.thread(), Status.ACTIVE)
