"""The bare loop: what a good developer writes in an evening over the same libraries.

A mention opens a thread, the first words are posted as soon as there are some, the message is edited once a
second while the model streams, and once more at the end. History is in memory; nothing is kept, nothing is
deduplicated, nothing survives a restart. It stands here to be measured against: `python -m benchmarks.floor`,
with DISCORD_TOKEN, DISCORD_API_URL, DISCORD_GATEWAY_URL, ANTHROPIC_API_KEY and ANTHROPIC_BASE_URL.
"""

from __future__ import annotations

import os
import time
from typing import Final

import anthropic
import discord
import yarl
from anthropic.types import MessageParam
from discord.gateway import DiscordWebSocket
from discord.http import Route

MODEL: Final = "claude-opus-5-5"
SYSTEM: Final = "You are a helpful assistant in a Discord server. Answer briefly, in Markdown."
LONGEST: Final = 2000
BETWEEN_EDITS: Final = 1.0


class Floor(discord.Client):
    """One bot, one file."""

    def __init__(self) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True, guild_messages=True, message_content=True),
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.claude = anthropic.AsyncAnthropic()
        self.histories: dict[int, list[MessageParam]] = {}

    async def on_message(self, message: discord.Message) -> None:
        """Answer mentions in a new thread, and everything in a thread of ours."""
        if message.author.bot or self.user is None:
            return
        text = message.content.replace(self.user.mention, "").strip()
        if isinstance(message.channel, discord.Thread) and message.channel.id in self.histories:
            await self.answer(message.channel, text)
        elif isinstance(message.channel, discord.TextChannel) and self.user in message.mentions:
            thread = await message.create_thread(name=text[:100] or "Chat")
            self.histories[thread.id] = []
            await self.answer(thread, text)

    async def answer(self, thread: discord.Thread, text: str) -> None:
        """Stream one answer into the thread."""
        history = self.histories[thread.id]
        history.append({"role": "user", "content": text})
        said, shown, edited = "", "", 0.0
        posted: discord.Message | None = None
        async with self.claude.messages.stream(
            model=MODEL,
            max_tokens=8000,
            system=SYSTEM,
            messages=history,
            cache_control={"type": "ephemeral"},
        ) as stream:
            async for piece in stream.text_stream:
                said += piece
                if posted is None:
                    if said.strip():
                        shown, edited = said[:LONGEST], time.monotonic()
                        posted = await thread.send(shown)
                elif time.monotonic() - edited >= BETWEEN_EDITS:
                    shown, edited = said[:LONGEST], time.monotonic()
                    await posted.edit(content=shown)
        if posted is not None and said[:LONGEST] != shown:
            await posted.edit(content=said[:LONGEST])
        for start in range(LONGEST, len(said), LONGEST):
            await thread.send(said[start : start + LONGEST])
        history.append({"role": "assistant", "content": said})


def main() -> None:
    """Point discord.py at the given addresses, and run."""
    Route.BASE = os.environ.get("DISCORD_API_URL", Route.BASE)
    if gateway := os.environ.get("DISCORD_GATEWAY_URL"):
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
    Floor().run(os.environ["DISCORD_TOKEN"], log_handler=None)


if __name__ == "__main__":
    main()
