"""A conversation that is active again: its thread is opened for people, however often that takes (E36)."""

from __future__ import annotations

from functools import partial

import structlog

from bot import texts
from bot.errors import Blocked, ThreadGone
from bot.parts import Parts
from bot.reading import insist

log = structlog.get_logger()


async def resume(parts: Parts) -> None:
    """At start: what people had not seen when the program stopped."""
    for conversation in await parts.store.reopenings.unshown():
        begin(parts, conversation)


def begin(parts: Parts, conversation: int) -> None:
    """Begin to show a recorded reopening, and then go on with what waits there. Returns at once."""
    parts.engine.beside(_begin(parts, conversation))


async def _begin(parts: Parts, conversation: int) -> None:
    await insist(parts, partial(_show, parts, conversation))
    parts.engine.attend(conversation)


async def _show(parts: Parts, conversation: int) -> None:
    """Open the thread behind whatever step of the former ending is on its way, and say who did it."""
    async with parts.lease(conversation):
        owed = await parts.store.reopenings.owed(conversation)
        if owed is None:
            return
        here, ending, by = owed
        adapter = parts.adapters.get(here.thread.platform)
        if adapter is None:
            return
        try:
            await adapter.reopen(here.thread, reason=f"Conversation {here.id} reopened")
            await adapter.post(here.thread, texts.reopened(here, by), key=f"r{ending}", again=True)
        except (Blocked, ThreadGone) as error:
            log.warning("reopened, but not shown", conversation=here.id, cause=str(error))
        await parts.store.reopenings.shown(ending)
