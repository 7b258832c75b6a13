"""The moderators' commands. Discord hides them from others, and the rights are checked at every use."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import discord
from discord import app_commands

from adapters.discord.client import Client
from adapters.discord.hands import DeskHands
from bot import texts
from bot.cards import Said
from bot.texts import commands as words
from bot.types import Mode, Person

_MODERATORS = discord.Permissions(manage_threads=True)


def moderating(tree: app_commands.CommandTree[Client], hands: DeskHands) -> None:
    """Add them to the tree."""

    @tree.command(name="reopen", description=words.reopen.english)
    @app_commands.guild_only()
    @app_commands.default_permissions(_MODERATORS)
    async def reopen(interaction: discord.Interaction[Client]) -> None:
        place, person = hands.place(interaction), hands.person(interaction)
        await hands.answer(interaction, lambda: hands.desk.reopen(place, person))

    ending = app_commands.Group(
        name="ending",
        description=words.ending.english,
        guild_only=True,
        default_permissions=_MODERATORS,
    )

    @ending.command(name="mode", description=words.mode.english)
    @app_commands.describe(mode=words.mode_mode.english)
    async def mode(
        interaction: discord.Interaction[Client], mode: Literal["off", "shadow", "on"] | None = None
    ) -> None:
        await hands.answer(interaction, lambda: _mode(hands, interaction, mode))

    @ending.command(name="release", description=words.release.english)
    async def release(interaction: discord.Interaction[Client]) -> None:
        place, person = hands.place(interaction), hands.person(interaction)
        await hands.answer(interaction, lambda: hands.desk.release(place, person))

    tree.add_command(ending)


async def _mode(hands: DeskHands, interaction: discord.Interaction[Client], mode: str | None) -> Said:
    """Set it, or without a choice say what it is."""
    place, person = hands.place(interaction), _server_wide(hands.person(interaction), interaction.user)
    if mode is not None:
        return await hands.desk.set_mode(place, person, Mode(mode))
    now = await hands.desk.mode(place)
    return Said(texts.mode_now(person, mode=now.value))


def _server_wide(person: Person, user: Any) -> Person:
    """What is set for a whole server needs the right on the whole server, not in one channel of it."""
    moderator = isinstance(user, discord.Member) and user.guild_permissions.manage_threads
    return replace(person, moderator=moderator)
