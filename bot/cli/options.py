"""What several commands share: where the configuration comes from."""

from __future__ import annotations

import os
from pathlib import Path

import click

from bot.config import Config, load
from bot.platforms import installed

_USUAL = Path("config.toml")


def _usual() -> Path | None:
    return _USUAL if _USUAL.exists() else None


config_option = click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path),
    envvar="ADIEU_CONFIG",
    metavar="FILE",
    default=_usual,
    help="The configuration (config.example.toml shows every key); else config.toml here, else the defaults.",
)


def read(path: Path | None) -> Config:
    """The configuration of this process: the file, and the secrets of its environment."""
    return load(path, os.environ, platforms=installed())
