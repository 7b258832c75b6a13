"""A platform in memory that does not let everything through: words of a filter, and what it never does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.cards import Card
from bot.errors import Blocked
from bot.ports import Closed, Placed, ReplyStream
from bot.types import Conversation, ThreadRef
from tests.fakes.platform import FakePlatform, FakeReply

BAD = "teapot"


@dataclass
class Filtering(FakePlatform):
    """A platform with a word filter. What is tried again and again is a failure, not a test that hangs."""

    words: set[str] = field(default_factory=lambda: {BAD})
    shut: bool = False
    refused: int = 0

    def check(self, *said: str) -> None:
        if any(word in text.casefold() for word in self.words for text in said):
            self.refused += 1
            assert self.refused < 10, "tried for ever"
            raise Blocked("no such words here")

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
        async with super().reply(conversation, key, earlier, placed, again=again) as stream:
            assert isinstance(stream, FakeReply)
            yield Filtered(stream, self)

    async def open(self, conversation: Conversation, first: str, *, again: bool = False) -> ThreadRef:
        if self.shut:
            raise Blocked("no threads here")
        return await super().open(conversation, first, again=again)

    async def post(
        self, thread: ThreadRef, card: Card, *, key: str, instead: str = "", again: bool = False
    ) -> str:
        self.check(card.title, card.text)
        return await super().post(thread, card, key=key, instead=instead, again=again)

    async def close(self, conversation: Conversation, *, reason: str, archive: bool) -> Closed:
        if self.shut:
            raise Blocked("no locks here")
        return await super().close(conversation, reason=reason, archive=archive)

    async def reopen(self, thread: ThreadRef, *, reason: str) -> None:
        if self.shut:
            raise Blocked("no keys here")
        await super().reopen(thread, reason=reason)

    async def beside(self, conversation: Conversation, card: Card, *, key: str, again: bool = False) -> str:
        self.check(card.title, card.text)
        return await super().beside(conversation, card, key=key, again=again)

    async def tell(self, workspace: str, card: Card, *, key: str, again: bool = False) -> bool:
        self.check(card.title, card.text)
        return await super().tell(workspace, card, key=key, again=again)


@dataclass
class Filtered:
    """A reply whose complete text goes through the filter."""

    inner: FakeReply
    platform: Filtering

    def show(self, text: str) -> None:
        self.inner.show(text)

    async def finish(self, text: str | None) -> tuple[str, ...]:
        self.platform.check(text or "")
        return await self.inner.finish(text)
