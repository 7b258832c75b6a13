"""Time as the double knows it: the real monotonic clock, or one that a test turns by hand."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    """Tells monotonic seconds and calls back once after a while."""

    def __call__(self) -> float:
        """Seconds since some fixed moment."""
        ...

    def call_later(self, seconds: float, callback: Callable[[], None]) -> None:
        """Call `callback` once, `seconds` from now; calling it late or in vain must be harmless to it."""
        ...


class RealClock:
    """`time.monotonic`, with the running event loop's timers."""

    def __call__(self) -> float:
        return time.monotonic()

    def call_later(self, seconds: float, callback: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_later(seconds, callback)


class ManualClock:
    """A clock that stands still until `advance`; due callbacks run inside that call."""

    def __init__(self, start: float = 1000.0) -> None:
        self.seconds = start
        self._due: list[tuple[float, Callable[[], None]]] = []

    def __call__(self) -> float:
        return self.seconds

    def call_later(self, seconds: float, callback: Callable[[], None]) -> None:
        self._due.append((self.seconds + seconds, callback))

    def advance(self, seconds: float) -> None:
        """Move time on and run what became due, oldest first."""
        self.seconds += seconds
        due = sorted((entry for entry in self._due if entry[0] <= self.seconds), key=lambda entry: entry[0])
        self._due = [entry for entry in self._due if entry[0] > self.seconds]
        for _, callback in due:
            callback()
