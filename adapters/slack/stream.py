"""A reply on its way: first words at once, more within the limits, then the complete text, confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Self

import structlog

from adapters.slack.failures import Refused, Unanswered, translated
from adapters.slack.inert import inert, known
from adapters.slack.messages import Messages
from adapters.slack.pacing import gap
from adapters.slack.sessions import Sessions, Status
from adapters.slack.split import split
from bot.ports import Clock, Shelf
from bot.types import Conversation

log = structlog.get_logger(__name__)

SPACE = "slack.replies"
"""Replies that have been begun: whatever posted without being noted is looked for when one is begun again."""
_AGAIN, _LONGEST = 0.3, 20.0
_PATIENCE = 3.0

Background = Callable[[Coroutine[Any, Any, Any]], object]


class Reply:
    """A ReplyStream. One task brings out the newest text; nothing is done per token, nothing kept at rest."""

    def __init__(
        self,
        conversation: Conversation,
        key: str,
        messages: Messages,
        *,
        sessions: Sessions,
        shelf: Shelf,
        clock: Clock,
        background: Background,
    ) -> None:
        self._here = conversation
        self._mark = f"{conversation.id}/{key}"
        self._messages = messages
        self._sessions = sessions
        self._shelf = shelf
        self._clock = clock
        self._background = background
        self._text = ""
        self._wake = asyncio.Event()
        self._ready: asyncio.Task[None] | None = None
        self._status: asyncio.Task[bool] | None = None
        self._worker: asyncio.Task[None] | None = None
        self._round: asyncio.Task[None] | None = None
        self._failure: BaseException | None = None
        self._finished = False

    async def __aenter__(self) -> Self:
        here = self._here
        self._ready = asyncio.create_task(self._prepare())
        self._status = asyncio.create_task(
            self._sessions.set(
                here.thread, Status.PROCESSING, title=here.title, person=here.starter.id, patient=False
            )
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        tasks = [task for task in (self._worker, self._round, self._ready, self._status) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def show(self, text: str) -> None:
        """Take the whole text so far; the worker brings out the newest when it is time."""
        self._text = text
        if self._finished or not text:
            return
        if self._worker is None:
            self._worker = asyncio.create_task(self._work())
        self._wake.set()

    async def finish(self, text: str | None) -> tuple[str, ...]:
        """See that the complete text stands there, without a sign of work."""
        if not self._finished:
            await self._calm()
            with translated():
                if self._failure:
                    raise self._failure
                if text is None:
                    await self._messages.still()
                else:
                    await self._begun()
                    await self._bring(text, done=True)
            self._finished = True
            await self._rest()
            await self._shelf.remove(SPACE, self._mark)
        return self._messages.ids

    async def _prepare(self) -> None:
        """Note that this reply begins; where it had begun before, look for what is already there."""
        if await self._shelf.get(SPACE, self._mark) is not None:
            await self._messages.recover()
        else:
            await self._shelf.put(SPACE, self._mark, {})

    async def _begun(self) -> None:
        """Before the first post: what an earlier attempt left is known, and how work is shown here."""
        assert self._ready is not None
        assert self._status is not None
        await asyncio.wait({self._ready, self._status})
        if self._ready.done() and not self._ready.cancelled():
            self._ready.result()

    async def _calm(self) -> None:
        """Stop pacing; a request that is under way must land first, or two would overtake each other."""
        if self._worker:
            self._worker.cancel()
        if self._round and not self._round.done():
            await asyncio.wait({self._round})
            self._after(self._round)

    async def _rest(self) -> None:
        """Take the session off `processing`; a platform that is slow to do so keeps nobody waiting."""
        if self._messages.rested:
            return
        if self._status and not self._status.done():
            self._status.cancel()
        resting = asyncio.create_task(self._sessions.set(self._here.thread, Status.ACTIVE))
        patience = asyncio.ensure_future(self._clock.sleep(_PATIENCE))
        try:
            await asyncio.wait({resting, patience}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            patience.cancel()
            if not resting.done():
                self._background(_wait_for(resting))

    async def _work(self) -> None:
        """Bring out the newest text, again and again, until `finish`."""
        try:
            await self._begun()
        except (Refused, Unanswered) as error:
            self._failure = error
        while self._failure is None:
            await self._wake.wait()
            self._wake.clear()
            if self._messages.parts:
                wait = gap(self._messages.rounds - 1, native=self._messages.native())
                wait -= self._clock.monotonic() - self._messages.last
                if wait > 0:
                    await self._clock.sleep(wait)
            self._round = asyncio.create_task(self._bring(self._text, done=False))
            await asyncio.wait({self._round})
            pause = self._after(self._round)
            if pause:
                await self._clock.sleep(pause)
                self._wake.set()

    def _after(self, done: asyncio.Task[None]) -> float:
        """Seconds until a round without an answer is tried again; a clear no waits for `finish`."""
        error = None if done.cancelled() else done.exception()
        if isinstance(error, Unanswered):
            log.info("reply not shown yet", thread=self._here.thread.key, error=str(error))
            return min(max(error.after, _AGAIN), _LONGEST)
        self._failure = error
        return 0.0

    async def _bring(self, text: str, *, done: bool) -> None:
        """Make the messages on the platform what `text` wants; earlier parts first."""
        wanted = split(inert(text) if done or not self._messages.native() else known(text))
        for index, content in enumerate(wanted):
            last = index == len(wanted) - 1
            await self._messages.put(index, content, whole=done or not last, last=last, patient=done)
        if done:
            await self._messages.shorten(len(wanted))


async def _wait_for(task: asyncio.Task[bool]) -> None:
    await task
