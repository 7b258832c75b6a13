"""What the tests of care share: a detector with a cue, a platform that tells when, the audit log."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from sqlalchemy import select

from bot.cards import Kind
from bot.store.schema import audit, message, turn
from bot.types import Exchange, Message, Risk
from tests.fakes.house import House
from tests.fakes.model import FakeDetector
from tests.fakes.platform import FakePlatform

WORDS = "words that only the detector understands"
PLAIN = "I want to kill myself"
"""What the net of words knows by itself."""


@dataclass
class CuedDetector:
    """The Detector port: says what it is told, once it is told to."""

    risk: Risk | Exception = Risk.NONE
    read_: list[tuple[str, ...]] = field(default_factory=list)
    context: tuple[Exchange, ...] = ()
    cue: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self, messages: tuple[Message, ...], context: tuple[Exchange, ...]) -> Risk:
        self.read_.append(tuple(each.text for each in messages))
        self.context = context
        self.asked.set()
        await self.cue.wait()
        if isinstance(self.risk, Exception):
            raise self.risk
        return self.risk


class Crash(BaseException):
    """The process dies here, whatever catches Exception; the house is to be closed right after."""


@dataclass
class TellingPlatform(FakePlatform):
    """Tells when a step has been taken for the n-th time; the process dies at the step `dies_at`."""

    waiting: list[tuple[str, int, asyncio.Event]] = field(default_factory=list)
    dies_at: str = ""

    def _enter(self, step: str, thread: str = "") -> None:
        if step == self.dies_at:
            self.dies_at = ""
            raise Crash
        super()._enter(step, thread)
        for name, times, event in self.waiting:
            if name == step and self.steps.count(step) >= times:
                event.set()

    async def reached(self, step: str, times: int = 1) -> None:
        """Return once a step has been taken so often."""
        event = asyncio.Event()
        self.waiting.append((step, times, event))
        if self.steps.count(step) < times:
            await event.wait()


def cued(house: House) -> CuedDetector:
    """Put a detector in the house that waits for its cue."""
    detector = CuedDetector()
    house.detector.read = detector.read  # type: ignore[method-assign]
    return detector


async def held(house: House, thread: str) -> bool:
    """Whether the hold is on now."""
    return (await house.conversation(thread)).held(house.clock.now())


def helped(house: House, thread: str) -> int:
    """How many resource cards are in the thread."""
    return len(house.platform.cards(thread, Kind.CRISIS))


async def causes(house: House) -> list[str]:
    """The causes in the audit log, in their order."""
    query = select(audit.c.cause).order_by(audit.c.id)
    return await house.store.holds._database.read(lambda c: list(c.execute(query).scalars()))


async def texts_kept(house: House) -> list[str]:
    """All texts of messages that are in the store."""
    query = select(message.c.text).order_by(message.c.number)
    return await house.store.holds._database.read(lambda c: list(c.execute(query).scalars()))


async def turns_kept(house: House) -> list[tuple[str, str, bool]]:
    """State, risk and whether it is cared for, of every turn."""
    query = select(turn.c.state, turn.c.risk, turn.c.cared).order_by(turn.c.id)
    rows = await house.store.holds._database.read(lambda c: c.execute(query).all())
    return [(row.state, row.risk, row.cared) for row in rows]


__all__ = ["PLAIN", "WORDS", "CuedDetector", "FakeDetector", "TellingPlatform"]
