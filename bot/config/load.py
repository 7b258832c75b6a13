"""Read the file and the environment into one `Config`, or say everything that is wrong with them at once."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.config.impossible import impossible
from bot.config.model import Config, Secrets
from bot.config.problems import explain
from bot.errors import ConfigError
from bot.redact import redactor


def load(
    path: Path | None, environment: Mapping[str, str], *, platforms: Collection[str] | None = None
) -> Config:
    """Read and check everything; raises ConfigError with all problems at once, before anything connects.

    `platforms` names the adapters that are installed; where it is None, enabling any other is no problem.
    """
    table = _read(path) if path else {}
    secrets = Secrets.model_validate(
        {name: environment.get(name.upper(), "").strip() for name in Secrets.model_fields}
    )
    problems: list[str] = []
    if table.pop("secrets", None) is not None:
        problems.append(
            "secrets: the file must not hold secrets. Remove [secrets]; set environment variables instead."
        )
    table, borrowed = _base_url(table, environment)
    table = _tuples(table)
    try:
        config = Config.model_validate(table | {"secrets": secrets})
    except ValidationError as error:
        problems += [explain(item, borrowed) for item in error.errors()]
        # What is left still gets its other checks, so that nobody mends one line only to meet the next.
        config = Config.model_validate(_without(table, error) | {"secrets": secrets})
    config = _follow(config)
    problems += impossible(config, platforms)
    if problems:
        redact = redactor(secrets.values())
        raise ConfigError(sorted({redact(problem) for problem in problems}))
    return config


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problem = f"{path}: there is no such file. Copy config.example.toml there, or leave out --config."
    except OSError as error:
        problem = f"{path}: cannot be read ({error.strerror}). Check its name and permissions."
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problem = f"{path}: is not TOML ({error}). Compare it with config.example.toml."
    raise ConfigError([problem])


def _base_url(table: dict[str, Any], environment: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Take ANTHROPIC_BASE_URL where the file says nothing, and remember whose value it was."""
    claude = table.get("claude", {})
    value = environment.get("ANTHROPIC_BASE_URL", "").strip()
    if not value or not isinstance(claude, dict) or claude.get("base_url"):
        return table, {}
    return table | {"claude": claude | {"base_url": value}}, {"claude.base_url": "ANTHROPIC_BASE_URL"}


def _tuples(table: dict[str, Any]) -> dict[str, Any]:
    """TOML has lists, our values are frozen: lists become tuples."""
    return {
        name: {key: tuple(value) if isinstance(value, list) else value for key, value in section.items()}
        if isinstance(section, dict)
        else section
        for name, section in table.items()
    }


def _without(table: dict[str, Any], error: ValidationError) -> dict[str, Any]:
    left = {key: dict(value) if isinstance(value, dict) else value for key, value in table.items()}
    for item in error.errors():
        section, *keys = (str(part) for part in item["loc"])
        if keys and isinstance(left.get(section), dict):
            left[section].pop(keys[0], None)
        else:
            left.pop(section, None)
    return left


def _follow(config: Config) -> Config:
    """Fill in what was left open: a platform follows its token, the playground the lack of a platform."""
    secrets = config.secrets
    discord, slack, playground = config.discord.enabled, config.slack.enabled, config.web.playground
    if discord is None:
        discord = bool(secrets.discord_token.get_secret_value())
    if slack is None:
        slack = any(one.get_secret_value() for one in (secrets.slack_bot_token, secrets.slack_client_id))
    if playground is None:
        playground = not (discord or slack)
    return config.model_copy(
        update={
            "discord": config.discord.model_copy(update={"enabled": discord}),
            "slack": config.slack.model_copy(update={"enabled": slack}),
            "web": config.web.model_copy(update={"playground": playground}),
        }
    )
