"""Posts that happen once. Slack has no nonce, so each of ours carries its key in its metadata."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

import structlog

from adapters.slack.calls import Calls
from adapters.slack.cards import QUIET
from adapters.slack.failures import GONE, Refused, Unanswered
from adapters.slack.order import Order
from bot.ports import Clock

log = structlog.get_logger(__name__)

KIND = "adieu_post"
_REMEMBERED = 5000
_TRIES = 4
_LANDING = 1.0
"""A post without an answer gets so many seconds to land before it is looked for."""
_PAGE, _PAGES = 200, 10

Place = tuple[str, str, str]
"""Workspace, channel, and the root of the thread ("" for the channel itself)."""


def named(key: str) -> dict[str, Any]:
    """The metadata by which a message is found again."""
    return {"event_type": KIND, "event_payload": {"key": key}}


def key_of(message: Mapping[str, Any]) -> str:
    """The key of one of our posts, "" for any other message."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != KIND:
        return ""
    return str((metadata.get("event_payload") or {}).get("key") or "")


class Posts:
    """Posts by key."""

    def __init__(self, calls: Calls, clock: Clock) -> None:
        self.calls = calls
        self._clock = clock
        self.known: OrderedDict[tuple[Place, str], str] = OrderedDict()
        """What this process has posted; what it has forgotten is looked for on the platform."""
        self._order = Order()

    async def put(
        self, place: Place, key: str, body: Mapping[str, Any], *, again: bool = False, patient: bool = True
    ) -> str:
        """Post once under this key; the message's id, also where it is there already."""
        async with self._order.alone((place, key)):
            if (place, key) in self.known:
                return self.known[place, key]
            posted = (again and await self.find(place, key)) or await self._post(
                place, key, body, patient=patient
            )
            self.known[place, key] = posted
            while len(self.known) > _REMEMBERED:
                self.known.popitem(last=False)
            return posted

    async def find(self, place: Place, key: str) -> str:
        """The message that carries a key, "" where there is none (or no way to look)."""
        async for message in self.messages(place):
            if key_of(message) == key:
                return str(message["ts"])
        return ""

    def reading(self, place: Place) -> str:
        """The method that tells what stands in a place."""
        return "conversations.replies" if place[2] else "conversations.history"

    async def messages(self, place: Place, since: datetime | None = None) -> AsyncIterator[dict[str, Any]]:
        """What stands in a thread, oldest first, or a channel's newest messages; nothing if not allowed.

        With `since` only what is younger, and the root of the thread.
        """
        workspace, channel, thread = place
        arguments: dict[str, Any] = {"channel": channel, "include_all_metadata": True, "limit": _PAGE}
        if thread:
            arguments["ts"] = thread
        if since is not None:
            arguments["oldest"] = f"{since.timestamp():.6f}"
        method = self.reading(place)
        for _ in range(_PAGES if thread else 1):
            try:
                answer = await self.calls.ask(workspace, method, **arguments)
            except Refused as error:
                if error.error in GONE:
                    raise
                log.warning("cannot look for earlier posts", channel=channel, error=error.error)
                return
            for message in answer.get("messages") or ():
                yield message
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return
            arguments["cursor"] = cursor

    async def read(self, place: Place, ts: str) -> dict[str, Any] | None:
        """One message as it is now, None where it cannot be seen."""
        try:
            return await self._read(place, ts)
        except Refused:
            return None

    async def _read(self, place: Place, ts: str) -> dict[str, Any] | None:
        workspace, channel, thread = place
        answer = await self.calls.ask(
            workspace,
            "conversations.replies",
            channel=channel,
            ts=thread or ts,
            oldest=ts,
            latest=ts,
            inclusive=True,
            limit=2,
        )
        found = [message for message in answer.get("messages") or () if message.get("ts") == ts]
        return found[0] if found else None

    async def stands(self, place: Place, ts: str) -> bool:
        """Whether a message is there. Where history may not be read, its link is asked for."""
        workspace, channel, _ = place
        try:
            return await self._read(place, ts) is not None
        except Refused as error:
            if error.error in GONE:
                return False
        try:
            await self.calls.ask(workspace, "chat.getPermalink", channel=channel, message_ts=ts)
        except Refused as error:
            log.info("cannot see whether a message stands", channel=channel, error=error.error)
            return False
        return True

    async def _post(self, place: Place, key: str, body: Mapping[str, Any], *, patient: bool) -> str:
        """Post; a lost answer is followed by a look, and by another post only if there is nothing."""
        workspace, channel, thread = place
        where = {"channel": channel} | ({"thread_ts": thread} if thread else {})
        for attempt in range(_TRIES):
            try:
                answer = await self.calls.ask(
                    workspace,
                    "chat.postMessage",
                    repeat=False,
                    patient=patient,
                    metadata=named(key),
                    **where,
                    **QUIET,
                    **body,
                )
                return str(answer["ts"])
            except Unanswered as error:
                if not error.perhaps or attempt == _TRIES - 1:
                    raise
                log.info("post without an answer", channel=channel, error=str(error))
            await self._clock.sleep(_LANDING * 2**attempt)
            if found := await self.find(place, key):
                return found
        raise AssertionError
