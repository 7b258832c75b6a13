"""Live controls for an ended thread, where buttons still work: in the channel, else in a direct message."""

from __future__ import annotations

from typing import Any, Protocol

import structlog

from adapters.discord.cards import draw
from adapters.discord.failures import Code, Refused, translated
from adapters.discord.rest import Rest
from bot.cards import BY_COMMAND, Card
from bot.errors import Blocked, Forbidden, ThreadGone
from bot.types import Conversation

log = structlog.get_logger(__name__)

_NO_PLACE = frozenset({Code.NOT_IN_FORUMS, Code.NOT_A_TEXT_CHANNEL})


class Put(Protocol):
    """Posts a card once for each key; the message's id."""

    async def __call__(
        self, channel: str, card: Card, body: dict[str, Any], key: str, *, again: bool
    ) -> str: ...


async def live_controls(
    put: Put, rest: Rest, here: Conversation, card: Card, key: str, *, again: bool
) -> str:
    """A link to them; the command that shows them, where neither channel nor person can be written to.

    A private thread's controls never stand in its channel: nobody else is to know of it.
    """
    key = f"{here.thread.key}/{key}"
    if not here.private and (posted := await _in_channel(put, here, card, key, again=again)):
        return f"https://discord.com/channels/{here.thread.workspace}/{here.thread.channel}/{posted}"
    try:
        with translated("Direct Messages"):
            asked = {"recipient_id": here.starter.id}
            channel = str((await rest.request("POST", "/users/@me/channels", asked))["id"])
            posted = await put(channel, card, draw(card), f"{key}/alone", again=again)
    except (Blocked, ThreadGone) as error:
        log.info("no place for live controls", thread=here.thread.key, cause=str(error))
        return BY_COMMAND
    return f"https://discord.com/channels/@me/{channel}/{posted}"


async def _in_channel(put: Put, here: Conversation, card: Card, key: str, *, again: bool) -> str:
    """Below the message that the thread hangs on; "" where there is no such place."""
    channel, body = here.thread.channel, draw(card)
    reference = {"message_id": here.origin or here.thread.thread, "fail_if_not_exists": False}
    try:
        with translated("Send Messages"):
            try:
                return await put(channel, card, {**body, "message_reference": reference}, key, again=again)
            except Refused as error:
                if error.code in _NO_PLACE:
                    return ""
                if error.code != Code.NO_HISTORY:
                    raise
                return await put(channel, card, body, key, again=again)
    except Forbidden as error:
        log.info("no live controls beside the thread", thread=here.thread.key, permission=error.permission)
        return ""
