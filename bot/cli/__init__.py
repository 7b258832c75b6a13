"""The command line: `adieu COMMAND`, one small file a command, loaded when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import cast

import click

COMMANDS = ("doctor", "invite", "mode", "run", "slack")


class Commands(click.Group):
    """Finds a command in the module of its name, so that asking for help loads no machinery."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All of them, in the order of the alphabet."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command called `cmd_name`, if there is one."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        return cast("click.Command", import_module(f"bot.cli.{cmd_name}").command)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="adieu")
def adieu() -> None:
    """Run an assistant for Discord and Slack that can end a conversation."""
