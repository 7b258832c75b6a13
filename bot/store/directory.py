"""Look things up: conversations by place or number, transcripts, a workspace's own settings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from bot.store.database import Database
from bot.store.dialects import alone
from bot.store.rows import WHOLE, messages_of, note_setting, to_conversation
from bot.store.schema import (
    audit,
    conversation,
    ending,
    feedback,
    message,
    participant,
    setting,
    turn,
)
from bot.store.turns import STOPPED
from bot.types import Conversation, State

ANSWERED = frozenset({"done", STOPPED, "refused"})
"""The states of a turn whose reply people have seen; only such a reply can have redirected anybody (E3)."""


class Directory:
    """Reads only, but for settings."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def setting(self, workspace: str, name: str) -> str:
        """A workspace's own setting, "" where it has none."""
        query = select(setting.c.value).where(setting.c.workspace_key == workspace, setting.c.name == name)
        return await self._database.read(lambda c: c.execute(query).scalar_one_or_none() or "")

    async def set(self, workspace: str, name: str, value: str, *, by: str, now: datetime) -> str:
        """Change a workspace's own setting ("": it has none any more), with a line in the audit log.

        Gives the value before. Who asks for what is so already leaves no line.
        """

        def change(c: Connection) -> str:
            alone(c, f"{workspace} {name}")
            where = (setting.c.workspace_key == workspace) & (setting.c.name == name)
            before = c.execute(select(setting.c.value).where(where)).scalar_one_or_none() or ""
            if before == value:
                return before
            if not c.execute(update(setting).where(where).values(value=value)).rowcount:
                c.execute(insert(setting).values(workspace_key=workspace, name=name, value=value))
            note_setting(c, workspace, at=now, actor=by, cause=name, before=before, after=value)
            return before

        return await self._database.write(change)

    async def changes(self, workspace: str) -> list[tuple[datetime, str, str, str, str]]:
        """(when, who, what, before, after) of every change of a workspace's settings, oldest first."""
        query = (
            select(audit.c.at, audit.c.actor, audit.c.cause, audit.c.before, audit.c.after)
            .where(audit.c.workspace_key == workspace)
            .order_by(audit.c.id)
        )
        rows = await self._database.read(lambda c: c.execute(query).all())
        return [(row.at, row.actor, row.cause, row.before, row.after) for row in rows]

    async def find(self, key: str) -> Conversation | None:
        """The newest conversation in a thread."""
        query = WHOLE.where(conversation.c.thread_key == key).order_by(conversation.c.id.desc()).limit(1)
        row = await self._database.read(lambda c: c.execute(query).one_or_none())
        return None if row is None else to_conversation(row)

    async def get(self, conversation_id: int) -> Conversation | None:
        """A conversation by its number."""
        query = WHOLE.where(conversation.c.id == conversation_id)
        row = await self._database.read(lambda c: c.execute(query).one_or_none())
        return None if row is None else to_conversation(row)

    async def living(self, platform: str, since: datetime) -> tuple[Conversation, ...]:
        """Conversations of a platform that are not closed yet and were in use since then, newest first."""
        recent = select(turn.c.conversation_id).where(turn.c.at > since)
        not_closed = conversation.c.state.in_((State.ACTIVE.value, State.ENDING.value))
        query = (
            WHOLE.where(conversation.c.platform == platform, not_closed)
            .where((conversation.c.created_at > since) | conversation.c.id.in_(recent))
            .order_by(conversation.c.id.desc())
        )
        rows = await self._database.read(lambda c: c.execute(query).all())
        return tuple(to_conversation(row) for row in rows)

    async def ended(self, platform: str, since: datetime) -> tuple[Conversation, ...]:
        """Conversations of a platform that ended since then and are closed there, newest first."""
        lately = select(ending.c.conversation_id).where(ending.c.out.is_(False), ending.c.at > since)
        query = (
            WHOLE.where(conversation.c.platform == platform, conversation.c.state == State.ENDED.value)
            .where(conversation.c.id.in_(lately))
            .order_by(conversation.c.id.desc())
        )
        rows = await self._database.read(lambda c: c.execute(query).all())
        return tuple(to_conversation(row) for row in rows)

    async def mine(self, platform: str, workspace: str, person: str) -> tuple[Conversation, ...]:
        """The conversations that a person started in a workspace, newest first, at most 25."""
        query = (
            WHOLE.where(conversation.c.platform == platform, conversation.c.workspace == workspace)
            .where(conversation.c.starter_id == person)
            .order_by(conversation.c.id.desc())
            .limit(25)
        )
        rows = await self._database.read(lambda c: c.execute(query).all())
        return tuple(to_conversation(row) for row in rows)

    async def erase(self, platform: str, workspace: str) -> list[int]:
        """Delete every row of a workspace; the numbers of its conversations."""
        return await self._database.write(lambda c: _erase(c, platform, workspace))

    async def transcript(self, conversation_id: int, turns: int) -> list[tuple[int, str, str]]:
        """The newest exchanges as lines for the second opinion (see bot.ports.Question), oldest first."""
        return await self._database.read(lambda c: _transcript(c, conversation_id, turns))

    async def authors(self, conversation_id: int, numbers: Sequence[int]) -> frozenset[str]:
        """Who wrote these messages of a conversation."""
        return await self._database.read(lambda c: _authors(c, conversation_id, numbers))

    async def answered(self, conversation_id: int, turns: int) -> dict[int, frozenset[str]]:
        """Who wrote what each of the newest replies answers, by turn; what was deleted does not count."""
        return await self._database.read(lambda c: _answered(c, conversation_id, turns))


def _authors(c: Connection, conversation_id: int, numbers: Sequence[int]) -> frozenset[str]:
    mine = (message.c.conversation_id == conversation_id) & message.c.number.in_(numbers)
    return frozenset(c.execute(select(message.c.author_id).where(mine)).scalars())


def _newest(c: Connection, conversation_id: int, turns: int) -> Sequence[Any]:
    return c.execute(
        select(turn.c.id, turn.c.reply, turn.c.state)
        .where(turn.c.conversation_id == conversation_id)
        .order_by(turn.c.number.desc())
        .limit(turns)
    ).all()


def _answered(c: Connection, conversation_id: int, turns: int) -> dict[int, frozenset[str]]:
    return {
        row.id: frozenset(each.author.id for each in messages_of(c, row.id) if not each.deleted)
        for row in _newest(c, conversation_id, turns)
        if row.reply and row.state in ANSWERED
    }


def _transcript(c: Connection, conversation_id: int, turns: int) -> list[tuple[int, str, str]]:
    lines: list[tuple[int, str, str]] = []
    for row in reversed(_newest(c, conversation_id, turns)):
        lines += [
            (item.number, item.author.id, item.text) for item in messages_of(c, row.id) if not item.deleted
        ]
        if row.reply and row.state in ANSWERED:
            lines.append((-row.id, "", row.reply))
    return lines


def _erase(c: Connection, platform: str, workspace: str) -> list[int]:
    whole = (conversation.c.platform == platform) & (conversation.c.workspace == workspace)
    found = list(c.execute(select(conversation.c.id).where(whole)).scalars())
    ours = select(conversation.c.id).where(whole)
    for table in (message, ending, participant, audit, feedback, turn):
        c.execute(delete(table).where(table.c.conversation_id.in_(ours)))
    c.execute(delete(conversation).where(whole))
    for table in (setting, audit):
        c.execute(delete(table).where(table.c.workspace_key == f"{platform}/{workspace}"))
    return found
