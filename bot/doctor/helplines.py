"""The doctor's look at the helplines; started by itself (`make check`) it only warns."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from datetime import date

from bot.clock import SystemClock
from bot.config import Config
from bot.crisis.helplines import FRESH, Helplines, load
from bot.doctor.finding import Finding, Level
from bot.errors import OperatorError

_WHAT = "helplines"
_REMEDY = "Look each up at its source, then change its date; or set [crisis] helplines to a file of your own."


async def helplines(config: Config) -> AsyncIterator[Finding]:
    """Whether every helpline that may be shown was checked within the last 180 days."""
    today = SystemClock().now().date()
    try:
        yield finding(load(config.crisis.helplines), today)
    except OperatorError as error:
        yield Finding(Level.PROBLEM, _WHAT, str(error))


def finding(lines: Helplines, today: date) -> Finding:
    """What there is to say on a day."""
    if late := overdue(lines, today):
        return Finding(Level.PROBLEM, _WHAT, late, _REMEDY)
    return Finding(Level.OK, _WHAT, f"{len(lines.entries)} entries, all checked within {FRESH.days} days")


def overdue(lines: Helplines, today: date) -> str:
    """The entries that nobody has checked for too long, "" where there are none."""
    names = [
        f"{line.country or 'everywhere'}: {line.name} ({line.verified})" for line in lines.overdue(today)
    ]
    return f"not checked for more than {FRESH.days} days: {', '.join(names)}" if names else ""


if __name__ == "__main__":
    if problem := overdue(load(), SystemClock().now().date()):
        sys.stderr.write(f"warning: helplines {problem}. {_REMEDY}\n")
