"""Messages that nobody answers any more, after the end or from outside, are still read for a crisis (E19)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import structlog

from bot.crisis import RAISED, at_once, highest
from bot.crisis.net import risk_of
from bot.parts import Parts
from bot.reading import HOLD, insist, read
from bot.store import Work
from bot.types import Conversation, Incoming, Message, Risk

log = structlog.get_logger()

LONGEST_UNREAD = timedelta(days=1)
"""For so long the detector is asked again for what it could not read; then the message is let go."""
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(minutes=20)


class Lateness:
    """Keeps such a message until it has been read, and no longer, unless it shows a crisis."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._reading: set[int] = set()
        self._pausing: set[int] = set()

    async def resume(self) -> None:
        """At start: what was not read before the program stopped."""
        for conversation in await self._parts.store.late.unread():
            self.read(conversation)

    async def hear(self, here: Conversation, incoming: Incoming) -> bool:
        """Keep a message and begin to read it; whether its words alone reopen the conversation at once.

        What was said before is perhaps being read just now, and whoever reads it may be quicker.
        """
        late = self._parts.store.late
        await late.keep(here.id, incoming)
        work = await late.work(here.id)
        seen = risk_of(incoming.text) if work is None else at_once(work.turn.messages)
        if work is not None and seen in RAISED:
            await self._revive(work, seen)
        else:
            self.read(here.id)
        return seen in RAISED

    def read(self, conversation: int) -> None:
        """Begin to read the late messages of a conversation, if there are any. Returns at once."""
        if conversation not in self._reading:
            self._reading.add(conversation)
            self._parts.engine.beside(self._read(conversation))

    async def _read(self, conversation: int) -> None:
        try:
            unread = await self._read_all(conversation)
        finally:
            self._reading.discard(conversation)
        if unread is not None:
            await self._read_later(conversation, unread)

    async def _read_all(self, conversation: int) -> Message | None:
        """Read until nothing is left; the oldest message that the detector could not read, None for none."""
        late = self._parts.store.late
        while not self._parts.engine.closing:
            work = await late.work(conversation)
            if work is None:
                break
            risk = highest((at_once(work.turn.messages), await read(self._parts, work)))
            if risk in RAISED:
                await insist(self._parts, partial(self._revive, work, risk))
            elif done := self._done(work, risk):
                await insist(self._parts, partial(late.forget, done))
            else:
                return work.turn.messages[0]
        return None

    def _done(self, work: Work, risk: Risk) -> tuple[Message, ...]:
        """What need not be kept any more: what was read, or cannot be read for a whole day."""
        if risk is not Risk.UNKNOWN:
            return work.turn.messages
        now = self._parts.clock.now()
        lost = tuple(each for each in work.turn.messages if now - each.at >= LONGEST_UNREAD)
        if lost:
            log.warning("not read for a crisis", conversation=work.conversation.id, messages=len(lost))
        return lost

    async def _read_later(self, conversation: int, oldest: Message) -> None:
        """Wait as long again as the oldest has waited already: the detector may be back then."""
        if conversation in self._pausing:
            return
        self._pausing.add(conversation)
        try:
            waited = self._parts.clock.now() - oldest.at
            pause = max(SHORTEST_PAUSE, min(waited, LONGEST_PAUSE))
            await self._parts.clock.sleep(pause.total_seconds())
        finally:
            self._pausing.discard(conversation)
        self.read(conversation)

    async def _revive(self, work: Work, risk: Risk) -> None:
        """Reopen the conversation under hold; the message becomes a turn, and the turn shows the card."""
        now, here = self._parts.clock.now(), work.conversation
        if await self._parts.store.late.revive(here.id, work.turn.messages, risk, now + HOLD, now):
            self._parts.engine.attend(here.id)
