"""What people delete on the platform is forgotten here too, and a warning without its card does not count."""

from __future__ import annotations

import structlog

from bot import texts
from bot.parts import Parts
from bot.render import render
from bot.types import Conversation, Message, ThreadRef

log = structlog.get_logger()


async def forget(parts: Parts, thread: ThreadRef, place: str, message_id: str) -> None:
    """Somebody's message: its text goes, also from the title. A warning's card: the warning goes (E5)."""
    deleting = parts.store.deleting
    if await deleting.message(thread.platform, place, message_id, _without_deleted, _untitled):
        return
    if await deleting.card(thread, message_id, parts.clock.now()):
        log.info("warning taken back: its card was deleted", thread=thread.key)


def _without_deleted(messages: tuple[Message, ...]) -> str:
    return render(messages) or "(deleted by its author)"


def _untitled(here: Conversation) -> str:
    return texts.chat_with(here, name=texts.name_of(here.starter))
