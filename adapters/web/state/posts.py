"""Posts as the playground keeps them: messages, replies, cards, and what one person alone was told."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from adapters.web.state.ids import Ids
from bot.cards import Button, Card, Kind, Look, Verb
from bot.ports import Shelf

POSTS = "web.post"
KEYS = "web.key"
WAITING = "web.waiting"


@dataclass(frozen=True, slots=True)
class Post:
    """One thing to see in a place. `author` is a person's id, "" for the assistant.

    `to` names the only person who sees it, `hidden` those who put it away, `used` that its controls have
    done their work, `unread` that the assistant did not read it because the thread had ended,
    `whisper` that it is a line above the composer, until the person goes on, `sign` that it only stands
    for something done. `named` is the core's id of a message where that is not its own, `locale` its
    author's.
    """

    id: str
    place: str
    author: str
    at: str
    text: str = ""
    card: Card | None = None
    to: str = ""
    done: bool = True
    used: bool = False
    unread: bool = False
    whisper: bool = False
    hidden: tuple[str, ...] = ()
    sign: bool = False
    named: str = ""
    edited: bool = False
    deleted: bool = False
    locale: str = ""

    @property
    def message(self) -> str:
        """The core's id of what a person wrote here, "" where this is no message, or none any more."""
        return "" if not self.author or self.sign or self.deleted else self.named or self.id


def parse(value: Mapping[str, Any]) -> Post:
    """Read a post as it was kept."""
    card = value["card"]
    return Post(**{**value, "card": _card(card) if card else None, "hidden": tuple(value["hidden"])})


def _card(value: Mapping[str, Any]) -> Card:
    buttons = tuple(
        Button(b["label"], Verb(b["verb"]) if b["verb"] else None, b["url"], Look(b["look"]))
        for b in value["buttons"]
    )
    return Card(**{**value, "kind": Kind(value["kind"]), "buttons": buttons})


class Posts:
    """The shelf of posts, by place and id. A key gives a post the same id however often it is made."""

    def __init__(self, shelf: Shelf, ids: Ids) -> None:
        self._shelf = shelf
        self._ids = ids
        self._turnstile = asyncio.Lock()

    async def claim(self, place: str, key: str) -> str:
        """The id that belongs to `key`, for ever."""
        async with self._turnstile:
            return await self.claimed(place, key) or await self._new(place, key)

    async def renew(self, place: str, key: str) -> str:
        """Another id for `key`, the newest of all: for what nobody has kept under the one before."""
        async with self._turnstile:
            return await self._new(place, key)

    async def _new(self, place: str, key: str) -> str:
        new = await self._ids.new()
        await self._shelf.put(KEYS, f"{place}/{key}", {"id": new})
        return new

    async def claimed(self, place: str, key: str) -> str:
        """The id that `key` already has, "" where it has none."""
        kept = await self._shelf.get(KEYS, f"{place}/{key}")
        return str(kept["id"]) if kept else ""

    async def put(self, post: Post) -> None:
        await self._shelf.put(POSTS, f"{post.place}/{post.id}", asdict(post))

    async def get(self, place: str, id: str) -> Post | None:
        value = await self._shelf.get(POSTS, f"{place}/{id}")
        return parse(value) if value else None

    async def all(self, place: str) -> list[Post]:
        """Everything in a place, oldest first."""
        return [parse(value) for _, value in await self._shelf.all(POSTS, f"{place}/")]

    async def remove(self, post: Post) -> None:
        await self._shelf.remove(POSTS, f"{post.place}/{post.id}")

    async def wait(self, post: Post) -> None:
        """Note that the core has not taken this message yet, before anybody can see it."""
        await self._shelf.put(WAITING, post.id, {"place": post.place})

    async def taken(self, id: str) -> None:
        """The core has it."""
        await self._shelf.remove(WAITING, id)

    async def waiting(self) -> list[Post]:
        """Messages that a crash kept from the core, oldest first."""
        found = []
        for own, value in await self._shelf.all(WAITING):
            post = await self.get(value["place"], own)
            if post is None:
                await self.taken(own)
            else:
                found.append(post)
        return found
