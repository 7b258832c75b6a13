"""What the doctor says about a set-up on Discord."""

from __future__ import annotations

from adapters.discord.doctor import check
from bot.config import Config
from bot.config.model import Discord, Secrets
from bot.doctor import Finding, Level
from tests.doubles.discord import DiscordDouble, Permission


async def ask(double: DiscordDouble, *, token: str = "", **settings: object) -> list[Finding]:
    discord = Discord.model_validate(
        {"enabled": True, "api_url": double.api_url, "gateway_url": double.gateway_url, **settings}
    )
    config = Config(discord=discord, secrets=Secrets.model_validate({"discord_token": token or double.token}))
    return [finding async for finding in check(config)]


def problems(findings: list[Finding]) -> list[str]:
    return [f"{finding.what} {finding.result}" for finding in findings if finding.level is not Level.OK]


async def test_a_good_set_up_has_no_problem_and_one_line_for_everything() -> None:
    async with DiscordDouble() as double:
        double.text_channel(double.guild())
        double.forum()
        findings = await ask(double)
    assert problems(findings) == []
    assert [finding.what for finding in findings] == [
        "Discord token",
        "Message Content intent (portal)",
        "Harbour #general",
        "Harbour #help",
        "Message Content intent (live)",
    ]


async def test_a_wrong_token_is_the_only_thing_said() -> None:
    async with DiscordDouble() as double:
        (finding,) = await ask(double, token="wrong")
    assert "Reset the token" in finding.remedy


async def test_the_intent_is_tried_live() -> None:
    async with DiscordDouble(message_content=False) as double:
        double.guild()
        findings = await ask(double)
    assert [line for line in problems(findings) if "live" in line] == [
        "Message Content intent (live) is refused"
    ]


async def test_missing_permissions_are_named_for_each_channel() -> None:
    async with DiscordDouble() as double:
        guild = double.guild(bot_permissions=Permission.NONE)
        place = double.text_channel(guild)
        double.deny(place, guild.everyone, Permission.EMBED_LINKS)
        findings = await ask(double)
    assert problems(findings) == ["Harbour #general lacks Embed Links, Manage Threads"]


async def test_a_hidden_channel_is_only_a_problem_where_it_is_configured() -> None:
    async with DiscordDouble() as double:
        guild = double.guild()
        place = double.text_channel(guild)
        double.deny(place, guild.everyone, Permission.VIEW_CHANNEL)
        double.deny(place, double.bot, Permission.VIEW_CHANNEL)
        assert problems(await ask(double)) == []
        (line,) = problems(await ask(double, moderator_channel=str(place.id)))
        assert "lacks View Channel" in line
        (line,) = problems(await ask(double, moderator_channel="123"))
        assert line.startswith("channel 123")


async def test_a_bot_on_no_server_is_told_how_to_get_there() -> None:
    async with DiscordDouble() as double:
        findings = await ask(double)
    assert any("adieu invite" in finding.remedy for finding in findings)


async def test_a_discord_that_is_away_is_said_so() -> None:
    double = DiscordDouble()
    async with double:
        pass
    (finding,) = await ask(double)
    assert finding.level is Level.PROBLEM
