"""What people press: the buttons of cards, Stop, and putting a card away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from adapters.web.ground import Deed, Ground
from adapters.web.refused import Refused
from adapters.web.state.posts import Post
from bot.cards import MOST_WORDS as MOST
from bot.cards import Verb
from bot.ports import Desk, Press
from bot.texts import refusals

MOST_WORDS = MOST[Verb.APPEAL]


class Controls:
    """From a button to the core. What a press is about is read from what was kept, never from the page."""

    def __init__(self, ground: Ground, desk: Desk) -> None:
        self._ground = ground
        self._board = ground.board
        self._desk = desk

    async def press(self, deed: Deed, post_id: str, verb: str) -> dict[str, Any]:
        """Use a control of a card, or stop a reply."""
        thread = await self._ground.ref(deed)
        running = self._board.running.get(post_id)
        if verb == Verb.STOP:
            if running is None:
                return {"go": ""}  # it has just finished: there is nothing left to stop
            press = Press(
                deed.nonce, Verb.STOP, running.conversation, running.key, deed.person, thread, post_id
            )
            said = await self._desk.press(press)
            return await self._ground.answer(deed, replace(said, text="") if said.done else said)
        post = await self._ground.post(deed, post_id)
        card = post.card if post else None
        if post is None or card is None or post.used or verb not in {b.verb for b in card.buttons}:
            raise Refused(409, refusals.already_done)
        press = Press(deed.nonce, Verb(verb), card.conversation, card.nonce, deed.person, thread, post_id)
        said = await self._desk.press(press)
        now = await self._ground.post(deed, post_id)
        if now and now.card == card:
            # The core has put nothing in its place: what was pressed is put away here, or used up.
            if verb == Verb.DISMISS and said.done:
                await self._hide(deed, post, hidden=True)
            elif said.done:
                await self._board.edit(deed.place, post_id, lambda it: replace(it, used=True))
        elif said.done:
            said = replace(said, text="")  # the card itself says by now what came of it
        return await self._ground.answer(deed, said)

    async def words(self, deed: Deed, post_id: str, verb: str, text: str) -> dict[str, Any]:
        """What somebody wrote into the form of a card's control (E35)."""
        post = await self._ground.post(deed, post_id)
        card = post.card if post else None
        if card is None or verb not in {b.verb for b in card.buttons}:
            raise Refused(409, refusals.already_done)
        if len(text) > MOST_WORDS:
            raise Refused(413, refusals.too_long, length=len(text), most=MOST_WORDS)
        match verb:
            case Verb.WRONG:
                said = await self._desk.feedback(
                    card.conversation, deed.person, text, wrong=True, id=deed.nonce
                )
            case Verb.APPEAL if not text.strip():
                raise Refused(422, refusals.appeal_needs_words)
            case Verb.APPEAL:
                said = await self._desk.appeal(card.conversation, deed.person, text, id=deed.nonce)
            case _:
                raise Refused(422, "This button takes no words.")
        if not said.done:
            raise Refused(409, said.text)  # the form stays open, with the words in it
        return await self._ground.answer(deed, said)

    async def put_away(self, deed: Deed, post_id: str, *, hidden: bool) -> dict[str, Any]:
        """Hide a card from this person or show it again; what was told to them alone is removed."""
        post = await self._ground.post(deed, post_id)
        if post and post.to:
            await self._board.posts.remove(post)
            self._board.hide(post)
        elif post:
            await self._hide(deed, post, hidden=hidden)
        return {}

    async def _hide(self, deed: Deed, post: Post, *, hidden: bool) -> None:
        def change(now: Post) -> Post:
            others = tuple(who for who in now.hidden if who != deed.person.id)
            return replace(now, hidden=(*others, deed.person.id) if hidden else others)

        await self._board.edit(deed.place, post.id, change)
