"""What a platform does not let through is said in plainer words: it is never tried in the same ones again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

import structlog

from bot.cards import Card
from bot.errors import Blocked, Forbidden
from bot.ports import ReplyStream
from bot.types import Conversation, ThreadRef

log = structlog.get_logger()

T = TypeVar("T")


def untitled(here: Conversation) -> Conversation:
    """The conversation without its title, which is made of somebody's words."""
    return replace(here, title="…")


async def finish(stream: ReplyStream, thread: ThreadRef, *texts: str) -> str | None:
    """Complete a reply with the first of these texts that is let through; "" leaves what is visible.

    None where none was: what is visible stays then as well. Raises Forbidden where nothing may be written.
    """
    for text in texts:
        try:
            await stream.finish(text or None)
        except Forbidden:
            raise
        except Blocked as error:
            log.error("reply blocked by the platform", thread=thread.key, cause=str(error))  # noqa: TRY400 - no bug
        else:
            return text
    await stream.finish(None)
    return None


async def put(post: Callable[[Card], Awaitable[T]], *cards: Card) -> T:
    """Post the first of these cards that is let through. Raises Blocked where none was."""
    *fuller, plainest = cards
    for card in fuller:
        try:
            return await post(card)
        except Forbidden:
            raise
        except Blocked as error:
            log.warning(
                "card blocked by the platform",
                conversation=card.conversation,
                kind=card.kind,
                cause=str(error),
            )
    return await post(plainest)
