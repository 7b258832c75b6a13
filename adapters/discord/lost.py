"""Find a message that was posted before a crash, and that nobody has noted since."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from adapters.discord.controls import control_id
from adapters.discord.rest import Rest
from bot.cards import Verb

_LOOK_BACK = 50


class Lost:
    """Looks among our newest messages of a thread; Discord forgets nonces after some minutes."""

    def __init__(self, rest: Rest, own_id: Callable[[], Awaitable[str]]) -> None:
        self._rest = rest
        self._own_id = own_id

    async def find(self, path: str, conversation: int, known: tuple[str, ...], content: str) -> str:
        """Our newest message after the `known` ones with this conversation's Stop button, or these words.

        Only a reply on its way has that button, and there is one at a time. "" for none.
        """
        me, stop = await self._own_id(), control_id(Verb.STOP, conversation, "")
        after = max(map(int, known), default=0)
        for message in await self._rest.get(f"{path}/messages?limit={_LOOK_BACK}"):
            own = str(message["author"]["id"]) == me and int(message["id"]) > after
            if own and (stop in _controls(message) or _same(message, content)):
                return str(message["id"])
        return ""


def _controls(message: dict[str, Any]) -> set[str]:
    return {
        str(part.get("custom_id"))
        for row in message.get("components") or ()
        for part in row.get("components") or ()
    }


def _same(message: dict[str, Any], content: str) -> bool:
    return bool(content.strip()) and str(message.get("content") or "").strip() == content.strip()
