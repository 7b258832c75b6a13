"""Failures on request: errors, lost answers, dropped and hanging connections."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Literal

Failure = int | Literal["drop", "hang"]


@dataclass
class Fault:
    """One planned failure; `hits` counts how often it struck."""

    method: str
    path: re.Pattern[str]
    status: Failure
    times: int
    after_effect: bool
    retry_after: float
    code: int
    hits: int = 0
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    def strikes(self, method: str, path: str) -> bool:
        """Whether it is meant for this request, and not used up."""
        return self.hits < self.times and self.method in ("*", method) and bool(self.path.search(path))

    def release(self) -> None:
        """Let the requests that hang go on as if nothing had been."""
        self._released.set()

    async def hang(self) -> None:
        """Wait for `release`."""
        await self._released.wait()


class Faults:
    """The failures planned; the first that fits a request strikes."""

    def __init__(self) -> None:
        self.planned: list[Fault] = []

    def add(
        self,
        *,
        path: str,
        status: Failure,
        method: str = "*",
        times: int = 1,
        after_effect: bool = False,
        retry_after: float = 1.0,
        code: int = 0,
    ) -> Fault:
        """Plan one: `path` is a regular expression searched in the path after /api/v10.

        A number answers with that status (429 with Via and `retry_after`), "drop" cuts the connection, "hang"
        waits for `release()`. With `after_effect` the request is carried out and only its answer is lost.
        """
        fault = Fault(method, re.compile(path), status, times, after_effect, retry_after, code)
        self.planned.append(fault)
        return fault

    def strike(self, method: str, path: str) -> Fault | None:
        """Take the fault meant for this request, if any."""
        for fault in self.planned:
            if fault.strikes(method, path):
                fault.hits += 1
                return fault
        return None

    def clear(self) -> None:
        """Forget all plans and let go of what hangs."""
        for fault in self.planned:
            fault.release()
        self.planned.clear()
