"""The tables. Everything the program must know after a crash stands in one of these rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)


class Instant(TypeDecorator[datetime]):
    """An aware UTC time, kept as whole milliseconds so that every database compares it alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else round(value.timestamp() * 1000)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else datetime.fromtimestamp(value / 1000, UTC)


NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)
Key = BigInteger().with_variant(Integer, "sqlite")


def _key(name: str = "id") -> Column[int]:
    return Column(name, Key, primary_key=True, autoincrement=True)


def _of(table: str, *, primary_key: bool = False, nullable: bool = False) -> Column[int]:
    target = ForeignKey(f"{table}.id", ondelete="CASCADE")
    return Column(f"{table}_id", Key, target, nullable=nullable, primary_key=primary_key, autoincrement=False)


def _text(name: str, **more: Any) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="", **more)


def _few(name: str, column: str, condition: str) -> Index:
    """An index of only those rows for which the condition is so; a query has to say it in the same words."""
    return Index(name, column, sqlite_where=text(condition), postgresql_where=text(condition))


prompt = Table(
    "prompt",
    metadata,
    _key(),
    Column("hash", String(64), nullable=False, unique=True),
    _text("text"),
)

conversation = Table(
    "conversation",
    metadata,
    _key(),
    Column("platform", String(32), nullable=False),
    Column("workspace", String(128), nullable=False),
    Column("channel", String(128), nullable=False),
    Column("thread", String(128), nullable=False),
    Column("thread_key", String(512), nullable=False, index=True),
    Column("starter_id", String(128), nullable=False),
    _text("starter_name"),
    _text("starter_locale"),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("active_turn", Key, nullable=True, index=True),
    Column("failed_turn", Key, nullable=True),
    Column("turns", Integer, nullable=False),
    _text("title"),
    Column("prompt_id", Key, ForeignKey("prompt.id"), nullable=False),
    Column("model", String(128), nullable=False),
    Column("opened", Boolean, nullable=False),
    Column("private", Boolean, nullable=False),
    _text("origin"),
    Column("hold_until", Instant, nullable=True),
    Column("hold_clear", Integer, nullable=False, server_default="0"),
    Column("crisis_card_at", Instant, nullable=True),
    _text("summary"),
    Column("summary_turn", Key, nullable=False),
    Column("created_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

turn = Table(
    "turn",
    metadata,
    _key(),
    _of("conversation"),
    Column("number", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("placed", JSON, nullable=False),
    _text("input"),
    _text("reply"),
    Column("model", String(128), nullable=False, server_default=""),
    Column("policy", String(64), nullable=False, server_default=""),
    Column("usage", JSON, nullable=True),
    Column("risk", String(16), nullable=False, server_default=""),
    Column("cared", Boolean, nullable=False),
    Column("copied_from", Key, nullable=True),
    Column("copied_before", Key, nullable=True),
    Column("at", Instant, nullable=False),
    UniqueConstraint("conversation_id", "number"),
    _few("ix_turn_copied_from", "copied_from", "copied_from IS NOT NULL"),
    _few("ix_turn_not_cared", "id", "NOT cared"),
    sqlite_autoincrement=True,
)

message = Table(
    "message",
    metadata,
    _key("number"),
    _of("conversation"),
    Column("platform", String(32), nullable=False),
    Column("place", String(128), nullable=False),
    Column("message_id", String(128), nullable=False),
    Column("author_id", String(128), nullable=False),
    _text("author_name"),
    _text("author_locale"),
    Column("moderator", Boolean, nullable=False),
    _text("text"),
    Column("at", Instant, nullable=False),
    Column("turn_id", Key, ForeignKey("turn.id"), nullable=True),
    Column("deleted", Boolean, nullable=False),
    Column("late", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("platform", "place", "message_id"),
    _few("ix_message_late", "number", "late"),
    Index("ix_message_conversation_id_turn_id", "conversation_id", "turn_id"),
    Index("ix_message_turn_id", "turn_id"),
    sqlite_autoincrement=True,
)

participant = Table(
    "participant",
    metadata,
    _of("conversation", primary_key=True),
    Column("person_id", String(128), primary_key=True),
    _text("name"),
    _text("locale"),
    Column("standing", String(16), nullable=False),
    Column("warned", JSON, nullable=True),
    Column("confirming", JSON, nullable=True),
    Column("asked_until", Instant, nullable=True),
    Column("pointed_at", Instant, nullable=True),
    Column("reminded_at", Instant, nullable=True),
    _few("ix_participant_asked_until", "asked_until", "standing = 'confirming'"),
)

ending = Table(
    "ending",
    metadata,
    _key(),
    _of("conversation"),
    Column("version", Integer, nullable=False),
    Column("reason", String(32), nullable=False),
    Column("person_id", String(128), nullable=False),
    Column("by", String(128), nullable=False),
    Column("out", Boolean, nullable=False),
    Column("step", String(16), nullable=False),
    _text("beside"),
    _text("notice"),
    _text("degraded"),
    Column("attempts", Integer, nullable=False),
    Column("turn_id", Key, nullable=True),
    Column("workspace_key", String(256), nullable=False),
    Column("warning", JSON, nullable=True),
    Column("reopened_by", Text, nullable=True),
    Column("at", Instant, nullable=False),
    UniqueConstraint("conversation_id", "version"),
    Index("ix_ending_step", "step"),
    Index("ix_ending_workspace_key_at", "workspace_key", "at"),
    sqlite_autoincrement=True,
)

feedback = Table(
    "feedback",
    metadata,
    _key(),
    _of("conversation"),
    Column("person_id", String(128), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("cause", String(128), nullable=False, unique=True),
    _text("words"),
    Column("told", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_feedback_conversation_id", "conversation_id"),
    _few("ix_feedback_untold", "id", "NOT told"),
    sqlite_autoincrement=True,
)

audit = Table(
    "audit",
    metadata,
    _key(),
    _of("conversation", nullable=True),
    Column("workspace_key", String(256), nullable=False, server_default=""),
    Column("at", Instant, nullable=False),
    Column("actor", String(128), nullable=False),
    Column("cause", String(64), nullable=False),
    Column("before", String(64), nullable=False),
    Column("after", String(64), nullable=False),
    Index("ix_audit_conversation_id", "conversation_id"),
    Index("ix_audit_workspace_key", "workspace_key"),
    sqlite_autoincrement=True,
)

setting = Table(
    "setting",
    metadata,
    Column("workspace_key", String(256), primary_key=True),
    Column("name", String(64), primary_key=True),
    _text("value"),
)

shelf = Table(
    "shelf",
    metadata,
    Column("space", String(64), primary_key=True),
    Column("key", String(256), primary_key=True),
    Column("value", JSON, nullable=False),
)
