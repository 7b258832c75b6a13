"""The commands, run as anybody runs them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.cli.greeting import address, data, greeting
from bot.config import load
from tests.program import adieu, free_port

ROOT = Path(__file__).parent.parent


async def test_the_version_is_the_distributions(tmp_path: Path) -> None:
    result = await adieu("--version", folder=tmp_path)
    assert (result.code, result.out) == (0, "adieu, version 0.1.0\n")


async def test_help_names_every_command(tmp_path: Path) -> None:
    result = await adieu("--help", folder=tmp_path)
    assert result.code == 0
    for command in ("run", "invite", "doctor"):
        assert f"\n  {command} " in result.out
    group = await adieu("slack", "--help", folder=tmp_path)
    for shown in (result.out, group.out):
        assert "..." not in shown.partition("Commands:")[2], "no sentence is cut"


async def test_a_wrong_configuration_stops_the_start_with_code_2_and_every_problem(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[web]\nport = "x"\nhots = "y"\n', encoding="utf-8")
    result = await adieu("run", "--config", "config.toml", folder=tmp_path)
    assert result.code == 2
    assert result.err.splitlines() == [
        "The configuration cannot be used:",
        "  web.hots: is not a key we know. Did you mean host?",
        "  web.port: must be a whole number (it is 'x'). Write digits, without quotes.",
    ]
    assert not (tmp_path / "adieu.db").exists()


async def test_a_config_toml_where_the_program_is_started_is_used_unless_another_is_named(
    tmp_path: Path,
) -> None:
    (tmp_path / "config.toml").write_text("[here]\n", encoding="utf-8")
    (tmp_path / "other.toml").write_text("[there]\n", encoding="utf-8")
    for command in ("run", "doctor"):
        usual = await adieu(command, folder=tmp_path)
        assert "here: is not a section we know" in usual.out + usual.err
        named = await adieu(command, "--config", "other.toml", folder=tmp_path)
        assert "there: is not a section we know" in named.out + named.err


async def test_a_missing_file_is_said_in_words(tmp_path: Path) -> None:
    result = await adieu("run", "--config", "nowhere.toml", folder=tmp_path)
    assert result.code == 2
    assert "nowhere.toml: there is no such file." in result.err
    assert "Traceback" not in result.err


async def test_slack_by_socket_without_its_second_token_is_refused(tmp_path: Path) -> None:
    result = await adieu("run", folder=tmp_path, SLACK_BOT_TOKEN="xoxb-made-up")
    assert result.code == 2
    assert 'slack.mode: "socket" needs one more secret. Set SLACK_APP_TOKEN' in result.err


async def test_storage_that_cannot_be_opened_stops_the_start_with_code_1(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[store]\nurl = "sqlite:///missing/adieu.db"\n', encoding="utf-8")
    result = await adieu("run", "--config", "config.toml", folder=tmp_path)
    assert result.code == 1
    assert result.err.startswith("adieu cannot go on:\n  store.url: the folder missing does not exist.")
    assert "Traceback" not in result.err


async def test_storage_that_is_no_file_or_no_server_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for url, said in (
        ("sqlite:///folder", "folder cannot be used (unable to open database file)."),
        (
            f"postgresql://me:hunter22@127.0.0.1:{free_port()}/talks",
            "PostgreSQL on 127.0.0.1, database talks cannot",
        ),
    ):
        (tmp_path / "config.toml").write_text(f'[store]\nurl = "{url}"\n', encoding="utf-8")
        result = await adieu("run", "--config", "config.toml", folder=tmp_path)
        assert result.code == 1
        assert result.err.startswith(f"adieu cannot go on:\n  store.url: {said}")
        assert len(result.err.splitlines()) == 2, result.err
        assert "hunter22" not in result.err


def test_the_greeting_says_who_answers_where_and_where_the_data_is() -> None:
    lines = greeting(load(None, {"DISCORD_TOKEN": "made-up", "ANTHROPIC_API_KEY": "sk"}), ("web", "discord"))
    assert lines["answers"] == "claude-opus-5-5"
    assert lines["platforms"] == "Discord"
    assert lines["playground"].startswith("off")
    alone = greeting(load(None, {}), ("web",))["platforms"]
    assert alone.startswith("none")
    assert all((ROOT / name).exists() for name in re.findall(r"docs/[a-z]+\.md", alone))
    assert Path(lines["data"]).is_absolute()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:////var/lib/adieu.db", "/var/lib/adieu.db"),
        ("postgresql://adieu:hunter22@db.example/adieu", "PostgreSQL on db.example, database adieu"),
    ],
)
def test_where_the_data_is_kept_is_shown_without_a_password(url: str, shown: str) -> None:
    assert data(url) == shown


def test_an_address_for_everyone_is_shown_as_one_that_can_be_typed() -> None:
    config = load(None, {})
    for host, shown in (("0.0.0.0", "127.0.0.1"), ("::1", "[::1]"), ("adieu.example", "adieu.example")):  # noqa: S104
        web = config.web.model_copy(update={"host": host})
        assert address(config.model_copy(update={"web": web})) == f"http://{shown}:8765"
