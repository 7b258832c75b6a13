"""A reply on its way: first words at once, edits within the budget, then the complete text, confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Self

import structlog

from adapters.discord.failures import WORDS, Refused, Unanswered, translated
from adapters.discord.lost import Lost
from adapters.discord.messages import Messages
from adapters.discord.pacing import delay
from adapters.discord.rest import Rest
from adapters.discord.split import Cursor, rest, take
from bot.ports import Clock, Placed
from bot.types import Conversation

log = structlog.get_logger(__name__)

_PATIENCE = 1.0
"""A request that hangs longer than this is overtaken by newer text."""
_TYPING_AFTER = 0.15
_TYPING_AGAIN = 8.0
_AGAIN = 0.3

Background = Callable[[Coroutine[Any, Any, None]], None]
"""Owns what must still happen after a reply is complete."""


class Reply:
    """A ReplyStream. One task brings out the newest text; nothing is done per token, nothing kept at rest."""

    def __init__(
        self,
        conversation: Conversation,
        key: str,
        earlier: tuple[str, ...],
        placed: Placed,
        *,
        rest: Rest,
        clock: Clock,
        background: Background,
        lost: Lost | None = None,
    ) -> None:
        self._messages = Messages(
            conversation,
            key,
            earlier,
            placed,
            rest=rest,
            clock=clock,
            appeared=self._stop_typing,
            lost=lost,
        )
        self._rest = rest
        self._clock = clock
        self._background = background
        self._text = ""
        self._fixed: list[str] = []
        self._cursor = Cursor()
        self._head = ""
        self._wake = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None
        self._typing: asyncio.Task[None] | None = None
        self._round: asyncio.Task[None] | None = None
        self._late: set[asyncio.Task[None]] = set()
        self._overtaken = 0
        self._failure: BaseException | None = None
        self._finished = False

    async def __aenter__(self) -> Self:
        self._typing = asyncio.create_task(self._type())
        return self

    async def __aexit__(self, *_: object) -> None:
        tasks = [task for task in (self._worker, self._typing, self._round, *self._late) if task]
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
            with translated("Send Messages in Threads"):
                failure, self._failure = self._failure, None
                if failure is not None and not _of_words(failure):
                    raise failure
                await self._complete(text)
            self._finished = True
            if self._late:
                late, self._late, self._round = self._late, set(), None
                self._background(self._mend(late, text))
        return self._messages.ids

    async def _complete(self, text: str | None) -> None:
        if text is None:
            await self._messages.still()
            return
        await self._bring(text, done=True)
        if not self._visible(text):  # a request overtaken before has landed only now
            await self._bring(text, done=True)

    async def _calm(self) -> None:
        """Stop pacing; a request that is under way may land first, but not for long."""
        self._stop_typing()
        if self._worker:
            self._worker.cancel()
        if self._round and not self._round.done():
            await self._wait(self._round)

    async def _wait(self, request: asyncio.Task[None]) -> None:
        """Wait for a round a little while; then it is late, and newer text need not wait for it."""
        patience = asyncio.ensure_future(self._clock.sleep(_PATIENCE))
        try:
            await asyncio.wait({request, patience}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            patience.cancel()
        if not request.done():
            self._overtaken += 1
            self._late.add(request)
            request.add_done_callback(self._landed)

    def _landed(self, request: asyncio.Task[None]) -> None:
        if not request.cancelled() and request.exception():
            log.debug("late request failed", error=repr(request.exception()))
        if not self._finished:
            self._late.discard(request)
            self._wake.set()

    async def _type(self) -> None:
        await self._clock.sleep(_TYPING_AFTER)
        while True:
            with suppress(Refused, Unanswered):
                await self._rest.request("POST", f"{self._messages.path}/typing", patient=False)
            await self._clock.sleep(_TYPING_AGAIN)

    def _stop_typing(self) -> None:
        if self._typing:
            self._typing.cancel()

    async def _work(self) -> None:
        """Bring out the newest text, again and again, until `finish`."""
        while self._failure is None:
            await self._wake.wait()
            self._wake.clear()
            if self._visible(self._text):
                continue
            if self._messages.parts:
                since = self._clock.monotonic() - self._messages.last
                wait = delay(self._messages.edits, since, self._messages.room())
                if wait > 0:
                    await self._clock.sleep(wait)
            self._round = asyncio.create_task(self._bring(self._text, done=False))
            await self._wait(self._round)
            if self._round.done():
                await self._after(self._round)

    async def _after(self, done: asyncio.Task[None]) -> None:
        """A round without an answer is tried again with newer text; a clear no waits for `finish`."""
        error = done.exception()
        if isinstance(error, Unanswered):
            log.info("reply not shown yet", thread=self._messages.path, error=str(error))
            await self._clock.sleep(max(error.after, _AGAIN))
            self._wake.set()
        else:
            self._failure = error

    def _visible(self, text: str) -> bool:
        wanted = self._wanted(text)
        return not wanted or wanted == self._messages.shown

    def _wanted(self, text: str) -> list[str]:
        """The messages that `text` makes. What was cut off before is not read again."""
        if not text.startswith(self._head):
            self._fixed, self._cursor = [], Cursor()
        while cut := take(text, self._cursor):
            self._fixed += [cut.shown] if cut.shown else []
            self._cursor = cut.then
        self._head = text[: self._cursor.at]
        last = rest(text, self._cursor)
        return [*self._fixed, last] if last else list(self._fixed)

    async def _bring(self, text: str, *, done: bool) -> None:
        """Make the messages on the platform what `text` wants; earlier parts first."""
        overtaken = self._overtaken
        wanted = self._wanted(text)
        for index, content in enumerate(wanted):
            stop = not done and index == len(wanted) - 1
            await self._messages.put(index, content, stop=stop, patient=done)
            if overtaken != self._overtaken:
                return
        if done:
            await self._messages.shorten(len(wanted))

    async def _mend(self, late: set[asyncio.Task[None]], text: str | None) -> None:
        """A request overtaken by the complete text may still land after it: wait, and put it right."""
        for outcome in await asyncio.gather(*late, return_exceptions=True):
            if isinstance(outcome, BaseException):
                self._messages.doubt()  # perhaps it had its effect, and nobody told us
        with suppress(Refused, Unanswered):
            await self._complete(text)


def _of_words(failure: BaseException) -> bool:
    """Whether it was the words that were not let through: half a sentence's are not the whole one's."""
    return isinstance(failure, Refused) and failure.code in WORDS
