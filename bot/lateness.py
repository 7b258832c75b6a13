"""Messages that nobody answers any more, after the end or from outside, are still read for a crisis (E19)."""

from __future__ import annotations

from functools import partial

from bot.crisis import RAISED, at_once, highest
from bot.parts import Parts
from bot.reading import HOLD, insist, read
from bot.store import Work
from bot.types import Conversation, Incoming, Risk


class Lateness:
    """Keeps such a message until it has been read, and no longer, unless it shows a crisis."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._reading: set[int] = set()

    async def resume(self) -> None:
        """At start: what was not read before the program stopped."""
        for conversation in await self._parts.store.late.unread():
            self.read(conversation)

    async def hear(self, here: Conversation, incoming: Incoming) -> bool:
        """Keep a message and begin to read it; whether its words alone reopen the conversation at once."""
        late = self._parts.store.late
        await late.keep(here.id, incoming)
        work = await late.work(here.id)
        if work is not None and (seen := at_once(work.turn.messages)) in RAISED:
            return await self._revive(work, seen)
        self.read(here.id)
        return False

    def read(self, conversation: int) -> None:
        """Begin to read the late messages of a conversation, if there are any. Returns at once."""
        if conversation not in self._reading:
            self._reading.add(conversation)
            self._parts.engine.beside(self._read(conversation))

    async def _read(self, conversation: int) -> None:
        late = self._parts.store.late
        try:
            while (work := await late.work(conversation)) is not None and not self._parts.engine.closing:
                risk = highest((at_once(work.turn.messages), await read(self._parts, work)))
                if risk in RAISED:
                    await insist(self._parts, partial(self._revive, work, risk))
                else:
                    await insist(self._parts, partial(late.forget, work.turn.messages))
        finally:
            self._reading.discard(conversation)

    async def _revive(self, work: Work, risk: Risk) -> bool:
        """Reopen the conversation under hold; the message becomes a turn, and the turn shows the card."""
        now, here = self._parts.clock.now(), work.conversation
        if not await self._parts.store.late.revive(here.id, work.turn.messages, risk, now + HOLD, now):
            return False
        self._parts.engine.attend(here.id)
        return True
