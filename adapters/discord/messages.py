"""The messages of one reply on the platform: posted once, changed only where they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from adapters.discord.cards import QUIET, nonce_of, stop_row
from adapters.discord.failures import Code, Refused
from adapters.discord.lost import Lost
from adapters.discord.pacing import Room
from adapters.discord.rest import Rest
from bot.ports import Clock, Placed
from bot.texts import labels
from bot.types import Conversation


@dataclass(slots=True)
class Part:
    """One message as the platform has confirmed it; None where we do not know.

    `stamp` is the platform's time of that state: an answer that arrives late is told from a newer one by it.
    """

    id: str
    shown: str | None = None
    stop: bool | None = None
    stamp: str = ""


class Messages:
    """Makes the messages of a reply what they should be. Everything here may be repeated."""

    def __init__(
        self,
        conversation: Conversation,
        key: str,
        earlier: tuple[str, ...],
        placed: Placed,
        *,
        rest: Rest,
        clock: Clock,
        appeared: Callable[[], object],
        lost: Lost | None = None,
    ) -> None:
        self.path = f"/channels/{conversation.thread.thread}"
        self.parts = [Part(message) for message in earlier]
        self.edits = 0
        self.last = float("-inf")
        self._key = f"{conversation.thread.key}/{key}"
        self._stop = stop_row(conversation.id, labels.stop(conversation))
        self._placed = placed
        self._rest = rest
        self._clock = clock
        self._appeared = appeared
        self._conversation = conversation.id
        self._lost = lost
        """Set until it is clear that no earlier attempt has left a message that nobody noted."""

    @property
    def ids(self) -> tuple[str, ...]:
        """The messages' ids, in reading order."""
        return tuple(part.id for part in self.parts)

    @property
    def shown(self) -> list[str | None]:
        """What people see, as far as is known."""
        return [part.shown for part in self.parts]

    def room(self) -> Room:
        """What is left of the budget for edits."""
        return self._rest.room("PATCH", f"{self.path}/messages/0")

    async def put(self, index: int, content: str, *, stop: bool, patient: bool) -> None:
        """See that message `index` shows `content`, with a Stop button or without."""
        if index >= len(self.parts):
            await self._post(index, content, stop=stop, patient=patient)
        while (part := self.parts[index]).shown != content or part.stop is not stop:
            body: dict[str, Any] = {"content": content}
            if part.stop is not stop:
                body["components"] = self._stop if stop else []
            try:
                answer = await self._change(part, body, patient=patient)
            except Refused as error:
                if error.code != Code.UNKNOWN_MESSAGE:
                    raise
                await self._post(index, content, stop=stop, patient=patient, instead=part.id)
                continue
            stamp = str(answer.get("edited_timestamp") or "")
            if stamp >= part.stamp:
                part.shown, part.stop, part.stamp = content, stop, stamp
            elif not patient:
                return

    async def _found(self, content: str) -> bool:
        """Whether an earlier attempt has left a message that nobody noted; now it is part of the reply."""
        if self._lost is None:
            return False
        found = await self._lost.find(self.path, self._conversation, self.ids, content)
        self._lost = None
        if found:
            self.parts.append(Part(found))
            self._appeared()
            await self._placed(self.ids)
        return bool(found)

    async def still(self) -> None:
        """Take the sign of work away and leave the text as it is."""
        await self._found("")
        for part in self.parts:
            if part.stop is not False:
                with _gone_is_fine():
                    await self._change(part, {"components": []}, patient=True)
                part.stop = False

    async def shorten(self, length: int) -> None:
        """Delete the messages of a reply that became shorter when it was begun anew."""
        while len(self.parts) > length:
            with _gone_is_fine():
                await self._rest.request("DELETE", f"{self.path}/messages/{self.parts[-1].id}")
            self.parts.pop()

    def doubt(self) -> None:
        """Forget what the messages show: an unanswered request may have changed them."""
        for part in self.parts:
            part.shown = None

    async def _change(self, part: Part, body: dict[str, Any], *, patient: bool) -> dict[str, Any]:
        self.edits += 1
        path, body = f"{self.path}/messages/{part.id}", {**body, **QUIET}
        try:
            answer: dict[str, Any] = await self._rest.request("PATCH", path, body, patient=patient)
        except Refused as error:
            if error.code != Code.ARCHIVED or not await self._woken():
                raise
            answer = await self._rest.request("PATCH", path, body, patient=patient)
        self.last = self._clock.monotonic()
        return answer

    async def _woken(self) -> bool:
        """A thread that fell asleep in the middle of a reply is woken, as words would; not a locked one."""
        now: dict[str, Any] = await self._rest.get(self.path)
        if (now.get("thread_metadata") or {}).get("locked"):
            return False
        await self._rest.request("PATCH", self.path, {"archived": False})
        return True

    async def _post(self, index: int, content: str, *, stop: bool, patient: bool, instead: str = "") -> None:
        """Post message `index`. Its nonce gives back the earlier one where only the answer was lost."""
        if not instead and await self._found(content):
            return
        body = {
            "content": content,
            "components": self._stop if stop else [],
            "nonce": nonce_of(self._key, str(index), instead),
            "enforce_nonce": True,
            **QUIET,
        }
        answer = await self._rest.request("POST", f"{self.path}/messages", body, patient=patient)
        known = self.parts[index] if index < len(self.parts) else None
        if known and known.id == str(answer["id"]):
            return  # a request that was overtaken: the message is known already
        part = Part(str(answer["id"]), stamp=str(answer.get("edited_timestamp") or ""))
        if str(answer.get("content", "")).strip() == content.strip():
            part.shown, part.stop = content, bool(answer.get("components"))
        self.parts[index : index + 1] = [part]
        self.last = self._clock.monotonic()
        self._appeared()
        await self._placed(self.ids)


@contextmanager
def _gone_is_fine() -> Iterator[None]:
    """There is nothing to do where the message is no longer there."""
    try:
        yield
    except Refused as error:
        if error.code != Code.UNKNOWN_MESSAGE:
            raise
