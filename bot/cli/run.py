"""`adieu run`: start the assistant and keep it running."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click
import structlog

from bot import logs
from bot.cli.greeting import greeting
from bot.cli.options import config_option, read
from bot.clock import SystemClock
from bot.config import Config
from bot.root import FAREWELL, serve
from bot.signals import until_stopped


@click.command("run")
@config_option
def command(path: Path | None) -> None:
    """Start the assistant; Ctrl-C or SIGTERM stops it."""
    config = read(path)
    logs.configure(config.logging.level, config.logging.format, secrets=config.secrets.values())

    def ready(names: tuple[str, ...]) -> None:
        _greet(config, names)

    asyncio.run(until_stopped(serve(config, SystemClock(), ready=ready), within=FAREWELL))


def _greet(config: Config, names: tuple[str, ...]) -> None:
    lines = greeting(config, names)
    if config.logging.format == "json":
        structlog.get_logger().info("ready", **lines)
        return
    click.echo("\n  adieu is ready\n")
    for what, value in lines.items():
        click.echo(f"  {what:<11} {value}")
    click.echo("\n  Ctrl-C stops it.\n")
