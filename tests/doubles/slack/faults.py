"""Failures on request: errors, lost answers, dropped and hanging connections."""

import asyncio
import re
from dataclasses import dataclass, field

Failure = int | str  # an HTTP status, "drop", "hang", or the name of an error


@dataclass
class Fault:
    """One planned failure; `hits` counts how often it struck."""

    method: re.Pattern[str]
    status: Failure
    times: int
    after_effect: bool
    retry_after: int
    skip: int = 0
    hits: int = 0
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        """Let the calls that hang go on as if nothing had been."""
        self._released.set()

    async def hang(self) -> None:
        """Wait for `release`."""
        await self._released.wait()


class Faults:
    """The failures planned; the first that fits a call strikes."""

    def __init__(self) -> None:
        self.planned: list[Fault] = []

    def add(
        self,
        *,
        method: str,
        status: Failure,
        times: int = 1,
        after_effect: bool = False,
        retry_after: int = 1,
        skip: int = 0,
    ) -> Fault:
        """Plan one: `method` is a regular expression that the whole method name must match.

        A number answers with that HTTP status (429 with Retry-After and `ratelimited`), "drop" cuts the
        connection, "hang" waits for `release()`, any other word is an `{"ok": false}` error. With
        `after_effect` the call is carried out and only its answer is lost. `skip` lets the first ones pass.
        """
        fault = Fault(re.compile(method), status, times, after_effect, retry_after, skip)
        self.planned.append(fault)
        return fault

    def strike(self, method: str) -> Fault | None:
        """Take the fault meant for this call, if any."""
        for fault in self.planned:
            if fault.hits < fault.times and fault.method.fullmatch(method):
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.hits += 1
                return fault
        return None

    def clear(self) -> None:
        """Forget all plans and let go of what hangs."""
        for fault in self.planned:
            fault.release()
        self.planned.clear()
