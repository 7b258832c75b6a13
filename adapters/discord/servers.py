"""Servers that we were taken out of: a week to think better of it, then what we hold of them is deleted.

Being taken out is often a mistake, and then the chats go on where they were. While the program is down nobody
tells it, so it remembers on which servers it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog

from adapters.discord.events import PLATFORM
from adapters.discord.failures import translated
from adapters.discord.rest import Rest
from bot.errors import Forbidden, PlatformError, ThreadGone
from bot.ports import Clock, Desk, Shelf

log = structlog.get_logger(__name__)

SPACE = "discord.servers"
"""A document for each server: empty while we are there, else since when we are not."""
GRACE = timedelta(days=7)
_LEFT = "left"
_AGAIN = 3600.0


class Servers:
    """Follows where we are; deletes only what Discord itself still says we are not part of."""

    def __init__(self, desk: Desk, shelf: Shelf, rest: Rest, clock: Clock) -> None:
        self._desk = desk
        self._shelf = shelf
        self._rest = rest
        self._clock = clock
        self._waiting: dict[tuple[str, str], asyncio.Task[None]] = {}

    async def close(self) -> None:
        """Stop waiting: the next start goes on with it."""
        tasks = list(self._waiting.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def are(self, guilds: Iterable[int]) -> None:
        """These are all the servers that we are on: a new session has told us."""
        here = set(map(str, guilds))
        known = dict(await self._shelf.all(SPACE))
        for guild in here:
            if known.get(guild) != {}:
                await self._shelf.put(SPACE, guild, {})
        for guild, note in known.items():
            if guild not in here:
                await self._gone(guild, str(note.get(_LEFT) or ""))

    async def came(self, guild: int) -> None:
        """We are on this server, perhaps again."""
        await self._shelf.put(SPACE, str(guild), {})

    async def left(self, guild: int) -> None:
        """We were taken out of this server."""
        await self._gone(str(guild), "")

    async def _gone(self, guild: str, since: str) -> None:
        if not since:
            since = self._clock.now().isoformat()
            await self._shelf.put(SPACE, guild, {_LEFT: since})
            log.info("taken out of a server", guild=guild, kept_for_days=GRACE.days)
        if (guild, since) not in self._waiting:
            task = self._waiting[guild, since] = asyncio.create_task(self._wait(guild, since))
            task.add_done_callback(lambda _: self._waiting.pop((guild, since), None))

    async def _wait(self, guild: str, since: str) -> None:
        wait = (datetime.fromisoformat(since) + GRACE - self._clock.now()).total_seconds()
        while True:
            await self._clock.sleep(max(wait, 0.0))
            try:
                await self._settle(guild, since)
            except Exception as error:
                known = isinstance(error, PlatformError)
                log.warning(
                    "server not settled yet", guild=guild, cause=str(error), exc_info=None if known else error
                )
                wait = _AGAIN
            else:
                return

    async def _settle(self, guild: str, since: str) -> None:
        """Delete what we hold, unless we are back or never really went."""
        if (await self._shelf.get(SPACE, guild) or {}).get(_LEFT) != since:
            return
        try:
            with translated("View Channel"):
                await self._rest.get(f"/guilds/{guild}")
        except (ThreadGone, Forbidden):
            await self._desk.erase(PLATFORM, guild)
            await self._shelf.remove(SPACE, guild)
            log.info("server erased", guild=guild)
        else:
            await self.came(int(guild))
