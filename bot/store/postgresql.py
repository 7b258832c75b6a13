"""PostgreSQL: a pool of connections. Its driver is loaded only where it is used."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import OperatorError

T = TypeVar("T")


class PostgreSQL:
    """A pool of connections; rows are locked where order matters (see bot/store/rows.py)."""

    in_order = False

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction of a connection of its own."""
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on a connection of its own."""
        async with self._engine.connect() as connection:
            return await connection.run_sync(work)


@asynccontextmanager
async def open_postgresql(url: str) -> AsyncIterator[PostgreSQL]:
    """Open the database at `url` (postgresql://...); what keeps it from answering is said in words."""
    address = url.replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(address, pool_pre_ping=True, hide_parameters=True)
    try:
        await _reached(engine)
        yield PostgreSQL(engine)
    finally:
        await engine.dispose()


async def _reached(engine: AsyncEngine) -> None:
    """Say in words what keeps the server from answering: its address, the password, the database's name."""
    try:
        async with engine.connect():
            pass
    except (OSError, DBAPIError) as error:
        cause = getattr(error, "orig", None) or error
        where = f"{engine.url.host or 'this machine'}, database {engine.url.database}"
        remedy = "Check that it runs, and the address, name and password."
        raise OperatorError(
            f"store.url: PostgreSQL on {where} cannot be reached ({cause}). {remedy}"
        ) from error
