"""The real discord.py client, pointed at a double, as an async context manager."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from .double import DiscordDouble

CONTENT_FREE = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
WITH_CONTENT = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=True)


class Listener(discord.Client):
    """A client that keeps what it hears, in order, as (event, argument)."""

    def __init__(self, double: DiscordDouble, intents: discord.Intents, **options: Any) -> None:
        super().__init__(intents=intents, **options)
        self.double = double
        self.tree: app_commands.CommandTree[Listener] = app_commands.CommandTree(self)
        self.heard: list[tuple[str, Any]] = []
        self.running: asyncio.Task[None] | None = None

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Keep the event, go on as usual, and let waiters look."""
        super().dispatch(event, *args, **kwargs)
        self.heard.append((event, args[-1] if args else None))
        self.double.world.changed()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Do not wait five seconds before identifying again."""

    def all(self, event: str) -> list[Any]:
        """What was heard under one name."""
        return [argument for name, argument in self.heard if name == event]

    async def hear(self, event: str, *, count: int = 1) -> Any:
        """Wait for the `count`-th such event."""
        await self.double.until(lambda: len(self.all(event)) >= count)
        return self.all(event)[count - 1]


@contextlib.contextmanager
def pointed_at(double: DiscordDouble) -> Iterator[None]:
    """Make discord.py talk to the double, for a while."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = double.api_url, yarl.URL(double.gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


@contextlib.asynccontextmanager
async def connected_client(
    double: DiscordDouble, *, intents: discord.Intents = WITH_CONTENT, **options: Any
) -> AsyncIterator[Listener]:
    """Start a client, wait until it knows its guilds, and close it in the end."""
    with pointed_at(double):
        async with Listener(double, intents, **options) as client:
            client.running = running = asyncio.create_task(client.start(double.token))
            running.add_done_callback(lambda _task: double.world.changed())
            try:
                await double.until(lambda: running.done() or client.guilds or not _has_guilds(double, client))
                if running.done():
                    await running
                yield client
            finally:
                await client.close()
                await asyncio.wait([running])


def _has_guilds(double: DiscordDouble, client: Listener) -> bool:
    return not client.all("connect") or bool(double.world.guilds)
