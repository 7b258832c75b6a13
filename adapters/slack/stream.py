"""A reply on its way: first words at once, more within the limits, then the complete text, confirmed."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, Self

import structlog

from adapters.slack.failures import Refused, Unanswered, plain, translated
from adapters.slack.inert import inert, known
from adapters.slack.messages import Messages
from adapters.slack.pacing import gap
from adapters.slack.sessions import Sessions, Status
from adapters.slack.split import split
from bot.ports import Clock, Shelf
from bot.types import Conversation, State

log = structlog.get_logger(__name__)

SPACE = "slack.replies"
"""Replies that have been begun: whatever posted without being noted is looked for when one is begun again."""
_AGAIN, _LONGEST = 0.3, 20.0
_PATIENCE = 3.0


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
        again: bool,
    ) -> None:
        self._here = conversation
        self._mark = f"{conversation.id}/{key}"
        self._messages = messages
        self._sessions = sessions
        self._shelf = shelf
        self._clock = clock
        self._again = again
        self._text = ""
        self._wake = asyncio.Event()
        self._ready: asyncio.Task[None] | None = None
        self._status: asyncio.Future[bool] | None = None
        self._worker: asyncio.Task[None] | None = None
        self._round: asyncio.Task[None] | None = None
        self._failure: BaseException | None = None
        self._finished = False

    async def __aenter__(self) -> Self:
        here = self._here
        self._ready = asyncio.create_task(self._prepare())
        self._status = self._sessions.wish(
            here.thread, Status.PROCESSING, title=here.title, person=here.starter.id
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        tasks = [task for task in (self._worker, self._round, self._ready) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if kind is None and not (self._finished or self._worker or self._messages.ids):
            # There was nothing to say: a question follows, or another attempt.
            await self._rest(0.0)
            await self._shelf.remove(SPACE, self._mark)

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
                failure, self._failure = self._failure, None
                if failure is not None and not (isinstance(failure, Refused) and plain(failure)):
                    raise failure  # else the whole text may be taken where half of it was not
                if text is None:
                    await self._messages.still()
                else:
                    await self._begun()
                    await self._bring(text, done=True)
            self._finished = True
            await self._rest(_PATIENCE)
            await self._shelf.remove(SPACE, self._mark)
        return self._messages.ids

    async def _prepare(self) -> None:
        """Note that this reply begins; where it had begun before, look for what is already there."""
        if await self._shelf.get(SPACE, self._mark) is not None:
            self._again = True
            await self._messages.recover()
        else:
            await self._shelf.put(SPACE, self._mark, {})

    async def _begun(self) -> None:
        """Before the first post: what an earlier attempt left is known, and how work is shown here."""
        assert self._ready is not None
        assert self._status is not None
        both: set[asyncio.Future[Any]] = {self._ready, self._status}
        await asyncio.wait(both)
        if self._ready.done() and not self._ready.cancelled():
            self._ready.result()

    async def _calm(self) -> None:
        """Stop pacing; a request that is under way must land first, or two would overtake each other."""
        if self._worker:
            self._worker.cancel()
        if self._round and not self._round.done():
            await asyncio.wait({self._round})
            self._after(self._round)

    async def _rest(self, patience: float) -> None:
        """Take the session off `processing`; a platform that is slow to do so keeps nobody waiting.

        An earlier attempt may have been shown at work by a process that is no more. Where the conversation is
        about to be closed, that does it.
        """
        thread = self._here.thread
        if self._messages.rested:
            self._sessions.rested(thread)
            return
        asked = self._status is not None and not self._status.done()
        shown = self._again or asked or self._sessions.working(thread)
        if not shown or self._here.state is not State.ACTIVE:
            return
        resting = self._sessions.wish(thread, Status.ACTIVE)
        if patience:
            waited = asyncio.ensure_future(self._clock.sleep(patience))
            both: set[asyncio.Future[Any]] = {resting, waited}
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            waited.cancel()

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
