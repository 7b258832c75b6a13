"""The real core and the real store on a file, with a fake platform and a fake model around them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.assistant import Assistant
from bot.cards import Said, Verb
from bot.config import Config
from bot.config.model import EndingSection
from bot.engine.local import LocalEngine
from bot.ports import Press, Received
from bot.store import Store, open_store
from bot.store.database import Database
from bot.types import Conversation, Incoming, Person, State, ThreadRef
from tests.clock import FakeClock
from tests.fakes.model import FakeDetector, FakeModel, FakeReviewer
from tests.fakes.platform import FakePlatform

ANN = Person("ann", "Ann")
BEN = Person("ben", "Ben")
MO = Person("mo", "Mo", moderator=True)


@dataclass
class House:
    """What a story needs at hand."""

    assistant: Assistant
    store: Store
    engine: LocalEngine
    platform: FakePlatform
    model: FakeModel
    reviewer: FakeReviewer
    detector: FakeDetector
    clock: FakeClock
    count: int = 0
    starts: list[str] = field(default_factory=list)

    async def mention(self, who: Person, text: str) -> str:
        """A mention in the channel; the id of its thread, answered."""
        thread = self._id()
        await self.send(who, text, thread, opens=True)
        await self.engine.idle()
        return thread

    async def write(
        self, who: Person, text: str, thread: str, *, addressed: bool = False, wait: bool = True
    ) -> Received:
        """A message in a thread, answered (unless not waited for)."""
        received = await self.send(who, text, thread, message_id=self._id(), addressed=addressed)
        if wait:
            await self.engine.idle()
        return received

    async def send(
        self,
        who: Person,
        text: str,
        thread: str,
        *,
        message_id: str = "",
        addressed: bool = True,
        opens: bool = False,
    ) -> Received:
        """One delivery of a message by the platform."""
        place = "general" if opens else thread
        return await self.assistant.receive(
            Incoming(
                self.ref(thread), place, message_id or thread, who, text, self.clock.now(), addressed, opens
            )
        )

    async def press(self, who: Person, verb: Verb, thread: str) -> Said:
        """A press on the newest live control of this kind in the thread."""
        card = self.platform.control(thread, verb)
        press = Press(self._id(), verb, card.conversation, card.nonce, who, self.ref(thread))
        said = await self.assistant.press(press)
        await self.engine.idle()
        return said

    async def state(self, thread: str) -> State:
        """The state of the newest conversation in a thread."""
        return (await self.conversation(thread)).state

    async def conversation(self, thread: str) -> Conversation:
        """The newest conversation in a thread."""
        found = await self.assistant.find(self.ref(thread))
        assert found is not None
        return found

    def ref(self, thread: str) -> ThreadRef:
        """A thread of the one channel there is."""
        return ThreadRef("fake", "harbour", "general", thread)

    def _id(self) -> str:
        self.count += 1
        return f"m{self.count}"


@asynccontextmanager
async def open_house(
    path: Path,
    *,
    config: Config | None = None,
    mode: str = "on",
    platform: FakePlatform | None = None,
    model: FakeModel | None = None,
    clock: FakeClock | None = None,
    record: Callable[[Database], Store] = Store,
) -> AsyncIterator[House]:
    """Open the core on the database at `path`; opening it again is a restart.

    `record` makes the store, for stories in which its database is slow or in trouble.
    """
    clock = clock or FakeClock()
    config = config or Config(ending=EndingSection.model_validate({"mode": mode}))
    platform, model = platform or FakePlatform(), model or FakeModel()
    reviewer, detector = FakeReviewer(), FakeDetector()
    async with open_store(f"sqlite:///{path}") as opened, LocalEngine(clock) as engine:
        store = record(opened._database)
        assistant = Assistant(config, store, model, reviewer, detector, engine, clock)
        assistant.adapters["fake"] = platform
        yield House(assistant, store, engine, platform, model, reviewer, detector, clock)
