"""Which threads are locked as far as we know, so that a lock by hand is told from our own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bot.ports import Shelf

SPACE = "discord"


class Locks:
    """Kept on the shelf while a thread is locked; what we are changing this moment is no news either."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._changing: set[str] = set()
        self.asleep: set[str] = set()
        """Threads that a moderator has archived: what ends by that stays archived."""

    async def known(self, thread: str) -> bool:
        """Whether the thread is locked as far as we know."""
        return await self._shelf.get(SPACE, f"lock/{thread}") is not None

    async def note(self, thread: str, *, locked: bool) -> None:
        """Remember how the thread is now."""
        if locked:
            await self._shelf.put(SPACE, f"lock/{thread}", {"locked": True})
        else:
            await self._shelf.remove(SPACE, f"lock/{thread}")

    @contextmanager
    def changing(self, thread: str) -> Iterator[None]:
        """While this lasts, changes of the thread's lock are ours."""
        self._changing.add(thread)
        try:
            yield
        finally:
            self._changing.discard(thread)

    def ours(self, thread: str) -> bool:
        """Whether we are changing it right now."""
        return thread in self._changing
