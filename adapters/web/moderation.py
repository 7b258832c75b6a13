"""What moderators do: lock by hand, reopen, take a hold off, and set what the model's tools may."""

from __future__ import annotations

from typing import Any

from adapters.web.ground import Deed, Ground
from adapters.web.refused import Refused
from adapters.web.state.threads import Thread
from bot import texts
from bot.ports import Desk
from bot.texts import refusals
from bot.types import Mode


class Moderation:
    """Mo's controls. The core checks each of them once more."""

    def __init__(self, ground: Ground, desk: Desk) -> None:
        self._ground = ground
        self._board = ground.board
        self._desk = desk

    async def lock(self, deed: Deed, *, locked: bool) -> dict[str, Any]:
        """Lock or unlock a thread by hand, as moderators do on every platform."""
        thread = await self._thread(deed)
        await self._board.lock(thread.id, f"by {deed.person.name}", locked=locked)
        tell = self._desk.locked if locked else self._desk.unlocked
        await tell(thread.ref, by=deed.person.name)
        return {}

    async def reopen(self, deed: Deed) -> dict[str, Any]:
        """Open an ended chat again (E36)."""
        thread = await self._thread(deed)
        said = await self._desk.reopen(thread.ref, deed.person)
        return await self._ground.answer(deed, said)

    async def release(self, deed: Deed) -> dict[str, Any]:
        """Take the crisis hold off (E18)."""
        thread = await self._thread(deed)
        said = await self._desk.release(thread.ref, deed.person)
        await self._board.show_thread(thread)
        return await self._ground.answer(deed, said)

    async def mode(self, deed: Deed, mode: str) -> dict[str, Any]:
        """Set what the model's two tools may do in the whole playground (E22)."""
        self._check(deed)
        if mode not in set(Mode):
            raise Refused(422, "The mode is one of " + ", ".join(Mode) + ".")
        said = await self._desk.set_mode(await self._ground.ref(deed), deed.person, Mode(mode))
        return await self._ground.answer(deed, said)

    async def mode_now(self, deed: Deed) -> str:
        """What they may do now, for the switch to show."""
        self._check(deed)
        return (await self._desk.mode(await self._ground.ref(deed))).value

    async def _thread(self, deed: Deed) -> Thread:
        self._check(deed)
        thread = await self._ground.thread(deed)
        if thread is None:
            raise Refused(404, refusals.only_in_a_thread)
        return thread

    def _check(self, deed: Deed) -> None:
        if not deed.person.moderator:
            raise Refused(403, texts.moderators_only)
