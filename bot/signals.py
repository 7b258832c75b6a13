"""Stop when asked: the first signal lets work finish, a second one ends the process at once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

import structlog

SIGNALS = (signal.SIGTERM, signal.SIGINT)

log = structlog.get_logger()


async def until_stopped(work: Coroutine[Any, Any, None], *, within: float) -> None:
    """Run `work` to its end, or until SIGTERM or SIGINT cancels it.

    Cancelled work has `within` seconds for its farewell; what hangs then is cancelled again.
    """
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(work)
    stopped = False

    def stop(name: str) -> None:
        nonlocal stopped
        stopped = True
        for number in SIGNALS:
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL)
        log.info("stopping", signal=name, seconds=within)
        task.cancel()
        loop.call_later(within, task.cancel)

    for number in SIGNALS:
        loop.add_signal_handler(number, stop, number.name)
    try:
        await task
    except asyncio.CancelledError:
        if not stopped:
            raise
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)
    if stopped:
        log.info("stopped")
