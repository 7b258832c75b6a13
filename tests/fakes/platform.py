"""A platform in memory behind the Adapter port: threads, messages, cards, locks, and faults on demand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from bot.cards import Card, Kind, Verb
from bot.errors import Forbidden, PlatformError, ThreadGone
from bot.ports import Closed, Placed, ReplyStream
from bot.types import Conversation, Person, ThreadRef


@dataclass
class Post:
    """One message of ours on the platform."""

    id: str
    thread: str
    text: str = ""
    card: Card | None = None
    working: bool = False
    history: list[str] = field(default_factory=list)


@dataclass
class FakePlatform:
    """The Adapter port on dictionaries. `fail` names calls that fail next, in order."""

    platform: str = "fake"
    posts: dict[str, Post] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    opened: set[str] = field(default_factory=set)
    locked: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    steps: list[str] = field(default_factory=list)
    reminders: list[tuple[str, str]] = field(default_factory=list)
    told: list[Card] = field(default_factory=list)
    fail: list[tuple[str, Exception]] = field(default_factory=list)
    locks: bool = True
    language: str = ""

    async def run(self) -> None:
        return None

    def health(self) -> str:
        return ""

    def _enter(self, step: str, thread: str = "") -> None:
        self.steps.append(step)
        if thread in self.gone:
            raise ThreadGone(f"{thread} is gone")
        if self.fail and self.fail[0][0] == step:
            raise self.fail.pop(0)[1]

    async def open(self, conversation: Conversation, first: str, *, again: bool = False) -> ThreadRef:
        self._enter("open")
        ref = conversation.thread
        thread = ref.thread.removeprefix(ThreadRef.UNOPENED)
        self.opened.add(thread)
        return replace(ref, thread=thread)

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
        self._enter("reply", conversation.thread.thread)
        reply = FakeReply(self, conversation.thread.thread, key, earlier, placed)
        try:
            yield reply
        finally:
            await asyncio.gather(*reply.noting, return_exceptions=True)

    async def post(
        self, thread: ThreadRef, card: Card, *, key: str, instead: str = "", again: bool = False
    ) -> str:
        self._enter(f"post {card.kind}", thread.thread)
        if instead:
            self.posts[instead].card = card
            return instead
        if key not in self.keys:
            self.keys[key] = f"p{len(self.posts) + 1}"
            self.posts[self.keys[key]] = Post(self.keys[key], thread.thread, card=card)
        return self.keys[key]

    async def stands(self, thread: ThreadRef, message: str) -> bool:
        self._enter("stands", thread.thread)
        return message in self.posts

    async def beside(self, conversation: Conversation, card: Card, *, key: str, again: bool = False) -> str:
        self._enter("beside")
        self.keys.setdefault(key, "beside")
        return "https://example.invalid/beside"

    async def close(self, conversation: Conversation, *, reason: str, archive: bool) -> Closed:
        self._enter("close", conversation.thread.thread)
        if not self.locks:
            raise Forbidden("no", permission="Manage Threads")
        self.locked.add(conversation.thread.thread)
        return Closed()

    async def reopen(self, thread: ThreadRef, *, reason: str) -> None:
        self._enter("reopen", thread.thread)
        self.locked.discard(thread.thread)

    async def remind(self, thread: ThreadRef, person: Person, message_id: str, card: Card | None) -> None:
        self._enter("remind")
        self.reminders.append((person.id, "card" if card else "sign"))

    async def locale(self, workspace: str) -> str:
        return self.language

    async def tell(self, workspace: str, card: Card, *, key: str, again: bool = False) -> bool:
        self._enter("tell")
        if key not in self.keys:
            self.keys[key] = "told"
            self.told.append(card)
        return True

    def replies(self, thread: str) -> list[str]:
        """The texts of our replies in a thread."""
        return [post.text for post in self.posts.values() if post.thread == thread and post.card is None]

    def cards(self, thread: str, kind: Kind) -> list[Card]:
        """The cards of one kind in a thread, as they stand now."""
        return [p.card for p in self.posts.values() if p.thread == thread and p.card and p.card.kind is kind]

    def control(self, thread: str, verb: Verb) -> Card:
        """The newest card in a thread with a live control of this kind."""
        found = [
            post.card
            for post in self.posts.values()
            if post.thread == thread and post.card and any(b.verb is verb for b in post.card.buttons)
        ]
        return found[-1]


class FakeReply:
    """The ReplyStream port: shows at once, finishes once."""

    def __init__(
        self, platform: FakePlatform, thread: str, key: str, earlier: tuple[str, ...], placed: Placed
    ) -> None:
        self._platform = platform
        self._thread = thread
        self._key = key
        self._ids = earlier
        self._placed = placed
        self.noting: list[asyncio.Task[None]] = []

    def show(self, text: str) -> None:
        post = self._post()
        post.text = text
        post.working = True
        post.history.append(text)
        if not self.noting:
            self.noting.append(asyncio.ensure_future(self._note()))

    async def _note(self) -> None:
        await self._placed(self._ids)

    def _post(self) -> Post:
        posts = self._platform.posts
        if not self._ids:
            self._ids = (self._platform.keys.setdefault(self._key, f"p{len(posts) + 1}"),)
        return posts.setdefault(self._ids[0], Post(self._ids[0], self._thread))

    async def finish(self, text: str | None) -> tuple[str, ...]:
        self._platform._enter("finish", self._thread)
        if text is not None:
            self._post().text = text
        if self._ids:
            self._post().working = False
            await self._placed(self._ids)
        return self._ids


__all__ = ["FakePlatform", "PlatformError"]
