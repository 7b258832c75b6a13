"""What people say in the playground: messages and commands, kept before they are answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.web.commands import parse
from adapters.web.ground import Deed, Ground
from adapters.web.refused import Refused
from adapters.web.state.places import PEOPLE, PLATFORM, ref
from adapters.web.state.posts import Post
from adapters.web.state.threads import Thread
from bot import texts
from bot.cards import Said
from bot.ports import Desk
from bot.texts import refusals
from bot.types import Incoming

LONGEST = 4_000


class Talk:
    """From the composer to the core."""

    def __init__(self, ground: Ground, desk: Desk) -> None:
        self._ground = ground
        self._board = ground.board
        self._desk = desk

    async def resume(self) -> None:
        """Hand over messages that were kept, but that a crash kept from the core."""
        for post in await self._board.posts.waiting():
            await self._hand_over(post, await self._board.threads.get(post.place))

    async def say(self, deed: Deed, text: str, reply_to: str = "") -> dict[str, Any]:
        """Write in a channel or a thread; a command is carried out instead."""
        checked(text)
        thread = await self._ground.thread(deed)
        command, rest = parse(text)
        if command:
            return await self._command(deed, thread, command, rest)
        if thread and thread.locked:
            raise Refused(409, refusals.ended_nothing_sent)
        post_id = await self._board.posts.claim(deed.place, f"say:{deed.person.id}:{deed.nonce}")
        post = await self._board.posts.get(deed.place, post_id)
        if post is not None and post.deleted:
            return {"id": post_id}
        if post is None:
            who = deed.person
            post = Post(post_id, deed.place, who.id, self._board.now(), text=text, locale=who.locale)
            await self._board.posts.wait(post)
            await self._board.put(post)
        answered = await self._ground.post(deed, reply_to)
        await self._hand_over(post, thread, reply=answered is not None and not answered.author)
        return {"id": post_id}

    async def _hand_over(self, post: Post, thread: Thread | None, *, reply: bool = False) -> None:
        mentioned = f"@{self._board.assistant}".casefold() in post.text.casefold()
        incoming = Incoming(
            thread=thread.ref if thread else ref(post.place, post.id),
            place=post.place,
            message_id=post.id,
            author=replace(PEOPLE[post.author], locale=post.locale),
            text=post.text,
            at=datetime.fromisoformat(post.at),
            addressed=thread is None or mentioned or reply,
            opens=thread is None,
        )
        await self._desk.receive(incoming)
        await self._board.posts.taken(post.id)

    async def _command(self, deed: Deed, thread: Thread | None, command: str, rest: str) -> dict[str, Any]:
        match command:
            case "help":
                here = await self._desk.find(thread.ref) if thread else None
                held = here is not None and here.held(self._board.clock.now())
                return await self._ground.answer(
                    deed, Said(texts.help_text(PLATFORM, deed.person, held=held))
                )
            case "privacy":
                return await self._ground.answer(deed, Said(texts.privacy_text(PLATFORM, deed.person)))
            case "end":
                said = Said(texts.nothing_to_end(deed.person))
                if thread:
                    said = await self._ask_to_end(deed, thread)
                return await self._ground.answer(deed, said)
            case _:
                answer = await self.begin(deed)
                if rest and answer["go"]:
                    await self.say(Deed(deed.person, answer["go"], deed.nonce), rest)
                return answer

    async def _ask_to_end(self, deed: Deed, thread: Thread) -> Said:
        said = await self._desk.ask_to_end(thread.ref, deed.person, id=deed.nonce)
        known = await self._desk.participants(thread.conversation)
        asked = any(one.person.id == deed.person.id and one.confirming for one in known)
        # The question itself stands right there, in the thread: no line need say so.
        return Said("") if asked and said.card is None else said

    async def begin(self, deed: Deed) -> dict[str, Any]:
        """Start a new chat in the channel of this place."""
        said = await self._desk.begin(await self._ground.ref(deed), deed.person, id=deed.nonce)
        return await self._ground.answer(deed, said)


def checked(text: str) -> None:
    """Raise Refused for a message that is empty or too long."""
    if not text.strip():
        raise Refused(422, refusals.empty_message)
    if len(text) > LONGEST:
        raise Refused(413, refusals.too_long, length=len(text), most=LONGEST)
