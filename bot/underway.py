"""What is under way in each conversation, so that an end comes before whatever has not happened yet."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.store import Work
from bot.types import Closing, Conversation

T = TypeVar("T")
Found = Work | tuple[Conversation, Closing] | None
Take = Callable[[int], Awaitable[Found]]


class Stopped(Exception):
    """The running turn was interrupted on purpose; `ended`: by an end, and not by somebody's Stop."""

    def __init__(self, *, ended: bool) -> None:
        super().__init__()
        self.ended = ended


@dataclass(slots=True, eq=False)
class Attempt:
    """From before the rows are asked for work until that work is done.

    `over`: an end or a Stop came meanwhile, and what the rows had said is no longer so.
    """

    over: bool = False
    ended: bool = False
    answering: bool = False
    job: asyncio.Task[Any] | None = None


class UnderWay:
    """Turns that came with their message and wait to be taken up, and the attempt that each worker makes."""

    def __init__(self) -> None:
        self._handed: dict[int, Work] = {}
        self._attempts: dict[int, Attempt] = {}

    def hand_over(self, work: Work) -> None:
        """Keep a claimed turn for its conversation's worker."""
        self._handed[work.conversation.id] = work

    async def next(self, conversation: int, take: Take) -> Found:
        """What is to be done: the turn that was handed over, else what the rows say (`take`)."""
        if (handed := self._handed.pop(conversation, None)) is not None:
            return handed
        found = await take(conversation)
        if isinstance(found, Work):
            # It is the same turn: it must not be answered again, and nobody has tried it before.
            handed = self._handed.pop(conversation, None)
            if handed is not None and handed.turn.id == found.turn.id:
                return handed
        return found

    def changed(self, message_id: str) -> None:
        """A message is being deleted: a turn that holds its text is taken from the rows instead."""
        for work in list(self._handed.values()):
            if any(message.message_id == message_id for message in work.turn.messages):
                del self._handed[work.conversation.id]

    @contextmanager
    def attempt(self, conversation: int) -> Iterator[Attempt]:
        """Begin to look for work; an end is heard from here on."""
        attempt = self._attempts[conversation] = Attempt()
        try:
            yield attempt
        finally:
            del self._attempts[conversation]

    async def run(self, conversation: int, turn: Coroutine[Any, Any, T]) -> T:
        """Run a turn as a task of its own, so that `stop` and `end` interrupt it and nothing else.

        Raises Stopped, also where they came before it could begin.
        """
        attempt = self._attempts[conversation]
        if attempt.over:
            turn.close()
            raise Stopped(ended=attempt.ended)
        job = attempt.job = asyncio.create_task(turn)
        try:
            return await asyncio.shield(job)
        except asyncio.CancelledError:
            if job.cancelled() and attempt.over:
                raise Stopped(ended=attempt.ended) from None
            job.cancel()
            await asyncio.gather(job, return_exceptions=True)
            raise
        finally:
            attempt.job, attempt.answering = None, False

    def stop(self, conversation: int) -> bool:
        """Interrupt the turn that is being answered; its visible text stays. False where there is none."""
        attempt = self._attempts.get(conversation)
        if attempt is None or attempt.over or not attempt.answering:
            return False
        attempt.over = True
        return attempt.job is None or attempt.job.cancel()

    def end(self, conversation: int) -> None:
        """The conversation has ended, or is gone: nothing that was begun before asks the model any more."""
        self._handed.pop(conversation, None)
        attempt = self._attempts.get(conversation)
        if attempt is not None:
            attempt.over = attempt.ended = True
            if attempt.job is not None:
                attempt.job.cancel()
