"""The two things that SQLite and PostgreSQL have no common words for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert


def upsert(c: Connection, table: Table) -> Any:
    """An insert that can say what becomes of a row that is there already."""
    return (postgresql_insert if c.dialect.name == "postgresql" else sqlite_insert)(table)


def alone(c: Connection, key: str) -> bool:
    """Let one transaction at a time go on from here with the same `key`: for rows that are not there yet.

    Whether another may have come before. On SQLite there is one writer anyhow.
    """
    if c.dialect.name != "postgresql":
        return False
    c.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
    return True
