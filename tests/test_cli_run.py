"""`adieu run` serves without any configuration, says where, and stops when asked."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path

import aiohttp
import pytest

from tests.doubles.claude import ClaudeDouble
from tests.doubles.discord import DiscordDouble
from tests.program import PATIENCE, adieu, free_port, running, told

OPEN = "web port is open"


async def test_run_serves_health_without_any_configuration_and_stops_on_a_signal(tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "config.toml").write_text(f"[web]\nport = {port}\n", encoding="utf-8")
    async with running("run", "--config", "config.toml", folder=tmp_path) as process:
        log = await told(process, OPEN)
        assert (await _health(port))[0] == 200
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            out, err = await process.communicate()
        assert process.returncode == 0, err.decode()
    text = out.decode()
    assert "the OFFLINE stand-in" in text
    assert f"http://127.0.0.1:{port}" in text
    assert str(tmp_path / "adieu.db") in text
    assert "Traceback" not in log + err.decode()


async def test_with_json_every_line_is_an_event_and_one_says_ready(tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "config.toml").write_text(
        f'[web]\nport = {port}\n[logging]\nformat = "json"\n', encoding="utf-8"
    )
    async with running("run", "--config", "config.toml", folder=tmp_path) as process:
        log = await told(process, OPEN)
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(PATIENCE):
            out, err = await process.communicate()
        assert process.returncode == 0, err.decode()
    assert out == b""
    events = {line["event"]: line for line in map(json.loads, (log + err.decode()).splitlines())}
    assert events["ready"]["playground"] == f"http://127.0.0.1:{port}"
    assert events["stopping"]["signal"] == "SIGINT"
    assert "stopped" in events


async def _health(port: int) -> tuple[int, str]:
    """The answer of /healthz."""
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/healthz") as answer:
        return answer.status, await answer.text()


async def test_a_wrong_key_stops_the_start_with_code_1_and_the_remedy(tmp_path: Path) -> None:
    async with ClaudeDouble(key="the-right-key") as claude:
        result = await adieu(
            "run", folder=tmp_path, ANTHROPIC_API_KEY="a-wrong-key", ANTHROPIC_BASE_URL=claude.url
        )
    assert result.code == 1
    assert result.err.startswith("adieu cannot go on:\n")
    assert "ANTHROPIC_API_KEY" in result.err
    assert "Traceback" not in result.err
    assert "a-wrong-key" not in result.err


async def test_an_unknown_model_stops_the_start_with_code_1_and_its_name(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[assistant]\nmodel = "claude-nobody"\n', encoding="utf-8")
    async with ClaudeDouble(key="key") as claude:
        result = await adieu(
            "run",
            "--config",
            "config.toml",
            folder=tmp_path,
            ANTHROPIC_API_KEY="key",
            ANTHROPIC_BASE_URL=claude.url,
        )
    assert result.code == 1
    assert "claude-nobody" in result.err


async def test_with_both_doubles_it_is_on_discord_and_healthy(tmp_path: Path) -> None:
    port = free_port()
    async with ClaudeDouble(key="key") as claude, DiscordDouble("token-of-discord") as discord:
        (tmp_path / "config.toml").write_text(
            f"[web]\nport = {port}\n[discord]\n"
            f'api_url = "{discord.api_url}"\ngateway_url = "{discord.gateway_url}"\n',
            encoding="utf-8",
        )
        discord.guild()
        variables = {
            "DISCORD_TOKEN": "token-of-discord",
            "ANTHROPIC_API_KEY": "key",
            "ANTHROPIC_BASE_URL": claude.url,
        }
        async with running("run", "--config", "config.toml", folder=tmp_path, **variables) as process:
            log = await told(process, OPEN, "caught up")
            assert (await _health(port))[0] == 200
            assert (
                "ok       web port"
                in (await adieu("doctor", "--config", "config.toml", folder=tmp_path, **variables)).out
            )
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(PATIENCE):
                out, err = await process.communicate()
            assert process.returncode == 0, err.decode()
    assert "claude-opus-5-5" in out.decode()
    assert "Discord" in out.decode()
    assert "token-of-discord" not in out.decode() + log + err.decode()


@pytest.mark.parametrize(
    ("token", "remedy"), [("a-wrong-token", "Reset the token"), ("the-token", "'Message Content Intent'")]
)
async def test_what_discord_refuses_is_said_once_and_the_process_stays_and_says_why(
    tmp_path: Path, token: str, remedy: str
) -> None:
    """A process that ended would be started again and again by whatever keeps it running."""
    port = free_port()
    async with (
        ClaudeDouble(key="key") as claude,
        DiscordDouble("the-token", message_content=False) as discord,
    ):
        (tmp_path / "config.toml").write_text(
            f'[web]\nport = {port}\n[logging]\nformat = "json"\n[discord]\n'
            f'api_url = "{discord.api_url}"\ngateway_url = "{discord.gateway_url}"\n',
            encoding="utf-8",
        )
        variables = {"DISCORD_TOKEN": token, "ANTHROPIC_API_KEY": "key", "ANTHROPIC_BASE_URL": claude.url}
        async with running("run", "--config", "config.toml", folder=tmp_path, **variables) as process:
            log = await told(process, OPEN, "discord refuses us")
            status, reason = await _health(port)
            assert (status, remedy in reason) == (503, True), reason
            assert process.returncode is None
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(PATIENCE):
                _, err = await process.communicate()
            assert process.returncode == 0
    log += err.decode()
    lines = [json.loads(line) for line in log.splitlines()]
    assert [remedy in line["problem"] for line in lines if line["level"] == "error"] == [True]
    assert "Traceback" not in log
    assert token not in log
