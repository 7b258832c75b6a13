"""Whoever writes into an ended thread is told where to go on; never silence at first, never spam (E32)."""

from __future__ import annotations

from datetime import timedelta

import structlog

from bot import texts
from bot.errors import PlatformError
from bot.parts import Parts
from bot.types import Conversation, Incoming, State, Step

log = structlog.get_logger()

REST = timedelta(minutes=30)


async def remind(parts: Parts, here: Conversation, incoming: Incoming) -> None:
    """A pointer the first time, a small sign at most every half hour; moderators are left alone."""
    person = incoming.author
    if not await _over(parts, here) or (person.moderator and person.id != here.starter.id):
        return
    # Messages that come within one round trip: the second sees what became of the first one's reminder.
    async with parts.lease(here.id, person.id):
        await _remind(parts, here, incoming)


async def _remind(parts: Parts, here: Conversation, incoming: Incoming) -> None:
    person, people = incoming.author, parts.store.people
    pointed, reminded = await people.reminders(here.id, person.id)
    now = parts.clock.now()
    if pointed is not None and reminded is not None and now - reminded < REST:
        return
    card = texts.pointer(here, person) if pointed is None else None
    try:
        await parts.adapter(here).remind(here.thread, person, incoming.message_id, card)
    except PlatformError as error:
        log.info("reminder not shown", conversation=here.id, cause=str(error))
        return
    await people.reminded(here.id, person, now, pointed=card is not None)


async def _over(parts: Parts, here: Conversation) -> bool:
    """Whether people have been told of the end: until then the notice itself is still to come."""
    if here.state is State.ENDING:
        last = await parts.store.endings.last(here.id)
        return last is not None and last.step in {Step.NOTICED, Step.CLOSED, Step.TOLD}
    return here.state is State.ENDED
