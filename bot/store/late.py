"""Late messages: written after the end, or by somebody who is out; kept until they are read (E19)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select, text, update

from bot.store.accepting import keep, known
from bot.store.database import Database
from bot.store.holds import DETECTOR, exchanges, hold_row
from bot.store.rows import WHOLE, claim, lock, note, participants_of, to_conversation, to_message
from bot.store.schema import conversation, message, participant, turn
from bot.store.values import Work
from bot.types import Incoming, Message, Risk, Standing, Turn


class Late:
    """Keep, read, and then either forget or revive; each one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, conversation_id: int, incoming: Incoming) -> None:
        """Keep a message that no turn takes until the detector has read it, and no longer (E19)."""

        def change(c: Connection) -> None:
            if lock(c, conversation_id) is not None and not known(c, incoming):
                keep(c, conversation_id, incoming, late=True)

        await self._database.write(change)

    async def unread(self) -> list[int]:
        """Conversations with late messages."""
        query = select(message.c.conversation_id).where(text("late")).distinct()
        return await self._database.read(lambda c: list(c.execute(query).scalars()))

    async def work(self, conversation_id: int) -> Work | None:
        """The late messages of a conversation as one turn without a number; None where there are none."""
        return await self._database.read(lambda c: _work(c, conversation_id))

    async def forget(self, messages: tuple[Message, ...]) -> None:
        """Late messages were read and show no crisis: nothing of them is kept."""
        numbers = [each.number for each in messages]
        statement = delete(message).where(message.c.number.in_(numbers), message.c.late.is_(True))
        await self._database.write(lambda c: c.execute(statement))

    async def revive(
        self, conversation_id: int, messages: tuple[Message, ...], risk: Risk, until: datetime, now: datetime
    ) -> bool:
        """Late messages show a crisis: reopen under hold, and let a turn take them (E19)."""
        return await self._database.write(lambda c: _revive(c, conversation_id, messages, risk, until, now))


def _work(c: Connection, conversation_id: int) -> Work | None:
    row = c.execute(WHOLE.where(conversation.c.id == conversation_id)).one_or_none()
    query = select(message).where(message.c.conversation_id == conversation_id, message.c.late.is_(True))
    messages = tuple(to_message(each) for each in c.execute(query.order_by(message.c.number)))
    if row is None or not messages:
        return None
    return Work(to_conversation(row), Turn(0, 0, messages), (), exchanges(c, conversation_id, None))


def _revive(
    c: Connection,
    conversation_id: int,
    messages: tuple[Message, ...],
    risk: Risk,
    until: datetime,
    now: datetime,
) -> bool:
    if lock(c, conversation_id) is None:
        return False
    mine = message.c.number.in_([each.number for each in messages])
    if not c.execute(update(message).where(mine, message.c.late.is_(True)).values(late=False)).rowcount:
        return False
    if hold_row(c, conversation_id, until, now) is None:
        return False
    authors = {each.author.id for each in messages}
    for one in participants_of(c, conversation_id):
        if one.person.id in authors and one.standing is Standing.OUT:
            _let_in(c, conversation_id, one.person.id, now)
    row = lock(c, conversation_id)
    assert row is not None
    if row.active_turn is None:
        claim(c, row, now)
    theirs = select(message.c.turn_id).where(mine, message.c.turn_id.is_not(None))
    c.execute(update(turn).where(turn.c.id.in_(theirs)).values(risk=risk.value, cared=False))
    return True


def _let_in(c: Connection, conversation_id: int, person: str, now: datetime) -> None:
    """Somebody in a crisis is not left outside, whatever was before (E16)."""
    where = (participant.c.conversation_id == conversation_id) & (participant.c.person_id == person)
    c.execute(update(participant).where(where).values(standing=Standing.CLEAR.value, warned=None))
    note(
        c,
        conversation_id,
        at=now,
        actor=DETECTOR,
        cause="crisis",
        before=f"{person} {Standing.OUT}",
        after=Standing.CLEAR.value,
    )
