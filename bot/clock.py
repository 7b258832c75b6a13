"""The system's time, for the program itself; tests bring their own."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime


class SystemClock:
    """`bot.ports.Clock` on the machine's clocks."""

    def now(self) -> datetime:
        """The time of day, aware and in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that only ever grow."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Let others work for `seconds`."""
        await asyncio.sleep(seconds)
