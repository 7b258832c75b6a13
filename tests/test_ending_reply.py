"""The reply that an end came with, or interrupted, is completed before anything else is said (E27, E29)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from bot.cards import Kind
from bot.errors import Blocked, PlatformError
from bot.ports import Placed, ReplyStream
from bot.store.schema import turn
from bot.types import Conversation, Reason, State
from tests.fakes.house import ANN, MO, House, open_house
from tests.fakes.model import end, warn
from tests.fakes.platform import FakePlatform
from tests.race_kit import SlowPlatform

LOST = PlatformError("the answer was lost")


@dataclass
class Silent:
    """A reply that shows nothing before it is complete."""

    inner: ReplyStream

    def show(self, text: str) -> None:
        """Too soon after the last one."""

    async def finish(self, text: str | None) -> tuple[str, ...]:
        return await self.inner.finish(text)


@dataclass
class Waiting(SlowPlatform):
    """A platform that shows a reply only when it is complete, and writes down what it was asked."""

    begun: list[tuple[str, str, tuple[str, ...], bool]] = field(default_factory=list)

    @asynccontextmanager
    async def reply(
        self,
        conversation: Conversation,
        key: str,
        earlier: tuple[str, ...],
        placed: Placed,
        *,
        again: bool = False,
    ) -> AsyncIterator[ReplyStream]:
        self.begun.append((conversation.thread.thread, key, earlier, again))
        async with super().reply(conversation, key, earlier, placed, again=again) as stream:
            yield Silent(stream)


async def ended(house: House, *failures: Exception) -> str:
    """A thread that the model ends with a few words, after a warning."""
    thread = await house.mention(ANN, "silly bot")
    for _ in range(2):
        await house.write(ANN, "silly bot", thread)
    house.model.says(warn())
    await house.write(ANN, "silly bot", thread)
    house.model.says("I will stop here.", end(Reason.ABUSE))
    house.platform.fail += [("finish", each) for each in failures]
    await house.write(ANN, "silly bot", thread)
    return thread


async def test_words_that_came_with_the_end_are_posted_once_and_noted_before_the_notice(
    tmp_path: Path,
) -> None:
    """E27, E29: nothing of them had been shown when the platform failed."""
    platform = Waiting()
    async with open_house(tmp_path / "adieu.db", platform=platform) as house:
        thread = await ended(house, LOST)
        assert await house.state(thread) is State.ENDED
        assert platform.begun[-2:] == [(thread, "t5", (), False), (thread, "t5", (), True)]
        assert platform.replies(thread)[-1] == "I will stop here."
        order = [post for post in platform.posts.values() if post.thread == thread][-2:]
        assert [post.card is None for post in order] == [True, False]
        query = select(turn.c.placed).where(turn.c.id == 5)
        noted = await house.store.endings._database.read(lambda c: c.execute(query).scalar_one())
        assert list(noted) == [order[0].id]
        last = await house.store.endings.last((await house.conversation(thread)).id)
        assert last is not None
        assert (last.turn, last.reply) == (0, ""), "and nothing of it is left to do"
        assert house.clock.slept == [1.0]


async def test_words_that_the_platform_never_lets_through_keep_no_end_from_going_on(
    tmp_path: Path,
) -> None:
    """E29."""
    platform = Waiting()
    async with open_house(tmp_path / "adieu.db", platform=platform) as house:
        thread = await ended(house, LOST, Blocked("no such words here"))
        assert await house.state(thread) is State.ENDED
        assert platform.cards(thread, Kind.NOTICE)
        assert house.clock.slept == [1.0], "tried again once, for the answer that was lost"


async def test_a_reply_that_a_crash_and_an_end_interrupt_keeps_its_words_and_loses_its_stop_button(
    tmp_path: Path,
) -> None:
    """E29, E37."""
    path, platform = tmp_path / "adieu.db", FakePlatform()
    async with open_house(path, platform=platform) as house:
        thread = await house.mention(ANN, "hello")
        house.model.says("Half of ", asyncio.Event())
        await house.write(ANN, "tell me", thread, wait=False)
        await house.model.reached.wait()
    assert any(post.working for post in platform.posts.values())
    async with open_house(path, platform=platform) as house:
        await house.assistant.locked(house.ref(thread), by=MO.id)
        await house.engine.idle()
        assert await house.state(thread) is State.ENDED
        assert platform.replies(thread)[-1].startswith("Half of")
        assert not any(post.working for post in platform.posts.values())
