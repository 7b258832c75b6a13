"""The connection to SQLite or PostgreSQL: one writer at a time, short transactions, never a wait inside."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from bot.store.sqlite import open_sqlite

T = TypeVar("T")


class Database(Protocol):
    """Runs plain functions on a SQLAlchemy Core connection, each as one transaction."""

    @property
    def in_order(self) -> bool:
        """Whether callers hear of their transactions in the order in which these took place."""
        ...

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction: all of it is kept, or (on any exception) nothing."""
        ...

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on one consistent view of the data."""
        ...


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """Open the database at `url` (sqlite:///PATH or postgresql://...), without touching its tables."""
    if url.startswith("postgresql://"):
        # Here, because it takes several megabytes that a file has no use for.
        from bot.store.postgresql import open_postgresql  # noqa: PLC0415

        async with open_postgresql(url) as pool:
            yield pool
    else:
        async with open_sqlite(url) as file:
            yield file
