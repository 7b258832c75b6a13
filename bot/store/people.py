"""Standings: who is warned, who is being asked, who is out, and when somebody was last reminded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from bot.store.database import Database
from bot.store.objects import dump_confirming, dump_warned
from bot.store.rows import held, lock, note, participants_of, to_participant, waiting
from bot.store.schema import conversation, message, participant
from bot.store.standing import put
from bot.types import Confirming, Participant, Person, Standing, State, Warned


class People:
    """Every change is one transaction on the conversation's row and a line in the audit log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def participants(self, conversation_id: int) -> tuple[Participant, ...]:
        """Everybody whose standing we keep in a conversation."""
        return await self._database.read(lambda c: participants_of(c, conversation_id))

    async def may_warn(self, conversation_id: int, person: str, now: datetime) -> bool:
        """Whether `warn` would record a warning now: to be asked before its card is shown."""
        return await self._database.write(lambda c: _warnable(c, conversation_id, person, now) is not None)

    async def warn(self, conversation_id: int, person: Person, warned: Warned, now: datetime) -> bool:
        """Record a delivered warning; False in a hold, after the end, or where a newer message waits (I2)."""
        return await self._database.write(lambda c: _warn(c, conversation_id, person, warned, now))

    async def ask(self, conversation_id: int, person: Person, confirming: Confirming, now: datetime) -> bool:
        """Record an open confirmation; False during a hold (I2) or after the end.

        It is recorded before it is posted, so that no button is ever seen that does not work yet.
        """
        return await self._database.write(lambda c: _ask(c, conversation_id, person, confirming, now))

    async def shown(self, conversation_id: int, person: str, nonce: str, card: str) -> bool:
        """Record which message shows an open confirmation; False where it is open no longer."""
        return await self._database.write(lambda c: _shown(c, conversation_id, person, nonce, card))

    async def closed(self, conversation_id: int, person: str, nonce: str) -> None:
        """Forget a confirmation whose card is closed; nobody's standing changes."""
        await self._database.write(lambda c: _closed(c, conversation_id, person, nonce))

    async def unask(self, conversation_id: int, person: str, nonce: str, now: datetime) -> bool:
        """Cancel an open confirmation; False where there is no such one."""
        return await self._database.write(lambda c: unask_row(c, conversation_id, person, nonce, now))

    async def clear(self, conversation_id: int, person: str, cause: str, now: datetime) -> None:
        """Take a warning back: lapsed, or repented (E6)."""
        await self._database.write(lambda c: clear_warning(c, conversation_id, person, cause, now))

    async def count_clean(self, conversation_id: int, counts: Iterable[tuple[str, int]]) -> None:
        """Add clean messages to the warnings of people who wrote them."""
        await self._database.write(lambda c: _count(c, conversation_id, counts))

    async def reminders(self, conversation_id: int, person: str) -> tuple[datetime | None, datetime | None]:
        """When a person was pointed to a fresh start, and last reminded, after the end."""
        query = select(participant.c.pointed_at, participant.c.reminded_at).where(
            participant.c.conversation_id == conversation_id, participant.c.person_id == person
        )
        row = await self._database.read(lambda c: c.execute(query).one_or_none())
        return (row.pointed_at, row.reminded_at) if row is not None else (None, None)

    async def reminded(self, conversation_id: int, person: Person, now: datetime, *, pointed: bool) -> None:
        """Record a reminder that was shown; one that a reopening has overtaken counts for nothing (E36)."""
        values: dict[str, Any] = {"reminded_at": now} | ({"pointed_at": now} if pointed else {})

        def change(c: Connection) -> None:
            row = lock(c, conversation_id)
            if row is not None and row.state != State.ACTIVE.value:
                put(c, conversation_id, person, values)

        await self._database.write(change)


def _standing(c: Connection, conversation_id: int, person: str) -> Participant | None:
    query = select(participant).where(
        participant.c.conversation_id == conversation_id, participant.c.person_id == person
    )
    row = c.execute(query).one_or_none()
    return None if row is None else to_participant(row)


def _free(c: Connection, conversation_id: int, person: str, now: datetime) -> Standing | None:
    """The standing of somebody who may be warned or asked; None in a hold, after the end, for who is out."""
    row = lock(c, conversation_id)
    if row is None or row.state != State.ACTIVE.value or held(c, row, now):
        return None
    known = _standing(c, conversation_id, person)
    before = Standing.CLEAR if known is None else known.standing
    return None if before is Standing.OUT else before


def _warnable(c: Connection, conversation_id: int, person: str, now: datetime) -> Standing | None:
    before = _free(c, conversation_id, person, now)
    # A newer message has not been read for a crisis yet, and was written before the card (E25, I2).
    return None if waiting(c, conversation_id) else before


