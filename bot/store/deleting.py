"""What people delete on the platform: a message's words, the title made of them, a warning's card."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from bot.store.database import Database
from bot.store.people import clear_warning
from bot.store.rows import WHOLE, lock, messages_of, participants_of, to_conversation
from bot.store.schema import conversation, message, turn
from bot.types import Conversation, Message, Standing, ThreadRef

Render = Callable[[tuple[Message, ...]], str]
"""Words a turn's input anew."""
Untitled = Callable[[Conversation], str]
"""Titles a conversation whose opening message is gone."""


class Deleting:
    """Follows what was deleted there, in one transaction each."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def message(
        self, platform: str, place: str, message_id: str, render: Render, untitled: Untitled
    ) -> bool:
        """Forget a message's text, in its exchange, in branches and in the title too; False for no such."""
        return await self._database.write(
            lambda c: _message(c, platform, place, message_id, render, untitled)
        )

    async def card(self, thread: ThreadRef, card: str, now: datetime) -> bool:
        """Take back the warning that a card of ours held: it no longer counts (E5). False for no such.

        Who is out already stays out: that was decided while the card stood there.
        """
        return await self._database.write(lambda c: _card(c, thread, card, now))


def _message(
    c: Connection, platform: str, place: str, message_id: str, render: Render, untitled: Untitled
) -> bool:
    mine = (message.c.platform == platform) & (message.c.place == place)
    mine &= message.c.message_id == message_id
    found = c.execute(select(message.c.conversation_id, message.c.number).where(mine)).one_or_none()
    row = None if found is None else lock(c, found.conversation_id)
    if found is None or row is None:
        return False
    gone = update(message).where(message.c.number == found.number).values(text="", deleted=True)
    turn_id = c.execute(gone.returning(message.c.turn_id)).scalar_one_or_none()
    if turn_id is not None:
        _reword(c, turn_id, render)
        if row.summary and turn_id <= row.summary_turn:
            # It may keep the words. The turns are all there: it is made anew from them where it is needed.
            same = conversation.c.summary == row.summary
            c.execute(update(conversation).where(same).values(summary="", summary_turn=0))
    first = select(func.min(message.c.number)).where(message.c.conversation_id == row.id)
    if not row.origin.startswith(ThreadRef.UNOPENED) and c.execute(first).scalar_one() == found.number:
        title = untitled(to_conversation(row))
        c.execute(update(conversation).where(conversation.c.id == row.id).values(title=title))
    return True


def _reword(c: Connection, turn_id: int, render: Render) -> None:
    """Word a turn's input anew, and that of its copies: some hold only what stood before one message."""
    said = messages_of(c, turn_id)
    copies = ((turn.c.id == turn_id) | (turn.c.copied_from == turn_id)) & (turn.c.input != "")
    for row in c.execute(select(turn.c.id, turn.c.copied_before).where(copies)).all():
        before = row.copied_before
        text = render(tuple(each for each in said if before is None or each.number < before))
        c.execute(update(turn).where(turn.c.id == row.id).values(input=text))


def _card(c: Connection, thread: ThreadRef, card: str, now: datetime) -> bool:
    query = WHOLE.where(conversation.c.thread_key == thread.key).order_by(conversation.c.id.desc()).limit(1)
    row = c.execute(query).one_or_none()
    if row is None or lock(c, row.id) is None:
        return False
    held = [
        one.person.id
        for one in participants_of(c, row.id)
        if one.warned is not None and one.warned.card == card and one.standing is not Standing.OUT
    ]
    for person in held:
        clear_warning(c, row.id, person, "card deleted", now)
    return bool(held)
