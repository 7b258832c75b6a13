"""For the tests of the Discord adapter: a desk fit to read, a shelf, a clock turned by hand."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from adapters.discord import create
from adapters.discord.adapter import DiscordAdapter
from bot.cards import Said
from bot.config import Config
from bot.config.model import Discord, Secrets
from bot.ports import Clock, Context, Press, Received
from bot.types import Conversation, Incoming, Message, Mode, Participant, Person, State, ThreadRef
from tests.doubles.discord import DiscordDouble
from tests.doubles.discord.state import Channel, Thread
from tests.doubles.discord.state import Message as Posted
from tests.program import PATIENCE

ANN = Person("1", "Ann")


class HandClock:
    """Time for us and for the double, standing still until it is turned."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self._start = datetime.now(UTC) - timedelta(seconds=1000)
        self._due: list[tuple[float, int, Callable[[], object]]] = []
        self._count = 0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def call_later(self, seconds: float, callback: Callable[[], object]) -> None:
        self._count += 1
        heapq.heappush(self._due, (self.seconds + seconds, self._count, callback))

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.call_later(seconds, lambda: None if woken.done() else woken.set_result(None))
        await woken

    def turn(self, seconds: float) -> None:
        """Move time on; who sleeps no longer than that wakes up."""
        self.seconds += seconds
        while self._due and self._due[0][0] <= self.seconds + 1e-9:
            heapq.heappop(self._due)[2]()


class Changing:
    """Lets a test wait until something holds, looking at every change."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    def changed(self) -> None:
        self._changed.set()

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                self._changed.clear()
                await self._changed.wait()


@dataclass
class FakeDesk(Changing):
    """The Desk port: writes down what it is told, and answers what it is set to."""

    received: list[Incoming] = field(default_factory=list)
    presses: list[Press] = field(default_factory=list)
    ends: list[tuple[ThreadRef, Person]] = field(default_factory=list)
    begins: list[tuple[ThreadRef, Person, bool]] = field(default_factory=list)
    notes: list[tuple[str, str, str]] = field(default_factory=list)
    conversations: list[Conversation] = field(default_factory=list)
    told: list[tuple[Any, ...]] = field(default_factory=list)
    """Calls of the Desk's other methods: the name, then the arguments."""
    own: list[Message] = field(default_factory=list)
    mode_now: Mode = Mode.ON
    said: Said = field(default_factory=lambda: Said("Done."))
    failing: int = 0
    reopening: Callable[[], Awaitable[None]] | None = None
    """What the desk does on the platform while it reopens."""

    def __post_init__(self) -> None:
        super().__init__()

    async def receive(self, incoming: Incoming) -> Received:
        if self.failing:
            self.failing -= 1
            raise OSError("disk full")
        if any((old.place, old.message_id) == (incoming.place, incoming.message_id) for old in self.received):
            return Received.DUPLICATE
        self.received.append(incoming)
        self.changed()
        return Received.TAKEN

    async def press(self, press: Press) -> Said:
        if self.failing:
            self.failing -= 1
            raise OSError("disk full")
        self.presses.append(press)
        self.changed()
        return self.said

    async def ask_to_end(self, thread: ThreadRef, person: Person, *, id: str) -> Said:
        self.ends.append((thread, person))
        return self.said

    async def begin(self, thread: ThreadRef, person: Person, *, id: str, private: bool = False) -> Said:
        self.begins.append((thread, person, private))
        self.changed()
        return self.said

    async def find(self, thread: ThreadRef) -> Conversation | None:
        return next((here for here in self.conversations if here.thread == thread), None)

    async def participants(self, conversation: int) -> tuple[Participant, ...]:
        return ()

    async def gone(self, thread: ThreadRef, *, by: str = "") -> None:
        self._note("gone", thread.thread, by)

    async def locked(self, thread: ThreadRef, *, by: str = "") -> None:
        self._note("locked", thread.thread, by)

    async def unlocked(self, thread: ThreadRef, *, by: str = "") -> None:
        self._note("unlocked", thread.thread, by)

    async def edited(self, thread: ThreadRef, place: str, message_id: str, text: str) -> None:
        self._note("edited", message_id, text)

    async def deleted(self, thread: ThreadRef, place: str, message_id: str) -> None:
        self._note("deleted", thread.thread, message_id)

    async def stop(self, thread: ThreadRef, person: Person) -> Said:
        return self.said

    async def reopen(self, thread: ThreadRef, person: Person) -> Said:
        if self.reopening is not None:
            await self.reopening()
        return self._told("reopen", thread, person)

    async def release(self, thread: ThreadRef, person: Person) -> Said:
        return self._told("release", thread, person)

    async def set_mode(self, thread: ThreadRef, person: Person, mode: Mode) -> Said:
        return self._told("mode", thread, person, mode)

    async def mode(self, thread: ThreadRef) -> Mode:
        return self.mode_now

    async def own_messages(
        self, conversation: int, person: Person, *, message_id: str = ""
    ) -> tuple[Message, ...]:
        if self.failing:
            self.failing -= 1
            raise OSError("disk full")
        return tuple(
            each
            for each in self.own
            if each.author.id == person.id and (not message_id or each.message_id == message_id)
        )

    async def branch(self, conversation: int, person: Person, number: int, text: str, *, id: str) -> Said:
        return self._told("branch", conversation, person, number, text, id)

    async def feedback(self, conversation: int, person: Person, words: str, *, wrong: bool, id: str) -> Said:
        return self._told("feedback", conversation, person, words, wrong, id)

    async def appeal(self, conversation: int, person: Person, words: str, *, id: str) -> Said:
        if self.failing:
            self.failing -= 1
            raise OSError("disk full")
        return self._told("appeal", conversation, person, words, id)

    async def mine(self, platform: str, workspace: str, person: str) -> tuple[Conversation, ...]:
        return tuple(here for here in self.conversations if here.starter.id == person)

    async def erase(self, platform: str, workspace: str) -> None:
        self._note("erased", workspace, "")

    async def open_threads(self, platform: str) -> tuple[Conversation, ...]:
        return tuple(here for here in self.conversations if here.state is State.ACTIVE)

    async def ended_threads(self, platform: str) -> tuple[Conversation, ...]:
        return tuple(here for here in self.conversations if here.state is State.ENDED)

    def _told(self, *what: Any) -> Said:
        self.told.append(what)
        self.changed()
        return self.said

    def _note(self, *what: str) -> None:
        self.notes.append((what[0], what[1], what[2]))
        self.changed()


