"""What was written while nobody listened: read from Slack's history once we hear again.

Over a socket Slack keeps nothing for somebody who is away, and over HTTP not for long. Only places where
chats were in use lately are read; what was kept already is a duplicate to the desk.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import structlog

from adapters.slack.events import PLATFORM, Body, incoming
from adapters.slack.failures import Refused, Unanswered
from adapters.slack.latest import Keep
from adapters.slack.posts import Place, Posts
from adapters.slack.tokens import Tokens
from bot.ports import Clock, Desk
from bot.types import ThreadRef
from bot.words import asks_to_end

log = structlog.get_logger(__name__)

_THREADS, _CHANNELS, _ENDED = 30, 20, 15
_LEAVES = 25
"""Half of Slack's limit: so much is left to everything else."""

Hear = Callable[[str, Body], Awaitable[None]]


class CatchUp:
    """Reads history younger than `minutes`, and passes it to `hear` as if it had just come."""

    def __init__(
        self, desk: Desk, posts: Posts, tokens: Tokens, clock: Clock, *, minutes: int, hear: Hear, keep: Keep
    ) -> None:
        self._desk = desk
        self._posts = posts
        self._tokens = tokens
        self._clock = clock
        self._minutes = minutes
        self._hear = hear
        self._keep = keep
        self._wanted = False
        self._running = False

    def begin(self) -> None:
        """Catch up in the background; once more where it is under way already."""
        self._wanted = bool(self._minutes)
        if self._wanted and not self._running:
            self._running = True
            self._keep(self._work())

    async def _work(self) -> None:
        try:
            while self._wanted:
                self._wanted = False
                await self._run(self._clock.now() - timedelta(minutes=self._minutes))
        finally:
            self._running = False

    async def _run(self, since: datetime) -> None:
        """The newest chats first. A place that cannot be read is left alone, so is a silent workspace."""
        living = [here.thread for here in await self._desk.open_threads(PLATFORM) if here.opened]
        over = [here.thread for here in await self._desk.ended_threads(PLATFORM)]
        channels = dict.fromkeys((ref.workspace, ref.channel, "") for ref in (*living, *over))
        places: list[Place] = [_place(ref) for ref in living[:_THREADS]]
        places += [*list(channels)[:_CHANNELS], *(_place(ref) for ref in over[:_ENDED])]
        ended = {_place(ref) for ref in over}
        silent: set[str] = set()
        heard = 0
        for place in places:
            if place[0] in silent:
                continue
            try:
                heard += await self._read(place, since, over=place in ended)
            except Refused as error:
                log.info("history not read", channel=place[1], error=error.error)
            except Unanswered as error:
                silent.add(place[0])
                log.warning("history not read", workspace=place[0], error=str(error))
        log.info("missed messages looked for", places=len(places), messages=heard)

    async def _read(self, place: Place, since: datetime, *, over: bool) -> int:
        """Pass on what is young in a thread, or at the top level of a channel."""
        workspace, channel, _thread = place
        us = (await self._tokens.us(workspace)).user
        await self._room(place)
        every = self._posts.messages(place, since=since)
        found = [each async for each in every if float(each.get("ts") or 0) >= since.timestamp()]
        heard = 0
        for message in sorted(found, key=lambda each: float(each["ts"])):
            event = {**message, "type": "message", "channel": channel}
            if not _settled(event, found, workspace, us, over=over):
                await self._hear(workspace, event)
                heard += 1
        return heard

    async def _room(self, place: Place) -> None:
        method = self._posts.reading(place)
        while wait := self._posts.calls.wait(place[0], method, _LEAVES):
            await self._clock.sleep(wait)


def _place(ref: ThreadRef) -> Place:
    return ref.workspace, ref.channel, ref.thread


def _settled(event: Body, others: list[dict[str, Any]], workspace: str, us: str, *, over: bool) -> bool:
    """Whether nobody waits for anything: it is ours, or a wish to end the chat that is answered.

    Such a wish is not kept with the messages: that it was answered is seen from what stands after it.
    """
    heard = incoming(event, workspace, us, {})
    if heard is None:
        return True
    later = (each for each in others if float(each["ts"]) > float(event["ts"]))
    wish = heard.addressed and asks_to_end(heard.text)
    return wish and (over or any(each.get("user") == us for each in later))
