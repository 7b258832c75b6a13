"""The moderators' commands. Discord hides them from others, and the rights are checked at every use."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import discord
from discord import app_commands

from adapters.discord.client import Client
from adapters.discord.hands import DeskHands
from bot.types import Mode, Person

_MODERATORS = discord.Permissions(manage_threads=True)


def moderating(tree: app_commands.CommandTree[Client], hands: DeskHands) -> None:
    """Add them to the tree."""

    @tree.command(name="reopen", description="For moderators: reopen the ended chat of this thread")
    @app_commands.guild_only()
    @app_commands.default_permissions(_MODERATORS)
    async def reopen(interaction: discord.Interaction[Client]) -> None:
        place, person = hands.place(interaction), hands.person(interaction)
        await hands.answer(interaction, lambda: hands.desk.reopen(place, person))

    ending = app_commands.Group(
        name="ending",
        description="For moderators: how chats may end on this server",
        guild_only=True,
        default_permissions=_MODERATORS,
    )

    @ending.command(name="mode", description="Whether I may warn, and end a chat by myself, on this server")
    @app_commands.describe(mode="off: never; shadow: only log what would happen; on: by the rules in /help")
    async def mode(interaction: discord.Interaction[Client], mode: Literal["off", "shadow", "on"]) -> None:
        place, person = hands.place(interaction), _server_wide(hands.person(interaction), interaction.user)
        await hands.answer(interaction, lambda: hands.desk.set_mode(place, person, Mode(mode)))

    @ending.command(name="release", description="Take the crisis hold off the chat of this thread")
    async def release(interaction: discord.Interaction[Client]) -> None:
        place, person = hands.place(interaction), hands.person(interaction)
        await hands.answer(interaction, lambda: hands.desk.release(place, person))

    tree.add_command(ending)


def _server_wide(person: Person, user: Any) -> Person:
    """What is set for a whole server needs the right on the whole server, not in one channel of it."""
    moderator = isinstance(user, discord.Member) and user.guild_permissions.manage_threads
    return replace(person, moderator=moderator)
