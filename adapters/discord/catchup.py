"""What was written while nobody listened: read from history, once a new session begins.

Nothing is remembered for it: Discord tells every channel's and waking thread's newest message at the start,
so only those with something young in them are read, and what was kept already is a duplicate to the desk.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import aiohttp
import discord
import structlog

from adapters.discord.client import Client
from adapters.discord.events import PLATFORM, Ours, incoming, moderates
from bot.ports import Clock, Desk
from bot.types import Conversation, Incoming

log = structlog.get_logger(__name__)

_PLACES, _DIRECT, _ASLEEP, _MESSAGES = 300, 100, 50, 1000
_SILENCE = 60
"""After so many minutes without a word Discord archives a thread at the earliest."""

Place = discord.TextChannel | discord.Thread | discord.DMChannel


class CatchUp:
    """Reads history younger than `minutes` and passes it through the same `keep` as live messages."""

    def __init__(
        self,
        client: Client,
        desk: Desk,
        clock: Clock,
        minutes: int,
        keep: Callable[[Incoming], Awaitable[None]],
    ) -> None:
        self._client = client
        self._desk = desk
        self._clock = clock
        self._minutes = minutes
        self._keep = keep

    async def run(self, ours: Ours, only: discord.Guild | None = None) -> None:
        """Catch up, newest places first, everywhere or on one server. What cannot be read is left alone."""
        if not self._minutes or self._client.user is None:
            return
        since = self._clock.now() - timedelta(minutes=self._minutes)
        kept = 0
        guilds = self._client.guilds if only is None else [only]
        places = sorted(
            self._places(guilds, since), key=lambda place: place.last_message_id or 0, reverse=True
        )
        elsewhere = [*await self._asleep(guilds, since), *(await self._direct() if only is None else ())]
        for place in [*places[:_PLACES], *elsewhere]:
            try:
                kept += await self._read(place, since, ours)
            except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
                log.info("history not read", place=place.id, error=repr(error))
        log.info("caught up", places=len(places), messages=kept, minutes=self._minutes)

    def _places(
        self, guilds: Iterable[discord.Guild], since: datetime
    ) -> Iterator[discord.TextChannel | discord.Thread]:
        """Where something was written lately that we may read."""
        oldest = discord.utils.time_snowflake(since)
        for guild in guilds:
            every: list[discord.TextChannel | discord.Thread] = [*guild.text_channels, *guild.threads]
            for place in every:
                if (place.last_message_id or 0) < oldest or guild.me is None:
                    continue
                try:
                    granted = place.permissions_for(guild.me)
                except discord.ClientException:
                    continue
                if granted.view_channel and granted.read_message_history:
                    yield place

    async def _asleep(self, guilds: Iterable[discord.Guild], since: datetime) -> list[discord.Thread]:
        """Threads with a living conversation that have been archived again since somebody wrote there.

        A message wakes a thread, and Discord tells the threads that are awake, so there are none of these but
        where we look back for longer than the silence after which threads fall asleep by themselves. Where a
        moderator has sent one to sleep the conversation has ended, and what was written first is left alone.
        A mention in a sleeping thread in which we never were is not found.
        """
        found: list[discord.Thread] = []
        if self._minutes <= _SILENCE:
            return found
        on, oldest = {str(guild.id) for guild in guilds}, discord.utils.time_snowflake(since)
        asleep = [
            here
            for here in await self._desk.open_threads(PLATFORM)
            if here.opened and here.thread.workspace in on and here.thread.thread.isdigit()
            if self._client.get_channel(int(here.thread.thread)) is None
        ]
        for here in asleep[:_ASLEEP]:
            place = await self._fetch(here)
            if isinstance(place, discord.Thread) and (place.last_message_id or 0) >= oldest:
                found.append(place)
        return found

    async def _direct(self) -> list[discord.DMChannel]:
        """Direct messages with a conversation that is not ended; Discord does not list them at the start."""
        found = []
        direct = [here for here in await self._desk.open_threads(PLATFORM) if here.thread.direct]
        for here in direct[:_DIRECT]:
            place = await self._fetch(here)
            if isinstance(place, discord.DMChannel):
                found.append(place)
        return found

    async def _fetch(self, here: Conversation) -> object:
        """A conversation's place as Discord has it; None where it cannot be read."""
        try:
            return await self._client.fetch_channel(int(here.thread.thread))
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            log.info("place not read", thread=here.thread.key, error=repr(error))
            return None

    async def _read(self, place: Place, since: datetime, ours: Ours) -> int:
        kept = 0
        async for message in place.history(after=since, oldest_first=True, limit=_MESSAGES):
            heard = incoming(message, ours)
            if heard is not None:
                await self._keep(await self._with_rights(heard, message))
                kept += 1
        return kept

    async def _with_rights(self, heard: Incoming, message: discord.Message) -> Incoming:
        """History tells authors without their roles; who moderates must be asked."""
        guild = message.guild
        if guild is None:
            return heard
        try:
            member = await guild.fetch_member(message.author.id)
        except discord.HTTPException:
            return heard
        person = replace(heard.author, moderator=moderates(member, message.channel), name=member.display_name)
        return replace(heard, author=person)
