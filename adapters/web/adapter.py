"""The playground as a platform: bot.ports.Adapter on a shelf and open pages."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import replace

from adapters.web.board import Board
from adapters.web.server import Listening
from adapters.web.state.places import MODERATORS, PLATFORM, is_channel, ref
from adapters.web.state.posts import Post
from adapters.web.state.threads import Thread
from adapters.web.stream import Running, below, running
from adapters.web.talk import Talk
from bot.cards import Card, Kind
from bot.errors import ThreadGone
from bot.ports import Closed, Placed
from bot.texts import refusals
from bot.types import Conversation, Person, ThreadRef


class Playground:
    """The Adapter port. Every post has a key and every key an id, so all of it may be repeated."""

    platform = PLATFORM

    def __init__(self, board: Board, talk: Talk, listening: Listening) -> None:
        self.board = board
        self._talk = talk
        self._listening = listening

    @property
    def url(self) -> str:
        """Where the pages are."""
        return self._listening.url

    async def run(self) -> None:
        """Hand over what a crash held back, then serve until cancelled."""
        await self._talk.resume()
        await self._listening.serve(before_exit=self.board.hub.close)

    def health(self) -> str:
        return self._listening.health()

    async def open(self, conversation: Conversation, first: str, *, again: bool = False) -> ThreadRef:
        """Hang a thread on the message it began with, or on a line of its own for a fresh start."""
        del again  # opening is keyed by the conversation: it is always safe to repeat
        where = conversation.thread
        fresh = where.thread.startswith(ThreadRef.UNOPENED)
        own = where.thread
        if fresh:
            own = await self.board.posts.claim(where.channel, f"open:{conversation.id}")
        thread = await self.board.threads.get(own)
        if thread is None:
            starter = conversation.starter
            if fresh:
                text = first or f"*{refusals.started(starter)}*"
                post = Post(own, where.channel, starter.id, self.board.now(), text=text)
                # The core knows an opening message by the id of the deed that made it, a branch.
                named = where.thread.removeprefix(ThreadRef.UNOPENED)
                await self.board.put(replace(post, sign=not first, named=named))
            title = conversation.title or refusals.untitled(conversation)
            thread = Thread(own, where.channel, title, starter.id, own, self.board.now(), conversation.id)
            await self.board.threads.put(thread)
        await self.board.show_thread(thread)
        return thread.ref

    def reply(
        self,
        conversation: Conversation,
        key: str,
        earlier: tuple[str, ...],
        placed: Placed,
        *,
        again: bool = False,
    ) -> AbstractAsyncContextManager[Running]:
        del again  # the key finds an earlier self in any case
        return running(self.board, conversation, key, earlier, placed)

    async def post(
        self, thread: ThreadRef, card: Card, *, key: str, instead: str = "", again: bool = False
    ) -> str:
        """Post a card under its key, or put it where message `instead` was."""
        del again  # the key finds an earlier self in any case
        place = thread.thread
        kept = None if is_channel(place) else await self.board.threads.need(place)
        earlier = await self.board.posts.get(place, instead) if instead else None
        if instead and earlier is None:
            raise ThreadGone(f"there is no message {instead} in {place}")
        post_id = instead or await self.board.posts.claim(place, f"card:{key}")
        earlier = earlier or await self.board.posts.get(place, post_id)
        if earlier is None or earlier.card != card:
            at = earlier.at if earlier else self.board.now()
            await self.board.put(Post(post_id, place, author="", at=at, card=card))
            if earlier is None and card.kind is Kind.WARNING:
                await below(self.board, place)
        if kept:
            # A card often comes with a change that has no call of its own: the crisis hold.
            await self.board.show_thread(kept)
        return post_id

    async def stands(self, thread: ThreadRef, message: str) -> bool:
        """Nobody can delete what the assistant has posted here."""
        return await self.board.posts.get(thread.thread, message) is not None

    async def beside(self, conversation: Conversation, card: Card, *, key: str, again: bool = False) -> str:
        """Nothing is needed beside a thread: buttons work in an ended one."""
        del conversation, card, key, again
        return ""

    async def close(self, conversation: Conversation, *, reason: str, archive: bool) -> Closed:
        """Lock the thread: the composer goes, for moderators too, and a post is refused."""
        del archive  # there is nothing to put away: ended threads stand below the others
        await self.board.lock(conversation.thread.thread, reason, locked=True)
        return Closed()

    async def reopen(self, thread: ThreadRef, *, reason: str) -> None:
        """Unlock the thread."""
        await self.board.lock(thread.thread, reason, locked=False)

    async def remind(self, thread: ThreadRef, person: Person, message_id: str, card: Card | None) -> None:
        """Show the card to the person alone; without one, mark their message as not read."""
        place = thread.thread
        await self.board.threads.need(place)
        if card is None:
            await self.board.edit(place, message_id, lambda post: replace(post, unread=True))
            return
        told = Post("", place, author="", at="", card=card)
        await self.board.tell_alone(person, place, f"remind:{message_id}", told)

    async def locale(self, workspace: str) -> str:
        """The language in which the page was opened last: it is the playground's own."""
        del workspace
        return self.board.locale

    async def tell(self, workspace: str, card: Card, *, key: str, again: bool = False) -> bool:
        """Post in #moderators, which only moderators see."""
        del workspace
        await self.post(ref(MODERATORS), card, key=key, again=again)
        return True
