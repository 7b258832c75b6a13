"""What can be set: one frozen value, a class for each table of config.example.toml."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from bot.types import Mode

OWN_BASE_URL = "https://api.anthropic.com"


def _address(value: str, *schemes: str) -> str:
    if not value:
        return value
    try:
        parts = urlsplit(value)
        known = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known:
        raise ValueError(f"must be an address like {schemes[-1]}://HOST")
    return value.rstrip("/")


def _http(value: str) -> str:
    return _address(value, "http", "https")


def _websocket(value: str) -> str:
    return _address(value, "ws", "wss")


def _store(value: str) -> str:
    scheme, _, rest = value.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and rest.strip("/"):
        return value
    if scheme == "postgresql" and "/" in rest and all(rest.rsplit("/", 1)):
        return value
    raise ValueError("must be sqlite:///PATH or postgresql://USER@HOST/NAME")


def _country(value: str) -> str:
    if value and not (len(value) == 2 and value.isascii() and value.isalpha()):  # noqa: PLR2004 - ISO 3166-1
        raise ValueError('must be a country\'s two letters, like "IE"')
    return value.upper()


Http = Annotated[str, AfterValidator(_http)]
Websocket = Annotated[str, AfterValidator(_websocket)]
Name = Annotated[str, Field(min_length=1, max_length=80)]


class Section(BaseModel):
    """A table of the file: unknown keys and wrong types are problems, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Assistant(Section):
    """Who answers, and with which model."""

    name: Name = "adieu"
    instructions: Annotated[str, Field(max_length=20_000)] = ""
    model: Name = "claude-opus-5-5"
    small_model: Name = "claude-haiku-5-5"
    max_output_tokens: Annotated[int, Field(ge=256, le=128_000)] = 8_000
    effort: Literal["low", "medium", "high", "xhigh", "max"] = "low"


class Claude(Section):
    """Where the Messages API is; "" is Anthropic's own."""

    base_url: Http = ""


class StoreSection(Section):
    """Where conversations are kept."""

    url: Annotated[str, AfterValidator(_store)] = "sqlite:///adieu.db"


class Web(Section):
    """The web port: health for everyone, and the playground."""

    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8765
    playground: bool | None = None


class Discord(Section):
    """The Discord adapter. `enabled` follows the token where it is not set."""

    enabled: bool | None = None
    api_url: Http = "https://discord.com/api/v10"
    gateway_url: Websocket = ""
    reply_to: Literal["starter", "everyone", "mention"] = "starter"
    forums: tuple[str, ...] = ()
    moderator_channel: str = ""
    catch_up_minutes: Annotated[int, Field(ge=0, le=1440)] = 15


class Slack(Section):
    """The Slack adapter. `enabled` follows the token (or the client id) where it is not set."""

    enabled: bool | None = None
    api_url: Http = "https://slack.com/api"
    mode: Literal["socket", "http"] = "socket"
    connections: Annotated[int, Field(ge=1, le=10)] = 1
    reply_to: Literal["starter", "everyone", "mention"] = "starter"
    moderator_channel: str = ""
    catch_up_minutes: Annotated[int, Field(ge=0, le=1440)] = 15


class EndingSection(Section):
    """The rules' numbers (docs/ending-policy.md explains each)."""

    mode: Literal["off", "shadow", "on"] = "on"
    redirections: Annotated[int, Field(ge=2, le=20)] = 3
    warning_messages: Annotated[int, Field(ge=1, le=100)] = 5
    warning_hours: Annotated[int, Field(ge=1, le=24 * 30)] = 24
    confirm_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 10
    breaker_per_hour: Annotated[int, Field(ge=1, le=1000)] = 3
    archive: bool = False
    models: tuple[str, ...] = ()


class Crisis(Section):
    """Care for somebody in a crisis; it does not depend on `ending.mode`."""

    detector: Literal["model", "keywords"] = "model"
    helplines: str = ""
    country: Annotated[str, AfterValidator(_country)] = ""


class Logging(Section):
    """What the operator reads."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["console", "json"] = "console"


class Secrets(BaseModel):
    """What only the environment may hold, each under its name in capitals; never shown or stored."""

    model_config = ConfigDict(frozen=True)

    anthropic_api_key: SecretStr = SecretStr("")
    discord_token: SecretStr = SecretStr("")
    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_client_id: SecretStr = SecretStr("")
    slack_client_secret: SecretStr = SecretStr("")
    adieu_encryption_key: SecretStr = SecretStr("")
    adieu_web_password: SecretStr = SecretStr("")

    def values(self) -> tuple[str, ...]:
        """All that are set, in the clear: for the redactor alone."""
        every = (getattr(self, name).get_secret_value() for name in type(self).model_fields)
        return tuple(value for value in every if value)


class Config(Section):
    """Everything that can be set. `load` fills in what follows from the environment."""

    assistant: Assistant = Assistant()
    claude: Claude = Claude()
    store: StoreSection = StoreSection()
    web: Web = Web()
    discord: Discord = Discord()
    slack: Slack = Slack()
    ending: EndingSection = EndingSection()
    crisis: Crisis = Crisis()
    logging: Logging = Logging()
    secrets: Secrets = Field(default=Secrets(), exclude=True)

    @property
    def mode(self) -> Mode:
        """The mode everywhere, until a workspace has its own."""
        return Mode(self.ending.mode)

    @property
    def offline(self) -> bool:
        """Whether the offline model answers: no key, and no other server that might need none."""
        return not self.secrets.anthropic_api_key.get_secret_value() and (
            self.claude.base_url in ("", OWN_BASE_URL)
        )


def loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
