"""Buttons that work for ever: what a press means stands in the button itself, not in this process."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.cards import Verb

if TYPE_CHECKING:
    from adapters.discord.client import Client

TEMPLATE = re.compile(r"adieu:(?P<verb>[a-z]+):(?P<conversation>\d+):(?P<nonce>[\w-]*)")


def control_id(verb: str, conversation: int, nonce: str) -> str:
    """What a press sends back to us: all that it means."""
    return f"adieu:{verb}:{conversation}:{nonce}"


class Control(discord.ui.DynamicItem[discord.ui.Button[Any]], template=TEMPLATE):
    """A button with a verb, about one conversation; `nonce` says about which question."""

    def __init__(
        self, verb: str, conversation: int, nonce: str, button: discord.ui.Button[Any] | None = None
    ) -> None:
        button = button or discord.ui.Button(label=verb)
        button.custom_id = control_id(verb, conversation, nonce)
        super().__init__(button)
        self.verb = verb
        self.conversation = conversation
        self.nonce = nonce

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """What was pressed, read from its id alone."""
        return cls(match["verb"], int(match["conversation"]), match["nonce"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the press on. A verb of another version of ours is not known here, and says so."""
        client: Client = interaction.client
        if client.hands is not None:
            verb = Verb(self.verb) if self.verb in set(Verb) else None
            await client.hands.pressed(interaction, verb, self.conversation, self.nonce)
