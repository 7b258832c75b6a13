"""`adieu slack manifest`: print the manifest from which Slack makes the app."""

from __future__ import annotations

import json
from importlib.metadata import entry_points
from pathlib import Path
from urllib.parse import urlsplit

import click

from bot.cli.options import config_option, read
from bot.errors import OperatorError

GROUP = "adieu.manifests"


@click.group("slack")
def command() -> None:
    """Set up the app on Slack."""


@command.command("manifest", short_help="Print the app's manifest.")
@config_option
@click.option(
    "--http", "url", metavar="URL", default="", help="Events over HTTP, at this address; else a socket."
)
@click.option("--name", metavar="NAME", help="What the app is called; else the configured one.")
def manifest(path: Path | None, url: str, name: str | None) -> None:
    """Print the app's manifest (JSON, as Slack's "create from a manifest" takes it)."""
    if url and (urlsplit(url).scheme != "https" or not urlsplit(url).hostname):
        raise click.BadParameter("must be an address like https://HOST", param_hint="--http")
    found = list(entry_points(group=GROUP, name="slack"))
    if not found:
        raise OperatorError("The adapter for Slack is not installed.")
    made = found[0].load()(name or (read(path).assistant.name if path else "adieu"), url)
    click.echo(json.dumps(made, indent=2, ensure_ascii=False))
