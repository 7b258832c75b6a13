"""A clock for tests: sleeping takes no time, but moves the clock and is written down."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

ENDLESS = 200
"""Nothing that works sleeps so often: what is tried for ever fails its test instead of hanging."""
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
        assert len(self.slept) < ENDLESS, "tried for ever"
        self.time += seconds
        await asyncio.sleep(0)

    def advance(self, seconds: float) -> None:
        self.time += seconds
