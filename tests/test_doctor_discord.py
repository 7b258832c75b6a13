"""The doctor at Discord: token, intent and permissions, tried for real and never changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.doubles.discord import DiscordDouble, Permission
from tests.program import Result, adieu, free_port

TOKEN = "made-up-token-of-discord"


async def examined(double: DiscordDouble, folder: Path, token: str = TOKEN, more: str = "") -> Result:
    (folder / "config.toml").write_text(
        f'[web]\nport = {free_port()}\n[discord]\napi_url = "{double.api_url}"\n'
        f'gateway_url = "{double.gateway_url}"\n{more}',
        encoding="utf-8",
    )
    return await adieu("doctor", "--config", "config.toml", folder=folder, DISCORD_TOKEN=token)


async def test_a_set_up_without_faults_is_all_ok_and_nothing_is_changed(tmp_path: Path) -> None:
    async with DiscordDouble(TOKEN) as double:
        double.guild("Harbour")
        double.text_channel(name="general")
        result = await examined(double, tmp_path)
        assert result.code == 0, result.out + result.err
        assert {exchange.method for exchange in double.traffic} == {"GET"}
    lines = result.out.splitlines()
    assert any(line.startswith("ok       Discord token") for line in lines)
    assert "ok       Message Content intent (live): is on" in lines
    assert "ok       Harbour #general: has every permission" in lines
    assert TOKEN not in result.out + result.err


async def test_a_switched_off_intent_is_found_live(tmp_path: Path) -> None:
    async with DiscordDouble(TOKEN, message_content=False) as double:
        double.guild()
        result = await examined(double, tmp_path)
    assert result.code == 1
    assert "problem  Message Content intent (live): is refused -> " in result.out


@pytest.mark.parametrize("missing", [Permission.MANAGE_THREADS, Permission.SEND_MESSAGES_IN_THREADS])
async def test_each_missing_permission_is_named_with_its_channel(tmp_path: Path, missing: Permission) -> None:
    async with DiscordDouble(TOKEN) as double:
        guild = double.guild("Harbour")
        fine, broken = double.text_channel(guild, "fine"), double.text_channel(guild, "broken")
        double.deny(broken, double.bot, missing)
        result = await examined(double, tmp_path)
    assert result.code == 1
    assert f"ok       Harbour #{fine.name}: has every permission" in result.out
    name = missing.name.replace("_", " ").title().replace(" In ", " in ") if missing.name else ""
    assert f"problem  Harbour #broken: lacks {name} -> " in result.out


async def test_a_wrong_token_is_a_problem_with_its_remedy(tmp_path: Path) -> None:
    async with DiscordDouble(TOKEN) as double:
        result = await examined(double, tmp_path, token="another-token-of-discord")
    assert result.code == 1
    assert "problem  Discord token: is refused -> Discord does not accept DISCORD_TOKEN." in result.out


async def test_a_moderator_channel_that_the_bot_cannot_see_is_a_problem(tmp_path: Path) -> None:
    async with DiscordDouble(TOKEN) as double:
        double.guild()
        result = await examined(double, tmp_path, more='moderator_channel = "42"\n')
    assert result.code == 1
    assert "problem  channel 42: is named in [discord], but the bot does not see it" in result.out


async def test_a_bot_on_no_server_yet_is_told_about_the_invite(tmp_path: Path) -> None:
    async with DiscordDouble(TOKEN) as double:
        result = await examined(double, tmp_path)
    assert result.code == 0
    assert "warning  Discord servers: none -> " in result.out
    assert "adieu invite" in result.out
