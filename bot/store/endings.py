"""Endings: decided once per version of a conversation, then finished step by step."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from bot.store.database import Database
from bot.store.objects import dump_warned, load_warned
from bot.store.rows import (
    WAITING,
    as_tuple,
    held,
    lock,
    note,
    participants_of,
    to_conversation,
    waiting,
    workspace_key,
)
from bot.store.schema import conversation, ending, message, participant, turn
from bot.store.standing import put
from bot.store.turns import finish_turn, interrupt
from bot.store.values import Done, Work
from bot.types import Category, Closing, Conversation, Ending, Person, Reason, Standing, State, Step, Warned

ORDER = tuple(Step)
BEHAVIOUR = tuple(category.value for category in Category)


class Endings:
    """Decide, step, reopen: each one transaction with a compare-and-set on the conversation's version."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def decide(
        self, ending_: Ending, person: Person, now: datetime, turn_: tuple[Work, Done] | None = None
    ) -> bool:
        """Record an ending, and the turn that it closes. False, and nothing changes, where it may not be.

        It may not be when the version has moved on, the conversation is not active, or (for an ending out
        of a turn) a newer message has arrived (E25), or its warning was taken back meanwhile (E5).
        A hold stops every ending but a moderator's (I2).
        Open confirmations are void with it; they stay on record until their cards are closed.
        """
        return await self._database.write(lambda c: _decide(c, ending_, person, now, turn_))

    async def closing(self, conversation_id: int) -> tuple[Conversation, Closing] | None:
        """The oldest ending of a conversation that is not finished, counting one attempt."""
        return await self._database.write(lambda c: closing(c, conversation_id))

    async def replied(self, turn_id: int) -> None:
        """The reply of the turn in which an ending was decided is complete on the platform."""
        statement = update(ending).where(ending.c.turn_id == turn_id).values(turn_id=None)
        await self._database.write(lambda c: c.execute(statement))

    async def step(self, closing_id: int, step: Step, **left: str) -> bool:
        """Record that a step is done, with what it left behind; False where the ending is void by now."""
        return await self._database.write(lambda c: _step(c, closing_id, step, left))

    async def stands(self, closing_id: int) -> bool:
        """Whether an ending is still to be finished: a reopening makes every step of it void."""
        query = select(ending.c.id).where(ending.c.id == closing_id, ending.c.step != Step.TOLD.value)
        return await self._database.read(lambda c: c.execute(query).first() is not None)

    async def unfinished(self) -> list[int]:
        """Conversations with an ending under way."""
        query = select(ending.c.conversation_id).where(ending.c.step != Step.TOLD.value).distinct()
        return await self._database.read(lambda c: list(c.execute(query).scalars()))

    async def last(self, conversation_id: int) -> Closing | None:
        """The newest ending of a whole conversation."""
        query = (
            select(ending)
            .where(ending.c.conversation_id == conversation_id, ending.c.out.is_(False))
            .order_by(ending.c.id.desc())
            .limit(1)
        )
        row = await self._database.read(lambda c: c.execute(query).one_or_none())
        return None if row is None else _to_closing(row)

    async def behaviour_since(self, workspace: str, since: datetime) -> int:
        """Endings for behaviour in a workspace, for the breaker (E23)."""
        query = (
            select(func.count())
            .select_from(ending)
            .where(ending.c.workspace_key == workspace, ending.c.at > since)
            .where(ending.c.reason.in_(BEHAVIOUR))
        )
        return await self._database.read(lambda c: int(c.execute(query).scalar_one()))


def _to_closing(row: Row[Any], reply: Row[Any] | None = None) -> Closing:
    return Closing(
        id=row.id,
        ending=Ending(
            conversation=row.conversation_id,
            version=row.version,
            reason=Reason(row.reason),
            person=row.person_id,
            at=row.at,
            by=row.by,
            out=row.out,
            warning=load_warned(row.warning),
        ),
        step=Step(row.step),
        beside=row.beside,
        notice=row.notice,
        degraded=row.degraded,
        attempts=row.attempts,
        turn=row.turn_id or 0,
        placed=as_tuple(reply.placed) if reply else (),
        reply=reply.reply if reply else "",
    )


