"""For the tests of the Slack adapter: a desk fit to read, and the adapter made against the double."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast

from adapters.slack import create
from adapters.slack.adapter import SlackAdapter
from bot.cards import Said
from bot.clock import SystemClock
from bot.config import Config
from bot.config.model import Secrets, Slack
from bot.ports import Clock, Context, Press, Received
from bot.types import Conversation, Incoming, Mode, Participant, Person, State, ThreadRef
from bot.types import Message as Stored
from tests.doubles.slack import Channel, ManualClock, Message, SlackDouble
from tests.doubles.slack import Person as Member

KEY = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoxMjM0NTY="


class HandClock:
    """Our clock and the double's, turned by the same hand."""

    def __init__(self) -> None:
        self.hand = ManualClock()
        self.slept: list[float] = []
        self._changed = asyncio.Event()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return self.hand()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.hand.call_later(seconds, lambda: None if woken.done() else woken.set_result(None))
        self._changed.set()
        await woken

    async def asleep(self, seconds: float, times: int = 1) -> None:
        """Return once so many have gone to sleep for so long."""
        while self.slept.count(seconds) < times:
            self._changed.clear()
            await self._changed.wait()


@dataclass
class FakeDesk:
    """The Desk port: writes down what it is told, and answers what it is set to."""

    received: list[Incoming] = field(default_factory=list)
    presses: list[Press] = field(default_factory=list)
    ends: list[tuple[ThreadRef, Person, str]] = field(default_factory=list)
    begins: list[tuple[ThreadRef, Person, str]] = field(default_factory=list)
    alone: list[bool] = field(default_factory=list)
    """Whether each of them was begun where only one person reads."""
    notes: list[tuple[str, ...]] = field(default_factory=list)
    conversations: list[Conversation] = field(default_factory=list)
    said: Said = field(default_factory=lambda: Said("Done."))
    own: list[Stored] = field(default_factory=list)
    mode_now: Mode = Mode.ON
    set_by: list[bool] = field(default_factory=list)
    """Whether whoever set the mode was allowed to."""
    failing: int = 0
    before: Callable[[], Awaitable[None]] | None = None
    """What happens while something is being kept, before it is."""
    after: Callable[[], None] = lambda: None
    """What happens once a message is kept."""

    async def receive(self, incoming: Incoming) -> Received:
        await self._fail()
        if any((old.place, old.message_id) == (incoming.place, incoming.message_id) for old in self.received):
            return Received.DUPLICATE
        self.received.append(incoming)
        self.after()
        return Received.TAKEN

    async def press(self, press: Press) -> Said:
        await self._fail()
        self.presses.append(press)
        return self.said

    async def ask_to_end(self, thread: ThreadRef, person: Person, *, id: str) -> Said:
        await self._fail()
        self.ends.append((thread, person, id))
        return self.said

    async def begin(self, thread: ThreadRef, person: Person, *, id: str, private: bool = False) -> Said:
        self.begins.append((thread, person, id))
        self.alone.append(private)
        return self.said

    async def find(self, thread: ThreadRef) -> Conversation | None:
        return next((here for here in self.conversations if here.thread == thread), None)

    async def participants(self, conversation: int) -> tuple[Participant, ...]:
        return ()

    async def gone(self, thread: ThreadRef, *, by: str = "") -> None:
        self.notes.append(("gone", thread.thread, *((by,) if by else ())))

    async def locked(self, thread: ThreadRef, *, by: str = "") -> None:
        self.notes.append(("locked", thread.thread))

    async def unlocked(self, thread: ThreadRef, *, by: str = "") -> None:
        self.notes.append(("unlocked", thread.thread))

    async def edited(self, thread: ThreadRef, place: str, message_id: str, text: str) -> None:
        self.notes.append(("edited", message_id, text))

    async def deleted(self, thread: ThreadRef, place: str, message_id: str) -> None:
        self.notes.append(("deleted", thread.thread, message_id))

    async def stop(self, thread: ThreadRef, person: Person) -> Said:
        self.notes.append(("stop", thread.thread, person.id))
        return self.said

    async def reopen(self, thread: ThreadRef, person: Person) -> Said:
        self.notes.append(("reopen", thread.thread, person.id))
        return self.said

    async def release(self, thread: ThreadRef, person: Person) -> Said:
        self.notes.append(("release", thread.thread, person.id))
        return self.said

    async def set_mode(self, thread: ThreadRef, person: Person, mode: Mode) -> Said:
        self.notes.append(("mode", thread.thread, person.id, mode.value))
        self.set_by.append(person.moderator)
        return self.said

    async def mode(self, thread: ThreadRef) -> Mode:
        return self.mode_now

    async def ended_threads(self, platform: str) -> tuple[Conversation, ...]:
        return tuple(here for here in self.conversations if here.state is State.ENDED)

    async def own_messages(
        self, conversation: int, person: Person, *, message_id: str = ""
    ) -> tuple[Stored, ...]:
        return tuple(self.own)

    async def branch(self, conversation: int, person: Person, number: int, text: str, *, id: str) -> Said:
        self.notes.append(("branch", str(conversation), person.id, str(number), text))
        return self.said

    async def feedback(self, conversation: int, person: Person, words: str, *, wrong: bool, id: str) -> Said:
        self.notes.append(("feedback", str(conversation), person.id, words, str(wrong)))
        return self.said

    async def appeal(self, conversation: int, person: Person, words: str, *, id: str) -> Said:
        await self._fail()
        self.notes.append(("appeal", str(conversation), person.id, words))
        return self.said

    async def mine(self, platform: str, workspace: str, person: str) -> tuple[Conversation, ...]:
        return tuple(here for here in self.conversations if here.starter.id == person)

    async def erase(self, platform: str, workspace: str) -> None:
        self.notes.append(("erase", workspace))

    async def open_threads(self, platform: str) -> tuple[Conversation, ...]:
        return tuple(here for here in self.conversations if here.state is State.ACTIVE)

    async def _fail(self) -> None:
        if self.before is not None:
            await self.before()
        if self.failing:
            self.failing -= 1
            raise OSError("disk full")


