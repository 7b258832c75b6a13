"""A platform whose answers can be held back, so that something else happens meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.cards import Card, Verb
from bot.ports import Closed, Press
from bot.types import Conversation, Person, ThreadRef
from tests.fakes.house import ANN, House, open_house
from tests.fakes.platform import FakePlatform


@dataclass
class Gate:
    """One call that waits: `reached` when it has come so far, until `open`."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    open: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self) -> None:
        self.reached.set()
        await self.open.wait()


@dataclass
class SlowPlatform(FakePlatform):
    """The call named in `before` waits with nothing done yet, one in `behind` when all is done."""

    before: dict[str, Gate] = field(default_factory=dict)
    behind: dict[str, Gate] = field(default_factory=dict)
    asked: list[tuple[str, str, bool]] = field(default_factory=list)
    """Every post, its key, and whether an earlier one may have had its effect."""
    shown: list[tuple[str, str, str, Card | None]] = field(default_factory=list)
    """Every reminder: thread, person, message, card."""
    closed: list[tuple[str, bool]] = field(default_factory=list)
    """Every lock: the reason for the platform's log, and whether it archives."""

    workspaces: list[str] = field(default_factory=list)
    """Whose moderators were told something, or whose language was asked for, each time."""
    controls: list[tuple[int, Card]] = field(default_factory=list)
    """What stands beside which conversation."""
    reopened: list[str] = field(default_factory=list)
    """Every opening: the reason for the platform's log."""

    def waits(self, step: str, *, done: bool = False) -> Gate:
        return (self.behind if done else self.before).setdefault(step, Gate())

    async def _pass(self, gates: dict[str, Gate], step: str) -> None:
        gate = gates.pop(step, None)
        if gate is not None:
            await gate.wait()

    async def post(
        self, thread: ThreadRef, card: Card, *, key: str, instead: str = "", again: bool = False
    ) -> str:
        await self._pass(self.before, f"post {card.kind}")
        self.asked.append((f"post {card.kind}", key, again))
        found = await super().post(thread, card, key=key, instead=instead, again=again)
        await self._pass(self.behind, f"post {card.kind}")
        return found

    async def beside(self, conversation: Conversation, card: Card, *, key: str, again: bool = False) -> str:
        await self._pass(self.before, "beside")
        self.asked.append(("beside", key, again))
        self.controls.append((conversation.id, card))
        return await super().beside(conversation, card, key=key, again=again)

    async def close(self, conversation: Conversation, *, reason: str, archive: bool) -> Closed:
        await self._pass(self.before, "close")
        self.closed.append((reason, archive))
        closed = await super().close(conversation, reason=reason, archive=archive)
        await self._pass(self.behind, "close")
        return closed

    async def reopen(self, thread: ThreadRef, *, reason: str) -> None:
        self.reopened.append(reason)
        await super().reopen(thread, reason=reason)

    async def tell(self, workspace: str, card: Card, *, key: str, again: bool = False) -> bool:
        await self._pass(self.before, "tell")
        self.asked.append(("tell", key, again))
        self.workspaces.append(workspace)
        return await super().tell(workspace, card, key=key, again=again)

    async def locale(self, workspace: str) -> str:
        self.workspaces.append(workspace)
        return await super().locale(workspace)

    async def remind(self, thread: ThreadRef, person: Person, message_id: str, card: Card | None) -> None:
        await self._pass(self.before, "remind")
        await super().remind(thread, person, message_id, card)
        self.shown.append((thread.thread, person.id, message_id, card))


@dataclass
class Scene:
    """A house on a slow platform, and one thread in which Ann has spoken."""

    house: House
    platform: SlowPlatform
    thread: str = ""

    async def end(self, *, wait: bool = True) -> None:
        """Ann asks for the end and says yes."""
        house = self.house
        await house.assistant.ask_to_end(house.ref(self.thread), ANN, id=house._id())
        card = self.platform.control(self.thread, Verb.END)
        ref = house.ref(self.thread)
        await house.assistant.press(Press(house._id(), Verb.END, card.conversation, card.nonce, ANN, ref))
        if wait:
            await house.engine.idle()


@asynccontextmanager
async def open_scene(path: Path) -> AsyncIterator[Scene]:
    platform = SlowPlatform()
    async with open_house(path, platform=platform) as house:
        scene = Scene(house, platform)
        scene.thread = await house.mention(ANN, "hello")
        yield scene
