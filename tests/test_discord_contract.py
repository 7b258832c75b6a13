"""The Adapter contract, on Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.ports import Adapter
from bot.types import Conversation
from tests.clock import FakeClock
from tests.contracts.adapter_suite import AdapterContract, Probe
from tests.discord_kit import conversation, made
from tests.doubles.discord import Channel, DiscordDouble, Message, Thread


@dataclass
class DiscordProbe:
    """Discord as the double shows it."""

    adapter: Adapter
    double: DiscordDouble
    channel: Channel

    async def asked(self) -> Conversation:
        ann = self.double.person("Ann")
        return conversation(await self.double.say(self.channel, ann, "hello", mention_bot=True))

    async def texts(self, here: Conversation) -> list[str]:
        return [message.content for message in self._own(here) if not message.embeds]

    async def cards(self, here: Conversation) -> list[str]:
        return [message.embeds[0]["description"] for message in self._own(here) if message.embeds]

    async def working(self, here: Conversation) -> bool:
        return any(message.components for message in self._own(here) if not message.embeds)

    async def locked(self, here: Conversation) -> bool:
        return self._thread(here).locked

    async def threads(self) -> int:
        return len(self.double.threads(self.channel))

    async def take_away(self, here: Conversation, message: str) -> bool:
        await self.double.delete(self.double.world.messages[int(message)])
        return True

    async def remove(self, here: Conversation) -> None:
        await self.double.delete_channel(self._thread(here))

    async def forget(self) -> None:
        self.double.parts.desk.messages.nonces.known.clear()

    def _thread(self, here: Conversation) -> Thread:
        thread = self.double.world.channels[int(here.thread.thread)]
        assert isinstance(thread, Thread)
        return thread

    def _own(self, here: Conversation) -> list[Message]:
        return self.double.messages(self._thread(here), by=self.double.bot)


class TestDiscord(AdapterContract):
    @pytest.fixture
    async def probe(self) -> AsyncIterator[Probe]:
        async with DiscordDouble(rate_limits=False) as double:
            guild = double.guild()
            channel, log = double.text_channel(guild), double.text_channel(guild, "log")
            async with made(double, FakeClock(), moderator_channel=str(log.id)) as kit:
                yield DiscordProbe(kit.adapter, double, channel)
