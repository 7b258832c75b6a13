"""Statements that go straight to SQLite's driver behave as they do through SQLAlchemy."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.store.database import Database, open_database
from bot.store.prepared import Prepared
from bot.store.schema import metadata, setting, turn

AT = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)
TURN: dict[str, Any] = {"conversation_id": 1, "number": 1, "at": AT, "placed": ["a", "b"], "attempts": 2}
_INSERT = insert(turn).values(state="running", cared=False).returning(turn)
_SELECT = select(turn).where(turn.c.number == bindparam("number"), turn.c.state == "running").limit(1)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(f"sqlite:///{tmp_path / 'adieu.db'}") as opened:
        await opened.write(metadata.create_all)
        yield opened


async def test_rows_come_back_as_sqlalchemy_gives_them(database: Database) -> None:
    keep = Prepared(_INSERT, tuple(TURN))

    def both(c: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        c.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        keep(c, TURN)
        (ours,) = Prepared(_SELECT)(c, {"number": 1})
        theirs = c.execute(_SELECT, {"number": 1}).one()
        c.exec_driver_sql("DELETE FROM turn")
        return ours._asdict(), theirs._asdict()

    ours, theirs = await database.write(both)
    assert ours == theirs
    assert (ours["at"], ours["placed"], ours["state"]) == (AT, ["a", "b"], "running")


async def test_what_violates_a_key_is_the_same_error_and_nothing_of_it_is_kept(database: Database) -> None:
    row = {"workspace_key": "w", "name": "mode", "value": "on"}
    put = Prepared(insert(setting).returning(setting.c.value), tuple(row))
    with pytest.raises(IntegrityError) as caught:
        await database.write(lambda c: [put(c, row), put(c, row)])
    assert "mode" not in str(caught.value), "values may be what people wrote"
    assert await database.read(lambda c: c.execute(select(setting)).all()) == []


async def test_a_table_that_is_missing_is_the_same_error(database: Database) -> None:
    await database.write(metadata.drop_all)
    with pytest.raises(OperationalError):
        await database.write(lambda c: Prepared(_SELECT)(c, {"number": 1}))


async def test_an_update_without_rows_to_give_gives_none(database: Database) -> None:
    change = Prepared(update(turn).where(turn.c.number == bindparam("of")).values(state="done"))
    assert await database.write(lambda c: change(c, {"of": 1})) == []


async def test_a_value_that_was_forgotten_is_no_null(database: Database) -> None:
    with pytest.raises(KeyError, match="number"):
        await database.read(lambda c: Prepared(_SELECT)(c, {}))
