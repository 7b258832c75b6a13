"""Setting Slack up: the manifest, the doctor, and what the configuration refuses."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from adapters.slack.doctor import check
from adapters.slack.manifest import BOT_SCOPES, EVENTS, manifest
from adapters.slack.tokens import UNKNOWN_BOT
from adapters.slack.wire import UNKNOWN_APP
from bot.cli import adieu
from bot.config import Config, load
from bot.config.model import Secrets, Slack
from bot.doctor import Level
from bot.errors import ConfigError
from bot.redact import redactor
from tests.doubles.slack import SlackDouble
from tests.doubles.slack.manifest import app_from, problems
from tests.slack_kit import KEY, hearing

PLATFORMS = {"slack", "web"}
ONE = {"SLACK_BOT_TOKEN": "xoxb-made-up", "SLACK_APP_TOKEN": "xapp-made-up"}
MANY = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "made-up", "SLACK_APP_TOKEN": "xapp-made-up"}


@pytest.fixture
async def double() -> AsyncIterator[SlackDouble]:
    async with SlackDouble(rate_limits=False) as double:
        double.team(scopes=frozenset(BOT_SCOPES))
        yield double


def refused(environment: dict[str, str]) -> list[str]:
    with pytest.raises(ConfigError) as error:
        load(None, environment, platforms=PLATFORMS)
    return error.value.problems


@pytest.mark.parametrize("url", ["", "https://bot.example.org/", "https://bot.example.org/slack/events"])
def test_slack_takes_the_manifest(url: str) -> None:
    made = manifest("adieu", url)
    assert problems(made) == []
    settings = made["settings"]
    assert settings["socket_mode_enabled"] is not bool(url)
    if url:
        events = "https://bot.example.org/slack/events"
        assert settings["event_subscriptions"]["request_url"] == events
        assert made["features"]["slash_commands"][0]["url"] == events
        assert made["oauth_config"]["redirect_urls"] == ["https://bot.example.org/slack/oauth_redirect"]


def test_the_command_prints_it() -> None:
    result = CliRunner().invoke(adieu, ["slack", "manifest", "--name", "Tides"])
    assert result.exit_code == 0
    assert json.loads(result.output) == manifest("Tides")
    assert CliRunner().invoke(adieu, ["slack", "manifest", "--http", "http://x"]).exit_code == 2


async def test_an_app_made_from_the_manifest_hears_everything_that_we_need() -> None:
    async with SlackDouble(app_from(manifest()), rate_limits=False) as double:
        double.team(scopes=frozenset(BOT_SCOPES))
        ann = double.person("Ann")
        channel, private = double.channel(), double.channel("crew", private=True)
        async with hearing(double) as kit:
            for place in (channel, private):
                await double.say(place, ann, f"in {place.name}", mention_bot=True)
            await double.say(ann, ann, "in the tab")
            await double.settled()
            heard = sorted(one.text for one in kit.desk.received)
            assert heard == ["in crew", "in general", "in the tab"]
            assert {one.author.name for one in kit.desk.received} == {"Ann"}
    assert len(EVENTS) == len(set(EVENTS))


def test_one_workspace_needs_its_tokens_and_many_need_a_key_for_theirs() -> None:
    assert load(None, ONE, platforms=PLATFORMS).slack.enabled
    assert load(None, MANY | {"ADIEU_ENCRYPTION_KEY": f"{KEY},{KEY}"}, platforms=PLATFORMS).slack.enabled
    (problem,) = refused(MANY)
    assert problem.startswith("ADIEU_ENCRYPTION_KEY: is missing.")
    (problem,) = refused(MANY | {"ADIEU_ENCRYPTION_KEY": "made-up"})
    assert problem.startswith("ADIEU_ENCRYPTION_KEY: is not 32 bytes")
    (problem,) = refused(MANY | {"ADIEU_ENCRYPTION_KEY": KEY, "SLACK_CLIENT_SECRET": ""})
    assert problem.startswith("SLACK_CLIENT_SECRET: is missing.")


def test_a_secret_in_the_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[slack]\nclient_secret = "made-up"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="set SLACK_CLIENT_SECRET in the environment"):
        load(file, {})


async def examined(double: SlackDouble, **secrets: str) -> list[tuple[Level, str]]:
    own = {"slack_bot_token": double.bot_token, "slack_app_token": double.app.app_token}
    settings = Slack(enabled=True, api_url=double.api_url, moderator_channel=double.channel("log").id)
    config = Config(slack=settings, secrets=Secrets.model_validate(own | secrets))
    return [(finding.level, str(finding)) async for finding in check(config)]


async def test_the_doctor_finds_nothing_where_all_is_well(double: SlackDouble) -> None:
    findings = await examined(double)
    assert {level for level, _line in findings} == {Level.OK}
    assert len(findings) == 4
    assert str(findings[0][1]).endswith("belongs to adieu in the workspace Harbour")


@pytest.mark.parametrize("remedy", [UNKNOWN_APP, UNKNOWN_BOT])
def test_a_remedy_is_no_secret(remedy: str) -> None:
    assert redactor()(remedy) == remedy


async def test_the_doctor_says_in_plain_words_that_slack_cannot_be_reached() -> None:
    async with SlackDouble() as double:
        double.team()
        await double.stop()
        lines = [line for _level, line in await examined(double)]
    assert len(lines) == 2
    for line in lines:
        assert "Cannot connect to host 127.0.0.1" in line
        assert "Check the network" in line
        assert "ConnectionKey" not in line


@pytest.mark.parametrize("name", ["slack_bot_token", "slack_app_token"])
async def test_the_doctor_names_a_token_that_is_refused(double: SlackDouble, name: str) -> None:
    findings = await examined(double, **{name: "x-made-up"})
    (line,) = [line for level, line in findings if level is Level.PROBLEM]
    assert "is refused (invalid_auth)" in line
    assert f"into {name.upper()}" in line


async def test_the_doctor_names_missing_scopes() -> None:
    async with SlackDouble() as double:
        double.team(scopes=frozenset(BOT_SCOPES) - {"reactions:write"})
        findings = await examined(double)
    (line,) = [line for level, line in findings if level is Level.PROBLEM]
    assert "lack reactions:write" in line
