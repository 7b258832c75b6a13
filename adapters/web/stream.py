"""A reply on its way: shown live in coalesced updates, kept every now and then, finished in place."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import structlog

from adapters.web.board import Board
from adapters.web.state.posts import Post
from bot.ports import Placed
from bot.types import Conversation

log = structlog.get_logger()
PACE = 1 / 12
KEEP_EVERY = 1.0
# Long texts take longer to render: they are shown less often, so that they never eat the processor.
EASE = 8


class Running:
    """`ReplyStream` for the playground: one message, whose text grows."""

    def __init__(
        self, board: Board, post: Post, key: str, conversation: int, placed: Placed, *, taken_up: bool = False
    ) -> None:
        self.post = post
        self.key = key
        self.conversation = conversation
        self.finished = False
        self._board = board
        self._placed = placed
        self._taken_up = taken_up
        self._is_placed = False
        self._kept_at = 0.0
        self._keeping = asyncio.Lock()
        self._wake = asyncio.Event()

    def show(self, text: str) -> None:
        """Take the whole text so far; it is seen within a twelfth of a second."""
        if not self.finished and text != self.post.text:
            self.post = replace(self.post, text=text)
            self._wake.set()

    async def finish(self, text: str | None) -> tuple[str, ...]:
        """Keep and show the whole text, without any sign of work left on it."""
        if text is not None:
            self.post = replace(self.post, text=text)
        self.finished = True
        self._board.running.pop(self.post.id, None)
        if not self.post.text:
            self._board.hide(self.post)
            return ()
        self.post = replace(self.post, done=True)
        async with self._keeping:
            await self._board.put(self.post)
            await self._place()
        return (self.post.id,)

    async def step_below(self) -> None:
        """Go on below what has just been posted, as long as nobody has read a word above it."""
        async with self._keeping:
            if self._taken_up or self._is_placed or self.finished or self.post.text:
                return
            old = self.post
            new = await self._board.posts.renew(old.place, f"reply:{self.key}")
            self.post = replace(self.post, id=new)
            self._board.running[new] = self
            self._board.running.pop(old.id, None)
            self._board.hide(old)
            self._board.show(self.post, running=True)

    async def pump(self) -> None:
        """Show what is new, at most twelve times a second."""
        clock = self._board.clock
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self.finished:
                return
            if not self._is_placed or clock.monotonic() - self._kept_at >= KEEP_EVERY:
                await self.keep()
            began = clock.monotonic()
            if not self.finished:
                self._board.show(self.post, running=True)
            await clock.sleep(max(PACE, EASE * (clock.monotonic() - began)))

    async def keep(self) -> None:
        """Put the text so far on the shelf, so that a crash leaves something to go on with."""
        async with self._keeping:
            self._kept_at = self._board.clock.monotonic()
            await self._board.posts.put(self.post)
            await self._place()

    async def _place(self) -> None:
        if not self._is_placed:
            self._is_placed = True
            await self._placed((self.post.id,))


@asynccontextmanager
async def running(
    board: Board, conversation: Conversation, key: str, earlier: tuple[str, ...], placed: Placed
) -> AsyncIterator[Running]:
    """Begin a reply, or take up the one that is there. A typing sign is seen at once."""
    place = conversation.thread.thread
    await board.threads.need(place)
    own = earlier[0] if earlier else await board.posts.claim(place, f"reply:{key}")
    kept = await board.posts.get(place, own)
    post = kept or Post(own, place, author="", at=board.now())
    post = replace(post, done=False)
    reply = Running(board, post, key, conversation.id, placed, taken_up=kept is not None)
    board.running[own] = reply
    board.show(reply.post, running=True)
    pump = asyncio.create_task(reply.pump(), name=f"web reply {own}")
    try:
        yield reply
    finally:
        pump.cancel()
        for failure in await asyncio.gather(pump, return_exceptions=True):
            if isinstance(failure, Exception):
                log.warning("a reply could not be shown live", error=str(failure))
        await _leave(board, reply, kept)


async def below(board: Board, place: str) -> None:
    """A card has been posted: a reply that has no word yet is read after it."""
    for reply in [one for one in board.running.values() if one.post.place == place]:
        await reply.step_below()


async def _leave(board: Board, reply: Running, kept: Post | None) -> None:
    """Without `finish` the message stays as people saw it, only without the signs of work."""
    board.running.pop(reply.post.id, None)
    if reply.finished:
        return
    if reply.post.text:
        await board.put(reply.post)
    elif kept is None:
        board.hide(reply.post)
