"""The configuration says everything that is wrong at once, in words that help, and never a secret."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from bot.config import Config, load, loopback
from bot.errors import ConfigError

EXAMPLE = Path(__file__).parent.parent / "config.example.toml"
KEY = {"ANTHROPIC_API_KEY": "sk-ant-made-up"}
TOKEN = {"DISCORD_TOKEN": "made-up-token-of-discord"}


def problems(
    tmp_path: Path, text: str, environment: Mapping[str, str] | None = None, platforms: Any = None
) -> list[str]:
    file = tmp_path / "config.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(file, environment or {}, platforms=platforms)
    return caught.value.problems


def loaded(tmp_path: Path, text: str, environment: Mapping[str, str] | None = None) -> Config:
    file = tmp_path / "config.toml"
    file.write_text(text, encoding="utf-8")
    return load(file, environment or {})


def test_nothing_at_all_is_a_valid_configuration_for_the_playground() -> None:
    config = load(None, {})
    assert config.web.playground is True
    assert config.discord.enabled is False
    assert config.slack.enabled is False
    assert config.offline


def test_the_example_loads_and_equals_the_defaults() -> None:
    assert load(EXAMPLE, {}) == load(None, {})


def test_the_example_names_every_key_and_no_other() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8")
    uncommented = tomllib.loads(re.sub(r"(?m)^#(\w+ = )", r"\1", lines))
    shown = {f"{section}.{key}" for section, table in uncommented.items() for key in table}
    known = set()
    for name, field in Config.model_fields.items():
        if name != "secrets":
            assert isinstance(field.annotation, type)
            assert issubclass(field.annotation, BaseModel)
            known |= {f"{name}.{key}" for key in field.annotation.model_fields}
    assert shown == known


def test_every_value_that_the_example_shows_is_the_default() -> None:
    shown = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    default = Config().model_dump(mode="json")
    for section, table in shown.items():
        for key, value in table.items():
            assert default[section][key] == value, f"{section}.{key}"


def test_the_example_names_every_secret_in_its_head() -> None:
    head = EXAMPLE.read_text(encoding="utf-8").split("[assistant]")[0]
    for name in type(Config().secrets).model_fields:
        assert name.upper() in head


def test_all_problems_come_at_once_each_with_key_and_remedy(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        """
        discord = 5
        [assistant]
        effort = "extreme"
        nmae = "x"
        max_output_tokens = "many"
        [web]
        host = "::"
        port = 70000
        [ending]
        redirections = 1
        archive = "yes"
        [store]
        url = "mysql://somewhere"
        [sideways]
        a = 1
        """,
    )
    assert found == [
        (
            "assistant.effort: must be one of 'low', 'medium', 'high', 'xhigh', 'max' (it is 'extreme')."
            " config.example.toml shows what is allowed."
        ),
        "assistant.max_output_tokens: must be a whole number (it is 'many'). Write digits, without quotes.",
        "assistant.nmae: is not a key we know. Did you mean name?",
        "discord: must be a table (it is 5). Write it as [section] with its keys below it.",
        "ending.archive: must be true or false (it is 'yes'). Write it without quotes.",
        "ending.redirections: must be at least 2 (it is 1). config.example.toml shows what is allowed.",
        "sideways: is not a section we know. Remove it, or compare it with config.example.toml.",
        (
            "store.url: must be sqlite:///PATH or postgresql://USER@HOST/NAME."
            " config.example.toml shows what is allowed."
        ),
        (
            "web.host: '::' can be reached from other machines. Set ADIEU_WEB_PASSWORD in the"
            ' environment, or use "127.0.0.1".'
        ),
        "web.port: must be at most 65535 (it is 70000). config.example.toml shows what is allowed.",
    ]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("web = []", "web: must be a table"),
        ("[[web]]\nport = 1", "web: must be a table"),
        ('[discord]\nforums = "12"', "discord.forums: must be a list"),
        ("[discord]\nforums = [12]", "discord.forums.0: must be text"),
        ('[discord]\nforums = ["general"]', "discord.forums: 'general' is not a channel id"),
        ('[discord]\nmoderator_channel = "#mods"', "discord.moderator_channel: '#mods' is not a channel id"),
        ("[discord]\nenabled = 1", "discord.enabled: must be true or false"),
        ("[web]\nport = true", "web.port: must be a whole number"),
        ("[ending]\nmode = true", "ending.mode: must be one of 'off', 'shadow', 'on'"),
        ('[assistant]\nname = ""', "assistant.name: must not be empty"),
        ('[claude]\nbase_url = "localhost:8000"', "claude.base_url: must be an address like https://HOST"),
        ('[claude]\nbase_url = "http://"', "claude.base_url: must be an address"),
        ('[claude]\nbase_url = "http://host:port"', "claude.base_url: must be an address"),
        ('[discord]\ngateway_url = "https://a"', "discord.gateway_url: must be an address like wss://HOST"),
        ('[store]\nurl = "postgresql+asyncpg://u@h/n"', "store.url: must be sqlite:///PATH or postgresql:"),
        ('[store]\nurl = "postgresql://u@h"', "store.url: must be sqlite:///PATH or postgresql:"),
        ('[store]\nurl = "sqlite:///"', "store.url: must be sqlite:///PATH or postgresql:"),
        ("[discord]\nenabled = true", "discord.enabled: is true, but there is no token. Set DISCORD_TOKEN"),
    ],
)
def test_each_mistake_is_explained(tmp_path: Path, text: str, start: str) -> None:
    (problem,) = problems(tmp_path, text)
    assert problem.startswith(start)


def test_a_file_that_is_missing_unreadable_or_not_toml_is_one_problem(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        load(tmp_path / "missing.toml", {})
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path, {})
    (problem,) = problems(tmp_path, "[web\n")
    assert "is not TOML" in problem


def test_secrets_are_never_shown_wherever_they_were_put(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        """
        secrets = "sk-ant-in-the-wrong-place"
        [assistant]
        effort = "made-up-token-of-discord"
        [store]
        url = "postgres://adieu:hunter22@host/name"
        [discord]
        token = "made-up-token-of-discord"
        moderator_channel = "xoxb-1234567890-abcdef"
        [slack]
        mode = "xapp-1-A0-made-up"
        """,
        TOKEN,
    )
    text = "\n".join(found)
    assert len(found) == 6
    assert "made-up" not in text
    assert "hunter22" not in text
    assert "sk-ant" not in text
    assert "1234567890" not in text
    assert "discord.token: secrets are not kept in the file. Remove it and set DISCORD_TOKEN" in text


def test_a_configuration_can_be_printed_without_its_secrets() -> None:
    config = load(None, KEY | TOKEN)
    assert "made-up" not in f"{config!r} {config} {config.model_dump_json()}"
    assert config.secrets.values() == ("sk-ant-made-up", "made-up-token-of-discord")


def test_pasted_quotation_marks_around_a_secret_are_named(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "", {"DISCORD_TOKEN": '"quoted"'})
    assert problem.startswith("DISCORD_TOKEN: holds spaces or quotation marks.")
    assert "quoted" not in problem


def test_a_platform_is_on_when_its_token_is_there_and_the_playground_then_off(tmp_path: Path) -> None:
    config = loaded(tmp_path, "", TOKEN)
    assert config.discord.enabled is True
    assert config.web.playground is False
    both = loaded(tmp_path, "[web]\nplayground = true", TOKEN)
    assert both.web.playground is True
    neither = loaded(tmp_path, "[discord]\nenabled = false", TOKEN)
    assert neither.discord.enabled is False
    assert neither.web.playground is True


def test_slack_is_refused_while_no_adapter_for_it_is_installed(tmp_path: Path) -> None:
    slack = {"SLACK_BOT_TOKEN": "xoxb-made-up"}
    (problem,) = problems(tmp_path, "", slack, platforms={"web", "discord"})
    assert problem.startswith("slack.enabled: this version of adieu does not speak to Slack yet.")
    (problem,) = problems(tmp_path, "", slack, platforms={"web", "discord", "slack"})
    assert problem.startswith('slack.mode: "socket" needs one more secret. Set SLACK_APP_TOKEN')


def test_the_base_url_comes_from_the_file_else_from_the_environment(tmp_path: Path) -> None:
    environment = {"ANTHROPIC_BASE_URL": "http://127.0.0.1:9/"}
    assert loaded(tmp_path, "", environment).claude.base_url == "http://127.0.0.1:9"
    assert not loaded(tmp_path, "", environment).offline
    file = '[claude]\nbase_url = "https://other"'
    assert loaded(tmp_path, file, environment).claude.base_url == "https://other"
    (problem,) = problems(tmp_path, "", {"ANTHROPIC_BASE_URL": "nowhere"})
    assert problem.startswith("ANTHROPIC_BASE_URL: must be an address")


def test_anthropics_own_address_without_a_key_is_still_offline() -> None:
    assert load(None, {"ANTHROPIC_BASE_URL": "https://api.anthropic.com"}).offline
    assert not load(None, {"ANTHROPIC_BASE_URL": "https://api.anthropic.com"} | KEY).offline


def test_other_machines_reach_the_web_port_only_with_a_password(tmp_path: Path) -> None:
    text = '[web]\nhost = "::"'
    (problem,) = problems(tmp_path, text)
    assert "ADIEU_WEB_PASSWORD" in problem
    assert loaded(tmp_path, text, {"ADIEU_WEB_PASSWORD": "correct horse"}).web.host == "::"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_only_this_machine_reaches_the_loopback(host: str) -> None:
    assert loopback(host)


@pytest.mark.parametrize("host", ["::", "192.168.1.5", "adieu.example"])
def test_everything_else_counts_as_reachable_from_elsewhere(host: str) -> None:
    assert not loopback(host)
