"""Bring the tables up to date at start.

A new database gets today's tables at once; an older one goes through Alembic's migrations. A test holds the
two ways to the same tables. Alembic is imported only when there is something to migrate: it takes 12 MB.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.errors import OperatorError
from bot.store.schema import metadata

HEAD = "0001"
"""The newest migration; a test compares it with the scripts."""
MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(connection: Connection) -> None:
    """Make or update the tables in the caller's transaction; OperatorError on a newer database."""
    found = _revision(connection)
    if found == HEAD:
        return
    if not found:
        metadata.create_all(connection)
        _stamp(connection)
        return
    upgrade(connection, found)


def upgrade(connection: Connection, found: str = "") -> None:
    """Run the migrations that the database lacks, with Alembic."""
    from alembic import command  # noqa: PLC0415 - only where something is to be migrated
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    known = {item.revision for item in ScriptDirectory.from_config(config).walk_revisions()}
    if found and found not in known:
        raise OperatorError(
            f"store.url: the database was written by a newer version of adieu (revision {found})."
            " Install that version, or restore a backup."
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def current(connection: Connection) -> bool:
    """Whether the tables are the ones this version works with."""
    return _revision(connection) == HEAD


def _revision(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none() or "")


def _stamp(connection: Connection) -> None:
    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})
