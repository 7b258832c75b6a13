"""What moderators do with a thread on the platform itself: the record follows (E36, E37)."""

from __future__ import annotations

from bot import guard, texts
from bot.controls import Controls
from bot.parts import Parts
from bot.types import Conversation, Person, Reason, State, Step, ThreadRef
from bot.underway import UnderWay

LOCKING = frozenset({Step.NOTICED, Step.CLOSED, Step.TOLD})
"""How far an ending has come when the thread may be locked already."""
GONE = "the thread is gone"


class ByHand:
    """A thread closed by hand is a moderator's ending; one unlocked by hand is active again."""

    def __init__(self, parts: Parts, under_way: UnderWay, controls: Controls) -> None:
        self._parts = parts
        self._under_way = under_way
        self._controls = controls

    async def gone(self, thread: ThreadRef, by: str) -> None:
        """The thread was deleted: nothing can be posted there."""
        here = await self._parts.store.directory.find(thread.key)
        await self._end(here, by or "platform", degraded=GONE, step=Step.CLOSED)

    async def lost(self, conversation: int) -> None:
        """A conversation has found out that its own thread is gone; the place may hold newer ones."""
        here = await self._parts.store.directory.get(conversation)
        await self._end(here, "platform", degraded=GONE, step=Step.CLOSED)

    async def locked(self, thread: ThreadRef, by: str) -> None:
        """The thread was locked; our own lock finds the conversation no longer active."""
        here = await self._parts.store.directory.find(thread.key)
        await self._end(here, by or "moderator")

    async def unlocked(self, thread: ThreadRef, by: str) -> None:
        """The thread was unlocked after we had closed it."""
        store = self._parts.store
        here = await store.directory.find(thread.key)
        if here is None or here.state not in {State.ENDED, State.ENDING}:
            return
        last = await store.endings.last(here.id)
        # What is unlocked was locked: by our own step, perhaps not recorded yet, or by hand before it.
        if last is not None and (last.step in LOCKING or last.ending.reason is Reason.MODERATOR):
            people = await store.people.participants(here.id)
            await self._controls.reopen(here, texts.known_name(by, here, people))

    async def _end(
        self, here: Conversation | None, by: str, *, degraded: str = "", step: Step | None = None
    ) -> None:
        store, now = self._parts.store, self._parts.clock.now()
        if here is None or here.state is not State.ACTIVE:
            return
        if not await store.endings.decide(guard.by_moderator(here, by, now), Person(by, ""), now):
            return
        self._under_way.end(here.id)
        last = await store.endings.last(here.id)
        if step is not None and last is not None:
            await store.endings.step(last.id, step, degraded=degraded)
        self._parts.engine.attend(here.id)