class FakeShelf:
    """The Shelf port on a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], dict[str, Any]] = {}

    async def put(self, space: str, key: str, value: Mapping[str, Any]) -> None:
        self.rows[space, key] = dict(value)

    async def get(self, space: str, key: str) -> dict[str, Any] | None:
        return self.rows.get((space, key))

    async def all(self, space: str, prefix: str = "") -> list[tuple[str, dict[str, Any]]]:
        return sorted((k, v) for (s, k), v in self.rows.items() if s == space and k.startswith(prefix))

    async def remove(self, space: str, key: str) -> None:
        self.rows.pop((space, key), None)


@dataclass
class Kit:
    """An adapter, and everything around it."""

    adapter: DiscordAdapter
    desk: FakeDesk
    shelf: FakeShelf
    double: DiscordDouble
    placed: list[tuple[str, ...]] = field(default_factory=list)

    async def note_placed(self, ids: tuple[str, ...]) -> None:
        self.placed.append(ids)


@asynccontextmanager
async def made(
    double: DiscordDouble,
    clock: Clock,
    *,
    desk: FakeDesk | None = None,
    shelf: FakeShelf | None = None,
    token: str = "",
    **settings: Any,
) -> AsyncIterator[Kit]:
    """Make the adapter against the double, without hearing."""
    discord = Discord(enabled=True, api_url=double.api_url, gateway_url=double.gateway_url, **settings)
    secrets = Secrets.model_validate({"discord_token": token or double.token})
    config = Config(discord=discord, secrets=secrets)
    desk, shelf = desk or FakeDesk(), shelf or FakeShelf()
    async with create(Context(config, desk, shelf, clock, dict)) as adapter:
        yield Kit(cast("DiscordAdapter", adapter), desk, shelf, double)


@asynccontextmanager
async def hearing(double: DiscordDouble, clock: Clock, **settings: Any) -> AsyncIterator[Kit]:
    """Make the adapter and let it hear."""
    async with made(double, clock, **settings) as kit:
        run = asyncio.create_task(kit.adapter.run())
        try:
            await double.connected()
            await double.until(lambda: double.commands.scopes or settings.get("shelf"))
            yield kit
        finally:
            run.cancel()
            with suppress(asyncio.CancelledError):
                await run


def conversation(place: Channel | Posted, **changes: Any) -> Conversation:
    """A conversation in a thread (or one that a message will open)."""
    channel = place.channel if isinstance(place, Posted) else place
    guild = str(channel.guild.id) if channel.guild else ""
    parent = channel.parent if isinstance(channel, Thread) else channel
    here = Conversation(
        id=7,
        thread=ThreadRef("discord", guild, str(parent.id), str(place.id)),
        starter=ANN,
        state=State.ACTIVE,
        version=1,
        title="Tides",
        system="",
        model="m",
        created_at=datetime(2026, 11, 20, tzinfo=UTC),
    )
    return replace(here, **changes)
