"""What people do with a whole channel on Slack itself: every chat in it ends with it (E37)."""

from __future__ import annotations

import structlog

from adapters.slack.events import PLATFORM, Body
from bot.ports import Desk

log = structlog.get_logger(__name__)

GONE = frozenset(
    {
        "channel_archive",
        "channel_deleted",
        "channel_left",
        "group_archive",
        "group_deleted",
        "group_left",
    }
)
"""A channel (a "group" is a private one) was archived or deleted, or we were taken out of it."""


async def channel_gone(desk: Desk, workspace: str, event: Body) -> None:
    """End the chats there that were in use lately; harmless to repeat. Who did it stands in the record."""
    channel, by = str(event.get("channel") or ""), str(event.get("user") or event.get("actor_id") or "")
    ended = 0
    for here in await desk.open_threads(PLATFORM):
        if (here.thread.workspace, here.thread.channel) == (workspace, channel):
            await desk.gone(here.thread, by=by)
            ended += 1
    log.info("channel is gone", workspace=workspace, channel=channel, why=event.get("type"), ended=ended)
