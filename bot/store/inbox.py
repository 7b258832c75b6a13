"""Messages in, turns out: the rows that keep the order and say what is unanswered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.exc import IntegrityError

from bot.store import accepting, turns
from bot.store.database import Database
from bot.store.schema import conversation, message, turn
from bot.store.values import Accepted, Answers, Begun, Done, Fresh, Work
from bot.types import Incoming


class Inbox:
    """Accept, load, placed, finish: each one transaction, each harmless to repeat."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def accept(self, incoming: Incoming, fresh: Fresh, answers: Answers, now: datetime) -> Accepted:
        """Keep a message once and for all, and claim the next turn where the conversation is idle."""
        hand_over = self._database.in_order
        try:
            return await self._database.write(
                lambda c: accepting.accept(c, incoming, fresh, answers, now, hand_over=hand_over)
            )
        except IntegrityError:
            if await self._database.read(lambda c: accepting.known(c, incoming)):
                return Accepted("duplicate")
            raise

    async def begin(self, incoming: Incoming, fresh: Fresh, now: datetime) -> Begun:
        """Create a conversation without a first message; the same `origin` gives the same one again."""
        return await self._database.write(lambda c: accepting.begin(c, incoming, fresh, now))

    async def load(self, conversation_id: int) -> Work | None:
        """The active turn with all it needs, None where there is none. Counts one attempt."""
        return await self._database.write(lambda c: turns.load(c, conversation_id))

    async def absorb(self, work: Work) -> bool:
        """Take messages that arrived meanwhile into the running turn (E25); False where there are none."""
        return await self._database.write(lambda c: turns.absorb(c, work))

    async def placed(self, turn_id: int, ids: tuple[str, ...]) -> None:
        """Remember the messages of a reply that the platform has confirmed."""
        statement = update(turn).where(turn.c.id == turn_id).values(placed=list(ids))
        await self._database.write(lambda c: c.execute(statement))

    async def finish(self, work: Work, done: Done, now: datetime) -> Work | None:
        """Keep the answer and claim the next turn where messages wait. A turn that is not ours: nothing.

        The next turn is loaded for the caller alone; None: there is none, or `Store.take` has it.
        """
        hand_over = self._database.in_order

        def finish(c: Connection) -> Work | None:
            if not turns.finish_turn(c, work, done, now):
                return None
            return turns.go_on(c, work.conversation.id, now, hand_over=hand_over)

        return await self._database.write(finish)

    async def opened(self, conversation_id: int, channel: str, thread: str, key: str) -> None:
        """The thread exists now, at this place."""
        statement = (
            update(conversation)
            .where(conversation.c.id == conversation_id)
            .values(opened=True, channel=channel, thread=thread, thread_key=key)
        )
        await self._database.write(lambda c: c.execute(statement))

    async def compact(self, conversation_id: int, summary: str, upto: int) -> None:
        """Put a summary in the place of all exchanges up to turn `upto`."""
        statement = (
            update(conversation)
            .where(conversation.c.id == conversation_id)
            .values(summary=summary, summary_turn=upto)
        )
        await self._database.write(lambda c: c.execute(statement))

    async def edit(self, platform: str, place: str, message_id: str, text: str) -> None:
        """Use the new text of a message that no turn has taken yet."""
        statement = (
            update(message)
            .where(message.c.platform == platform, message.c.place == place)
            .where(message.c.message_id == message_id, message.c.turn_id.is_(None))
            .values(text=text)
        )
        await self._database.write(lambda c: c.execute(statement))

    async def unfinished(self) -> list[int]:
        """Conversations with a turn under way."""
        query = select(conversation.c.id).where(conversation.c.active_turn.is_not(None))
        return await self._database.read(lambda c: list(c.execute(query).scalars()))
