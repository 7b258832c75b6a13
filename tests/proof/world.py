"""What surrounds the house: weather (faults, gates), lives (processes that die), and the record of it all."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import StaticPool

from bot.errors import Forbidden, PlatformError
from bot.store.database import Database
from tests.proof.loop import StillClock, StillLoop

T = TypeVar("T")


class Dead(BaseException):
    """The process is gone: nothing after this line runs, whatever catches Exception."""


class Weather(StrEnum):
    """What happens to the next call of a kind."""

    FINE = "fine"
    FAIL = "fails before its effect"
    LOST = "has its effect, and the answer is lost"
    FORBIDDEN = "is forbidden"
    LATE = "waits at a gate before its effect"
    SLOW = "has its effect, and the answer waits at a gate"


@dataclass
class World:
    """Shared by all lives of one example."""

    loop: StillLoop = field(default_factory=StillLoop)
    weather: dict[str, deque[Weather]] = field(default_factory=lambda: defaultdict(deque))
    gates: list[asyncio.Event] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    deleted: set[str] = field(default_factory=set)
    """Texts of deleted messages."""
    writes: int = 0
    """Transactions so far: without a new one nothing needs to be examined again."""
    fine: bool = False
    """Whether all weather is over for good."""

    def __post_init__(self) -> None:
        self.clock = StillClock(self.loop)

    def blame(self, what: str) -> None:
        """Record a broken invariant: raising inside the core would only make it try again."""
        self.wrong.append(what)

    async def gate(self) -> None:
        """Wait until somebody opens this gate."""
        if not self.fine:
            self.gates.append(asyncio.Event())
            await self.gates[-1].wait()

    def open(self, which: int) -> None:
        """Open one gate, any."""
        if self.gates:
            self.gates.pop(which % len(self.gates)).set()

    def open_all(self) -> None:
        while self.gates:
            self.gates.pop().set()


@dataclass
class Life:
    """One process. `left` says after how many more steps it dies; below zero it does not."""

    world: World
    left: int = -1
    dead: bool = False

    def step(self) -> None:
        """A place to die."""
        if not self.dead and self.left == 0:
            self.dead = True
        if self.dead:
            raise Dead
        if self.left > 0:
            self.left -= 1

    async def through(self, kind: str, effect: Callable[[], Awaitable[T]]) -> T:
        """Do something outside the process, in the weather of the moment."""
        await asyncio.sleep(0)
        self.step()
        weather = self.world.weather[kind].popleft() if self.world.weather[kind] else Weather.FINE
        if weather is Weather.LATE:
            await self.world.gate()
            self.step()
        if weather is Weather.FAIL:
            raise PlatformError(f"{kind} failed")
        if weather is Weather.FORBIDDEN:
            raise Forbidden(f"{kind} is forbidden", permission="Some Permission")
        result = await effect()
        self.step()
        if weather is Weather.SLOW:
            await self.world.gate()
            self.step()
        if weather is Weather.LOST:
            raise PlatformError(f"the answer to {kind} was lost")
        return result


_COMPILED: dict[Any, Any] = {}


def open_engine(path: str) -> Engine:
    """SQLite on a file, as the store opens it, but without threads: every order of events is repeatable."""
    engine = create_engine(
        f"sqlite:///{path}", poolclass=StaticPool, execution_options={"compiled_cache": _COMPILED}
    )

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("foreign_keys=ON", "synchronous=OFF", "journal_mode=MEMORY"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


class StillDatabase(Database):
    """The store's own transactions on a real file; each is a place to die, before it and after it.

    In order, one writer after the other as on SQLite; else answers overtake each other, as with a pool.
    """

    in_order = False

    def __init__(
        self, engine: Engine, life: Life, after: Callable[[Connection], None], *, in_order: bool
    ) -> None:
        self.in_order = in_order
        self._lane = asyncio.Lock()
        self._engine = engine
        self._life = life
        self._after = after

    async def write(self, work: Callable[[Connection], T]) -> T:
        async def transaction() -> T:
            with self._engine.begin() as connection:
                result = work(connection)
            with self._engine.begin() as connection:
                self._after(connection)
            self._life.world.writes += 1
            return result

        if not self.in_order:
            return await self._life.through("write", transaction)
        async with self._lane:
            return await self._life.through("write", transaction)

    async def read(self, work: Callable[[Connection], T]) -> T:
        async def view() -> T:
            with self._engine.begin() as connection:
                return work(connection)

        return await self._life.through("read", view)
