"""`adieu doctor`: look at everything that a set-up gets wrong; one line each."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from pathlib import Path

import click

from bot import logs
from bot.cli.options import config_option, read
from bot.config import Config
from bot.doctor import Finding, Level
from bot.doctor.examine import checks, examine
from bot.errors import ConfigError
from bot.redact import redactor


@click.command("doctor")
@config_option
def command(path: Path | None) -> None:
    """Check the set-up; nothing is changed. Exit code 1 if anything would break."""
    where = str(path) if path else "the defaults and the environment"
    try:
        config = read(path)
    except ConfigError as error:
        for problem in error.problems:
            click.echo(Finding(Level.PROBLEM, "configuration", problem))
        sys.exit(1)
    logs.configure("warning", config.logging.format, secrets=config.secrets.values())
    click.echo(Finding(Level.OK, "configuration", f"{where}: nothing wrong"))
    sys.exit(asyncio.run(_examine(config)))


async def _examine(config: Config) -> int:
    redact = redactor(config.secrets.values())
    count = Counter([Level.OK])
    async for finding in examine(config, checks(config)):
        count[finding.level] += 1
        click.echo(redact(str(finding)))
    click.echo(f"\n{count[Level.OK]} ok, {count[Level.WARNING]} to look at, {count[Level.PROBLEM]} to mend")
    return 1 if count[Level.PROBLEM] else 0
