"""The commands, and what each of them does."""

from __future__ import annotations

from typing import Any

import discord
import structlog
from discord import app_commands

from adapters.discord.client import Client
from adapters.discord.events import PLATFORM
from adapters.discord.hands import DeskHands
from adapters.discord.moderating import moderating
from bot import texts
from bot.cards import Said
from bot.ports import Received
from bot.texts import commands as words
from bot.types import Incoming, State, ThreadRef

log = structlog.get_logger(__name__)

BRANCH = words.branch.english


def build(client: Client, hands: DeskHands) -> app_commands.CommandTree[Client]:
    """All commands, listening on `client`."""
    tree = _Tree(client, allowed_installs=app_commands.AppInstallationType(guild=True, user=False))

    @tree.command(name="chat", description=words.chat.english)
    @app_commands.describe(message=words.chat_message.english, private=words.chat_private.english)
    async def chat(
        interaction: discord.Interaction[Client],
        message: app_commands.Range[str, 1, 4000] | None = None,
        private: bool = False,  # noqa: FBT001, FBT002  # Discord's option, by this name
    ) -> None:
        await hands.answer(interaction, lambda: _chat(hands, interaction, message, private=private))

    @tree.command(name="end", description=words.end.english)
    async def end(interaction: discord.Interaction[Client]) -> None:
        place, person = hands.place(interaction), hands.person(interaction)
        await hands.answer(interaction, lambda: hands.desk.ask_to_end(place, person, id=str(interaction.id)))

    @tree.command(name="new", description=words.new.english)
    async def new(interaction: discord.Interaction[Client]) -> None:
        place, person = hands.place(interaction), hands.person(interaction)
        await hands.answer(interaction, lambda: hands.desk.begin(place, person, id=str(interaction.id)))

    @tree.command(name="ended", description=words.ended.english)
    async def ended(interaction: discord.Interaction[Client]) -> None:
        await hands.answer(interaction, lambda: _ended(hands, interaction))

    @tree.command(name="help", description=words.help_.english)
    async def help_(interaction: discord.Interaction[Client]) -> None:
        await hands.answer(interaction, lambda: _help(hands, interaction))

    @tree.command(name="privacy", description=words.privacy.english)
    async def privacy(interaction: discord.Interaction[Client]) -> None:
        person = hands.person(interaction)
        await hands.answer(interaction, lambda: _simply(texts.privacy_text(PLATFORM, person)))

    @tree.context_menu(name=BRANCH)
    async def branch(interaction: discord.Interaction[Client], message: discord.Message) -> None:
        await hands.branch_here(interaction, message)

    moderating(tree, hands)
    return tree


class _Tree(app_commands.CommandTree[Client]):
    async def on_error(
        self, interaction: discord.Interaction[Client], error: app_commands.AppCommandError, /
    ) -> None:
        """A command that this version does not know, or whose options do not fit."""
        log.warning("command not carried out", error=repr(error), interaction=interaction.id)


async def _simply(text: str) -> Said:
    return Said(text)


async def _ended(hands: DeskHands, interaction: discord.Interaction[Client]) -> Said:
    """E30: live controls for whoever has found none, about the newest chat that they had started."""
    place, person = hands.place(interaction), hands.person(interaction)
    for here in await hands.desk.mine(PLATFORM, place.workspace, person.id):
        if here.state in {State.ENDING, State.ENDED}:
            return Said("", texts.beside(here))
    return Said(texts.nothing_ended(person))


async def _help(hands: DeskHands, interaction: discord.Interaction[Client]) -> Said:
    """Under a crisis hold without a word about ending (E16)."""
    here = await hands.desk.find(hands.place(interaction))
    held = here is not None and here.held(interaction.created_at)
    return Said(texts.help_text(PLATFORM, hands.person(interaction), held=held))


async def _chat(
    hands: DeskHands, interaction: discord.Interaction[Client], message: str | None, *, private: bool
) -> Said:
    place, person, number = hands.place(interaction), hands.person(interaction), str(interaction.id)
    private = private and not place.direct
    if not place.direct and not _can_open(interaction.channel, private=private):
        return Said(texts.thread_impossible(person))
    if not message:
        return await hands.desk.begin(place, person, id=number, private=private)
    thread = place.thread if place.direct else f"{ThreadRef.UNOPENED}{number}"
    received = await hands.desk.receive(
        Incoming(
            thread=ThreadRef(PLATFORM, place.workspace, place.channel, thread),
            place=place.channel,
            message_id=number,
            author=person,
            text=message,
            at=interaction.created_at,
            private=private,
        )
    )
    if received is Received.DUPLICATE:
        return Said(texts.arrived_already(person))
    told = texts.on_it if place.direct else texts.private_on_its_way if private else texts.on_its_way
    return Said(told(person))


def _can_open(channel: Any, *, private: bool) -> bool:
    """Whether a thread can be made there: Discord has private ones in ordinary text channels only."""
    parent = channel.parent if isinstance(channel, discord.Thread) else channel
    if private and parent is not None:
        return isinstance(parent, discord.TextChannel) and not parent.is_news()
    return isinstance(channel, discord.TextChannel | discord.Thread | discord.ForumChannel)
