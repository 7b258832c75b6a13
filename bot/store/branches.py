"""Branches: a new conversation with the history of another up to one message, and that message anew (E34)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.render import render
from bot.store.accepting import keep, start
from bot.store.database import Database
from bot.store.dialects import alone
from bot.store.rows import WHOLE, claim, lock, messages_of, to_conversation, to_message
from bot.store.schema import conversation, message, turn
from bot.store.turns import FINISHED, STOPPED
from bot.store.values import Begun
from bot.types import Incoming, Message, State


class Branches:
    """Finds where a person may branch, and makes the branch in one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def own_messages(
        self, conversation_id: int, person: str, message_id: str = ""
    ) -> tuple[Message, ...]:
        """A person's own answered messages that still have their text, newest first, at most 25.

        With `message_id` only the one of this id on the platform.
        """
        query = (
            select(message)
            .where(message.c.conversation_id == conversation_id, message.c.author_id == person)
            .where(message.c.deleted.is_(False), message.c.turn_id.is_not(None))
            .order_by(message.c.number.desc())
            .limit(25)
        )
        if message_id:
            query = query.where(message.c.message_id == message_id)
        rows = await self._database.read(lambda c: c.execute(query).all())
        return tuple(to_message(row) for row in rows)

    async def branch(
        self, source: int, number: int, incoming: Incoming, title: str, now: datetime
    ) -> Begun | None:
        """A conversation with all that stood in `source` before message `number`, and then `incoming`.

        None where the message is not the author's own there, or was deleted. `incoming.message_id` makes it
        repeatable: the same one gives the same branch. No standing and no hold is inherited.
        """
        return await self._database.write(lambda c: _branch(c, source, number, incoming, title, now))


def _branch(
    c: Connection, source_id: int, number: int, incoming: Incoming, title: str, now: datetime
) -> Begun | None:
    alone(c, incoming.origin)
    made = c.execute(WHOLE.where(conversation.c.origin == incoming.origin)).first()
    if made is not None:
        return Begun(to_conversation(made), again=True)
    here = (message.c.number == number) & (message.c.conversation_id == source_id)
    at = c.execute(select(message).where(here)).one_or_none()
    if at is None or at.author_id != incoming.author.id or at.deleted or at.turn_id is None:
        return None
    source = lock(c, at.conversation_id)
    if source is None or source.state == State.ERASED.value:
        return None
    copied = {"prompt_id": source.prompt_id, "model": source.model, "private": source.private}
    # A summary that reaches past the message knows what came after it: the branch has what it was made of.
    summarised = at.turn_id > source.summary_turn
    summary, after = (source.summary, source.summary_turn) if summarised else ("", 0)
    cause = f"branched from {source.id}"
    branch_id = start(c, incoming, now, cause=cause, title=title, summary=summary, **copied)
    turns = _copy_turns(c, source, at.turn_id, after, branch_id)
    turns += _copy_beginning(c, at, branch_id, turns + 1)
    c.execute(update(conversation).where(conversation.c.id == branch_id).values(turns=turns))
    keep(c, branch_id, incoming)
    made = lock(c, branch_id)
    assert made is not None
    claim(c, made, now)
    return Begun(to_conversation(made))


def _copy_turns(c: Connection, source: Row[Any], before: int, after: int, branch_id: int) -> int:
    """Copy the exchanges between two turns (those before `after` are in the summary); how many there are."""
    rows = c.execute(
        select(turn)
        .where(turn.c.conversation_id == source.id, turn.c.id < before, turn.c.id > after)
        .where(turn.c.state.in_(FINISHED))
        .order_by(turn.c.number)
    ).all()
    kept = ("state", "input", "reply", "model", "policy", "usage", "attempts", "at", "copied_before")
    for number, row in enumerate(rows, start=1):
        values = {name: getattr(row, name) for name in kept}
        # What is deleted in the first place is forgotten in every copy of it.
        _put(c, branch_id, number, copied_from=row.copied_from or row.id, **values)
    return len(rows)


def _copy_beginning(c: Connection, at: Row[Any], branch_id: int, number: int) -> int:
    """What the message's own turn took before it, as a turn without a reply; how many there are of it.

    It was answered together with what is now said in another way, so its answer is not what goes on here.
    """
    text = render(tuple(each for each in messages_of(c, at.turn_id) if each.number < at.number))
    if text:
        told = {"state": STOPPED, "input": text, "reply": "", "attempts": 0, "at": at.at}
        _put(c, branch_id, number, copied_from=at.turn_id, copied_before=at.number, **told)
    return int(bool(text))


def _put(c: Connection, branch_id: int, number: int, **values: Any) -> None:
    """One copied turn: cared for where it was first read, and on the platform there only."""
    c.execute(insert(turn).values(conversation_id=branch_id, number=number, placed=[], cared=True, **values))
