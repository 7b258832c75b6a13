"""Who is told what the gateway brings: ears for events, hands for presses and commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import discord

if TYPE_CHECKING:
    from adapters.discord.client import Client


class Ears(Protocol):
    """What is told about the gateway's events. Nothing may be raised that somebody must handle."""

    async def message(self, message: discord.Message) -> None: ...
    async def edited(self, event: discord.RawMessageUpdateEvent) -> None: ...
    async def deleted(self, guild: int | None, channel: int, messages: set[int]) -> None: ...
    async def thread_changed(self, event: discord.RawThreadUpdateEvent) -> None: ...
    async def thread_gone(self, event: discord.RawThreadDeleteEvent) -> None: ...
    async def channel_gone(self, channel: discord.abc.GuildChannel) -> None: ...
    async def ready(self) -> None: ...
    async def server_came(self, guild: discord.Guild) -> None: ...


class Hands(Protocol):
    """What is told about presses of our buttons and uses of our commands."""

    async def pressed(
        self, interaction: discord.Interaction[Client], verb: Any, conversation: int, nonce: str
    ) -> None: ...

    async def chosen(
        self, interaction: discord.Interaction[Client], conversation: int, number: int
    ) -> None: ...

    async def submitted(self, interaction: discord.Interaction[Client]) -> None: ...
