"""What moderators do with our threads on Discord itself, live and while nobody listened (E36, E37)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import discord
import structlog

from adapters.discord.events import PLATFORM
from adapters.discord.failures import Code
from adapters.discord.locks import Locks
from bot.ports import Clock, Desk
from bot.types import Conversation, State, ThreadRef

log = structlog.get_logger(__name__)

_LOOK_BACK, _AROUND = 50, timedelta(minutes=1)
_FETCHED = 50
"""So many threads that Discord does not list at the start are asked for, newest first."""
_UNREADABLE = (discord.DiscordException, aiohttp.ClientError, OSError)


class ByHand:
    """Tells the desk of locks, unlocks and deletions that are not our own."""

    def __init__(self, client: discord.Client, desk: Desk, locks: Locks, clock: Clock) -> None:
        self._client = client
        self._desk = desk
        self._locks = locks
        self._clock = clock

    async def changed(self, event: discord.RawThreadUpdateEvent) -> None:
        """A thread of ours perhaps, and perhaps by our own hand."""
        data: dict[str, Any] = dict(event.data)
        meta = data.get("thread_metadata", {})
        ref = ThreadRef(PLATFORM, str(event.guild_id), str(event.parent_id), str(event.thread_id))
        locked = bool(meta.get("locked"))
        if self._locks.ours(ref.thread):
            return
        if not await self._noticed(ref, locked=locked) and meta.get("archived") and not locked:
            await self._archived(ref, self._clock.now())

    async def gone(self, ref: ThreadRef) -> None:
        """A thread was deleted."""
        ours = await self._desk.find(ref) is not None
        by = await self._who(ref, discord.AuditLogAction.thread_delete) if ours else ""
        await self._desk.gone(ref, by="" if by == self._me() else by)
        await self._locks.note(ref.thread, locked=False)

    async def compare(self, only: discord.Guild | None = None) -> None:
        """Look at the living conversations, and those that ended lately, for what has happened meanwhile.

        With `only` just at those on one server.
        """
        fetched = 0
        living = await self._desk.open_threads(PLATFORM)
        for here in self._ours(living, await self._desk.ended_threads(PLATFORM)):
            ref = here.thread
            if only is not None and ref.workspace != str(only.id):
                continue
            try:
                thread = self._client.get_channel(int(ref.thread))
                if thread is None and fetched < _FETCHED:
                    fetched += 1
                    thread = await self._client.fetch_channel(int(ref.thread))
                if isinstance(thread, discord.Thread) and not self._locks.ours(ref.thread):
                    news = await self._noticed(ref, locked=thread.locked)
                    if not news and thread.archived and not thread.locked:
                        await self._archived(ref, thread.archive_timestamp)
            except discord.NotFound as error:
                if error.code == Code.UNKNOWN_CHANNEL and here.state is State.ACTIVE:
                    await self.gone(ref)
            except _UNREADABLE as error:
                log.info("thread not readable", thread=ref.key, error=repr(error))

    def _ours(self, *found: Iterable[Conversation]) -> Iterable[Conversation]:
        """Conversations with a thread on a server that we are connected to."""
        for here in (each for group in found for each in group):
            ref = here.thread
            known = ref.workspace.isdigit() and self._client.get_guild(int(ref.workspace))
            if known and not known.unavailable and here.opened and ref.thread.isdigit():
                yield here

    async def _noticed(self, ref: ThreadRef, *, locked: bool) -> bool:
        """Whether the thread was locked or unlocked; if so, the desk knows now."""
        if locked == await self._locks.known(ref.thread) or await self._desk.find(ref) is None:
            return False
        by = await self._who(ref, discord.AuditLogAction.thread_update, "locked")
        if not by or by != self._me():
            log.info("thread changed by hand", thread=ref.key, locked=locked, by=by)
            await (self._desk.locked(ref, by=by) if locked else self._desk.unlocked(ref, by=by))
        await self._locks.note(ref.thread, locked=locked)
        return True

    async def _archived(self, ref: ThreadRef, at: datetime) -> None:
        """Discord archives silent threads by itself; only the audit log tells a moderator's hand."""
        here = await self._desk.find(ref)
        if here is None or here.state is not State.ACTIVE:
            return
        by = await self._who(ref, discord.AuditLogAction.thread_update, "archived", at)
        if by and by != self._me():
            log.info("thread archived by hand", thread=ref.key, by=by)
            self._locks.asleep.add(ref.thread)
            await self._desk.locked(ref, by=by)

    def _me(self) -> str:
        return str(self._client.user.id) if self._client.user else ""

    async def _who(
        self,
        ref: ThreadRef,
        action: discord.AuditLogAction,
        change: str = "",
        at: datetime | None = None,
    ) -> str:
        """Who did it (around `at`), from the audit log where we may read it; "" where it does not say."""
        guild = self._client.get_guild(int(ref.workspace))
        if guild is None or not guild.me or not guild.me.guild_permissions.view_audit_log:
            return ""
        try:
            async for entry in guild.audit_logs(action=action, limit=_LOOK_BACK):
                about = entry.target is not None and str(entry.target.id) == ref.thread
                if about and (not change or hasattr(entry.after, change)):
                    other = at is not None and abs(at - entry.created_at) > _AROUND
                    return "" if other else str(entry.user_id or "")
        except _UNREADABLE as error:
            log.info("audit log not readable", guild=ref.workspace, error=repr(error))
        return ""
