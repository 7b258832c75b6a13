"""What an operator wants to know first: who answers, where, and where the data is kept."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from bot.config import Config

_NAMES = {"discord": "Discord", "slack": "Slack"}
_NONE = "none (docs/discord.md and docs/slack.md say how)"


def greeting(config: Config, names: tuple[str, ...]) -> dict[str, str]:
    """One value for each thing worth a line at start."""
    platforms = [_NAMES.get(name, name) for name in names if name != "web"]
    return {
        "answers": _model(config),
        "endings": f"{config.ending.mode} (docs/ending-policy.md)",
        "platforms": ", ".join(platforms) or _NONE,
        "playground": address(config) if config.web.playground else "off ([web] playground = true)",
        "health": f"{address(config)}/healthz",
        "data": data(config.store.url),
    }


def _model(config: Config) -> str:
    if config.offline:
        return "the OFFLINE stand-in (set ANTHROPIC_API_KEY to speak with Claude)"
    return config.assistant.model + (f" at {config.claude.base_url}" if config.claude.base_url else "")


def address(config: Config) -> str:
    """The web port as one types it into a browser on this machine."""
    host = config.web.host
    if host in ("", "0.0.0.0", "::"):  # noqa: S104 - recognised here, not bound
        host = "127.0.0.1"
    port = config.web.port or "<a free port>"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def data(url: str) -> str:
    """Where conversations are kept, without the password."""
    if url.startswith("sqlite:///"):
        return str(Path(url.removeprefix("sqlite:///")).absolute())
    parts = urlsplit(url)
    return f"PostgreSQL on {parts.hostname or 'this machine'}, database {parts.path.strip('/')}"
