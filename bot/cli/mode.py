"""`adieu mode`: see or set what the model's two tools may do in one workspace."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.cli.options import config_option, read
from bot.config import Config
from bot.platforms import installed
from bot.store import Store, open_store
from bot.types import Mode

OPERATOR = "operator"
DEFAULT = "default"


@click.command("mode", short_help="Show or set the mode of a workspace.")
@click.argument("workspace")
@click.argument("mode", required=False, type=click.Choice([each.value for each in Mode] + [DEFAULT]))
@config_option
def command(workspace: str, mode: str | None, path: Path | None) -> None:
    """Show the mode of WORKSPACE, or set it.

    WORKSPACE is PLATFORM/ID, for instance discord/1234 with the server's id, or slack/T1234 with the
    team's. "default" means: whatever [ending] mode says. A turn that runs keeps its mode, the next one has
    the new.
    """
    platform, _, number = workspace.partition("/")
    if not (platform and number):
        raise click.BadParameter("must be PLATFORM/ID, for instance discord/1234", param_hint="WORKSPACE")
    if platform not in (known := installed()):
        there = ", ".join(name for name in known if name != "web")
        click.echo(f"Note: no platform is called {platform!r} here; there are {there}.", err=True)
    asyncio.run(_run(read(path), workspace, mode))


async def _run(config: Config, workspace: str, mode: str | None) -> None:
    async with open_store(config.store.url) as store:
        if mode is not None:
            value = "" if mode == DEFAULT else mode
            await store.directory.set(workspace, "mode", value, by=OPERATOR, now=datetime.now(UTC))
        await _show(config, store, workspace)


async def _show(config: Config, store: Store, workspace: str) -> None:
    own = await store.directory.setting(workspace, "mode")
    click.echo(f"{workspace}: {own or f'{config.mode} (default)'}")
    if own and own != Mode.OFF and config.mode is Mode.OFF:
        click.echo("[ending] mode is off, and that holds everywhere: it is off here too.")
    for at, who, what, before, after in await store.directory.changes(workspace):
        if what == "mode":
            by = f"{before or DEFAULT} -> {after or DEFAULT} by {who}"
            click.echo(f"  {at:%Y-%m-%d %H:%M} UTC  {by}")
