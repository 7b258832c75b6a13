"""Ask every check, one after the other, and let none of them spoil the rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from importlib.metadata import entry_points

import structlog

from bot import platforms
from bot.config import Config
from bot.doctor.checks import model, reach, storage, web_port
from bot.doctor.finding import Check, Finding, Level
from bot.doctor.helplines import helplines
from bot.errors import AdieuError

GROUP = "adieu.checks"
LIMIT = 60.0
"""Seconds for one check: a server with hundreds of channels takes a while within Discord's limits."""

log = structlog.get_logger()


def checks(config: Config) -> dict[str, Check]:
    """The core's checks, and those of every platform that is switched on."""
    core: dict[str, Check] = {
        "storage": storage,
        "model": model,
        "platforms": reach,
        "web port": web_port,
        "helplines": helplines,
    }
    on = platforms.wanted(config, platforms.installed())
    return core | {point.name: point.load() for point in entry_points(group=GROUP) if point.name in on}


async def examine(config: Config, every: Mapping[str, Check]) -> AsyncIterator[Finding]:
    """Yield what the checks find; a check that fails is a finding itself."""
    for name, check in every.items():
        for finding in await _ask(name, check, config):
            yield finding


async def _ask(name: str, check: Check, config: Config) -> list[Finding]:
    findings: list[Finding] = []
    try:
        async with asyncio.timeout(LIMIT):
            async for finding in check(config):
                findings.append(finding)  # noqa: PERF401 - what was found before an error counts
    except TimeoutError:
        findings.append(Finding(Level.PROBLEM, name, f"no answer within {LIMIT:.0f} s", "Check the network."))
    except AdieuError as error:
        findings.append(Finding(Level.PROBLEM, name, str(error)))
    except Exception as error:
        log.exception("a check failed", check=name)
        findings.append(
            Finding(
                Level.PROBLEM, name, f"the check itself failed ({error!r})", "Please report this as a bug."
            )
        )
    return findings
