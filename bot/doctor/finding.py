"""The doctor's words: a finding, and the check that makes findings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.config import Config


class Level(StrEnum):
    """How bad it is: only a problem breaks something."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, what came of it, and what to do about it."""

    level: Level
    what: str
    result: str
    remedy: str = ""

    def __str__(self) -> str:
        """The line, as people read it."""
        remedy = f" -> {self.remedy}" if self.remedy else ""
        return " ".join(f"{self.level:<8} {self.what}: {self.result}{remedy}".split("\n"))


Check = Callable[[Config], AsyncIterator[Finding]]
"""Entry points of the group `adieu.checks` are such functions. They only look, and may raise AdieuError."""
