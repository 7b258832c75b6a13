"""Ids that sort by time and never repeat, whatever the clock does between two starts."""

from __future__ import annotations

import asyncio

from bot.ports import Clock, Shelf

SPACE = "web.meta"


class Ids:
    """Numbers of 16 digits: the time in microseconds, pushed on where two would meet."""

    def __init__(self, shelf: Shelf, clock: Clock) -> None:
        self._shelf = shelf
        self._clock = clock
        self._last = 0
        self._turnstile = asyncio.Lock()

    async def new(self) -> str:
        """The next id. It is on the shelf before anybody sees it, so a restart goes on behind it."""
        async with self._turnstile:
            kept = self._last or (await self._shelf.get(SPACE, "ids") or {}).get("last", 0)
            self._last = max(int(kept) + 1, int(self._clock.now().timestamp() * 1_000_000))
            await self._shelf.put(SPACE, "ids", {"last": self._last})
            return f"{self._last:016d}"
