"""What a set-up on Slack gets wrong, looked at from outside: `adieu doctor`. Changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp

from adapters.slack.calls import Clients
from adapters.slack.failures import TOKEN, Refused, Unanswered, read
from adapters.slack.installs import Seal
from adapters.slack.manifest import BOT_SCOPES
from adapters.slack.tokens import COPY_BOT, OneWorkspace
from adapters.slack.wire import MAKE_APP
from bot.config import Config
from bot.doctor import Finding, Level

_REACH = "Check the network and [slack] api_url."
_PATIENCE = aiohttp.ClientTimeout(total=10)


async def check(config: Config) -> AsyncIterator[Finding]:
    """The tokens, every scope, and whether Slack would open a socket."""
    secrets, settings = config.secrets, config.slack
    async with aiohttp.ClientSession(timeout=_PATIENCE) as session:
        clients = Clients(session, settings.api_url)
        if secrets.slack_client_id.get_secret_value():
            yield _many(config)
        else:
            async for finding in _one(clients, config):
                yield finding
        if settings.mode == "socket":
            yield await _socket(clients, secrets.slack_app_token.get_secret_value())
        else:
            yield Finding(
                Level.OK,
                "Slack over HTTP",
                "events are expected at /slack/events of the web port",
            )


def _many(config: Config) -> Finding:
    Seal(config.secrets.adieu_encryption_key.get_secret_value())
    return Finding(Level.OK, "Slack", "many workspaces: each adds the app at /slack/install of the web port")


async def _one(clients: Clients, config: Config) -> AsyncIterator[Finding]:
    tokens = OneWorkspace(clients, config.secrets.slack_bot_token.get_secret_value())
    try:
        us = await tokens.us("")
    except Refused as error:
        remedy = COPY_BOT if error.error in TOKEN else _REACH
        yield Finding(Level.PROBLEM, "Slack token", f"is refused ({error.error})", remedy)
        return
    except Unanswered as error:
        yield Finding(Level.PROBLEM, "Slack", f"cannot be reached ({error})", _REACH)
        return
    yield Finding(Level.OK, "Slack token", f"belongs to {us.names}")
    missing = sorted(set(BOT_SCOPES) - us.scopes)
    if not us.scopes:
        yield Finding(Level.WARNING, "Slack scopes", "are not told by the server")
    elif missing:
        yield Finding(
            Level.PROBLEM,
            "Slack scopes",
            f"lack {', '.join(missing)}",
            "Add them on OAuth & Permissions (or paste the manifest again), then reinstall the app.",
        )
    else:
        yield Finding(Level.OK, "Slack scopes", "are all there")
    if channel := config.slack.moderator_channel:
        yield await _channel(clients, config, channel)


async def _channel(clients: Clients, config: Config, channel: str) -> Finding:
    what = "Slack moderators' channel"
    client = clients.of(config.secrets.slack_bot_token.get_secret_value())
    try:
        with read("conversations.members"):
            await client.conversations_members(channel=channel, limit=1)
    except Refused as error:
        remedy = "Check the id, and invite the app there: /invite with its name."
        return Finding(Level.PROBLEM, what, f"cannot be read ({error.error})", remedy)
    except Unanswered as error:
        return Finding(Level.WARNING, what, f"was not looked at ({error})", _REACH)
    return Finding(Level.OK, what, "is there")


async def _socket(clients: Clients, token: str) -> Finding:
    what = "Slack Socket Mode"
    try:
        with read("apps.connections.open"):
            await clients.make().apps_connections_open(app_token=token)
    except Refused as error:
        return Finding(Level.PROBLEM, what, f"is refused ({error.error})", MAKE_APP)
    except Unanswered as error:
        return Finding(Level.PROBLEM, what, f"cannot be reached ({error})", _REACH)
    return Finding(Level.OK, what, "would connect")
