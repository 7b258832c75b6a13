"""What the bot needs on a server; `adieu invite` asks for exactly that. Pure."""

from __future__ import annotations

import discord

NEEDED = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    manage_threads=True,
    read_message_history=True,
    embed_links=True,
    add_reactions=True,
)
"""Value 326417599552."""

PRIVATE = discord.Permissions(create_private_threads=True, attach_files=True)
"""With these, for private threads and files: 395137109056."""


def missing(granted: discord.Permissions, needed: discord.Permissions = NEEDED) -> tuple[str, ...]:
    """What is needed and not granted, in the words that Discord's settings use."""
    if needed.view_channel and not granted.view_channel:
        return ("View Channel",)  # everything else follows from it
    lacking = discord.Permissions(needed.value & ~granted.value)
    return tuple(name.replace("_", " ").title().replace(" In ", " in ") for name, value in lacking if value)
