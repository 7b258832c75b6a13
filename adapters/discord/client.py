"""discord.py's client with as little in memory as possible, and a connection that comes back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp
import discord
import structlog
from discord.gateway import DiscordWebSocket, ReconnectWebSocket

from adapters.discord.controls import Control
from adapters.discord.failures import words
from adapters.discord.forms import Choice
from adapters.discord.proxied import resumed_at, unknown_application
from adapters.discord.told import Ears, Hands
from bot.ports import Clock

log = structlog.get_logger(__name__)

_HELLO = 20.0
_FIRST, _CAP = 0.5, 30.0
_RESUMES = 3
"""After so many failures to resume, a new session is begun at the usual address."""
_UNREADABLE = 20
"""So many unreadable events in a row, and the session is given up."""
_GRACE = 5.0
_STEADY = 10.0
_BETWEEN_SESSIONS = 1.0

INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=True)


# A bot that only writes needs no voice: the library's warnings about it would be the first thing people read.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False


class Client(discord.Client):
    """One session's worth of connection. `heard` is true between READY or RESUMED and the next loss."""

    def __init__(self, clock: Clock, *, on_heard: Callable[[], object] = lambda: None) -> None:
        super().__init__(
            intents=INTENTS,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0.2,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=30.0,
        )
        self.ears: Ears | None = None
        self.hands: Hands | None = None
        self.heard = False
        self._clock = clock
        self._on_heard = on_heard
        self._busy: set[asyncio.Task[None]] = set()
        self.add_dynamic_items(Control, Choice)

    def deaf(self) -> str:
        """Say why nothing is heard right now, "" while the gateway answers our heartbeats."""
        if not self.heard:
            return "not connected to the gateway"
        beat = self.ws._keep_alive if self.ws else None  # noqa: SLF001  # the library shows only the last latency
        if beat is None:
            return "not connected to the gateway"
        quiet = time.perf_counter() - beat._last_ack  # noqa: SLF001  # the same
        interval = beat.interval or _GRACE
        if quiet > interval + min(interval, _GRACE):
            return f"the gateway has not acknowledged a heartbeat for {quiet:.0f} s"
        return ""

    async def application_info(self) -> discord.AppInfo:
        """The application; not every proxy or stand-in tells of it, and little depends on it."""
        try:
            return await super().application_info()
        except (discord.NotFound, discord.Forbidden) as error:
            assert self.user is not None, "asked for after logging in"
            log.info("application not known", error=str(error))
            return discord.AppInfo(self._connection, unknown_application(self.user))

    async def connect(self, *, reconnect: bool = True) -> None:
        """Stay on the gateway: resume where possible, begin anew where not, wait a little in between.

        The library's own loop dies when the very first connection fails, forgets to resume after a reset on
        Linux, and waits up to a quarter of an hour.
        """
        how: dict[str, Any] = {"initial": True}
        failures = 0
        while not self.is_closed():
            before, began = self.ws, self._clock.monotonic()
            try:
                async with asyncio.timeout(_HELLO):
                    self.ws = await DiscordWebSocket.from_client(self, **how)
                await self._poll()
            except ReconnectWebSocket as again:
                failures = self._count(failures, began)
                how = self._resumption() if again.resume else {}
            except (OSError, aiohttp.ClientError, TimeoutError, discord.GatewayNotFound) as error:
                if not reconnect:
                    raise
                failures = self._count(failures, began)
                log.info("gateway lost", error=words(error), failures=failures)
                how = self._resumption()
            finally:
                self.heard = False
                await self._drop(before)
            if failures > _RESUMES:
                how = {}
            if failures > 1:
                await self._clock.sleep(min(_CAP, _FIRST * 2 ** min(failures - 2, 10)))

    def _count(self, failures: int, began: float) -> int:
        """A connection that was heard for a while starts the count anew; one that ends at once does not."""
        if self.heard and self._clock.monotonic() - began > _STEADY:
            return 0
        return failures + 1

    async def before_identify_hook(self, _shard_id: int | None, *, initial: bool = False) -> None:
        """Discord asks for a moment between two sessions; the library would wait five seconds."""
        if not initial:
            await self._clock.sleep(_BETWEEN_SESSIONS)

    def _resumption(self) -> dict[str, Any]:
        if self.ws is None or not self.ws.session_id:
            return {}
        return {
            "resume": True,
            "session": self.ws.session_id,
            "sequence": self.ws.sequence,
            "gateway": resumed_at(self.ws.gateway, DiscordWebSocket.DEFAULT_GATEWAY),
        }

    async def _drop(self, before: DiscordWebSocket | None) -> None:
        """Close what is still half open: a socket whose reading failed keeps its heartbeat thread."""
        for socket in {before, self.ws}:
            if socket is not None and socket.open:
                await socket.close(4000)

    async def _poll(self) -> None:
        """Read events until the connection ends. One that cannot be read is skipped, not fatal."""
        unreadable = 0
        while True:
            try:
                await self.ws.poll_event()
            except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
                unreadable += 1
                log.warning("event not readable", error=repr(error))
                if unreadable >= _UNREADABLE:
                    raise ReconnectWebSocket(None, resume=False) from error
            else:
                unreadable = 0

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Note at once that the gateway is heard; everything else is the library's."""
        if event in {"connect", "resumed"}:
            self.heard = True
            self._on_heard()
        if event == "guild_available" and not self.is_ready():
            return  # `on_ready` is about to be told of all of them
        super().dispatch(event, *args, **kwargs)

    def _schedule_event(
        self, coro: Callable[..., Coroutine[Any, Any, Any]], event_name: str, *args: Any, **kwargs: Any
    ) -> asyncio.Task[None]:
        task: asyncio.Task[None] = super()._schedule_event(coro, event_name, *args, **kwargs)
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)
        return task

    async def close(self) -> None:
        """Close, also right after READY: the library would soon announce it to a client that is gone."""
        announcing = self._connection._ready_task  # noqa: SLF001  # the library leaves it running
        if announcing:
            announcing.cancel()
            await asyncio.wait([announcing])
        await super().close()

    async def settle(self, seconds: float) -> None:
        """Let events that are being kept be kept."""
        if self._busy:
            await asyncio.wait(self._busy, timeout=seconds)

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:
        """A handler failed: that is a line in the log, never the end of hearing.

        What a closed client could not finish is no failure: the next start finds it in history.
        """
        if self.is_closed():
            log.info("event left for the next start", event_name=event_method)
            return
        log.exception("event not handled", event_name=event_method)  # noqa: LOG004  # the library calls it inside one

    async def on_interaction(self, interaction: discord.Interaction[Client]) -> None:
        """A form came back; the library itself knows only those of this process that it has kept."""
        if interaction.type is discord.InteractionType.modal_submit and self.hands:
            await self.hands.submitted(interaction)

    async def on_ready(self) -> None:
        if self.ears:
            await self.ears.ready()

    async def on_guild_available(self, guild: discord.Guild) -> None:
        if self.ears:
            await self.ears.server_came(guild)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        if self.ears:
            await self.ears.server_came(guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        if self.ears:
            await self.ears.server_left(guild)

    async def on_message(self, message: discord.Message) -> None:
        if self.ears:
            await self.ears.message(message)

    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        if self.ears:
            await self.ears.edited(event)

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        if self.ears:
            await self.ears.deleted(event.guild_id, event.channel_id, {event.message_id})

    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        if self.ears:
            await self.ears.deleted(event.guild_id, event.channel_id, event.message_ids)

    async def on_raw_thread_update(self, event: discord.RawThreadUpdateEvent) -> None:
        if self.ears:
            await self.ears.thread_changed(event)

    async def on_raw_thread_delete(self, event: discord.RawThreadDeleteEvent) -> None:
        if self.ears:
            await self.ears.thread_gone(event)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        if self.ears:
            await self.ears.channel_gone(channel)
