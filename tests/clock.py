"""A clock for tests: sleeping takes no time, but moves the clock and is written down."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

ENDLESS = 100
"""Nothing that works pauses so often for a second or more: what is tried for ever fails its test at once."""
START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class FakeClock:
    """`bot.ports.Clock` in virtual time."""

    def __init__(self) -> None:
        self.time = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return START + timedelta(seconds=self.time)

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        assert sum(each >= 1 for each in self.slept) < ENDLESS, "tried for ever"
        self.time += seconds
        await asyncio.sleep(0)

    def advance(self, seconds: float) -> None:
        self.time += seconds
