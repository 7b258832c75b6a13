"""`adieu invite` prints the link that brings the bot into a server with the least it needs."""

from __future__ import annotations

from pathlib import Path

import discord

from adapters.discord import permissions
from bot.cli.invite import PERMISSIONS, WITH_PRIVATE_THREADS, link
from tests.doubles.discord import DiscordDouble
from tests.program import adieu


async def test_invite_asks_discord_who_the_bot_is(tmp_path: Path) -> None:
    async with DiscordDouble("made-up-token") as double:
        config = tmp_path / "config.toml"
        config.write_text(f'[discord]\napi_url = "{double.api_url}"\n', encoding="utf-8")
        result = await adieu(
            "invite", "--config", "config.toml", folder=tmp_path, DISCORD_TOKEN="made-up-token"
        )
        assert result.code == 0, result.err
        assert result.out.strip() == link(str(double.bot.id), private_threads=False)
        wrong = await adieu("invite", "--config", "config.toml", folder=tmp_path, DISCORD_TOKEN="another")
    assert wrong.code == 1
    assert "Discord does not accept DISCORD_TOKEN." in wrong.err
    gone = await adieu("invite", "--config", "config.toml", folder=tmp_path, DISCORD_TOKEN="made-up-token")
    assert gone.code == 1
    assert "Discord cannot be asked" in gone.err
    assert "Traceback" not in wrong.err + gone.err


async def test_invite_needs_neither_token_nor_network_with_an_id(tmp_path: Path) -> None:
    result = await adieu("invite", "--client-id", "123", "--private-threads", folder=tmp_path)
    assert result.code == 0
    assert result.out == (
        "https://discord.com/oauth2/authorize?client_id=123&scope=bot+applications.commands"
        "&permissions=395137109056&integration_type=0\n"
    )


async def test_invite_without_token_or_id_says_what_is_missing(tmp_path: Path) -> None:
    result = await adieu("invite", folder=tmp_path)
    assert result.code == 2
    assert "DISCORD_TOKEN: is not set." in result.err
    assert (await adieu("invite", "--client-id", "me", folder=tmp_path)).code == 2


def test_the_invite_asks_for_exactly_what_the_adapter_needs() -> None:
    assert permissions.NEEDED.value == PERMISSIONS == 326417599552
    assert (permissions.NEEDED | permissions.PRIVATE).value == WITH_PRIVATE_THREADS == 395137109056
    assert not discord.Permissions(WITH_PRIVATE_THREADS).administrator
