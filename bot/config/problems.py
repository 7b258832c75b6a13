"""Say in plain words what is wrong with one key: `key: problem. remedy`, and never a secret."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel

from bot.config.model import Config

_COMPARE = "config.example.toml shows what is allowed."
_KINDS = {
    "string_type": ("must be text", 'Write it in quotes: "...".'),
    "int_type": ("must be a whole number", "Write digits, without quotes."),
    "bool_type": ("must be true or false", "Write it without quotes."),
    "tuple_type": ("must be a list", 'Write it as ["...", "..."].'),
    "model_type": ("must be a table", "Write it as [section] with its keys below it."),
}
_SECRETS = {
    "assistant.api_key": "ANTHROPIC_API_KEY",
    "claude.api_key": "ANTHROPIC_API_KEY",
    "discord.token": "DISCORD_TOKEN",
    "slack.token": "SLACK_BOT_TOKEN",
    "slack.bot_token": "SLACK_BOT_TOKEN",
    "slack.app_token": "SLACK_APP_TOKEN",
    "slack.signing_secret": "SLACK_SIGNING_SECRET",
    "slack.client_id": "SLACK_CLIENT_ID",
    "slack.client_secret": "SLACK_CLIENT_SECRET",
    "slack.encryption_key": "ADIEU_ENCRYPTION_KEY",
    "web.password": "ADIEU_WEB_PASSWORD",
}


def explain(error: Any, borrowed: Mapping[str, str]) -> str:
    """One line for one of pydantic's errors; `borrowed` names the variable that a key's value came from."""
    place = tuple(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return _unknown(place)
    key = ".".join(place)
    what, remedy = _what(error)
    value = error.get("input")
    # An address may hold a password: its value is not repeated.
    shown = isinstance(value, str | int | float | bool) and not key.endswith("url")
    return f"{borrowed.get(key, key)}: {what}{f' (it is {_short(value)})' if shown else ''}. {remedy}"


def _what(error: Any) -> tuple[str, str]:
    limits = error.get("ctx", {})
    match error["type"]:
        case "literal_error":
            return f"must be one of {limits['expected'].replace(' or ', ', ')}", _COMPARE
        case "greater_than_equal":
            return f"must be at least {limits['ge']}", _COMPARE
        case "less_than_equal":
            return f"must be at most {limits['le']}", _COMPARE
        case "string_too_short":
            return "must not be empty", "Write something, or remove the line to use the default."
        case "string_too_long":
            return f"must be at most {limits['max_length']} characters long", "Shorten it."
        case kind:
            return _KINDS.get(kind, (error["msg"].removeprefix("Value error, "), _COMPARE))


def _unknown(place: tuple[str, ...]) -> str:
    """An unknown key may hold a secret in the wrong place: its value is never repeated."""
    key = ".".join(place)
    if variable := _SECRETS.get(key):
        return f"{key}: secrets are not kept in the file. Remove it and set {variable} in the environment."
    known = list(Config.model_fields)
    if len(place) > 1:
        section = Config.model_fields[place[0]].annotation
        section = section if isinstance(section, type) and issubclass(section, BaseModel) else BaseModel
        known = list(section.model_fields)
    close = get_close_matches(place[-1], [name for name in known if name != "secrets"], n=1)
    hint = f"Did you mean {close[0]}?" if close else "Remove it, or compare it with config.example.toml."
    return f"{key}: is not a {'key' if len(place) > 1 else 'section'} we know. {hint}"


def _short(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."  # noqa: PLR2004 - a line stays a line
