"""Keep every adapter hearing: one that dies is started again and never takes the others down."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping

import structlog

from bot.errors import OperatorError
from bot.ports import Adapter, Clock

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
STEADY = 60.0
"""After so many seconds of hearing, the next pause is short again."""

log = structlog.get_logger()


class Supervisor:
    """Runs `adapters`, a mapping that may still grow until `hear`. People can talk on those in `people`."""

    def __init__(self, adapters: Mapping[str, Adapter], people: Collection[str], clock: Clock) -> None:
        self._adapters = adapters
        self._people = people
        self._clock = clock
        self._down: dict[str, str] = {}
        self._given_up: set[str] = set()

    def health(self) -> dict[str, str]:
        """Why each adapter is not heard right now, "" while it is."""
        return {name: self._down.get(name) or adapter.health() for name, adapter in self._adapters.items()}

    async def hear(self) -> None:
        """Run all until cancelled; raises OperatorError once nobody can be heard without the operator."""
        hopeless: asyncio.Future[OperatorError] = asyncio.get_running_loop().create_future()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._keep(name, hopeless)) for name in self._adapters]
            error = await hopeless
            for task in tasks:
                task.cancel()
        raise error

    async def _keep(self, name: str, hopeless: asyncio.Future[OperatorError]) -> None:
        pause = FIRST_PAUSE
        while True:
            began = self._clock.monotonic()
            try:
                self._down[name] = await self._run(name)
            except OperatorError as error:
                self._down[name] = str(error)
                self._given_up.add(name)
                log.error("platform given up", platform=name, problem=str(error))  # noqa: TRY400 - no bug
                if self._given_up >= set(self._people) and not hopeless.done():
                    hopeless.set_result(error)
                return
            if self._clock.monotonic() - began >= STEADY:
                pause = FIRST_PAUSE
            await self._clock.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            del self._down[name]

    async def _run(self, name: str) -> str:
        """Hear until the adapter stops by itself, and say why it did."""
        try:
            await self._adapters[name].run()
        except OperatorError:
            raise
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            # Nobody cancelled us: something inside the adapter cancelled itself.
            log.error("platform stopped hearing", platform=name, problem="cancelled from inside")  # noqa: TRY400
            return "cancelled from inside"
        except Exception as error:
            log.exception("platform stopped hearing", platform=name)
            return f"stopped by {type(error).__name__}"
        log.error("platform stopped hearing", platform=name, problem="run() returned")
        return "stopped"
