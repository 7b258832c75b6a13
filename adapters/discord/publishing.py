"""The commands are sent to Discord when they have changed, not at every start, until Discord has them."""

from __future__ import annotations

import json
from hashlib import sha256

import aiohttp
import discord
import structlog
from discord import app_commands

from adapters.discord.client import Client
from adapters.discord.failures import words
from adapters.discord.languages import InEveryLanguage
from adapters.discord.locks import SPACE
from bot.ports import Clock, Shelf

log = structlog.get_logger(__name__)

_AGAIN = (5.0, 30.0, 120.0, 600.0)
"""Seconds until the next try where it may be Discord's own trouble."""
_TROUBLE, _TOO_MANY = 500, 429


async def publish(tree: app_commands.CommandTree[Client], shelf: Shelf, clock: Clock) -> None:
    """See that Discord has our commands. Raises nothing: without them there are mentions."""
    for pause in (*_AGAIN, 0.0):
        try:
            await _publish(tree, shelf)
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            log.warning("commands not published", error=words(error))
            if not pause or not _may_pass(error):
                return
        else:
            return
        await clock.sleep(pause)
        if tree.client.is_closed():
            return


def _may_pass(error: Exception) -> bool:
    if isinstance(error, discord.HTTPException):
        return error.status >= _TROUBLE or error.status == _TOO_MANY
    return not isinstance(error, discord.DiscordException) or isinstance(error, discord.RateLimited)


async def _publish(tree: app_commands.CommandTree[Client], shelf: Shelf) -> None:
    """Send the commands to Discord if they are not what it has from us already."""
    await tree.set_translator(InEveryLanguage())
    translator = tree.translator
    assert translator is not None
    every = [await command.get_translated_payload(tree, translator) for command in tree.get_commands()]
    definition = json.dumps(every, sort_keys=True)
    application = tree.client.application_id
    mark = sha256(f"{application} {definition}".encode()).hexdigest()
    if (await shelf.get(SPACE, "commands") or {}).get("hash") == mark:
        return
    await tree.sync()
    await shelf.put(SPACE, "commands", {"hash": mark})
    log.info("commands published", commands=len(tree.get_commands()))
