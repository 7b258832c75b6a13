"""Load, lengthen, finish and forget; each function runs inside the caller's transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, or_, select, update

from bot.render import render
from bot.store.prepared import Prepared
from bot.store.rows import (
    WAITING,
    as_tuple,
    claim,
    held,
    lock,
    messages_of,
    participants_of,
    to_conversation,
    waiting,
)
from bot.store.schema import conversation, message, turn
from bot.store.values import Done, Work
from bot.types import Conversation, Exchange, Participant, Risk, State, Turn

STOPPED = "stopped"
BLOCKED = "blocked"
"""The platform did not let the reply through; what is kept as the reply is what people see instead."""
FINISHED = ("done", STOPPED, BLOCKED)
"""The states of a turn whose exchange the model sees again."""


_ATTEMPT = Prepared(
    update(turn)
    .where(turn.c.id == bindparam("of"))
    .values(attempts=turn.c.attempts + 1)
    .returning(turn.c.number, turn.c.placed, turn.c.attempts, turn.c.risk)
)
_PAST = Prepared(
    select(turn.c.id, turn.c.input, turn.c.reply)
    .where(turn.c.conversation_id == bindparam("of"), or_(*(turn.c.state == each for each in FINISHED)))
    .where(turn.c.id > bindparam("after"))
    .order_by(turn.c.number)
)
_FINISHED = (
    update(turn)
    .where(turn.c.id == bindparam("of"))
    .values({name: bindparam(name) for name in ("state", "input", "reply", "policy", "model", "usage")})
)
# An end came first: what people see of the reply stays in the history of whoever goes on from there.
_FINISH = Prepared(_FINISHED)
_INTERRUPTED = _FINISHED.where(turn.c.state == STOPPED, turn.c.reply == "")
_DELETED = Prepared(
    select(message.c.number).where(message.c.turn_id == bindparam("of"), message.c.deleted).limit(1)
)
_CALM = tuple(risk.value for risk in (Risk.NONE, Risk.UNKNOWN))
_READ = (
    update(turn)
    .where(turn.c.id == bindparam("of"), turn.c.risk == "")
    .values(risk=bindparam("read"), cared=True)
)
_READ_AGAIN = (
    update(turn)
    .where(turn.c.id == bindparam("of"), turn.c.risk.in_(_CALM))
    .values(risk=bindparam("read"), cared=True)
)
_REST = Prepared(
    update(conversation)
    .where(conversation.c.id == bindparam("of"))
    .values(active_turn=None, failed_turn=bindparam("failed"))
)


def load(c: Connection, conversation_id: int) -> Work | None:
    """The active turn with all it needs; counts one attempt."""
    row = lock(c, conversation_id)
    if row is None or row.active_turn is None:
        return None
    (active,) = _ATTEMPT(c, {"of": row.active_turn})
    taken = Turn(
        id=row.active_turn,
        number=active.number,
        messages=messages_of(c, row.active_turn),
        placed=as_tuple(active.placed),
        attempts=active.attempts,
        risk=Risk(active.risk) if active.risk else None,
    )
    return work_of(c, row, to_conversation(row), taken, participants_of(c, conversation_id))


def work_of(
    c: Connection, row: Row[Any], here: Conversation, taken: Turn, people: tuple[Participant, ...]
) -> Work:
    """A claimed turn of a locked row with all it needs; `here` is the conversation of that row."""
    past = _PAST(c, {"of": here.id, "after": row.summary_turn}) if row.turns else ()
    history = tuple(Exchange(item.id, item.input, item.reply) for item in past)
    return Work(conversation=here, turn=taken, participants=people, history=history, mode=row.mode)


def absorb(c: Connection, work: Work) -> bool:
    """Take waiting messages into the running turn."""
    here = work.conversation.id
    row = lock(c, here)
    if row is None or row.active_turn != work.turn.id or not waiting(c, here):
        return False
    c.execute(update(message).where(message.c.conversation_id == here, WAITING).values(turn_id=work.turn.id))
    return True


def finish_turn(c: Connection, work: Work, done: Done, now: datetime) -> bool:
    """Close the active turn inside the caller's transaction; whether something waits to be the next one."""
    row = lock(c, work.conversation.id)
    if row is not None and done.risk is not None:
        was_read(c, row, work.turn, done.risk, now)
    if row is None:
        return False
    usage = done.usage
    values = {
        "of": work.turn.id,
        "state": done.state,
        "input": _without_deleted(c, work.turn.id, done.input),
        "reply": done.reply,
        "policy": done.policy,
        "model": work.conversation.model,
        "usage": [usage.input, usage.cache_write, usage.cache_read, usage.output],
    }
    if row.active_turn != work.turn.id:
        if done.state in FINISHED:
            c.execute(_INTERRUPTED, values | {"state": STOPPED})
        return False
    _FINISH(c, values)
    _REST(c, {"of": row.id, "failed": work.turn.id if done.state == "failed" else None})
    return row.state == State.ACTIVE.value and waiting(c, row.id)


def go_on(c: Connection, conversation_id: int, now: datetime, *, hand_over: bool) -> Work | None:
    """Claim the next turn of a conversation where none is active; loaded for the caller with `hand_over`."""
    row = lock(c, conversation_id)
    assert row is not None
    taken = claim(c, row, now, attempts=int(hand_over))
    if not hand_over:
        return None
    return work_of(c, row, to_conversation(row), taken, participants_of(c, conversation_id))


def interrupt(c: Connection, turn_id: int) -> None:
    """An end closes a turn that is being answered; its reply is kept when it is known (`finish_turn`)."""
    asked = render(messages_of(c, turn_id))
    c.execute(update(turn).where(turn.c.id == turn_id).values(state=STOPPED, input=asked))


def _without_deleted(c: Connection, turn_id: int, text: str) -> str:
    """A turn's input; where a message was deleted while the turn ran, worded anew without it."""
    if not text or not _DELETED(c, {"of": turn_id}):
        return text
    return render(messages_of(c, turn_id))


def was_read(c: Connection, row: Row[Any], read: Turn, risk: Risk, now: datetime) -> None:
    """The detector found no crisis in a turn: nothing is left to do, and a hold comes nearer to its end.

    Said again, it does not count again.
    """
    said = {"of": read.id, "read": risk.value}
    if not c.execute(_READ, said).rowcount:
        c.execute(_READ_AGAIN, said)
        return
    if row.hold_until is None or risk is not Risk.NONE:
        return
    clear = sum(not message.deleted for message in read.messages)
    where = conversation.c.id == row.id
    c.execute(update(conversation).where(where).values(hold_clear=conversation.c.hold_clear + clear))
    counted = lock(c, row.id)
    assert counted is not None
    held(c, counted, now)