class FakeShelf:
    """The Shelf port on a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], dict[str, Any]] = {}

    async def put(self, space: str, key: str, value: Any) -> None:
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

    adapter: SlackAdapter
    desk: FakeDesk
    shelf: FakeShelf
    double: SlackDouble
    mounts: dict[str, Any]
    placed: list[tuple[str, ...]] = field(default_factory=list)

    async def note_placed(self, ids: tuple[str, ...]) -> None:
        self.placed.append(ids)


@asynccontextmanager
async def made(
    double: SlackDouble,
    clock: Clock | None = None,
    *,
    desk: FakeDesk | None = None,
    shelf: FakeShelf | None = None,
    secrets: dict[str, str] | None = None,
    **settings: Any,
) -> AsyncIterator[Kit]:
    """Make the adapter against the double, without hearing."""
    own = {"slack_bot_token": double.bot_token} if secrets is None else secrets
    both = {"slack_app_token": double.app.app_token, "slack_signing_secret": double.app.signing_secret}
    config = Config(
        slack=Slack(enabled=True, api_url=double.api_url, **settings),
        secrets=Secrets.model_validate(both | own),
    )
    desk, shelf, mounts = desk or FakeDesk(), shelf or FakeShelf(), dict[str, Any]()
    async with create(Context(config, desk, shelf, clock or SystemClock(), dict, mounts)) as adapter:
        yield Kit(cast("SlackAdapter", adapter), desk, shelf, double, mounts)


@asynccontextmanager
async def hearing(double: SlackDouble, clock: Clock | None = None, **settings: Any) -> AsyncIterator[Kit]:
    """Make the adapter and let it hear, by socket."""
    async with made(double, clock, **settings) as kit:
        run = asyncio.create_task(kit.adapter.run())
        try:
            await double.connected()
            yield kit
        finally:
            run.cancel()
            with suppress(asyncio.CancelledError):
                await run


def conversation(root: Message, starter: Member | None = None, **changes: Any) -> Conversation:
    """A conversation in the thread of a message."""
    channel = root.channel
    person = starter or root.author
    here = Conversation(
        id=7,
        thread=ThreadRef("slack", channel.team.id, channel.id, root.root_ts),
        starter=Person(person.id, person.name),
        state=State.ACTIVE,
        version=1,
        title="Tides",
        system="",
        model="m",
        created_at=datetime(2026, 11, 20, tzinfo=UTC),
    )
    return replace(here, **changes)


def thread_ref(channel: Channel, ts: str) -> ThreadRef:
    """A thread by its root's id."""
    return ThreadRef("slack", channel.team.id, channel.id, ts)
