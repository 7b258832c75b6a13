"""The crisis hold: set, lengthened, released; what the detector has read, and what it has yet to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, text, update

from bot.store.database import Database
from bot.store.people import set_hold
from bot.store.reopenings import reopen_row
from bot.store.rows import (
    WHOLE,
    lock,
    messages_of,
    note,
    to_conversation,
)
from bot.store.schema import conversation, turn
from bot.store.turns import FINISHED, was_read
from bot.store.values import Work
from bot.types import (
    Confirming,
    Conversation,
    Exchange,
    Risk,
    State,
    Turn,
)

CONTEXT = 3
"""How many earlier exchanges the detector sees beside the new messages."""
DETECTOR = "detector"


@dataclass(frozen=True, slots=True)
class Held:
    """What setting the hold came to: the conversation as it is now, and the questions that it cancelled."""

    conversation: Conversation
    cancelled: tuple[Confirming, ...]


class Holds:
    """Every change is one transaction on the conversation's row and a line in the audit log.

    A turn is "cared for" when the detector has answered and, after a sign of a crisis, the card was shown.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, conversation_id: int, read: Turn, risk: Risk, now: datetime) -> None:
        """The detector found nothing in a turn, or had no answer. An earlier, graver answer stays."""

        def change(c: Connection) -> None:
            row = lock(c, conversation_id)
            if row is not None:
                was_read(c, row, read, risk, now)

        await self._database.write(change)

    async def raised(self, turn_id: int, risk: Risk, until: datetime, now: datetime) -> Held | None:
        """The detector saw a crisis in a turn: hold, and reopen what has ended meanwhile (E15, E19).

        The card is owed from now on. None where the conversation is gone.
        """
        return await self._database.write(lambda c: _raised(c, turn_id, risk, until, now))

    async def owed(self, turn_id: int) -> tuple[Conversation, datetime | None] | None:
        """Where a turn's card is to be shown, and when one was shown there last; None where none is owed."""
        return await self._database.read(lambda c: _owed(c, turn_id))

    async def carded(self, turn_id: int, shown: datetime | None) -> None:
        """A turn's card was shown just now; None: it was not needed, or cannot be shown."""
        await self._database.write(lambda c: _carded(c, turn_id, shown))

    async def release(self, conversation_id: int, by: str, now: datetime) -> bool:
        """Take the hold off by hand (E18); False where there is none."""
        return await self._database.write(lambda c: _release(c, conversation_id, by, now))

    async def uncared(self) -> list[int]:
        """Turns that are over and not yet cared for."""
        query = (
            select(turn.c.id)
            .join(conversation, conversation.c.id == turn.c.conversation_id)
            .where(text("NOT turn.cared"))
            .where(conversation.c.active_turn.is_(None) | (conversation.c.active_turn != turn.c.id))
            .order_by(turn.c.id)
        )
        return await self._database.read(lambda c: list(c.execute(query).scalars()))

    async def work(self, turn_id: int) -> Work | None:
        """A turn that is over, with what the detector needs."""
        return await self._database.read(lambda c: _work(c, turn_id))


def hold_row(c: Connection, conversation_id: int, until: datetime, now: datetime) -> Held | None:
    """Set the hold inside the caller's transaction, and reopen what has ended (E19)."""
    row = lock(c, conversation_id)
    if row is None or row.state == State.ERASED.value:
        return None
    if row.state != State.ACTIVE.value:
        reopen_row(c, conversation_id, DETECTOR, now)
    cancelled = set_hold(c, conversation_id, until, now)
    row = lock(c, conversation_id)
    assert row is not None
    return Held(to_conversation(row), cancelled)


def _raised(c: Connection, turn_id: int, risk: Risk, until: datetime, now: datetime) -> Held | None:
    where = select(turn.c.conversation_id).where(turn.c.id == turn_id)
    conversation_id = c.execute(where).scalar_one_or_none()
    held = None if conversation_id is None else hold_row(c, conversation_id, until, now)
    if held is not None:
        c.execute(update(turn).where(turn.c.id == turn_id).values(risk=risk.value, cared=False))
    return held


def _owed(c: Connection, turn_id: int) -> tuple[Conversation, datetime | None] | None:
    query = WHOLE.join(turn, turn.c.conversation_id == conversation.c.id)
    row = c.execute(query.where(turn.c.id == turn_id, text("NOT turn.cared"))).one_or_none()
    return None if row is None else (to_conversation(row), row.crisis_card_at)


def _carded(c: Connection, turn_id: int, shown: datetime | None) -> None:
    of = c.execute(select(turn.c.conversation_id).where(turn.c.id == turn_id)).scalar_one_or_none()
    if of is None or lock(c, of) is None:
        return
    c.execute(update(turn).where(turn.c.id == turn_id).values(cared=True))
    if shown is None:
        return
    c.execute(update(conversation).where(conversation.c.id == of).values(crisis_card_at=shown))
    note(c, of, at=shown, actor=DETECTOR, cause="helplines shown", before="hold", after="hold")


def _release(c: Connection, conversation_id: int, by: str, now: datetime) -> bool:
    row = lock(c, conversation_id)
    if row is None or row.hold_until is None:
        return False
    values = {"hold_until": None, "hold_clear": 0, "version": row.version + 1}
    c.execute(update(conversation).where(conversation.c.id == conversation_id).values(**values))
    note(c, conversation_id, at=now, actor=by, cause="hold released", before="hold", after="no hold")
    return True


def exchanges(c: Connection, conversation_id: int, turn_id: int | None) -> tuple[Exchange, ...]:
    """The newest exchanges, or those before a turn, oldest first."""
    query = select(turn.c.id, turn.c.input, turn.c.reply).where(
        turn.c.conversation_id == conversation_id, turn.c.state.in_(FINISHED)
    )
    if turn_id is not None:
        query = query.where(turn.c.id < turn_id)
    rows = c.execute(query.order_by(turn.c.id.desc()).limit(CONTEXT)).all()
    return tuple(Exchange(row.id, row.input, row.reply) for row in reversed(rows))


def _work(c: Connection, turn_id: int) -> Work | None:
    over = c.execute(select(turn).where(turn.c.id == turn_id)).one_or_none()
    row = None if over is None else c.execute(WHOLE.where(conversation.c.id == over.conversation_id)).one()
    if over is None or row is None:
        return None
    risk = Risk(over.risk) if over.risk else None
    return Work(
        conversation=to_conversation(row),
        turn=Turn(turn_id, over.number, messages_of(c, turn_id), risk=risk),
        participants=(),
        history=exchanges(c, row.id, turn_id),
    )
