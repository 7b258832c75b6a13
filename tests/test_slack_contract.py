"""The Adapter contract, on Slack: in channels by posts and edits, in the Messages tab by native streams."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest

from bot.ports import Adapter
from bot.types import Conversation
from tests.clock import FakeClock
from tests.contracts.adapter_suite import AdapterContract, Probe
from tests.doubles.slack import Channel, Message, Person, SlackDouble
from tests.slack_kit import Kit, conversation, made


@dataclass
class SlackProbe:
    """Slack as the double shows it."""

    adapter: Adapter
    kit: Kit
    double: SlackDouble
    channel: Channel
    ann: Person
    count: int = 0

    async def asked(self) -> Conversation:
        said = await self.double.say(self.channel, self.ann, "hello", mention_bot=True)
        self.count += 1
        here = conversation(said)
        return replace(here, thread=replace(here.thread, thread=f"new:{self.count}"), opened=False)

    async def texts(self, here: Conversation) -> list[str]:
        return ["".join(_markdown(message)) for message in self._own(here) if not _is_card(message)]

    async def cards(self, here: Conversation) -> list[str]:
        return ["".join(_markdown(message)) for message in self._own(here) if _is_card(message)]

    async def working(self, here: Conversation) -> bool:
        # A status may be on its way still: by the fake clock nobody has any patience.
        try:
            await self.double.until(lambda: not self._at_work(here))
        except AssertionError:
            return True
        return False

    def _at_work(self, here: Conversation) -> bool:
        session = self.double.session(self._root(here))
        replies = [message for message in self._own(here) if not _is_card(message)]
        return (
            (session is not None and session.status == "processing")
            or bool(self.double.status(self._root(here)))
            or any(not message.is_complete or message.labels for message in replies)
        )

    async def locked(self, here: Conversation) -> bool:
        return "lock" in self.double.reactions(self._root(here))

    async def threads(self) -> int:
        return len(self.double.messages(self.channel, by=self.double.bot, threads=False))

    async def take_away(self, here: Conversation, message: str) -> bool:
        await self.double.delete(self.channel.messages[message])
        return True

    async def remove(self, here: Conversation) -> None:
        self.channel.archived = True  # what a whole thread goes with: its channel

    async def forget(self) -> None:
        self.kit.adapter.posts.known.clear()

    def _root(self, here: Conversation) -> Message:
        return self.channel.messages[here.thread.thread]

    def _own(self, here: Conversation) -> list[Message]:
        return self.double.messages(self.channel, thread=here.thread.thread, by=self.double.bot)


def _markdown(message: Message) -> list[str]:
    return [str(block["text"]) for block in message.blocks if block["type"] == "markdown"]


def _is_card(message: Message) -> bool:
    key = ((message.metadata or {}).get("event_payload") or {}).get("key", "")
    return bool(key) and "/" not in str(key)


class Contract(AdapterContract):
    """The suite, told in two kinds of place."""


class TestChannel(Contract):
    @pytest.fixture
    async def probe(self) -> AsyncIterator[Probe]:
        async with SlackDouble(rate_limits=False) as double:
            double.team()
            ann = double.person("Ann")
            channel, log = double.channel(), double.channel("log")
            async with made(double, FakeClock(), moderator_channel=log.id) as kit:
                yield SlackProbe(kit.adapter, kit, double, channel, ann)


class TestMessagesTab(Contract):
    @pytest.fixture
    async def probe(self) -> AsyncIterator[Probe]:
        async with SlackDouble(rate_limits=False) as double:
            double.team()
            ann = double.person("Ann")
            log = double.channel("log")
            async with made(double, FakeClock(), moderator_channel=log.id) as kit:
                yield SlackProbe(kit.adapter, kit, double, double.dm(ann), ann)


class TestNoAgent(Contract):
    """An app that Slack does not know as an agent: no sessions, no streams, our own Stop button."""

    @pytest.fixture
    async def probe(self) -> AsyncIterator[Probe]:
        async with SlackDouble(rate_limits=False) as double:
            double.app.agent = double.app.streaming = False
            double.team()
            ann = double.person("Ann")
            async with made(double, FakeClock()) as kit:
                yield SlackProbe(kit.adapter, kit, double, double.dm(ann), ann)
