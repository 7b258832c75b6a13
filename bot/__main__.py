"""Where the program starts, and where errors become words: `adieu` and `python -m bot`.

The composition root is bot/root.py: kept apart from here, it is only loaded by the command that needs it.
"""

from __future__ import annotations

import os
import sys

import click

from bot.cli import adieu
from bot.errors import AdieuError, ConfigError
from bot.redact import redactor


def main() -> None:
    """Run a command. What the operator can mend is said in words (exit code 2: the configuration, else 1)."""
    try:
        adieu.main(prog_name="adieu")
    except ConfigError as error:
        _complain("The configuration cannot be used:", error.problems)
        sys.exit(2)
    except AdieuError as error:
        _complain("adieu cannot go on:", str(error).splitlines())
        sys.exit(1)


def _complain(head: str, lines: list[str]) -> None:
    secrets = (
        value
        for name, value in os.environ.items()
        if name.endswith(("_TOKEN", "_KEY", "_SECRET", "_PASSWORD"))
    )
    redact = redactor(secrets)
    click.echo("\n".join([head, *(f"  {redact(line)}" for line in lines)]), err=True)


if __name__ == "__main__":
    main()
