"""Questions that nobody answers lose their buttons when their time is over (E10)."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

import structlog

from bot import texts
from bot.asking import Asking
from bot.parts import Parts

log = structlog.get_logger()

EVERY = 30.0
"""Seconds between two looks. A press after the time is too late, whether its button is gone or not."""


class Lapsing:
    """Looks at the record while its context is open, so that a restart in between changes nothing."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._asking = Asking(parts)
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Begin to look."""
        self._task = asyncio.create_task(self.run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop looking."""
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def run(self) -> None:
        """Look from time to time, until cancelled."""
        while True:
            try:
                await self.sweep()
            except Exception:
                log.exception("open questions not looked at, trying again")
            await self._parts.clock.sleep(EVERY)

    async def sweep(self) -> None:
        """Close every question whose time is over by now."""
        parts, now = self._parts, self._parts.clock.now()
        for conversation, asked in await parts.store.questions.over(now):
            here = await parts.store.directory.get(conversation)
            if here is None or here.thread.platform not in parts.adapters:
                continue
            if await parts.store.questions.lapse(conversation, asked, now):
                people = await parts.store.people.participants(conversation)
                reader = texts.known_name(asked.person, here, people)
                card = texts.answered(here, asked, yes=None, reader=reader)
                await self._asking.close_question(here.thread, card, asked.card)
