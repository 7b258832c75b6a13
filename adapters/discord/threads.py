"""Threads on Discord: made, found again, locked, opened again."""

from __future__ import annotations

from typing import Any

import structlog

from adapters.discord.cards import QUIET
from adapters.discord.failures import WORDS, Code, Refused
from adapters.discord.making import DAYS, Making
from adapters.discord.rest import Rest
from adapters.discord.starters import PLAIN, name, started
from bot.errors import ThreadGone
from bot.ports import Clock
from bot.types import Conversation, ThreadRef

log = structlog.get_logger(__name__)


class Threads:
    """What Discord does to threads, one request each wherever possible."""

    def __init__(self, rest: Rest, clock: Clock) -> None:
        self._rest = rest
        self._making = Making(rest, clock)
        self._guilds: dict[str, str] = {}

    async def open(self, here: Conversation, first: str, me: str, *, again: bool) -> ThreadRef:
        """Make the thread of a conversation, or find the one that is already there."""
        ref = here.thread
        if ref.direct:
            return ref
        if not ref.thread.startswith(ThreadRef.UNOPENED):
            await self._on_message(ref, name(here.title))
            return ref
        if here.private:
            return _at(ref, await self._making.private(here, first, me, again=again))
        try:
            return _at(ref, await self._with_starter(here, first))
        except Refused as error:
            if error.code not in {Code.NOT_IN_FORUMS, Code.NOT_A_TEXT_CHANNEL}:
                raise
        forum = await self.read(ref.channel) or {}
        return _at(ref, await self._making.post(here, forum, first, me, again=again))

    async def _on_message(self, ref: ThreadRef, named: str) -> None:
        path = f"/channels/{ref.channel}/messages/{ref.thread}/threads"
        try:
            await self._rest.request("POST", path, {"name": named, "auto_archive_duration": DAYS})
        except Refused as error:
            if error.code == Code.THREAD_EXISTS or await self._there(ref.thread):
                return
            if error.code in WORDS and named != PLAIN:
                log.info("title not let through", thread=ref.key, code=error.code)
                await self._on_message(ref, PLAIN)
                return
            if error.code == Code.UNKNOWN_MESSAGE:
                raise ThreadGone("the message to open a thread on was deleted") from error
            raise

    async def _there(self, thread: str) -> bool:
        """Whether it is a thread already, as a post is: Discord has many words against making it again."""
        try:
            return await self.read(thread) is not None
        except Refused:
            return False

    async def _with_starter(self, here: Conversation, first: str) -> str:
        """A message in the channel that says who started a chat, and a thread on it."""
        number = here.thread.thread.removeprefix(ThreadRef.UNOPENED)
        body = {"nonce": number[-25:], "enforce_nonce": True, **QUIET}
        path = f"/channels/{here.thread.channel}/messages"
        try:
            starter = await self._rest.request("POST", path, {**body, "content": started(here, first)})
        except Refused as error:
            if error.code not in WORDS or not first:
                raise
            log.info("words not let through", channel=here.thread.channel, code=error.code)
            starter = await self._rest.request("POST", path, {**body, "content": started(here, "")})
        ref = _at(here.thread, str(starter["id"]))
        await self._on_message(ref, name(here.title))
        return ref.thread

    async def read(self, channel: str) -> dict[str, Any] | None:
        """A channel or thread as it is, None where it is not there."""
        try:
            found: dict[str, Any] = await self._rest.get(f"/channels/{channel}")
        except Refused as error:
            if error.code == Code.UNKNOWN_CHANNEL:
                return None
            raise
        return found

    async def guild_of(self, channel: str) -> str:
        """The server of a channel, asked for once; "" where there is none."""
        if channel not in self._guilds:
            found = await self.read(channel)
            if found is None:
                return ""
            self._guilds[channel] = str(found.get("guild_id") or "")
        return self._guilds[channel]

    async def lock(self, thread: str, reason: str, *, archive: bool) -> None:
        """One PATCH, and never the name: renames share a hidden limit of two in ten minutes."""
        body = {"locked": True, "archived": archive}
        try:
            await self._rest.request("PATCH", f"/channels/{thread}", body, reason=reason)
        except Refused as error:
            if error.code != Code.ARCHIVED:
                raise
            state = (await self.read(thread) or {}).get("thread_metadata", {})
            if state.get("locked") and state.get("archived"):
                return
            # An archived thread takes changes only together with its awakening.
            await self._rest.request(
                "PATCH", f"/channels/{thread}", {**body, "archived": False}, reason=reason
            )
            await self._rest.request("PATCH", f"/channels/{thread}", body, reason=reason)

    async def unlock(self, thread: str, reason: str) -> None:
        """Undo `lock`."""
        await self._rest.request(
            "PATCH", f"/channels/{thread}", {"locked": False, "archived": False}, reason=reason
        )


def _at(ref: ThreadRef, thread: str) -> ThreadRef:
    return ThreadRef(ref.platform, ref.workspace, ref.channel, thread)
