"""The configuration: one frozen value from a TOML file, with secrets from the environment only."""

from bot.config.load import load
from bot.config.model import (
    Assistant,
    Claude,
    Config,
    Discord,
    EndingSection,
    Logging,
    Secrets,
    Slack,
    StoreSection,
    Web,
    loopback,
)

__all__ = [
    "Assistant",
    "Claude",
    "Config",
    "Discord",
    "EndingSection",
    "Logging",
    "Secrets",
    "Slack",
    "StoreSection",
    "Web",
    "load",
    "loopback",
]
