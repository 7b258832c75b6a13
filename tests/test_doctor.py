"""The doctor says in one line each what works, what does not, and what to do."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.config import Config, load
from bot.doctor import Check, Finding, Level
from bot.doctor.checks import model, reach, storage, web_port
from bot.doctor.examine import checks, examine
from bot.errors import OperatorError
from bot.store import open_store
from tests.program import adieu, free_port

HELPLINES = """
[[helpline]]
country = ""
name = "Somebody"
contact = "https://example.org"
hours = "always"
languages = "all"
source = "https://example.org"
verified = 9999-01-01
"""


def configured(tmp_path: Path, text: str = "") -> Config:
    file = tmp_path / "config.toml"
    file.write_text(text, encoding="utf-8")
    return load(file, {})


def at(tmp_path: Path, name: str) -> Config:
    return configured(tmp_path, f'[store]\nurl = "sqlite:///{tmp_path / name}"\n')


async def found(check: Check, config: Config) -> Finding:
    (finding,) = [finding async for finding in check(config)]
    return finding


def test_a_finding_is_one_line_with_what_result_and_remedy() -> None:
    assert str(Finding(Level.OK, "storage", "writable")) == "ok       storage: writable"
    line = str(Finding(Level.PROBLEM, "key", "refused\nby the server", "Make a new one."))
    assert line == "problem  key: refused by the server -> Make a new one."


async def test_storage_that_is_not_there_yet_is_fine_and_is_not_made(tmp_path: Path) -> None:
    finding = await found(storage, at(tmp_path, "adieu.db"))
    assert finding.level is Level.OK
    assert "will be made at the first start" in finding.result
    assert not (tmp_path / "adieu.db").exists()


async def test_storage_in_a_folder_that_does_not_exist_is_a_problem(tmp_path: Path) -> None:
    finding = await found(storage, at(tmp_path, "missing/adieu.db"))
    assert finding.level is Level.PROBLEM
    assert "does not exist" in finding.result


async def test_storage_of_a_former_start_is_writable_and_up_to_date(tmp_path: Path) -> None:
    config = at(tmp_path, "adieu.db")
    async with open_store(config.store.url):
        pass
    assert await found(storage, config) == Finding(Level.OK, "storage", "writable and up to date")


async def test_storage_that_is_no_database_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "adieu.db").write_text("not a database at all, but long enough to be one" * 100)
    (finding,) = [item async for item in examine(at(tmp_path, "adieu.db"), {"storage": storage})]
    assert finding.level is Level.PROBLEM
    assert "not a database" in finding.result


async def test_without_a_key_the_doctor_says_that_the_stand_in_answers(tmp_path: Path) -> None:
    finding = await found(model, configured(tmp_path))
    assert finding.level is Level.WARNING
    assert "ANTHROPIC_API_KEY" in finding.remedy


@pytest.mark.parametrize(
    ("tokens", "level", "names"),
    [
        ({}, Level.WARNING, "only the playground"),
        ({"DISCORD_TOKEN": "made-up"}, Level.OK, "discord"),
        (
            {"DISCORD_TOKEN": "made-up", "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"},
            Level.OK,
            "slack",
        ),
    ],
)
async def test_the_doctor_says_where_people_can_talk(
    tokens: dict[str, str], level: Level, names: str
) -> None:
    finding = await found(reach, load(None, tokens))
    assert finding.level is level
    assert names in finding.result


async def test_where_nobody_can_talk_the_doctor_says_so(tmp_path: Path) -> None:
    finding = await found(reach, configured(tmp_path, "[web]\nplayground = false\n"))
    assert finding.level is Level.WARNING
    assert "nobody can talk" in finding.result
    assert "DISCORD_TOKEN" in finding.remedy
    assert "SLACK_BOT_TOKEN" in finding.remedy


async def test_a_free_web_port_is_fine_and_a_taken_one_a_problem(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        config = configured(tmp_path, f"[web]\nport = {taken.getsockname()[1]}\n")
        taken.settimeout(0)
        finding = await found(web_port, config)
        assert finding.level is Level.PROBLEM
        assert finding.remedy == "Choose another [web] port or host."
    assert (await found(web_port, configured(tmp_path, "[web]\nport = 0\n"))).level is Level.OK


async def test_a_check_that_fails_is_a_finding_and_the_others_still_run(tmp_path: Path) -> None:
    async def refuses(config: Config) -> AsyncIterator[Finding]:
        yield Finding(Level.OK, "first half", "fine")
        raise OperatorError("no such key. Make one.")

    async def breaks(config: Config) -> AsyncIterator[Finding]:
        raise KeyError("x")
        yield

    async def works(config: Config) -> AsyncIterator[Finding]:
        yield Finding(Level.OK, "works", "fine")

    every = {"refuses": refuses, "breaks": breaks, "works": works}
    lines = [str(finding) async for finding in examine(configured(tmp_path), every)]
    assert lines == [
        "ok       first half: fine",
        "problem  refuses: no such key. Make one.",
        "problem  breaks: the check itself failed (KeyError('x')) -> Please report this as a bug.",
        "ok       works: fine",
    ]


def test_a_platform_is_only_examined_when_it_is_on() -> None:
    assert list(checks(load(None, {}))) == ["storage", "model", "platforms", "web port", "helplines"]
    with_discord = checks(load(None, {"DISCORD_TOKEN": "made-up"}))
    assert list(with_discord) == ["storage", "model", "platforms", "web port", "helplines", "discord"]


@pytest.mark.parametrize("broken", [False, True])
async def test_the_exit_code_is_1_if_anything_would_break(tmp_path: Path, broken: bool) -> None:  # noqa: FBT001 - a table of two
    folder = tmp_path / "data"
    if not broken:
        folder.mkdir()
    # Helplines of its own, so that the packaged ones may grow old without failing this test.
    (tmp_path / "lines.toml").write_text(HELPLINES, encoding="utf-8")
    text = f'[web]\nport = {free_port()}\n[store]\nurl = "sqlite:///data/adieu.db"\n'
    text += '[crisis]\nhelplines = "lines.toml"\n'
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    result = await adieu("doctor", "--config", "config.toml", folder=tmp_path)
    assert result.code == int(broken), result.err
    assert result.out.startswith("ok       configuration: config.toml: nothing wrong\n")
    assert ("problem  storage: the folder" in result.out) is broken
    assert result.out.splitlines()[-1] == f"{4 - broken} ok, 2 to look at, {int(broken)} to mend"


async def test_the_doctor_names_every_problem_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[ending]\nmode = 1\n[nothing]\n", encoding="utf-8")
    result = await adieu("doctor", "--config", "config.toml", folder=tmp_path)
    assert result.code == 1
    first, second = result.out.splitlines()
    assert first.startswith("problem  configuration: ending.mode: must be one of")
    assert second.startswith("problem  configuration: nothing: is not a section we know.")
