"""Who is looking right now: every change goes to every open page, coalesced so a slow page never lags."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bot.types import Person

Make = Callable[[Person], dict[str, Any] | None]
"""What one viewer gets to see of a change; None where it is not for them."""


@dataclass(frozen=True, slots=True)
class Event:
    """A change. It carries the whole new state of one thing, so that only the newest of a thing counts."""

    number: int
    kind: str
    data: dict[str, Any]


class Listener:
    """One open page. At most one event a thing is waiting for it."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self._pending: dict[str, Event] = {}
        self._wake = asyncio.Event()
        self._closed = False

    def add(self, thing: str, event: Event) -> None:
        # Taken out first, so that what waits stays in the order of the numbers.
        self._pending.pop(thing, None)
        self._pending[thing] = event
        self._wake.set()

    def close(self) -> None:
        self._closed = True
        self._wake.set()

    async def take(self) -> list[Event] | None:
        """Wait for events and hand them over; None once the hub has closed."""
        await self._wake.wait()
        self._wake.clear()
        taken, self._pending = list(self._pending.values()), {}
        return None if self._closed and not taken else taken


class Hub:
    """Passes changes on to the pages that are open; it keeps nothing for those that are not."""

    def __init__(self) -> None:
        self.number = 0
        self._listeners: set[Listener] = set()
        self._closed = False

    def publish(self, kind: str, thing: str, make: Make) -> None:
        """Tell everybody the new state of `thing`."""
        self.number += 1
        for listener in self._listeners:
            data = make(listener.person)
            if data is not None:
                listener.add(f"{kind}/{thing}", Event(self.number, kind, data))

    @contextmanager
    def listen(self, person: Person) -> Iterator[Listener]:
        listener = Listener(person)
        self._listeners.add(listener)
        if self._closed:
            listener.close()
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def close(self) -> None:
        """Let every page go, so that the server can stop."""
        self._closed = True
        for listener in self._listeners:
            listener.close()
