"""What each key allows alone, but the whole does not: missing secrets, open ports, absent platforms."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Collection, Iterator

from bot.config.model import Config, Secrets, loopback
from bot.crisis import helplines
from bot.errors import OperatorError


def impossible(config: Config, platforms: Collection[str] | None) -> Iterator[str]:
    """Yield one line, `key: problem. remedy`, for everything that cannot work together."""
    yield from _discord(config)
    yield from _slack(config, platforms)
    yield from _secrets(config.secrets)
    yield from _helplines(config.crisis.helplines)
    if not loopback(config.web.host) and not config.secrets.adieu_web_password.get_secret_value():
        yield (
            f"web.host: {config.web.host!r} can be reached from other machines. Set ADIEU_WEB_PASSWORD in the"
            ' environment, or use "127.0.0.1".'
        )


def _discord(config: Config) -> Iterator[str]:
    discord = config.discord
    if discord.enabled and not config.secrets.discord_token.get_secret_value():
        yield _no_token("discord.enabled", "DISCORD_TOKEN")
    for forum in discord.forums:
        if not forum.isdecimal():
            yield (
                f"discord.forums: {forum[:40]!r} is not a channel id."
                " Copy the id of the forum channel (digits only)."
            )
    if discord.moderator_channel and not discord.moderator_channel.isdecimal():
        yield (
            f"discord.moderator_channel: {discord.moderator_channel[:40]!r} is not a channel id."
            " Copy the id of the channel (digits only)."
        )


def _slack(config: Config, platforms: Collection[str] | None) -> Iterator[str]:
    if not config.slack.enabled:
        return
    if platforms is not None and "slack" not in platforms:
        yield (
            "slack.enabled: this version of adieu does not speak to Slack yet."
            " Set it to false, or remove SLACK_BOT_TOKEN from the environment."
        )
        return
    secrets = config.secrets
    if secrets.slack_client_id.get_secret_value() or secrets.slack_client_secret.get_secret_value():
        yield from _many_workspaces(secrets)
    elif not secrets.slack_bot_token.get_secret_value():
        yield _no_token("slack.enabled", "SLACK_BOT_TOKEN")
    needed = "slack_app_token" if config.slack.mode == "socket" else "slack_signing_secret"
    if not getattr(config.secrets, needed).get_secret_value():
        yield (
            f'slack.mode: "{config.slack.mode}" needs one more secret.'
            f" Set {needed.upper()} in the environment, or choose the other mode."
        )


def _helplines(path: str) -> Iterator[str]:
    try:
        helplines.load(path)
    except OperatorError as error:
        yield str(error)


def _many_workspaces(secrets: Secrets) -> Iterator[str]:
    """OAuth: both halves of the credentials, and a key for what comes of them."""
    for name in ("slack_client_id", "slack_client_secret"):
        if not getattr(secrets, name).get_secret_value():
            yield (
                f"{name.upper()}: is missing. Many workspaces need SLACK_CLIENT_ID and SLACK_CLIENT_SECRET"
                " together; for one workspace set neither."
            )
    keys = secrets.adieu_encryption_key.get_secret_value()
    make = "python -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())'"
    if not keys:
        yield (
            "ADIEU_ENCRYPTION_KEY: is missing. The tokens of many workspaces are only kept encrypted."
            f" Make a key once and keep it: {make}"
        )
    elif not all(_is_key(key) for key in keys.split(",")):
        yield (
            "ADIEU_ENCRYPTION_KEY: is not 32 bytes in URL-safe base64 (several: separated by commas, newest"
            f" first). Make one: {make}"
        )


def _is_key(key: str) -> bool:
    try:
        return len(urlsafe_b64decode(key)) == 32  # noqa: PLR2004 - the length of such a key
    except ValueError:
        return False


def _no_token(key: str, variable: str) -> str:
    return f"{key}: is true, but there is no token. Set {variable} in the environment, or set it to false."


def _secrets(secrets: Secrets) -> Iterator[str]:
    """Name what comes from pasting: a key never holds spaces or quotation marks. Passwords may."""
    for name in Secrets.model_fields:
        value = getattr(secrets, name).get_secret_value()
        if name != "adieu_web_password" and any(letter.isspace() or letter in "\"'" for letter in value):
            yield (
                f"{name.upper()}: holds spaces or quotation marks."
                " Paste only the value itself into the environment."
            )
