"""One's own messages: edit them before they are answered, branch from them, delete them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from adapters.web.ground import Deed, Ground
from adapters.web.refused import Refused
from adapters.web.state.places import is_channel, ref
from adapters.web.state.posts import Post
from adapters.web.state.threads import Thread
from adapters.web.talk import checked
from bot import texts
from bot.cards import Kind
from bot.ports import Desk
from bot.texts import refusals
from bot.types import Message, ThreadRef


class Mine:
    """What somebody does with what they wrote. Whose it is, is read from what was kept."""

    def __init__(self, ground: Ground, desk: Desk) -> None:
        self._ground = ground
        self._board = ground.board
        self._desk = desk

    async def all(self, deed: Deed) -> list[dict[str, Any]]:
        """The messages of a thread from which this person may branch, newest first."""
        thread = await self._ground.thread(deed)
        known = await self._desk.own_messages(thread.conversation, deed.person) if thread else ()
        return [{"message": one.message_id, "text": one.text, "at": one.at.isoformat()} for one in known]

    async def one(self, deed: Deed, post_id: str) -> dict[str, Any]:
        """One message as it was written, and whether it has been taken up: then it is branched from."""
        post, thread = await self._find(deed, post_id)
        answered = await self._answered(deed, post, thread)
        if thread and thread.locked and not answered:
            raise Refused(409, refusals.message_stays)
        return {"text": post.text, "answered": answered is not None}

    async def edit(self, deed: Deed, post_id: str, text: str) -> dict[str, Any]:
        """Change a message that nobody has taken up yet."""
        post, thread = await self._find(deed, post_id)
        checked(text)
        if thread and thread.locked:
            raise Refused(409, refusals.message_stays)
        await self._desk.edited(_place(post, thread), *_name(post), text)
        answered = await self._answered(deed, post, thread)
        if answered and answered.text != text:
            raise Refused(409, refusals.message_answered)
        await self._board.edit(post.place, post.id, lambda it: replace(it, text=text, edited=True))
        return {}

    async def branch(self, deed: Deed, message: str, text: str) -> dict[str, Any]:
        """Go on from a message in a thread of its own; this one stays as it is (E34)."""
        thread = await self._ground.thread(deed)
        if thread is None:
            raise Refused(404, refusals.only_in_a_thread)
        checked(text)
        known = await self._desk.own_messages(thread.conversation, deed.person, message_id=message)
        if not known:
            raise Refused(409, texts.branch_not_yours)
        said = await self._desk.branch(thread.conversation, deed.person, known[0].number, text, id=deed.nonce)
        if not said.go_to:
            raise Refused(409, said.text)
        return await self._ground.answer(deed, said)

    async def delete(self, deed: Deed, post_id: str) -> dict[str, Any]:
        """Forget what a message said: in the core first, then here, where "deleted" is left."""
        post, thread = await self._find(deed, post_id)
        await self._desk.deleted(_place(post, thread), *_name(post))
        await self._board.posts.taken(post.id)
        await self._board.edit(post.place, post.id, lambda it: replace(it, text="", deleted=True))
        if thread and thread.origin == post.id:
            await self._forget_title(deed, thread, branch=bool(post.named))
        return {}

    async def _forget_title(self, deed: Deed, thread: Thread, *, branch: bool) -> None:
        """A title is made of the opening message, and so is the card that opens a branch."""
        title = refusals.deleted_message(deed.person)
        await self._board.show_thread(await self._board.threads.rename(thread.id, title))
        for post in await self._board.posts.all(thread.id) if branch else ():
            if post.card and post.card.kind is Kind.WELCOME:
                await self._board.put(replace(post, card=replace(post.card, text="")))

    async def _find(self, deed: Deed, post_id: str) -> tuple[Post, Thread | None]:
        post = await self._ground.post(deed, post_id)
        if post is None or not post.message or post.author != deed.person.id:
            raise Refused(404, refusals.not_your_message)
        return post, await self._board.threads.get(post.id if is_channel(post.place) else post.place)

    async def _answered(self, deed: Deed, post: Post, thread: Thread | None) -> Message | None:
        if thread is None:
            return None
        known = await self._desk.own_messages(thread.conversation, deed.person, message_id=post.message)
        return known[0] if known else None


def _place(post: Post, thread: Thread | None) -> ThreadRef:
    """The thread of a message; it may not exist yet, but its id is known."""
    return thread.ref if thread else ref(post.place, post.id)


def _name(post: Post) -> tuple[str, str]:
    """What the core knows the message by: where it stands, and its id. A branch's message stands nowhere."""
    return ("", post.named) if post.named else (post.place, post.id)
