"""Rows to nouns and back, and the few lines of SQL that several parts of the store share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, func, insert, select, update

from bot.store.objects import load_confirming, load_warned
from bot.store.prepared import Prepared
from bot.store.schema import audit, conversation, message, participant, prompt, setting, turn
from bot.types import (
    Conversation,
    Message,
    Participant,
    Person,
    Standing,
    State,
    ThreadRef,
    Turn,
)

# The same as `workspace_of`, where the row is.
_WORKSPACE = (
    conversation.c.platform
    + "/"
    + case((conversation.c.workspace == "", conversation.c.channel), else_=conversation.c.workspace)
)
WHOLE = (
    select(conversation, prompt.c.text.label("system"), func.coalesce(setting.c.value, "").label("mode"))
    .join(prompt)
    .outerjoin(setting, (setting.c.workspace_key == _WORKSPACE) & (setting.c.name == "mode"))
)
"""A conversation with its system prompt, and its workspace's own mode."""


def to_conversation(row: Row[Any]) -> Conversation:
    """One row of `WHOLE`."""
    return Conversation(
        id=row.id,
        thread=ThreadRef(row.platform, row.workspace, row.channel, row.thread),
        starter=Person(row.starter_id, row.starter_name, locale=row.starter_locale),
        state=State(row.state),
        version=row.version,
        title=row.title,
        system=row.system,
        model=row.model,
        created_at=row.created_at,
        opened=row.opened,
        private=row.private,
        origin=row.origin,
        hold_until=row.hold_until,
        hold_clear=row.hold_clear,
        summary=row.summary,
    )


def workspace_of(thread: ThreadRef) -> str:
    """What settings and the breaker count by: a workspace, or one direct message."""
    return f"{thread.platform}/{thread.workspace or thread.channel}"


def workspace_key(here: Conversation) -> str:
    """The same, of a conversation."""
    return workspace_of(here.thread)


def to_message(row: Row[Any]) -> Message:
    """One row of the message table."""
    return Message(
        number=row.number,
        message_id=row.message_id,
        author=Person(row.author_id, row.author_name, row.moderator, row.author_locale),
        text=row.text,
        at=row.at,
        turn=row.turn_id,
        deleted=row.deleted,
    )


def to_participant(row: Row[Any]) -> Participant:
    """One row of the participant table."""
    return Participant(
        person=Person(row.person_id, row.name, locale=row.locale),
        standing=Standing(row.standing),
        warned=load_warned(row.warned),
        confirming=load_confirming(row.confirming),
    )


_MESSAGES = Prepared(select(message).where(message.c.turn_id == bindparam("of")).order_by(message.c.number))
_PARTICIPANTS = Prepared(select(participant).where(participant.c.conversation_id == bindparam("of")))
_LOCK = Prepared(WHOLE.where(conversation.c.id == bindparam("of")).with_for_update(of=conversation))
# Late messages came after the end and are only read for a crisis (E19): no turn takes them.
WAITING = message.c.turn_id.is_(None) & message.c.late.is_(False)
_CLAIM = Prepared(
    insert(turn).values(state="running", placed=[], cared=False).returning(turn.c.id),
    ("conversation_id", "number", "at", "attempts"),
)
_TAKE = (
    update(message)
    .where(message.c.conversation_id == bindparam("of"))
    .where(WAITING | (message.c.turn_id == bindparam("failed")))
    .values(turn_id=bindparam("taken"))
    .returning(message)
)
_ACTIVATE = Prepared(
    update(conversation)
    .where(conversation.c.id == bindparam("of"))
    .values(active_turn=bindparam("active"), turns=bindparam("number"), failed_turn=None)
)
_NOTE = insert(audit)
_WAITING = Prepared(
    select(message.c.number).where(message.c.conversation_id == bindparam("of"), WAITING).limit(1)
)


def messages_of(connection: Connection, turn_id: int) -> tuple[Message, ...]:
    """The messages that a turn takes together, oldest first."""
    return tuple(to_message(row) for row in _MESSAGES(connection, {"of": turn_id}))


def participants_of(connection: Connection, conversation_id: int) -> tuple[Participant, ...]:
    """Everybody whose standing we keep in a conversation."""
    return tuple(to_participant(row) for row in _PARTICIPANTS(connection, {"of": conversation_id}))


def lock(connection: Connection, conversation_id: int) -> Row[Any] | None:
    """The conversation's row, held until the transaction ends (on SQLite the transaction itself holds it)."""
    return next(iter(_LOCK(connection, {"of": conversation_id})), None)


def waiting(connection: Connection, conversation_id: int) -> bool:
    """Whether messages have arrived that no turn has taken."""
    return bool(_WAITING(connection, {"of": conversation_id}))


def claim(
    connection: Connection,
    row: Row[Any],
    now: datetime,
    *,
    attempts: int = 0,
    own: Callable[[int], Message] | None = None,
) -> Turn:
    """Take all waiting messages of the conversation in `row` together as its next turn.

    What the newest turn failed to answer is taken along, so that a later word finds the earlier ones.
    `own` keeps the message that the turn is for: where nothing was under way no other waits.
    """
    number = row.turns + 1
    new = {"conversation_id": row.id, "number": number, "at": now, "attempts": attempts}
    ((turn_id,),) = _CLAIM(connection, new)
    messages = [own(turn_id)] if own else []
    if own is None or row.failed_turn is not None:
        taken = connection.execute(_TAKE, {"of": row.id, "failed": row.failed_turn, "taken": turn_id})
        messages = sorted([*map(to_message, taken), *messages], key=attrgetter("number"))
    _ACTIVATE(connection, {"of": row.id, "active": turn_id, "number": number})
    return Turn(turn_id, number, tuple(messages), attempts=attempts)


def note(
    connection: Connection,
    conversation_id: int,
    *,
    at: datetime,
    actor: str,
    cause: str,
    before: str,
    after: str,
) -> None:
    """Append a line to the audit log; never any message text."""
    line = {"conversation_id": conversation_id, "at": at, "actor": actor, "cause": cause}
    connection.execute(_NOTE, line | {"before": before, "after": after})


def note_setting(
    connection: Connection, workspace: str, *, at: datetime, actor: str, cause: str, before: str, after: str
) -> None:
    """Append a line about a whole workspace to the audit log; it belongs to no conversation."""
    line = {"workspace_key": workspace, "at": at, "actor": actor, "cause": cause}
    connection.execute(_NOTE, line | {"before": before, "after": after})


def held(connection: Connection, row: Row[Any], now: datetime) -> bool:
    """Whether the crisis hold of a locked row is on; one that has run out is taken off (E18)."""
    if row.hold_until is None or to_conversation(row).held(now):
        return row.hold_until is not None
    over = {"hold_until": None, "hold_clear": 0}
    connection.execute(update(conversation).where(conversation.c.id == row.id).values(**over))
    note(connection, row.id, at=now, actor="rules", cause="hold lapsed", before="hold", after="no hold")
    return False


def as_tuple(value: Any) -> tuple[str, ...]:
    """A JSON list of ids as kept in the rows."""
    items: Iterable[Any] = json.loads(value) if isinstance(value, str) else value or ()
    return tuple(str(item) for item in items)
