"""Ask the crisis detector once, and do what its answer needs as often as it takes (E14, E15)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.errors import PlatformError
from bot.parts import Parts, give_way
from bot.store import Work
from bot.types import Risk

log = structlog.get_logger()

HOLD = timedelta(hours=24)
SECONDS = 8
"""How long the detector may take; then its answer is "unknown" (E15)."""
CONTEXT = 3
"""How many earlier exchanges it sees beside the new messages."""
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0


async def read(parts: Parts, work: Work) -> Risk:
    """What the detector says of the messages; UNKNOWN for any failure, and nothing is asked of no words."""
    messages = tuple(each for each in work.turn.messages if not each.deleted and each.text.strip())
    if not messages:
        return Risk.NONE
    await give_way()
    try:
        async with asyncio.timeout(SECONDS):
            return await parts.detector.read(messages, work.history[-CONTEXT:])
    except TimeoutError:
        log.warning("crisis detector has no answer in time")
    except Exception:
        log.exception("crisis detector failed")
    return Risk.UNKNOWN


async def insist(parts: Parts, step: Callable[[], Awaitable[object]]) -> None:
    """Do a repeatable step until it is done, or the program stops: the rows keep it for the next start."""
    pause = FIRST_PAUSE
    while True:
        try:
            await step()
        except Exception as error:
            if parts.engine.closing:
                return
            known = isinstance(error, PlatformError)
            log.warning("care failed, trying again", cause=str(error), exc_info=None if known else error)
            await parts.clock.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        else:
            return
