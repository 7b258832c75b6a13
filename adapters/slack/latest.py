"""One thing at a time for each key, in order: what still waits gives way to what is newer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from bot.ports import Clock

Keep = Callable[[Coroutine[Any, Any, Any]], object]
"""Takes over a job that nobody waits for."""


@dataclass(slots=True, eq=False)
class Wish:
    """Something to be done. Its `work` asks here before it waits, and learns whether it is still wanted."""

    what: str
    work: Callable[[Wish], Awaitable[bool]]
    clock: Clock
    done: asyncio.Future[bool] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    newer: asyncio.Event = field(default_factory=asyncio.Event)

    async def pause(self, seconds: float) -> bool:
        """Wait; False as soon as something newer is wanted, which then takes this one's place."""
        rest = asyncio.ensure_future(self.clock.sleep(seconds))
        newer = asyncio.ensure_future(self.newer.wait())
        try:
            await asyncio.wait({rest, newer}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            rest.cancel()
            newer.cancel()
        return not self.newer.is_set()


@dataclass(slots=True)
class _Line:
    now: Wish | None = None
    next: Wish | None = None


class Latest:
    """Brings wishes to their end, by key. What is under way is never overtaken."""

    def __init__(self, clock: Clock, keep: Keep) -> None:
        self._clock = clock
        self._keep = keep
        self._lines: dict[str, _Line] = {}

    def put(self, key: str, what: str, work: Callable[[Wish], Awaitable[bool]]) -> asyncio.Future[bool]:
        """Do `work` next for this key; what came of it, False where something newer took its place.

        The same thing again is the same wish, as long as nothing else has been wanted since.
        """
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = _Line()
            self._keep(self._run(key, line))
        last = line.next or line.now
        if last is not None and last.what == what:
            return last.done
        if line.next is not None:
            line.next.done.set_result(False)
        if line.now is not None:
            line.now.newer.set()
        line.next = Wish(what, work, self._clock)
        return line.next.done

    async def _run(self, key: str, line: _Line) -> None:
        try:
            while (wish := line.next) is not None:
                line.now, line.next = wish, None
                wish.done.set_result(await wish.work(wish))
                line.now = None
        finally:
            del self._lines[key]
            for wish in (line.now, line.next):
                if wish is not None and not wish.done.done():
                    wish.done.set_result(False)
