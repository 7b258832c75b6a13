"""A new database and a migrated one have the same tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from bot.errors import OperatorError
from bot.store import open_store
from bot.store.database import open_database
from bot.store.migrate import HEAD, MIGRATIONS, current, migrate, upgrade
from bot.store.schema import metadata


def tables(connection: Connection) -> dict[str, list[tuple[str, str, bool]]]:
    found = inspect(connection)
    return {
        name: sorted((c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(name))
        for name in found.get_table_names()
    }


async def test_migrating_leads_to_the_very_tables_that_a_new_database_gets(tmp_path: Path) -> None:
    async with open_database(f"sqlite:///{tmp_path / 'new.db'}") as new:
        await new.write(migrate)
        made = await new.read(tables)
    async with open_database(f"sqlite:///{tmp_path / 'old.db'}") as old:
        await old.write(upgrade)
        migrated = await old.read(tables)
        differences = await old.read(lambda c: compare_metadata(MigrationContext.configure(c), metadata))
        assert await old.read(current)
    assert made == migrated
    assert differences == []


def test_the_newest_migration_is_the_one_this_version_expects() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


async def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'adieu.db'}"
    async with open_store(url):
        pass
    async with open_database(url) as database:
        await database.write(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(OperatorError, match="newer version"):
        async with open_store(url):
            pass
    async with open_database(url) as database:
        version = text("SELECT version_num FROM alembic_version")
        assert await database.read(lambda c: c.execute(version).scalar_one()) == "9999"
