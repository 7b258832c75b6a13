"""How long and how often one answer is asked for."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from bot.claude.failures import Passing
from bot.ports import Clock

FIRST_WAIT: Final = 0.5
LONGEST_WAIT: Final = 8.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: `first` to the first sign of an answer over all tries, `silence` between two reads.

    There is no limit while an answer flows; `restarts` is how often one may begin anew after it had begun.
    """

    first: float = 90.0
    silence: float = 60.0
    connect: float = 10.0
    review: float = 8.0
    detect: float = 8.0
    check: float = 10.0
    restarts: int = 3


class Tries:
    """The tries of one call, within one deadline."""

    def __init__(self, clock: Clock, limits: Limits) -> None:
        self._clock = clock
        self._limits = limits
        self._until = clock.monotonic() + limits.first
        self._failures = 0
        self._restarts = 0

    def left(self) -> float:
        """Seconds until the deadline."""
        return self._until - self._clock.monotonic()

    async def wait(self, failure: Passing, *, begun: bool) -> None:
        """Return when the next try may begin; raise the failure where there can be none."""
        if begun:
            self._restarts += 1
            self._failures = 0
            self._until = self._clock.monotonic() + self._limits.first
        pause = min(LONGEST_WAIT, FIRST_WAIT * 2**self._failures)
        pause = max(failure.wait, pause * random.uniform(0.75, 1.0))  # noqa: S311  # spreads callers, hides nothing
        self._failures += 1
        if pause >= self.left() or self._restarts > self._limits.restarts:
            raise failure
        await self._clock.sleep(pause)
