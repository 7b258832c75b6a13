"""One process serves Discord, Slack and the playground; each may be down without hurting the others."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from pathlib import Path

import aiohttp

from tests.doubles.discord import DiscordDouble
from tests.stories.program import PATIENCE
from tests.stories.slack.kit import open_stage

TOKEN = "secret-token-of-discord"


async def test_discord_and_slack_answer_side_by_side_and_slack_goes_on_alone(tmp_path: Path) -> None:
    async with DiscordDouble(TOKEN) as discord:
        guild = discord.guild()
        place = discord.text_channel(guild)
        extra = f'[discord]\napi_url = "{discord.api_url}"\ngateway_url = "{discord.gateway_url}"\n'
        secrets = {"DISCORD_TOKEN": TOKEN}
        async with open_stage(
            tmp_path, "http", extra=extra, web="playground = true", variables=secrets
        ) as stage:
            await stage.program.until(lambda: stage.program.told("caught up"))
            [opened] = stage.program.told("web port is open")
            assert await health(opened["url"]) == (200, {})
            asked = await discord.say(place, discord.person("Dan"), "hello on Discord", mention_bot=True)
            await discord.until(lambda: asked.started and discord.said(asked.started))
            root = await stage.chat(stage.ann, "hello on Slack, my friend")
            async with aiohttp.ClientSession() as session, session.get(opened["url"]) as page:
                assert (page.status, "playground" in (await page.text()).casefold()) == (200, True)

            await discord.stop()
            status, told = await unhealthy(opened["url"])
            assert status == 503
            assert list(told) == ["discord"]
            await stage.writes(stage.ann, root, "are you still here?")
            await stage.turns(root, 2)
            await stage.ended(stage.ann, root)

            await discord.start()
            await discord.connected(times=2, timeout=25)
            again = await discord.say(place, discord.person("Eve"), "hello again", mention_bot=True)
            await discord.until(lambda: again.started and discord.said(again.started))


async def health(url: str) -> tuple[int, dict[str, str]]:
    """The status of GET /healthz, and its reasons."""
    async with aiohttp.ClientSession() as session, session.get(f"{url}/healthz") as answer:
        body = await answer.json()
        return answer.status, dict(body["reasons"])


async def unhealthy(url: str) -> tuple[int, dict[str, str]]:
    """The same, as soon as something is down."""
    async with asyncio.timeout(PATIENCE):
        while (found := await health(url))[0] == HTTPStatus.OK:
            pass
    return found
