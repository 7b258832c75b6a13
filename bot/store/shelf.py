"""Small documents that adapters keep for themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, select

from bot.store.database import Database
from bot.store.dialects import upsert
from bot.store.schema import shelf


class SqlShelf:
    """The Shelf port on one table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, space: str, key: str, value: Mapping[str, Any]) -> None:
        """Keep a document, in the place of an earlier one."""

        def change(c: Connection) -> None:
            kept = upsert(c, shelf).values(space=space, key=key, value=dict(value))
            c.execute(
                kept.on_conflict_do_update(index_elements=["space", "key"], set_={"value": dict(value)})
            )

        await self._database.write(change)

    async def get(self, space: str, key: str) -> dict[str, Any] | None:
        """One document, None where there is none."""
        query = select(shelf.c.value).where(shelf.c.space == space, shelf.c.key == key)
        return await self._database.read(lambda c: c.execute(query).scalar_one_or_none())

    async def all(self, space: str, prefix: str = "") -> list[tuple[str, dict[str, Any]]]:
        """Documents whose key begins with `prefix`, in the order of their keys."""
        query = select(shelf.c.key, shelf.c.value).where(shelf.c.space == space).order_by(shelf.c.key)
        if prefix:
            query = query.where(shelf.c.key.startswith(prefix, autoescape=True))
        rows = await self._database.read(lambda c: c.execute(query).all())
        return [(row.key, row.value) for row in rows]

    async def remove(self, space: str, key: str) -> None:
        """Remove a document; none is fine."""
        statement = delete(shelf).where(shelf.c.space == space, shelf.c.key == key)
        await self._database.write(lambda c: c.execute(statement))
