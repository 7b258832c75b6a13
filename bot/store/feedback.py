"""What people say of an ending: feedback and appeals, each kept once (E35)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from bot.store.database import Database
from bot.store.rows import lock
from bot.store.schema import feedback

APPEAL = "appeal"
OPEN = "open"


class Feedback:
    """Kept first, told to the moderators after."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(
        self, conversation_id: int, person: str, kind: str, words: str, *, cause: str, now: datetime
    ) -> bool:
        """Keep it once for each `cause`.

        False, and nothing is kept: an appeal while the same person's is still open, or feedback that says the
        same as an earlier one of theirs.
        """

        def change(c: Connection) -> bool:
            lock(c, conversation_id)
            if c.execute(select(feedback.c.id).where(feedback.c.cause == cause)).first():
                return True
            mine = (feedback.c.conversation_id == conversation_id) & (feedback.c.person_id == person)
            known = select(feedback.c.id).where(mine, feedback.c.kind == kind)
            same = feedback.c.state == OPEN if kind == APPEAL else feedback.c.words == words
            if c.execute(known.where(same)).first():
                return False
            c.execute(
                insert(feedback).values(
                    conversation_id=conversation_id,
                    person_id=person,
                    kind=kind,
                    state=OPEN if kind == APPEAL else "kept",
                    cause=cause,
                    words=words,
                    at=now,
                )
            )
            return True

        return await self._database.write(change)

    async def of(self, conversation_id: int) -> list[tuple[str, str, str]]:
        """(person, kind, words) of everything said about a conversation's endings, oldest first."""
        query = (
            select(feedback.c.person_id, feedback.c.kind, feedback.c.words)
            .where(feedback.c.conversation_id == conversation_id)
            .order_by(feedback.c.id)
        )
        rows = await self._database.read(lambda c: c.execute(query).all())
        return [(row.person_id, row.kind, row.words) for row in rows]
