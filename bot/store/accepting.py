"""Keep an incoming message, once and for all; each function runs inside the caller's transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, exists, insert, select, update

from bot.store.dialects import alone, upsert
from bot.store.prepared import Prepared
from bot.store.rows import WHOLE, claim, lock, note, participants_of, to_conversation, to_message
from bot.store.schema import conversation, ending, message, participant, prompt
from bot.store.turns import work_of
from bot.store.values import Accepted, Answers, Begun, Fresh
from bot.types import Incoming, Message, Participant, Reason, Standing, State

# Only where transactions follow one another is this still so when the row is ours.
_PEOPLED = exists().where(participant.c.conversation_id == conversation.c.id)
_NEWEST = Prepared(
    WHOLE.add_columns(_PEOPLED.label("peopled"))
    .where(conversation.c.thread_key == bindparam("key"))
    .order_by(conversation.c.id.desc())
    .limit(1)
    .with_for_update(of=conversation)
)
_KEPT = (
    *("conversation_id", "platform", "place", "message_id", "author_id", "author_name", "author_locale"),
    *("moderator", "text", "at", "turn_id", "late"),
)
_KEEP = Prepared(insert(message).values(deleted=False).returning(message), _KEPT)
_START = insert(conversation).returning(conversation.c.id)
_PROMPT = select(prompt.c.id).where(prompt.c.hash == bindparam("digest"))


def known(c: Connection, incoming: Incoming) -> bool:
    """Whether the message is there already."""
    query = select(message.c.number).where(
        message.c.platform == incoming.thread.platform,
        message.c.place == incoming.place,
        message.c.message_id == incoming.message_id,
    )
    return c.execute(query).first() is not None


def accept(
    c: Connection, incoming: Incoming, fresh: Fresh, answers: Answers, now: datetime, *, hand_over: bool
) -> Accepted:
    """Keep a message, begin a conversation where it opens one, claim a turn where none is under way.

    With `hand_over` the claimed turn is loaded for the caller too. A message that is there already violates
    the unique key: the caller takes that for a duplicate.
    """
    row = _newest(c, incoming.thread.key)
    if row is None and not incoming.opens:
        return Accepted("ignored")
    if row is None and alone(c, incoming.thread.key):
        row = _newest(c, incoming.thread.key)
    started = row is None
    if row is None:
        row = _create(c, incoming, fresh, now)
    here = to_conversation(row)
    if here.state is not State.ACTIVE:
        return Accepted("duplicate") if known(c, incoming) else Accepted("ended", here)
    nobody = started or (hand_over and not row.peopled)
    people = () if nobody else participants_of(c, here.id)
    person = next((each for each in people if each.person.id == incoming.author.id), None)
    if not started:
        out = person is not None and person.standing is Standing.OUT
        if not answers(incoming, here, _by_own_wish(c, here.id, person) if out else person):
            return Accepted("out" if out else "ignored", here)
        if person is not None and out:
            _let_in(c, here.id, person, now)
            people = participants_of(c, here.id)
    if row.active_turn is not None:
        keep(c, here.id, incoming)
        return Accepted("taken", here, started)
    turn = claim(c, row, now, attempts=int(hand_over), own=partial(keep, c, here.id, incoming))
    work = work_of(c, row, here, turn, people) if hand_over else None
    return Accepted("taken", here, started, work)


def _newest(c: Connection, key: str) -> Any:
    """The newest conversation of a thread, held; None where there is none."""
    return next(iter(_NEWEST(c, {"key": key})), None)


def _by_own_wish(c: Connection, conversation_id: int, known: Participant | None) -> Participant | None:
    """Somebody who is out; a warning that they left with is not why, where they asked for it themselves."""
    assert known is not None
    mine = (ending.c.conversation_id == conversation_id) & (ending.c.person_id == known.person.id)
    why = select(ending.c.reason).where(mine, ending.c.out).order_by(ending.c.id.desc()).limit(1)
    asked = c.execute(why).scalar_one_or_none() == Reason.USER_REQUEST.value
    return replace(known, warned=None) if asked else known


def _let_in(c: Connection, conversation_id: int, known: Participant, now: datetime) -> None:
    person = known.person.id
    after = Standing.CLEAR if known.warned is None else Standing.WARNED
    c.execute(
        update(participant)
        .where(participant.c.conversation_id == conversation_id, participant.c.person_id == person)
        .values(standing=after.value)
    )
    note(
        c,
        conversation_id,
        at=now,
        actor=person,
        cause="came back",
        before=f"{person} {Standing.OUT}",
        after=after.value,
    )


def keep(
    c: Connection, conversation_id: int, incoming: Incoming, turn: int | None = None, *, late: bool = False
) -> Message:
    """Insert the message: for a turn, or waiting for one; a late one only to be read for a crisis (E19)."""
    values = {
        "conversation_id": conversation_id,
        "platform": incoming.thread.platform,
        "place": incoming.place,
        "message_id": incoming.message_id,
        "author_id": incoming.author.id,
        "author_name": incoming.author.name,
        "author_locale": incoming.author.locale,
        "moderator": incoming.author.moderator,
        "text": incoming.text,
        "at": incoming.at,
        "turn_id": turn,
        "late": late,
    }
    (row,) = _KEEP(c, values)
    return to_message(row)


def _create(c: Connection, incoming: Incoming, fresh: Fresh, now: datetime) -> Any:
    digest = sha256(fresh.system.encode()).hexdigest()
    prompt_id = c.execute(_PROMPT, {"digest": digest}).scalar_one_or_none()
    if prompt_id is None:
        c.execute(upsert(c, prompt).values(hash=digest, text=fresh.system).on_conflict_do_nothing())
        prompt_id = c.execute(_PROMPT, {"digest": digest}).scalar_one()
    started = {
        "title": fresh.title,
        "prompt_id": prompt_id,
        "model": fresh.model,
        "private": incoming.private,
    }
    return lock(c, start(c, incoming, now, cause="began", **started))


def start(c: Connection, incoming: Incoming, now: datetime, *, cause: str, **values: Any) -> int:
    """Insert the row of a new conversation that `incoming` begins; `values` are its other columns."""
    ref = incoming.thread
    begun = {
        "platform": ref.platform,
        "workspace": ref.workspace,
        "channel": ref.channel,
        "thread": ref.thread,
        "thread_key": ref.key,
        "starter_id": incoming.author.id,
        "starter_name": incoming.author.name,
        "starter_locale": incoming.author.locale,
        "state": State.ACTIVE.value,
        "version": 1,
        "turns": 0,
        "opened": False,
        "origin": incoming.origin,
        "summary_turn": 0,
        "created_at": now,
    }
    created: int = c.execute(_START, begun | values).scalar_one()
    note(c, created, at=now, actor=incoming.author.id, cause=cause, before="", after=State.ACTIVE.value)
    return created


def begin(c: Connection, incoming: Incoming, fresh: Fresh, now: datetime) -> Begun:
    """Create a conversation without a first message, or find it by its origin."""
    query = WHOLE.where(
        conversation.c.platform == incoming.thread.platform, conversation.c.origin == incoming.origin
    )
    if incoming.origin:
        alone(c, incoming.origin)
    row = c.execute(query).first() if incoming.origin else None
    if row is not None:
        return Begun(to_conversation(row), again=True)
    return Begun(to_conversation(_create(c, incoming, fresh, now)))