def _decide(
    c: Connection, ending_: Ending, person: Person, now: datetime, turn_: tuple[Work, Done] | None
) -> bool:
    row = lock(c, ending_.conversation)
    if row is None or row.version != ending_.version or row.state != State.ACTIVE.value:
        return False
    if ending_.reason is not Reason.MODERATOR and held(c, row, now):
        return False
    if turn_ is not None and (row.active_turn != turn_[0].turn.id or waiting(c, row.id)):
        return False
    if ending_.warning is not None and not _stands(c, ending_.warning, row.id):
        return False
    if turn_ is not None:
        finish_turn(c, *turn_, now)
    elif not ending_.out:
        # What no turn has taken is as if it came after the end: it is still read for a crisis (E19).
        c.execute(update(message).where(message.c.conversation_id == row.id, WAITING).values(late=True))
    if turn_ is None and row.active_turn is not None and not ending_.out:
        interrupt(c, row.active_turn)
    c.execute(
        insert(ending).values(
            conversation_id=row.id,
            version=row.version,
            reason=ending_.reason.value,
            person_id=ending_.person,
            by=ending_.by,
            out=ending_.out,
            step=Step.DECIDED.value,
            attempts=0,
            turn_id=row.active_turn if turn_ is not None or not ending_.out else None,
            workspace_key=workspace_key(to_conversation(row)),
            warning=dump_warned(ending_.warning),
            at=now,
        )
    )
    values: dict[str, Any] = {"version": row.version + 1}
    if ending_.out:
        put(c, row.id, person, {"standing": Standing.OUT.value})
    else:
        values |= {"state": State.ENDING.value, "active_turn": None}
        c.execute(update(ending).where(ending.c.conversation_id == row.id).values(reopened_by=None))
        c.execute(
            update(participant)
            .where(participant.c.conversation_id == row.id)
            .values(standing=Standing.CLEAR.value)
        )
    c.execute(update(conversation).where(conversation.c.id == row.id).values(**values))
    note(
        c,
        row.id,
        at=now,
        actor=ending_.by,
        cause=ending_.reason.value,
        before=State.ACTIVE.value,
        after=f"{ending_.person} {Standing.OUT}" if ending_.out else State.ENDING.value,
    )
    return True


def _stands(c: Connection, warned: Warned, conversation_id: int) -> bool:
    """Whether a warning still counts: nobody has deleted its card."""
    kept = (one.warned for one in participants_of(c, conversation_id) if one.person.id == warned.person)
    return any(one is not None and one.card == warned.card for one in kept)


def closing(c: Connection, conversation_id: int) -> tuple[Conversation, Closing] | None:
    """The oldest ending of a conversation that is not finished; counts one attempt."""
    row = lock(c, conversation_id)
    if row is None:
        return None
    query = (
        select(ending.c.id)
        .where(ending.c.conversation_id == conversation_id, ending.c.step != Step.TOLD.value)
        .order_by(ending.c.id)
        .limit(1)
    )
    found = c.execute(query).scalar_one_or_none()
    if found is None:
        return None
    statement = update(ending).where(ending.c.id == found).values(attempts=ending.c.attempts + 1)
    closing = c.execute(statement.returning(ending)).one()
    query = select(turn.c.placed, turn.c.reply).where(turn.c.id == closing.turn_id)
    return to_conversation(row), _to_closing(closing, c.execute(query).one_or_none())


def _step(c: Connection, closing_id: int, step: Step, left: dict[str, str]) -> bool:
    mine = select(ending).where(ending.c.id == closing_id)
    known = c.execute(mine).one_or_none()
    row = None if known is None else lock(c, known.conversation_id)
    if row is None:
        return False
    found = c.execute(mine).one()  # only now nobody else can change it any more
    if ORDER.index(Step(found.step)) >= ORDER.index(step):
        return False
    c.execute(update(ending).where(ending.c.id == closing_id).values(step=step.value, attempts=0, **left))
    if step is Step.TOLD and not found.out and row.state == State.ENDING.value:
        c.execute(update(conversation).where(conversation.c.id == row.id).values(state=State.ENDED.value))
        note(
            c,
            row.id,
            at=found.at,
            actor=found.by,
            cause="finished",
            before=State.ENDING.value,
            after=State.ENDED.value,
        )
    return True
