"""Threads that hang on no message: private ones and forum posts. Discord knows no nonce for them."""

from __future__ import annotations

import asyncio
from typing import Any
from weakref import WeakValueDictionary

import structlog

from adapters.discord.cards import QUIET, nonce_of
from adapters.discord.failures import WORDS, Refused, Unanswered
from adapters.discord.rest import Rest
from adapters.discord.starters import PLAIN, name, quoted, started
from bot.ports import Clock
from bot.types import Conversation, ThreadRef

log = structlog.get_logger(__name__)

DAYS = 10080
"""A thread leaves the sidebar after a week of silence, in minutes."""
_PRIVATE = 12
_TRIES = 3
_LANDING = 1.0
"""A request without an answer gets so many seconds to land before its thread is looked for."""
_NOT_FOUND, _LOOK_BACK = 404, 20


class Making:
    """Makes such a thread once: a lost answer is followed by a look, and only then by another request.

    One at a time for each channel, so that a thread that looks abandoned is not somebody's on its way.
    """

    def __init__(self, rest: Rest, clock: Clock) -> None:
        self._rest = rest
        self._clock = clock
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def private(self, here: Conversation, first: str, me: str, *, again: bool) -> str:
        """A private thread with the person in it; what they wrote is shown, since nobody else can show it."""
        body = {
            "name": name(here.title),
            "type": _PRIVATE,
            "invitable": False,
            "auto_archive_duration": DAYS,
        }
        async with self._alone(here):
            thread = await self._made(here, body, first, me, again=again)
            await self._rest.request("PUT", f"/channels/{thread}/thread-members/{here.starter.id}")
        if first and not (again and await self._shown(thread, quoted(first))):
            number = here.thread.thread.removeprefix(ThreadRef.UNOPENED)
            said = {
                "content": quoted(first),
                "nonce": nonce_of(here.thread.key, number),
                "enforce_nonce": True,
                **QUIET,
            }
            try:
                await self._rest.request("POST", f"/channels/{thread}/messages", said)
            except Refused as error:
                if error.code not in WORDS:
                    raise
                log.info("words not let through", thread=thread, code=error.code)
        return thread

    async def post(
        self, here: Conversation, forum: dict[str, Any], first: str, me: str, *, again: bool
    ) -> str:
        """A forum post that says who started a chat, with a tag where one is needed."""
        body: dict[str, Any] = {
            "name": name(here.title),
            "message": {"content": started(here, first), **QUIET},
            "auto_archive_duration": DAYS,
        }
        tags = forum.get("available_tags") or []
        if int(forum.get("flags") or 0) & (1 << 4) and tags:
            body["applied_tags"] = [next((tag for tag in tags if not tag.get("moderated")), tags[0])["id"]]
        async with self._alone(here):
            return await self._made(here, body, first, me, again=again)

    async def _shown(self, thread: str, words: str) -> bool:
        found = await self._rest.get(f"/channels/{thread}/messages?limit={_LOOK_BACK}")
        return any(str(message.get("content")).strip() == words.strip() for message in found)

    def _alone(self, here: Conversation) -> asyncio.Lock:
        return self._locks.setdefault(here.thread.channel, asyncio.Lock())

    async def _made(
        self, here: Conversation, body: dict[str, Any], first: str, me: str, *, again: bool
    ) -> str:
        for attempt in range(_TRIES):
            if again and (found := await self._find(here, first, me)):
                return found
            path = f"/channels/{here.thread.channel}/threads"
            try:
                return str((await self._rest.request("POST", path, body, repeat=False))["id"])
            except Refused as error:
                plainer = _plainer(here, body)
                if error.code not in WORDS or plainer == body:
                    raise
                log.info("title or words not let through", channel=here.thread.channel, code=error.code)
                return await self._made(here, plainer, "", me, again=again)
            except Unanswered as error:
                if not error.perhaps or attempt == _TRIES - 1:
                    raise
                log.info("thread without an answer", channel=here.thread.channel, error=str(error))
            await self._clock.sleep(_LANDING * 2**attempt)
            again = True
        raise AssertionError

    async def _find(self, here: Conversation, first: str, me: str) -> str:
        """A thread that an earlier attempt has made: among the active ones, ours, by title, not older."""
        answer = await self._rest.get(f"/guilds/{here.thread.workspace}/threads/active")
        for thread in answer.get("threads", ()):
            if (
                str(thread.get("owner_id")) == me
                and str(thread.get("parent_id")) == here.thread.channel
                and thread.get("name") in {name(here.title), PLAIN}
                and int(thread["id"]) >= int(here.thread.thread.removeprefix(ThreadRef.UNOPENED))
                and await self._belongs(thread, here, first)
            ):
                return str(thread["id"])
        return ""

    async def _belongs(self, thread: dict[str, Any], here: Conversation, first: str) -> bool:
        """Whether it is this person's: titles repeat, and nobody is brought into another's private thread."""
        place = f"/channels/{thread['id']}"
        if here.private:
            wanted = f"{place}/thread-members/{here.starter.id}"
        else:
            wanted = f"{place}/messages/{thread['id']}"
        try:
            found = await self._rest.get(wanted)
        except Refused as error:
            if error.status != _NOT_FOUND:
                raise
            return here.private and int(thread.get("member_count") or 2) <= 1
        plain = str(thread.get("name")) == PLAIN
        words = {started(here, text).strip() for text in ([first, ""] if plain else [first])}
        return here.private or str(found.get("content")).strip() in words


def _plainer(here: Conversation, body: dict[str, Any]) -> dict[str, Any]:
    """The same request without anybody's own words."""
    plain = {**body, "name": PLAIN}
    if "message" in body:
        plain["message"] = {"content": started(here, ""), **QUIET}
    return plain
