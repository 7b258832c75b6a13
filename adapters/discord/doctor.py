"""What a set-up on Discord gets wrong, looked at from outside: `adieu doctor`. Changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import discord

from adapters.discord.client import Client
from adapters.discord.connection import NO_CONTENT, REFUSED, UNKNOWN_BOT
from adapters.discord.permissions import missing
from adapters.discord.proxied import aim
from bot.clock import SystemClock
from bot.config import Config
from bot.doctor import Finding, Level

_PATIENCE = 15.0
_CONTENT = "Message Content intent"


async def check(config: Config) -> AsyncIterator[Finding]:
    """The token, the intent (live), and every permission in every channel that the bot can see."""
    aim(config.discord)
    token = config.secrets.discord_token.get_secret_value()
    async with Client(SystemClock()) as client:
        try:
            await client.login(token)
        except discord.LoginFailure:
            yield Finding(Level.PROBLEM, "Discord token", "is refused", UNKNOWN_BOT)
            return
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            what = f"cannot be reached ({str(error) or repr(error)})"
            yield Finding(Level.PROBLEM, "Discord", what, "Check the network and [discord] api_url.")
            return
        yield Finding(Level.OK, "Discord token", f"belongs to {client.user}")
        yield _flags(client)
        async for finding in _servers(client, config):
            yield finding
    yield await listens(token)


def _flags(client: Client) -> Finding:
    application = client.application
    if application and application.interactions_endpoint_url:
        return Finding(
            Level.PROBLEM,
            "Discord commands and buttons",
            "go to an endpoint URL and never reach this bot",
            "Clear 'Interactions Endpoint URL' on the application's General Information page.",
        )
    flags = client.application_flags
    if flags.gateway_message_content or flags.gateway_message_content_limited:
        return Finding(Level.OK, f"{_CONTENT} (portal)", "is on")
    return Finding(Level.PROBLEM, f"{_CONTENT} (portal)", "is off", NO_CONTENT)


async def _servers(client: Client, config: Config) -> AsyncIterator[Finding]:
    guilds = [guild async for guild in client.fetch_guilds(limit=None)]
    if not guilds:
        yield Finding(
            Level.WARNING, "Discord servers", "none", "Add the bot to one: `adieu invite` prints the link."
        )
    seen: set[str] = set()
    for found in guilds:
        guild = await client.fetch_guild(found.id)
        assert client.user is not None
        me = await guild.fetch_member(client.user.id)
        for channel in await guild.fetch_channels():
            seen.add(str(channel.id))
            if isinstance(channel, discord.TextChannel | discord.ForumChannel):
                yield _channel(channel, me, config)
    named = {*config.discord.forums, config.discord.moderator_channel} - {""}
    for unseen in sorted(named - seen):
        yield Finding(
            Level.PROBLEM,
            f"channel {unseen}",
            "is named in [discord], but the bot does not see it",
            "Check the id, and that the bot's role may view the channel.",
        )


def _channel(
    channel: discord.TextChannel | discord.ForumChannel, me: discord.Member, config: Config
) -> Finding:
    what = f"{channel.guild.name} #{channel.name}"
    granted = channel.permissions_for(me)
    wanted = str(channel.id) in {*config.discord.forums, config.discord.moderator_channel}
    if not granted.view_channel and not wanted:
        return Finding(Level.OK, what, "is hidden from the bot")
    lacking = missing(granted)
    if not lacking:
        return Finding(Level.OK, what, "has every permission")
    names = ", ".join(lacking)
    return Finding(Level.PROBLEM, what, f"lacks {names}", f"Allow the bot's role there: {names}.")


async def listens(token: str) -> Finding:
    """Try the intent live: where it is off, Discord closes the connection at once."""
    heard = asyncio.Event()
    async with Client(SystemClock(), on_heard=heard.set) as client:
        run = asyncio.create_task(client.start(token, reconnect=False))
        waiting = asyncio.create_task(heard.wait())
        try:
            await asyncio.wait({run, waiting}, timeout=_PATIENCE, return_when=asyncio.FIRST_COMPLETED)
            if heard.is_set():
                return Finding(Level.OK, f"{_CONTENT} (live)", "is on")
            error = run.exception() if run.done() else TimeoutError(f"nothing within {_PATIENCE:.0f} s")
        finally:
            waiting.cancel()
            run.cancel()
            await asyncio.gather(run, waiting, return_exceptions=True)
    code = getattr(error, "code", 0)
    if isinstance(error, discord.PrivilegedIntentsRequired) or code in REFUSED:
        return Finding(Level.PROBLEM, f"{_CONTENT} (live)", "is refused", REFUSED.get(code, NO_CONTENT))
    what = f"cannot be heard ({str(error) or repr(error)})"
    return Finding(Level.PROBLEM, "Discord gateway", what, "Check the network and [discord] gateway_url.")
