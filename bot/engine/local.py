"""The engine inside one process: a task for each conversation that has work, and nothing for the others."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from types import TracebackType
from typing import Any, Self

import structlog

from bot.errors import PlatformError
from bot.ports import Clock

log = structlog.get_logger()

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0


class LocalEngine:
    """Runs while its context is open. Leaving it parks what still runs: the rows say what is unfinished."""

    def __init__(self, clock: Clock) -> None:
        self.closing = False
        self._clock = clock
        self._worker: Callable[[int], Awaitable[None]] | None = None
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._again: set[int] = set()
        self._jobs: set[asyncio.Task[None]] = set()

    def start(self, worker: Callable[[int], Awaitable[None]]) -> None:
        """Say who does the work: called with a conversation, returns when nothing is left to do."""
        self._worker = worker

    def attend(self, conversation: int) -> None:
        """See that the conversation's turn and ending are finished. Returns at once."""
        if self.closing:
            return
        if conversation in self._tasks:
            self._again.add(conversation)
            return
        task = self._tasks[conversation] = asyncio.create_task(self._attend(conversation))
        # A task that is cancelled before its first step never reaches its own `finally`.
        task.add_done_callback(lambda done: self._drop(conversation, done))

    def _drop(self, conversation: int, task: asyncio.Task[None]) -> None:
        if self._tasks.get(conversation) is task:
            del self._tasks[conversation]

    def beside(self, job: Coroutine[Any, Any, None]) -> None:
        """Own a job of this process that no turn waits for."""
        task = asyncio.create_task(job)
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)

    async def idle(self) -> None:
        """Wait until no conversation has work (for tests and for shutting down)."""
        while left := self._left():
            await asyncio.wait(left)

    def _left(self) -> list[asyncio.Task[None]]:
        return [*self._tasks.values(), *self._jobs]

    async def __aenter__(self) -> Self:
        """Nothing runs yet."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Park what is under way."""
        await self.close(grace=0)

    async def close(self, *, grace: float) -> None:
        """Begin nothing new, wait at most `grace` seconds for what is under way, and park the rest."""
        self.closing = True
        if (left := self._left()) and grace > 0:
            log.info("finishing running turns", count=len(self._tasks))
            await asyncio.wait(left, timeout=grace)
        while left := self._left():
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def _attend(self, conversation: int) -> None:
        assert self._worker is not None, "start() comes first"
        pause = FIRST_PAUSE
        try:
            while True:
                self._again.discard(conversation)
                try:
                    await self._worker(conversation)
                except Exception as error:  # noqa: BLE001 - the outermost edge: no failure may drop the promise
                    _report(conversation, error, pause)
                    if self.closing:
                        return
                    await self._clock.sleep(pause)
                    pause = min(pause * 2, LONGEST_PAUSE)
                    continue
                if conversation not in self._again or self.closing:
                    return
        finally:
            self._tasks.pop(conversation, None)


def _report(conversation: int, error: Exception, pause: float) -> None:
    causes = error.exceptions if isinstance(error, ExceptionGroup) else (error,)
    if all(isinstance(cause, PlatformError) for cause in causes):
        log.warning(
            "platform failed, trying again",
            conversation=conversation,
            cause="; ".join(str(cause) for cause in causes),
            seconds=pause,
        )
    else:
        log.error("attempt failed, trying again", conversation=conversation, seconds=pause, exc_info=error)
