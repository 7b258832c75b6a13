"""Reopenings: an ended conversation is active again, and people are to see that it is (E36)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select, update

from bot.store import feedback
from bot.store.database import Database
from bot.store.rows import WHOLE, claim, lock, note, to_conversation, waiting
from bot.store.schema import conversation, ending, message, participant
from bot.types import Conversation, Standing, State, Step


class Reopenings:
    """One transaction records a reopening; that people have seen it is another one, later."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def reopen(self, conversation_id: int, by: str, now: datetime, *, name: str = "") -> bool:
        """Active again, warnings cleared, every step of the former ending void (E36).

        That its thread is open again, and who did it (`name`), is owed to people from now on.
        """

        def change(c: Connection) -> bool:
            if not reopen_row(c, conversation_id, by, now):
                return False
            mine = (ending.c.conversation_id == conversation_id) & ending.c.out.is_(False)
            newest = select(func.max(ending.c.id)).where(mine).scalar_subquery()
            c.execute(update(ending).where(ending.c.id == newest).values(reopened_by=name))
            return True

        return await self._database.write(change)

    async def owed(self, conversation_id: int) -> tuple[Conversation, int, str] | None:
        """The reopening that people have yet to see: the conversation, its former ending, who did it."""
        return await self._database.read(lambda c: _owed(c, conversation_id))

    async def shown(self, closing_id: int) -> None:
        """People see that the conversation is open again."""
        statement = update(ending).where(ending.c.id == closing_id).values(reopened_by=None)
        await self._database.write(lambda c: c.execute(statement))

    async def unshown(self) -> list[int]:
        """Conversations whose reopening people have yet to see."""
        query = select(ending.c.conversation_id).where(ending.c.reopened_by.is_not(None)).distinct()
        return await self._database.read(lambda c: list(c.execute(query).scalars()))


def _owed(c: Connection, conversation_id: int) -> tuple[Conversation, int, str] | None:
    query = select(ending.c.id, ending.c.reopened_by).where(
        ending.c.conversation_id == conversation_id, ending.c.reopened_by.is_not(None)
    )
    found = c.execute(query).first()
    row = c.execute(WHOLE.where(conversation.c.id == conversation_id)).one_or_none()
    return None if found is None or row is None else (to_conversation(row), found.id, found.reopened_by)


def reopen_row(c: Connection, conversation_id: int, by: str, now: datetime) -> bool:
    """What `reopen` does, inside the caller's transaction."""
    row = lock(c, conversation_id)
    if row is None or row.state not in {State.ENDING.value, State.ENDED.value}:
        return False
    c.execute(update(ending).where(ending.c.conversation_id == row.id).values(step=Step.TOLD.value))
    c.execute(
        update(participant)
        .where(participant.c.conversation_id == row.id)
        .values(
            standing=Standing.CLEAR.value, warned=None, confirming=None, pointed_at=None, reminded_at=None
        )
    )
    c.execute(
        update(conversation)
        .where(conversation.c.id == row.id)
        .values(state=State.ACTIVE.value, version=row.version + 1)
    )
    feedback.answer(c, row.id)
    note(c, row.id, at=now, actor=by, cause="reopened", before=row.state, after=State.ACTIVE.value)
    # What came too late for the former ending waits for a turn again.
    c.execute(update(message).where(message.c.conversation_id == row.id).values(late=False))
    opened = lock(c, row.id)
    assert opened is not None
    if waiting(c, row.id) and opened.active_turn is None:
        claim(c, opened, now)
    return True
