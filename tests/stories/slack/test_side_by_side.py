"""One process serves Discord, Slack and the playground; each may be down without hurting the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.doubles.discord import Channel, DiscordDouble
from tests.stories.program import PATIENCE
from tests.stories.slack.kit import DELIVERIES, Delivery, Stage, open_stage

TOKEN = "secret-token-of-discord"


@dataclass
class Both:
    """The program between two platforms, and its web port."""

    stage: Stage
    discord: DiscordDouble
    place: Channel
    session: aiohttp.ClientSession

    @property
    def url(self) -> str:
        return str(self.stage.program.told("web port is open")[-1]["url"])

    async def on_discord(self, text: str) -> None:
        """Somebody asks on Discord, and is answered."""
        asked = await self.discord.say(self.place, self.discord.person("Dan"), text, mention_bot=True)
        await self.discord.until(lambda: asked.started and self.discord.said(asked.started))

    async def on_slack(self, text: str) -> None:
        """Somebody asks on Slack, is answered, and ends the chat."""
        root = await self.stage.chat(self.stage.ann, text)
        await self.stage.ended(self.stage.ann, root)

    async def in_the_playground(self, text: str) -> None:
        """Somebody asks in the browser, and is answered."""
        state = await self._get("/api/state?as=ann")
        said = {"as": "ann", "place": "general", "text": text, "nonce": text.replace(" ", "-")}
        headers = {"X-Adieu-Token": state["token"]}
        async with self.session.post(f"{self.url}/api/say", json=said, headers=headers) as answer:
            assert answer.status == HTTPStatus.OK, await answer.text()
        await self.stage.program.until(
            lambda: self.stage.program.rows(
                "select 1 from conversation join turn on turn.conversation_id = conversation.id"  # noqa: S608 - ours
                f" where platform = 'web' and title = '{text}' and turn.state = 'done'"
            )
        )

    async def healthy(self) -> None:
        """Everybody is heard."""
        await self.health(HTTPStatus.OK)

    async def health(self, status: HTTPStatus, *down: str) -> dict[str, str]:
        """Return once /healthz says that these are down and no others; its reasons."""
        async with asyncio.timeout(PATIENCE):
            while True:
                async with self.session.get(f"{self.url}/healthz") as answer:
                    reasons = dict((await answer.json())["reasons"])
                    if (answer.status, sorted(reasons)) == (status, sorted(down)):
                        return reasons

    async def _get(self, path: str) -> Any:
        async with self.session.get(f"{self.url}{path}") as answer:
            return await answer.json()


@asynccontextmanager
async def both(folder: Path, delivery: Delivery) -> AsyncIterator[Both]:
    """Open all three, and return once all are heard."""
    async with DiscordDouble(TOKEN) as discord, aiohttp.ClientSession() as session:
        place = discord.text_channel(discord.guild())
        extra = f'[discord]\napi_url = "{discord.api_url}"\ngateway_url = "{discord.gateway_url}"\n'
        async with open_stage(
            folder, delivery, extra=extra, web="playground = true", variables={"DISCORD_TOKEN": TOKEN}
        ) as stage:
            await stage.program.until(lambda: stage.program.told("caught up"))
            yield Both(stage, discord, place, session)


@pytest.mark.parametrize("delivery", DELIVERIES)
async def test_while_discord_is_away_slack_and_the_playground_go_on(
    tmp_path: Path, delivery: Delivery
) -> None:
    async with both(tmp_path, delivery) as here:
        await here.healthy()
        await here.on_discord("hello on Discord, my friend")
        await here.on_slack("hello on Slack, my friend")
        await here.in_the_playground("hello in the playground")

        await here.discord.stop()
        reasons = await here.health(HTTPStatus.SERVICE_UNAVAILABLE, "discord")
        assert reasons["discord"]
        await here.on_slack("hello on Slack again, my friend")
        await here.in_the_playground("hello in the playground again")

        await here.discord.start()
        await here.healthy()
        await here.on_discord("hello on Discord again, my friend")


async def test_while_slack_is_away_discord_and_the_playground_go_on(tmp_path: Path) -> None:
    async with both(tmp_path, "socket") as here:
        await here.stage.slack.stop()
        reasons = await here.health(HTTPStatus.SERVICE_UNAVAILABLE, "slack")
        assert reasons["slack"]
        await here.on_discord("hello on Discord, my friend")
        await here.in_the_playground("hello in the playground")

        await here.stage.slack.start()
        await here.healthy()
        await here.on_slack("hello on Slack, my friend")


@pytest.mark.parametrize("delivery", DELIVERIES)
async def test_whoever_is_not_there_at_the_start_is_waited_for(tmp_path: Path, delivery: Delivery) -> None:
    async with both(tmp_path, delivery) as here:
        stage = here.stage
        assert await stage.program.stop() == 0
        await here.discord.stop()
        stage.slack.faults.add(method=".*", status=503, times=10_000)
        await stage.program.start()
        await stage.program.until(lambda: stage.program.told("web port is open"))
        reasons = await here.health(HTTPStatus.SERVICE_UNAVAILABLE, "discord", "slack")
        assert all(reasons.values())
        await here.in_the_playground("hello in the playground")

        stage.slack.faults.clear()
        await here.health(HTTPStatus.SERVICE_UNAVAILABLE, "discord")
        await here.on_slack("hello on Slack, my friend")
        await here.discord.start()
        await here.healthy()
        await here.on_discord("hello on Discord, my friend")
