"""The whole story on Slack, with the real core: a talk, an ending that was asked for, and a fresh start."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from adapters.slack import create
from bot.config import Config
from bot.config.model import Secrets, Slack
from bot.ports import Context
from bot.types import State
from tests.clock import FakeClock
from tests.doubles.slack import Channel, Message, Person, SlackDouble
from tests.fakes.house import House, open_house


@dataclass
class Place:
    house: House
    double: SlackDouble
    channel: Channel
    ann: Person
    ben: Person

    async def answered(self, root: Message, count: int) -> list[Message]:
        def replies() -> list[Message]:
            return self.double.messages(root.channel, thread=root, by=self.double.bot)

        await self.double.until(lambda: len(replies()) >= count and all(one.is_complete for one in replies()))
        await self.house.engine.idle()
        return replies()


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Place]:
    async with SlackDouble(rate_limits=False) as double:
        double.team()
        ann, ben = double.person("Ann"), double.person("Ben")
        channel = double.channel()
        config = Config(
            slack=Slack(enabled=True, api_url=double.api_url),
            secrets=Secrets.model_validate(
                {"slack_bot_token": double.bot_token, "slack_app_token": double.app.app_token}
            ),
        )
        async with open_house(path, config=config) as house:
            context = Context(config, house.assistant, house.store.shelf, FakeClock(), dict)
            async with create(context) as adapter:
                house.assistant.adapters["slack"] = adapter
                run = asyncio.create_task(adapter.run())
                await double.connected()
                yield Place(house, double, channel, ann, ben)
                run.cancel()
                with suppress(asyncio.CancelledError):
                    await run


async def test_a_chat_from_the_mention_to_the_fresh_start(tmp_path: Path) -> None:
    """E12, E31, E32, E33."""
    async with opened(tmp_path / "adieu.db") as place:
        double, channel, ann = place.double, place.channel, place.ann
        root = await double.say(channel, ann, "what makes the tides?", mention_bot=True)
        await place.answered(root, 1)
        await double.say(channel, ann, "and the moon?", thread=root)
        await place.answered(root, 2)
        await double.say(channel, ann, "end this chat", thread=root, mention_bot=True)
        card = (await place.answered(root, 3))[-1]
        assert card.labels == ["End chat", "Keep talking"]
        await double.press(ann, card, "End chat")
        await double.until(lambda: double.reactions(root) == {"lock"})
        await place.house.engine.idle()
        session = double.session(root)
        assert session is not None
        assert session.status == "closed"
        here = (await place.house.assistant.mine("slack", channel.team.id, ann.id))[0]
        assert here.state is State.ENDED

        before = len(place.house.model.prompts)
        await double.say(channel, ann, "one more thing", thread=root)
        await double.settled()
        pointers = [one for one in double.ephemerals(ann) if "Start a new chat" in one.labels]
        assert len(pointers) == 1
        assert len(place.house.model.prompts) == before

        await double.press(ann, pointers[0], "Start a new chat")
        await double.until(lambda: double.messages(channel, by=double.bot, threads=False))
        (fresh,) = double.messages(channel, by=double.bot, threads=False)
        await place.answered(fresh, 1)
        await double.say(channel, ann, "hello again", thread=fresh)
        await place.answered(fresh, 2)


async def test_a_chat_in_the_messages_tab(tmp_path: Path) -> None:
    async with opened(tmp_path / "adieu.db") as place:
        root = await place.double.say(place.ann, place.ann, "hello")
        await place.answered(root, 1)
        other = await place.double.say(place.ann, place.ann, "something else")
        await place.answered(other, 1)
        chats = await place.house.assistant.mine("slack", place.channel.team.id, place.ann.id)
        assert [chat.thread.thread for chat in chats] == [other.ts, root.ts]
        await place.double.uninstall(place.channel.team)
        await place.double.settled()
        assert await place.house.assistant.mine("slack", place.channel.team.id, place.ann.id) == ()
