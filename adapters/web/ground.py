"""Common ground of everything people do: who, where, and how they are told what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from adapters.web.board import Board
from adapters.web.refused import Refused
from adapters.web.state.places import CHANNELS, MODERATORS, PLATFORM, WORKSPACE, may_see, ref
from adapters.web.state.posts import Post
from adapters.web.state.threads import Thread
from bot.cards import Said
from bot.texts import refusals
from bot.types import Person, ThreadRef

BRIEF = 160


@dataclass(frozen=True, slots=True)
class Deed:
    """Somebody does something somewhere. `nonce` comes from the page: a repeated request is one deed."""

    person: Person
    place: str
    nonce: str = ""


class Ground:
    """What is there for a person, and the way to answer them."""

    def __init__(self, board: Board) -> None:
        self.board = board

    async def thread(self, deed: Deed) -> Thread | None:
        """The thread, or None for a channel in which people write; raises Refused for any other place."""
        if deed.place in CHANNELS:
            return None
        if deed.place == MODERATORS and deed.person.moderator:
            raise Refused(409, refusals.moderators_channel)
        thread = await self.board.threads.get(deed.place)
        if thread is None:
            raise Refused(404, refusals.no_thread)
        return thread

    async def ref(self, deed: Deed) -> ThreadRef:
        """The core's name for the place of a deed."""
        if deed.place == MODERATORS and deed.person.moderator:
            return ref(MODERATORS)
        thread = await self.thread(deed)
        return thread.ref if thread else ref(deed.place)

    async def post(self, deed: Deed, post_id: str) -> Post | None:
        """A post, if this person sees it."""
        seen = may_see(deed.person, deed.place)
        post = await self.board.posts.get(deed.place, post_id) if seen and post_id else None
        return post if post and post.to in {"", deed.person.id} else None

    async def answer(self, deed: Deed, said: Said) -> dict[str, Any]:
        """Take the person where they are to go, or tell them alone what came of it.

        A card or a long text stands among the messages; a sentence is a line above the composer.
        """
        go = await self._target(said.go_to)
        if not go and (said.text or said.card):
            brief = not said.card and len(said.text) <= BRIEF
            told = Post("", deed.place, author="", at="", text=said.text, card=said.card, whisper=brief)
            key = "whisper" if brief else f"said:{deed.nonce}"
            await self.board.tell_alone(deed.person, deed.place, key, told)
        return {"go": go}

    async def go_on(self, deed: Deed) -> None:
        """Take away the line above the composer: the person has read it and does something else."""
        await self.board.hush(deed.place, deed.person)

    async def _target(self, go_to: str) -> str:
        """The thread in a key (web/playground/CHANNEL/THREAD), a link or a bare id."""
        if go_to.startswith(f"{PLATFORM}/") and not go_to.startswith(f"{PLATFORM}/{WORKSPACE}/"):
            return ""
        thread = go_to.rpartition("/")[2]
        return thread if thread and await self.board.threads.get(thread) else ""