def _warn(c: Connection, conversation_id: int, person: Person, warned: Warned, now: datetime) -> bool:
    before = _warnable(c, conversation_id, person.id, now)
    if before is None:
        return False
    after = before if before is Standing.CONFIRMING else Standing.WARNED
    put(c, conversation_id, person, {"standing": after.value, "warned": dump_warned(warned)})
    note(
        c,
        conversation_id,
        at=now,
        actor="model",
        cause=f"warned {warned.category}",
        before=f"{person.id} {before}",
        after=after.value,
    )
    return True


def _ask(c: Connection, conversation_id: int, person: Person, confirming: Confirming, now: datetime) -> bool:
    before = _free(c, conversation_id, person.id, now)
    if before is None:
        return False
    newest = select(func.max(message.c.number)).where(message.c.conversation_id == conversation_id)
    asked = replace(confirming, after=c.execute(newest).scalar_one() or 0)
    values = {
        "standing": Standing.CONFIRMING.value,
        "confirming": dump_confirming(asked),
        "asked_until": asked.until,
    }
    put(c, conversation_id, person, values)
    note(
        c,
        conversation_id,
        at=now,
        actor=person.id,
        cause="asked to end",
        before=f"{person.id} {before}",
        after=Standing.CONFIRMING.value,
    )
    return True


def _shown(c: Connection, conversation_id: int, person: str, nonce: str, card: str) -> bool:
    lock(c, conversation_id)
    known = _standing(c, conversation_id, person)
    if known is None or known.confirming is None or known.confirming.nonce != nonce:
        return False
    shown = replace(known.confirming, card=card)
    put(c, conversation_id, known.person, {"confirming": dump_confirming(shown)})
    return True


def _closed(c: Connection, conversation_id: int, person: str, nonce: str) -> None:
    lock(c, conversation_id)
    known = _standing(c, conversation_id, person)
    if known is None or known.confirming is None or known.confirming.nonce != nonce:
        return
    if known.standing is not Standing.CONFIRMING:  # else it is open again: asked anew since
        put(c, conversation_id, known.person, {"confirming": None})


def unask_row(
    c: Connection, conversation_id: int, person: str, nonce: str, now: datetime, cause: str = "kept talking"
) -> bool:
    """What `unask` does, inside the caller's transaction."""
    lock(c, conversation_id)
    known = _standing(c, conversation_id, person)
    if known is None or known.confirming is None or known.confirming.nonce != nonce:
        return False
    if known.standing is not Standing.CONFIRMING:
        return False  # an end came first, and closes the card itself
    after = Standing.WARNED if known.warned else Standing.CLEAR
    put(c, conversation_id, known.person, {"standing": after.value, "confirming": None})
    note(
        c,
        conversation_id,
        at=now,
        actor=person,
        cause=cause,
        before=f"{person} {known.standing}",
        after=after.value,
    )
    return True


def clear_warning(c: Connection, conversation_id: int, person: str, cause: str, now: datetime) -> None:
    """What `clear` does, inside the caller's transaction."""
    lock(c, conversation_id)
    known = _standing(c, conversation_id, person)
    if known is None or known.warned is None:
        return
    after = Standing.CLEAR if known.standing is Standing.WARNED else known.standing
    put(c, conversation_id, known.person, {"standing": after.value, "warned": None})
    note(
        c,
        conversation_id,
        at=now,
        actor="rules",
        cause=cause,
        before=f"{person} {known.standing}",
        after=after.value,
    )


def _count(c: Connection, conversation_id: int, counts: Iterable[tuple[str, int]]) -> None:
    lock(c, conversation_id)
    for person, clean in counts:
        known = _standing(c, conversation_id, person)
        if known is not None and known.warned is not None:
            dumped = dump_warned(known.warned)
            assert dumped is not None
            dumped["clean"] += clean
            put(c, conversation_id, known.person, {"warned": dumped})


def set_hold(c: Connection, conversation_id: int, until: datetime, now: datetime) -> tuple[Confirming, ...]:
    """Set or lengthen the hold inside the caller's transaction; the questions that were cancelled (E16)."""
    row = lock(c, conversation_id)
    if row is None:
        return ()
    before = "hold" if held(c, row, now) else "no hold"
    values: dict[str, Any] = {"hold_until": until, "hold_clear": 0, "version": row.version + 1}
    c.execute(update(conversation).where(conversation.c.id == conversation_id).values(**values))
    asked = tuple(one.confirming for one in participants_of(c, conversation_id) if one.confirming is not None)
    for each in asked:
        unask_row(c, conversation_id, each.person, each.nonce, now, cause="crisis")
    note(c, conversation_id, at=now, actor="detector", cause="crisis", before=before, after="hold")
    return asked
