"""Discord: mentions become threads, threads are answered, ended threads are locked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import aiohttp

from adapters.discord import commands
from adapters.discord.adapter import DiscordAdapter
from adapters.discord.catchup import CatchUp
from adapters.discord.client import Client
from adapters.discord.connection import Connection
from adapters.discord.ears import DeskEars
from adapters.discord.hands import DeskHands
from adapters.discord.locales import Locales
from adapters.discord.locks import Locks
from adapters.discord.proxied import aim
from adapters.discord.publishing import publish
from adapters.discord.rest import Rest
from adapters.discord.servers import Servers
from bot.ports import Adapter, Context

__all__ = ["create"]


@asynccontextmanager
async def create(context: Context) -> AsyncIterator[Adapter]:
    """Make the adapter; nothing connects before `run`."""
    settings, clock = context.config.discord, context.clock
    token = context.config.secrets.discord_token.get_secret_value()
    aim(settings)
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=200), cookie_jar=aiohttp.DummyCookieJar()
    ) as session:
        rest = Rest(session, settings.api_url, token, clock)
        locks, locales = Locks(context.shelf), Locales()
        servers = Servers(context.desk, context.shelf, rest, clock)

        def prepare(client: Client) -> None:
            hands = DeskHands(context.desk, rest, locales)
            forums = frozenset(map(int, settings.forums))
            ears = DeskEars(client, context.desk, locks, clock, forums, locales, servers)
            ears.catch_up = CatchUp(client, context.desk, clock, settings.catch_up_minutes, ears.keep)
            client.hands, client.ears = hands, ears
            tree = commands.build(client, hands)

            ears.publish = partial(publish, tree, context.shelf, clock)

        adapter = DiscordAdapter(Connection(token, clock, prepare), rest, locks, clock, settings)
        try:
            yield adapter
        finally:
            await servers.close()
            await adapter.close_down()
