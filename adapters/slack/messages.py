"""The messages of one reply on Slack: what each shows, and the requests that change it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from adapters.slack.cards import STILL, markdown, notification, stop_button, without_controls
from adapters.slack.failures import Refused, Unanswered
from adapters.slack.native import Native, Part
from adapters.slack.posts import Place, Posts, key_of, named
from adapters.slack.sessions import Sessions
from adapters.slack.streams import Streams
from adapters.slack.tokens import Us
from bot.ports import Clock, Placed
from bot.types import Conversation

log = structlog.get_logger(__name__)

_LANDING = 1.0


class Messages:
    """The parts of a reply, in reading order. Raises `Refused` and `Unanswered`."""

    def __init__(
        self,
        conversation: Conversation,
        key: str,
        earlier: tuple[str, ...],
        placed: Placed,
        *,
        posts: Posts,
        sessions: Sessions,
        streams: Streams,
        clock: Clock,
        us: Callable[[str], Awaitable[Us]],
    ) -> None:
        thread = conversation.thread
        self.place: Place = (thread.workspace, thread.channel, thread.thread)
        self.parts = [Part(ts) for ts in earlier]
        self.rounds = 0
        self.last = float("-inf")
        self._native = Native(self.place, conversation.starter.id, posts.calls, sessions, streams)
        self._here = conversation
        self._key = key
        self._placed = placed
        self._posts = posts
        self._calls = posts.calls
        self._sessions = sessions
        self._clock = clock
        self._us = us

    @property
    def ids(self) -> tuple[str, ...]:
        """The messages' ids."""
        return tuple(part.ts for part in self.parts)

    @property
    def direct(self) -> bool:
        """Whether one person reads along."""
        return self.place[1].startswith("D")

    @property
    def rested(self) -> bool:
        """Whether ending the last stream has also taken the session off `processing`."""
        return self._native.rested

    def native(self) -> bool:
        """Whether text goes out in a native stream, if all goes well."""
        return self._native.possible if not self.parts else bool(self.parts[-1].live)

    async def recover(self) -> None:
        """Take up what an earlier attempt has posted without having been able to note it."""
        us = (await self._us(self.place[0])).user
        found = [
            str(message["ts"])
            async for message in self._posts.messages(self.place)
            if str(message["ts"]) not in self.ids
            and (key_of(message).startswith(f"{self._key}/") or self._orphan(message, us))
        ]
        if found:
            self.parts += [Part(ts) for ts in found]
            await self._placed(self.ids)

    async def put(self, index: int, content: str, *, whole: bool, last: bool, patient: bool) -> None:
        """See that message `index` shows `content`; `whole` says that nothing more will come into it."""
        if index >= len(self.parts):
            await self._begin(index, content, whole=whole, patient=patient)
        part = self.parts[index]
        if part.live is None:
            await self._native.end(part, self._name(part))
        if part.live:
            before = part.shown
            flowing = await self._native.grow(
                part, content, self._name(part), whole=whole, last=whole and last, patient=patient
            )
            if flowing:
                if before != part.shown:
                    self._moved()
                return
        if not part.live:
            await self._edit(index, content, whole=whole, patient=patient)

    async def still(self) -> None:
        """Take the sign of work away and leave the text as it is."""
        for index, part in enumerate(self.parts):
            if part.live:
                await self._native.end(part, self._name(part))
                continue
            if part.shown is not None:
                await self._edit(index, part.shown, whole=True, patient=True)
                continue
            await self._native.end(part, self._name(part))
            message = await self._posts.read(self.place, part.ts)
            blocks = (message or {}).get("blocks") or []
            left = without_controls(blocks)
            if message and left and left != blocks:
                await self._update(part, {"text": message.get("text") or "…", "blocks": left}, patient=True)

    async def shorten(self, length: int) -> None:
        """Delete the messages of a reply that became shorter when it was begun anew."""
        while len(self.parts) > length:
            part = self.parts[-1]
            try:
                await self._calls.ask(self.place[0], "chat.delete", channel=self.place[1], ts=part.ts)
            except Refused as error:
                log.info("message not deleted", ts=part.ts, error=error.error)
            self.parts.pop()

    async def _begin(self, index: int, content: str, *, whole: bool, patient: bool) -> None:
        part = await self._start(content)
        if part is None:
            stop = self._wants_stop(whole=whole)
            key = f"{self._key}/{index}"
            fresh = (self.place, key) not in self._posts.known
            ts = await self._posts.put(self.place, key, self._body(content, stop=stop), patient=patient)
            part = Part(ts, content if fresh else None, live=False, stop=stop if fresh else None)
        self.parts.append(part)
        self._moved()
        await self._placed(self.ids)

    async def _start(self, content: str) -> Part | None:
        """Begin a native stream; one whose answer was lost is looked for, so that it is not left behind."""
        try:
            return await self._native.begin(content)
        except Unanswered:
            await self._clock.sleep(_LANDING)
            before = len(self.parts)
            await self.recover()
            return self.parts.pop() if len(self.parts) > before else None

    async def _edit(self, index: int, content: str, *, whole: bool, patient: bool) -> None:
        part = self.parts[index]
        stop = self._wants_stop(whole=whole)
        if part.shown == content and part.stop is stop:
            return
        try:
            await self._update(part, self._body(content, stop=stop), patient=patient)
        except Refused as error:
            if error.error != "message_not_found":
                raise
            key = f"{self._key}/{index}/{part.ts}"
            part.ts = await self._posts.put(self.place, key, self._body(content, stop=stop), patient=patient)
            await self._placed(self.ids)
        part.shown, part.stop = content, stop
        self._moved()

    async def _update(self, part: Part, body: Mapping[str, Any], *, patient: bool) -> None:
        await self._calls.ask(
            self.place[0],
            "chat.update",
            patient=patient,
            channel=self.place[1],
            ts=part.ts,
            metadata=named(self._name(part)),
            **STILL,
            **body,
        )

    def _name(self, part: Part) -> str:
        return f"{self._key}/{self.parts.index(part) if part in self.parts else len(self.parts)}"

    def _wants_stop(self, *, whole: bool) -> bool:
        return not whole and not self._sessions.stoppable(self.place[0])

    def _body(self, content: str, *, stop: bool) -> dict[str, Any]:
        blocks = [markdown(content)] + ([stop_button(self._here)] if stop else [])
        return {"text": notification(content), "blocks": blocks}

    def _orphan(self, message: Mapping[str, Any], us: str) -> bool:
        """Whether a message is a stream of ours that never told us its id: everything else carries a key."""
        return (
            self.direct and message.get("user") == us and not key_of(message) and not message.get("subtype")
        )

    def _moved(self) -> None:
        self.rounds += 1
        self.last = self._clock.monotonic()
