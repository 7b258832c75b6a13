"""SQLite on a file: a lane for all writes, in order, and one for reads."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
from sqlalchemy import Connection, Engine, StaticPool, create_engine, event
from sqlalchemy.exc import DatabaseError

from bot.errors import OperatorError

T = TypeVar("T")

_UNUSABLE = {
    "unable to open": "Check the folder's permissions.",
    "readonly": "Check the file's permissions.",
    "not a database": "Choose another path; the file there is something else and was left alone.",
}
"""What SQLite says of a file that only the operator can put right, and the remedy."""


class Lane:
    """One SQLite connection on aiosqlite's thread, with SQLAlchemy on top of it there.

    A whole transaction crosses to the thread once. SQLAlchemy's own aiosqlite dialect crosses for each
    cursor, statement and fetch, and that was more than half of the CPU time of a turn.
    """

    def __init__(self, connection: aiosqlite.Connection, *, begin: str) -> None:
        self._connection = connection
        self._engine = create_engine(
            "sqlite://",
            creator=lambda: connection._conn,  # noqa: SLF001 - the sqlite3 connection that the thread owns
            poolclass=StaticPool,
            hide_parameters=True,
        )
        _begins_with(self._engine, begin)
        self._open: Connection | None = None

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run `work` as one transaction. Calls queue up in the order in which they were made."""
        # By this method aiosqlite hands its thread one call at a time; here a transaction is one call.
        hand: Callable[..., Awaitable[T]] = self._connection._execute  # noqa: SLF001
        return await hand(self._transact, work)

    async def close(self) -> None:
        """Give the connection back, on the thread that owns it."""
        await self._connection._execute(self._give_back)  # type: ignore[no-untyped-call]  # noqa: SLF001

    def _give_back(self) -> None:
        if self._open is not None:
            self._open.close()

    def _transact(self, work: Callable[[Connection], T]) -> T:
        if self._open is None:  # kept: the pool's bookkeeping would cost as much as a statement
            self._open = self._engine.connect()
        with self._open.begin():
            return work(self._open)


class SQLite:
    """A lane for all writes, in order, and a lane for reads, which never wait for a writer."""

    in_order = True

    def __init__(self, writer: Lane, reader: Lane) -> None:
        self._writer = writer
        self._reader = reader

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` behind all writes before it."""
        return await self._writer.run(work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` beside the writer."""
        return await self._reader.run(work)


@asynccontextmanager
async def open_sqlite(url: str) -> AsyncIterator[SQLite]:
    """Open the file at `url` (sqlite:///PATH); what only the operator can mend is said in words."""
    path = Path(url.removeprefix("sqlite:///"))
    if not path.parent.is_dir():
        raise OperatorError(
            f"store.url: the folder {path.parent} does not exist. Create it or choose another."
        )
    try:
        # Tried first: when aiosqlite's own attempt fails, its thread complains at length of a closed loop.
        sqlite3.connect(path).close()
        async with _connected(path) as writer, _connected(path) as reader:
            lanes = Lane(writer, begin="BEGIN IMMEDIATE"), Lane(reader, begin="BEGIN")
            try:
                yield SQLite(*lanes)
            finally:
                for lane in lanes:
                    await lane.close()
    except (DatabaseError, sqlite3.DatabaseError) as error:
        for sign, remedy in _UNUSABLE.items():
            if sign in str(error):
                cause = getattr(error, "orig", error)
                raise OperatorError(f"store.url: {path} cannot be used ({cause}). {remedy}") from error
        raise


@asynccontextmanager
async def _connected(path: Path) -> AsyncIterator[aiosqlite.Connection]:
    """A connection with the write-ahead log and enforced foreign keys; transactions begin where we say so."""
    async with aiosqlite.connect(path, isolation_level=None) as connection:
        for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            await connection.execute(f"PRAGMA {pragma}")
        yield connection


def _begins_with(engine: Engine, statement: str) -> None:
    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        # The driver's own method: SQLAlchemy's way to it costs as much as a query.
        connection.connection.driver_connection.execute(statement)  # type: ignore[union-attr]

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
