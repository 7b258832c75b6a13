"""What people say of an ending: feedback and appeals, each kept once (E35)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, text, update

from bot.store.database import Database
from bot.store.rows import WHOLE, lock, to_conversation
from bot.store.schema import conversation, feedback
from bot.types import Conversation

APPEAL = "appeal"
OPEN, KEPT, PAST = "open", "kept", "past"
"""An appeal that nobody has decided, other feedback, and all that was said of an end before a reopening."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one person says of an ending, and of which conversation's."""

    conversation: Conversation
    person: str
    kind: str
    words: str


class Feedback:
    """Kept first, told to the moderators after, and then recorded as told."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(
        self, conversation_id: int, person: str, kind: str, words: str, *, cause: str, now: datetime
    ) -> bool:
        """Keep it once for each `cause`.

        False, and nothing is kept: an appeal while the same person's is still open, or feedback that says the
        same of this ending as an earlier one of theirs.
        """

        def change(c: Connection) -> bool:
            lock(c, conversation_id)
            if c.execute(select(feedback.c.id).where(feedback.c.cause == cause)).first():
                return True
            mine = (feedback.c.conversation_id == conversation_id) & (feedback.c.person_id == person)
            known = select(feedback.c.id).where(mine, feedback.c.kind == kind, feedback.c.state != PAST)
            if kind != APPEAL:
                known = known.where(feedback.c.words == words)
            if c.execute(known).first():
                return False
            c.execute(
                insert(feedback).values(
                    conversation_id=conversation_id,
                    person_id=person,
                    kind=kind,
                    state=OPEN if kind == APPEAL else KEPT,
                    cause=cause,
                    words=words,
                    told=False,
                    at=now,
                )
            )
            return True

        return await self._database.write(change)

    async def untold(self) -> list[tuple[int, str]]:
        """(conversation, cause) of what the moderators have not been told, oldest first."""
        query = select(feedback.c.conversation_id, feedback.c.cause).where(text("NOT told"))
        rows = await self._database.read(lambda c: c.execute(query.order_by(feedback.c.id)).all())
        return [(row.conversation_id, row.cause) for row in rows]

    async def owed(self, cause: str) -> Opinion | None:
        """What the moderators are to be told; None where they were told, or it is gone."""
        return await self._database.read(lambda c: _owed(c, cause))

    async def told(self, cause: str) -> None:
        """The moderators were told."""
        statement = update(feedback).where(feedback.c.cause == cause).values(told=True)
        await self._database.write(lambda c: c.execute(statement))

    async def of(self, conversation_id: int) -> list[tuple[str, str, str]]:
        """(person, kind, words) of everything said about a conversation's endings, oldest first."""
        query = (
            select(feedback.c.person_id, feedback.c.kind, feedback.c.words)
            .where(feedback.c.conversation_id == conversation_id)
            .order_by(feedback.c.id)
        )
        rows = await self._database.read(lambda c: c.execute(query).all())
        return [(row.person_id, row.kind, row.words) for row in rows]


def _owed(c: Connection, cause: str) -> Opinion | None:
    said = c.execute(
        select(feedback).where(feedback.c.cause == cause, feedback.c.told.is_(False))
    ).one_or_none()
    if said is None:
        return None
    here = c.execute(WHOLE.where(conversation.c.id == said.conversation_id)).one()
    return Opinion(to_conversation(here), said.person_id, said.kind, said.words)


def answer(c: Connection, conversation_id: int) -> None:
    """What was said of an ending is answered by the reopening, inside the caller's transaction."""
    c.execute(update(feedback).where(feedback.c.conversation_id == conversation_id).values(state=PAST))
