"""An event loop in virtual time that runs until nothing is ready, so every interleaving is repeatable."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MOST = 50_000
"""Rounds without ever coming to rest: beyond it something runs in circles."""


class RestlessError(AssertionError):
    """Something runs in circles without waiting for anything."""


class StillLoop(asyncio.SelectorEventLoop):
    """Time stands still until it is advanced; `still` runs everything that can run at this moment."""

    _ready: Any
    _scheduled: list[asyncio.TimerHandle]

    def __init__(self) -> None:
        self.virtual = 0.0
        self.rounds = 0
        self.failures: list[str] = []
        super().__init__()
        self.set_exception_handler(self._failed)

    def time(self) -> float:
        return self.virtual

    def still(self) -> None:
        """Run until everybody waits for something."""
        for _ in range(MOST):
            due = self.next_timer()
            if not self._ready and (due is None or due > self.virtual):
                return
            self.rounds += 1
            self.call_soon(self.stop)
            self.run_forever()
        raise RestlessError(f"not at rest after {MOST} rounds: {[str(t) for t in asyncio.all_tasks(self)]}")

    def next_timer(self) -> float | None:
        """When the next timer is due, None where there is none."""
        while self._scheduled and self._scheduled[0].cancelled():
            timer = heapq.heappop(self._scheduled)
            timer._scheduled = False  # type: ignore[attr-defined]
            self._timer_cancelled_count = max(0, getattr(self, "_timer_cancelled_count", 0) - 1)
        return self._scheduled[0].when() if self._scheduled else None

    def advance(self, seconds: float) -> None:
        """Let time pass, timer by timer."""
        until = self.virtual + seconds
        self.still()
        while (due := self.next_timer()) is not None and due <= until:
            self.virtual = max(self.virtual, due)
            self.still()
        self.virtual = until
        self.still()

    def do(self, work: Coroutine[Any, Any, object]) -> asyncio.Task[object]:
        """Begin something and let it come as far as it can."""
        task: asyncio.Task[object] = self.create_task(work)
        self.still()
        return task

    def bury(self) -> None:
        """Cancel whatever is left."""
        for _ in range(20):
            left = [task for task in asyncio.all_tasks(self) if not task.done()]
            if not left:
                return
            for task in left:
                task.cancel()
            self.still()
        raise RestlessError("tasks that cannot be cancelled")

    def _failed(self, _loop: object, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if not isinstance(error, BaseException) or isinstance(error, Exception):
            self.failures.append(f"{context.get('message')}: {error!r}")


class StillClock:
    """`bot.ports.Clock` on the loop's own time."""

    def __init__(self, loop: StillLoop) -> None:
        self._loop = loop

    def now(self) -> datetime:
        return START + timedelta(seconds=self._loop.virtual)

    def monotonic(self) -> float:
        return self._loop.virtual

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
