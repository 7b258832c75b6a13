"""The prompt cache: what of a request is read, what is written, what is paid in full."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Final

from .prompt import Body, Unit, units_of

SECONDS: Final = {"5m": 300.0, "1h": 3600.0}


@dataclass(frozen=True, slots=True)
class InputUsage:
    """A request's input tokens by how they are paid."""

    plain: int
    read: int = 0
    written_5m: int = 0
    written_1h: int = 0

    @property
    def total(self) -> int:
        """All input, however paid."""
        return self.plain + self.read + self.written_5m + self.written_1h

    def wire(self) -> dict[str, Any]:
        """Say it in the words of `usage`."""
        return {
            "input_tokens": self.plain,
            "cache_creation_input_tokens": self.written_5m + self.written_1h,
            "cache_read_input_tokens": self.read,
            "cache_creation": {
                "ephemeral_5m_input_tokens": self.written_5m,
                "ephemeral_1h_input_tokens": self.written_1h,
            },
        }


@dataclass(slots=True)
class PromptCache:
    """Prefixes kept by their digest, each until its time is over; reading one keeps it longer."""

    clock: Callable[[], float]
    minimum: int = 0
    lookback: int = 20
    _until: dict[bytes, float] = field(default_factory=dict)

    def take(self, body: Body) -> InputUsage:
        """Account for a request and remember what it marks."""
        units = units_of(body)
        marks = _breakpoints(body, units)
        upto = [0, *accumulate(unit.tokens for unit in units)]
        marks = {at: ttl for at, ttl in marks.items() if upto[at + 1] >= self.minimum}
        hit = max((self._hit(units, at) for at in marks), default=-1)
        if hit >= 0:
            self._keep(units[hit], self._ttl_after(marks, hit))
        written = {"5m": 0, "1h": 0}
        reached = hit
        for at in sorted(marks):
            self._keep(units[at], marks[at])
            written[marks[at]] += max(0, upto[at + 1] - upto[reached + 1])
            reached = max(reached, at)
        return InputUsage(
            plain=upto[-1] - upto[reached + 1],
            read=upto[hit + 1],
            written_5m=written["5m"],
            written_1h=written["1h"],
        )

    def forget(self) -> None:
        """Empty the cache, as time does."""
        self._until.clear()

    def _hit(self, units: Sequence[Unit], mark: int) -> int:
        now = self.clock()
        for at in range(mark, max(-1, mark - self.lookback), -1):
            if self._until.get(units[at].digest, -1.0) > now:
                return at
        return -1

    def _keep(self, unit: Unit, ttl: str) -> None:
        until = self.clock() + SECONDS[ttl]
        self._until[unit.digest] = max(until, self._until.get(unit.digest, until))

    @staticmethod
    def _ttl_after(marks: dict[int, str], hit: int) -> str:
        return next(ttl for at, ttl in sorted(marks.items()) if at >= hit)


def _breakpoints(body: Body, units: Sequence[Unit]) -> dict[int, str]:
    marks = {at: unit.ttl for at, unit in enumerate(units) if unit.ttl}
    automatic = body.get("cache_control")
    if automatic:
        last = max((at for at, unit in enumerate(units) if unit.cacheable), default=-1)
        if last >= 0:
            marks.setdefault(last, str(automatic.get("ttl") or "5m"))
    return marks
