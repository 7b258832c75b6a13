"""Events in: each is read by a pure function and kept by the desk before anything else happens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import discord
import structlog

from adapters.discord.byhand import ByHand
from adapters.discord.catchup import CatchUp
from adapters.discord.client import Client
from adapters.discord.events import PLATFORM, Ours, incoming, mentions, opened_by, text_of, thread_ref
from adapters.discord.locales import Locales
from adapters.discord.locks import Locks
from adapters.discord.servers import Servers
from bot.ports import Clock, Desk
from bot.types import Incoming, ThreadRef

log = structlog.get_logger(__name__)

_AGAIN = (0.5, 2.0, 5.0)


class DeskEars:
    """Hears one client and tells the desk."""

    def __init__(
        self,
        client: Client,
        desk: Desk,
        locks: Locks,
        clock: Clock,
        forums: frozenset[int],
        locales: Locales,
        servers: Servers,
    ) -> None:
        self._client = client
        self._desk = desk
        self._clock = clock
        self._forums = forums
        self._locales = locales
        self._servers = servers
        self._by_hand = ByHand(client, desk, locks, clock)
        self.catch_up: CatchUp | None = None
        self.publish: Callable[[], Awaitable[None]] | None = None

    @property
    def ours(self) -> Ours:
        """What is ours, once we know who we are."""
        me = self._client.user.id if self._client.user else 0
        return Ours(me, self._forums, self._locales.known)

    async def ready(self) -> None:
        """A new session: what was written or done before it comes only from history."""
        await self._servers.are(guild.id for guild in self._client.guilds)
        await self._by_hand.compare()
        if self.catch_up:
            await self.catch_up.run(self.ours)
        if self.publish:
            await self.publish()

    async def server_came(self, guild: discord.Guild) -> None:
        """A server that we were taken into, or that Discord had not sent, or lost, for a while."""
        await self._servers.came(guild.id)
        await self._by_hand.compare(guild)
        if self.catch_up:
            await self.catch_up.run(self.ours, guild)

    async def server_left(self, guild: discord.Guild) -> None:
        """We were taken out of a server; an outage is something else."""
        await self._servers.left(guild.id)

    async def message(self, message: discord.Message) -> None:
        """Keep a message that concerns us."""
        if message.author.bot or message.webhook_id:
            return
        if message.guild is not None and isinstance(message.channel, discord.PartialMessageable):
            message.channel = await self._fetch(message.channel.id)
        heard = incoming(message, self.ours)
        if heard is not None:
            await self.keep(heard)

    async def keep(self, heard: Incoming) -> None:
        """Hand a message to the desk. While the store is in trouble, try again: Discord will not."""
        for pause in _AGAIN:
            try:
                await self._desk.receive(heard)
            except Exception:
                log.exception("message not kept yet", thread=heard.thread.key, message=heard.message_id)
                await self._clock.sleep(pause)
            else:
                return
        await self._desk.receive(heard)

    async def edited(self, event: discord.RawMessageUpdateEvent) -> None:
        """Pass on a changed text. Link previews come as edits too, without a time of editing."""
        message = event.message
        if message.author.bot or event.data.get("edited_timestamp") is None:
            return
        place = await self._place(event.guild_id, event.channel_id)
        if place is None:
            return
        opened = place.thread == place.channel and not place.direct
        if opened and not (
            mentions(message, self.ours.me) or (message.guild and message.guild.get_thread(message.id))
        ):
            return
        thread = opened_by(int(place.workspace), event.channel_id, message.id) if opened else place
        await self._desk.edited(
            thread, str(event.channel_id), str(message.id), text_of(message, self.ours.me)
        )

    async def deleted(self, guild: int | None, channel: int, messages: set[int]) -> None:
        """Pass on that messages were deleted, wherever they were: the desk knows which it has."""
        place = await self._place(guild, channel)
        for message in messages if place else ():
            opened = place is not None and place.thread == place.channel and not place.direct
            thread = opened_by(guild or 0, channel, message) if opened else place
            assert thread is not None
            await self._desk.deleted(thread, str(channel), str(message))

    async def thread_changed(self, event: discord.RawThreadUpdateEvent) -> None:
        """Notice that somebody else locked or unlocked a thread with a conversation of ours."""
        await self._by_hand.changed(event)

    async def thread_gone(self, event: discord.RawThreadDeleteEvent) -> None:
        """A thread was deleted."""
        thread = str(event.thread_id)
        await self._by_hand.gone(ThreadRef(PLATFORM, str(event.guild_id), str(event.parent_id), thread))

    async def channel_gone(self, channel: discord.abc.GuildChannel) -> None:
        """A channel was deleted, and with it all its threads; Discord does not name them."""
        for here in await self._desk.open_threads(PLATFORM):
            if here.thread.channel == str(channel.id):
                await self._desk.gone(here.thread)

    async def _place(self, guild: int | None, channel: int) -> ThreadRef | None:
        """Where a channel id is: a thread, a channel (thread and channel are the same), a direct message."""
        if guild is None:
            return ThreadRef(PLATFORM, "", str(channel), str(channel))
        found = self._client.get_channel(channel)
        if found is None:
            found = await self._fetch(channel)
        if isinstance(found, discord.Thread):
            return thread_ref(found)
        return ThreadRef(PLATFORM, str(guild), str(channel), str(channel)) if found else None

    async def _fetch(self, channel: int) -> Any:
        """Read a channel or thread that is not in memory: archived ones never are."""
        try:
            return await self._client.fetch_channel(channel)
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            log.info("channel not readable", channel=channel, error=repr(error))
            return None
