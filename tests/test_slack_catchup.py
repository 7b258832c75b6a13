"""What was written while nobody listened is read from history, once, and within Slack's limits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest

from bot.types import State
from tests.doubles.slack import Channel, Message, Person, SlackDouble
from tests.slack_kit import FakeDesk, HandClock, conversation, hearing, made


@dataclass
class Place:
    double: SlackDouble
    channel: Channel
    ann: Person
    desk: FakeDesk

    async def before(self, *, direct: bool = False) -> Message:
        """A chat that was in use before we went away."""
        place = self.double.dm(self.ann) if direct else self.channel
        root = await self.double.say(place, self.ann, "hello", mention_bot=not direct)
        self.desk.conversations.append(conversation(root, opened=True))
        return root

    async def heard(self, *texts: str) -> None:
        """Exactly these messages reach the desk."""
        self.double.give_up()
        async with hearing(self.double, desk=self.desk):
            await self.double.until(lambda: self.double.calls("conversations.history"))
            await self.double.until(lambda: len(self.desk.received) >= len(texts))
        assert [each.text for each in self.desk.received] == list(texts)


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async with SlackDouble(rate_limits=False) as double:
        double.team()
        ann = double.person("Ann")
        yield Place(double, double.channel(), ann, FakeDesk(after=double.world.changed))


async def test_what_was_missed_in_a_thread_is_told_in_order(place: Place) -> None:
    root = await place.before()
    for text in ("one", "two"):
        await place.double.say(place.channel, place.ann, text, thread=root)
    await place.heard("hello", "one", "two")
    follow = place.desk.received[-1]
    assert (follow.thread.thread, follow.addressed, follow.author.name) == (root.ts, False, "Ann")


async def test_a_chat_that_was_begun_meanwhile_is_told_too(place: Place) -> None:
    await place.before()
    await place.double.say(place.channel, place.ann, "lunch?")
    await place.double.say(place.channel, place.ann, "what makes the tides?", mention_bot=True)
    await place.heard("hello", "what makes the tides?")
    assert place.desk.received[-1].opens


async def test_in_the_messages_tab_too(place: Place) -> None:
    root = await place.before(direct=True)
    await place.double.say(place.ann, place.ann, "more of this", thread=root)
    await place.double.say(place.ann, place.ann, "something else")
    await place.heard("hello", "more of this", "something else")
    assert all(each.private for each in place.desk.received)


async def test_a_wish_to_end_the_chat_that_was_answered_is_not_told_again(place: Place) -> None:
    """E12."""
    root = await place.before()
    await place.double.say(place.channel, place.ann, "end this chat", thread=root, mention_bot=True)
    await place.double.say(place.channel, place.double.bot, "Shall this chat end?", thread=root)
    await place.heard("hello")
    assert place.desk.ends == []


async def test_a_wish_to_end_the_chat_that_nobody_heard_is_told(place: Place) -> None:
    """E12."""
    root = await place.before()
    await place.double.say(place.channel, place.ann, "end this chat", thread=root, mention_bot=True)
    await place.heard("hello")
    assert [thread.thread for thread, _person, _id in place.desk.ends] == [root.ts]


async def test_what_was_written_after_the_end_is_told_but_no_wish_for_another(place: Place) -> None:
    """E12, E19, E32: whoever writes there is told where to go on, and nobody's need is overlooked."""
    root = await place.before()
    place.desk.conversations[0] = replace(place.desk.conversations[0], state=State.ENDED)
    await place.double.say(place.channel, place.ann, "end this chat", thread=root, mention_bot=True)
    await place.double.say(place.channel, place.ann, "are you there?", thread=root)
    await place.heard("hello", "are you there?")
    assert place.desk.ends == []


async def test_nothing_is_read_where_it_is_switched_off(place: Place) -> None:
    await place.before()
    place.double.give_up()
    async with hearing(place.double, desk=place.desk, catch_up_minutes=0):
        await place.double.say(place.ann, place.ann, "something else")
        await place.double.until(lambda: place.desk.received)
    assert [each.text for each in place.desk.received] == ["something else"]
    assert place.double.calls("conversations.history") == []


async def test_a_new_connection_beside_an_old_one_misses_nothing_and_reads_nothing(place: Place) -> None:
    root = await place.before()
    async with hearing(place.double, desk=place.desk):
        await place.double.until(lambda: place.double.calls("conversations.history"))
        place.double.refresh_sockets()
        await place.double.connected(times=2)
        await place.double.say(place.channel, place.ann, "and now?", thread=root)
        await place.double.until(lambda: len(place.desk.received) == 2)
        assert len(place.double.calls("conversations.history")) == 1
        await place.double.drop_sockets()
        await place.double.until(lambda: len(place.double.calls("conversations.history")) == 2)


async def test_a_place_that_cannot_be_read_hinders_no_other(place: Place) -> None:
    gone = await place.before()
    place.desk.conversations.insert(0, replace(place.desk.conversations[0], thread=conversation(gone).thread))
    place.double.faults.add(method="conversations.replies", status="channel_not_found")
    await place.before(direct=True)
    await place.heard("hello", "hello")


async def test_over_http_it_looks_at_the_start(place: Place) -> None:
    await place.before()
    place.double.give_up()
    async with made(place.double, desk=place.desk, mode="http") as kit:
        run = asyncio.create_task(kit.adapter.run())
        await place.double.until(lambda: place.desk.received)
        run.cancel()
    assert [each.text for each in place.desk.received] == ["hello"]


async def test_half_of_slack_s_limit_is_left_to_everything_else() -> None:
    clock = HandClock()
    async with SlackDouble(rate_limits=False, clock=clock.hand) as double:
        double.team()
        ann, desk = double.person("Ann"), FakeDesk(after=double.world.changed)
        place = Place(double, double.channel(), ann, desk)
        for _ in range(30):
            await place.before()
        double.give_up()
        async with hearing(double, clock, desk=desk):
            await double.until(lambda: len(double.calls("conversations.replies")) == 25)
            await clock.asleep(60)
            assert len(double.calls("conversations.replies")) == 25
            clock.hand.advance(60)
            await double.until(lambda: len(double.calls("conversations.replies")) == 30)
