"""Threads as the playground keeps them: a title, a lock, and the message they hang on."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass, replace

from adapters.web.state.places import ref
from bot.errors import ThreadGone
from bot.ports import Shelf
from bot.types import ThreadRef

SPACE = "web.thread"


@dataclass(frozen=True, slots=True)
class Thread:
    """One thread. `id` sorts by time; `origin` is the channel message it hangs on."""

    id: str
    channel: str
    title: str
    starter: str
    origin: str
    at: str
    conversation: int
    locked: bool = False
    reason: str = ""

    @property
    def ref(self) -> ThreadRef:
        """The name that the core knows it by."""
        return ref(self.channel, self.id)


class Threads:
    """The shelf of threads."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._turnstile = asyncio.Lock()

    async def put(self, thread: Thread) -> None:
        await self._shelf.put(SPACE, thread.id, asdict(thread))

    async def get(self, id: str) -> Thread | None:
        value = await self._shelf.get(SPACE, id)
        return Thread(**value) if value else None

    async def need(self, id: str) -> Thread:
        """The thread; raises ThreadGone where there is none."""
        thread = await self.get(id)
        if thread is None:
            raise ThreadGone(f"there is no thread {id} in the playground")
        return thread

    async def all(self) -> list[Thread]:
        """All threads, newest first."""
        return [Thread(**value) for _, value in reversed(await self._shelf.all(SPACE))]

    async def rename(self, id: str, title: str) -> Thread:
        """Give the thread another title."""
        async with self._turnstile:
            thread = replace(await self.need(id), title=title)
            await self.put(thread)
            return thread

    async def lock(self, id: str, reason: str, *, locked: bool) -> Thread:
        """Lock or unlock; "already so" is success."""
        async with self._turnstile:
            thread = replace(await self.need(id), locked=locked, reason=reason)
            await self.put(thread)
            return thread
