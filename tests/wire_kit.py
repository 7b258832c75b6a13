"""The real core on the real client for Claude, over a socket to the double that knows the API's own rules."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.claude_kit import kit_for
from tests.doubles.claude import ClaudeDouble
from tests.fakes.house import House, open_house


@dataclass(frozen=True, slots=True)
class Wired:
    """A house whose model is the real one, and the double that it asks."""

    house: House
    double: ClaudeDouble


@asynccontextmanager
async def wired_house(path: Path, *, mode: str = "on") -> AsyncIterator[Wired]:
    async with ClaudeDouble() as double, kit_for(double) as kit, open_house(path, mode=mode) as house:
        house.assistant._parts.model = kit.model
        yield Wired(house, double)
