"""`adieu invite`: print the link that brings the bot into a Discord server, with the least it needs."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import click

from bot.cli.options import config_option, read
from bot.errors import ConfigError, OperatorError, PlatformError

# View, send, send in threads, create public threads, manage threads, history, embed links, add reactions.
PERMISSIONS = 326417599552
# The same, with private threads and files.
WITH_PRIVATE_THREADS = 395137109056
_SECONDS = 10


@click.command("invite")
@config_option
@click.option("--private-threads", is_flag=True, help="Ask for private threads and files as well.")
@click.option("--client-id", metavar="ID", help="The application's id; otherwise Discord is asked for it.")
def command(path: Path | None, client_id: str | None, *, private_threads: bool) -> None:
    """Print the link that invites the bot to a Discord server."""
    if client_id is not None and not client_id.isdecimal():
        raise click.BadParameter("must be digits: the application id", param_hint="--client-id")
    click.echo(link(client_id or asyncio.run(_ask(path)), private_threads=private_threads))


def link(client_id: str, *, private_threads: bool) -> str:
    """The invite link of an application."""
    query = {
        "client_id": client_id,
        "scope": "bot applications.commands",
        "permissions": WITH_PRIVATE_THREADS if private_threads else PERMISSIONS,
        "integration_type": 0,
    }
    return f"https://discord.com/oauth2/authorize?{urlencode(query)}"


async def _ask(path: Path | None) -> str:
    config = read(path)
    token = config.secrets.discord_token.get_secret_value()
    if not token:
        raise ConfigError(
            ["DISCORD_TOKEN: is not set. Set it in the environment, or name the application: --client-id ID."]
        )
    headers = {
        "Authorization": f"Bot {token}",
        "User-Agent": f"DiscordBot (adieu, {version('adieu')})",
    }
    url = f"{config.discord.api_url}/oauth2/applications/@me"
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(headers=headers, timeout=timeout, trust_env=True) as session,
            session.get(url) as answer,
        ):
            if answer.status == HTTPStatus.UNAUTHORIZED:
                raise OperatorError(
                    "Discord does not accept DISCORD_TOKEN. Reset the token on the application's Bot page"
                    " and set the new one."
                )
            answer.raise_for_status()
            return str((await answer.json())["id"])
    except (aiohttp.ClientError, TimeoutError) as error:
        raise PlatformError(
            f"Discord cannot be asked at {config.discord.api_url} ({str(error) or 'no answer in time'})."
            " Try again, or give the application's id: --client-id ID."
        ) from error
