"""The face, part four: what is to be seen, and waiting for it."""

import asyncio
from collections.abc import Callable

from .base import Base
from .interactions import Interaction
from .parcels import Count
from .state import Channel, Message, Person, Session, View
from .threads import Assistant
from .traffic import Delivery, Exchange

PATIENCE = 60.0
"""Seconds after which something hangs, on the busiest of machines; no test waits for them to pass."""


class Watching(Base):
    """Looks at messages, ephemerals, sessions, homes and traffic."""

    @property
    def traffic(self) -> list[Exchange]:
        """Every call so far."""
        return self.api.traffic

    @property
    def deliveries(self) -> list[Delivery]:
        """Every attempt to hand something to the app so far."""
        return self.office.deliveries

    @property
    def count(self) -> Count:
        """What happened on the way to the app."""
        return self.office.count

    @property
    def interactions(self) -> list[Interaction]:
        """Every interaction so far."""
        return self.desk.interactions.every

    @property
    def sessions(self) -> list[Session]:
        """Every agent session so far."""
        return list(self.world.sessions.values())

    def record(self, *, on: bool) -> None:
        """Keep traffic and deliveries (the default), or not: long benchmarks have no use for them."""
        self.api.recording = self.office.recording = on

    def messages(
        self,
        channel: Channel | Person,
        *,
        thread: Message | str | None = None,
        by: Person | None = None,
        threads: bool = True,
    ) -> list[Message]:
        """What stands in a channel, oldest first: everything, one thread's replies, or only top level."""
        place = self.world.direct(channel) if isinstance(channel, Person) else channel
        root_ts = thread.root_ts if isinstance(thread, Message) else thread
        every = place.replies(root_ts) if root_ts else list(place.messages.values())
        return [
            each
            for each in every
            if not each.deleted
            and (by is None or each.author is by)
            and (threads or root_ts or each.thread_ts in (None, each.ts))
        ]

    def said(self, channel: Channel | Person, *, thread: Message | str | None = None) -> list[str]:
        """What people read of the app's messages, oldest first."""
        place = self.world.direct(channel) if isinstance(channel, Person) else channel
        bot = self.world.bot(place.team)
        return [each.shown for each in self.messages(place, thread=thread, by=bot)]

    def ephemerals(self, person: Person, channel: Channel | None = None) -> list[Message]:
        """What only this person sees, oldest first; below a message without replies they see nothing."""
        return [
            each
            for each in self.world.ephemerals
            if each.ephemeral_for is person
            and not each.deleted
            and (each.thread_ts is None or each.channel.threads.get(each.thread_ts))
            and (channel is None or each.channel is channel)
        ]

    def reactions(self, message: Message) -> set[str]:
        """The names of our app's reactions on a message."""
        return {name for name, people in message.reactions.items() if any(map(self.world.is_ours, people))}

    def session(self, thread: Message) -> Session | None:
        """The agent session of a thread, if there is one."""
        return self.world.sessions.get((thread.channel.id, thread.root_ts))

    def status(self, thread: Message) -> str:
        """The assistant status shown in a thread now."""
        return self.desk.threads.status(thread.channel, thread.root_ts)

    def assistant(self, place: Message | Channel) -> Assistant:
        """Statuses, title and prompts of a thread, or of a whole Messages tab."""
        if isinstance(place, Channel):
            return self.desk.threads.assistant(place, None)
        return self.desk.threads.assistant(place.channel, place.root_ts)

    def home(self, person: Person) -> View | None:
        """The App Home a person sees."""
        return self.world.homes.get((person.team.id, person.id))

    def calls(self, method: str) -> list[Exchange]:
        """The recorded calls of one method."""
        return [each for each in self.traffic if each.method == method]

    def events(self, kind: str) -> list[Delivery]:
        """The recorded deliveries of one event type."""
        return [each for each in self.deliveries if each.kind == "events_api" and each.name == kind]

    async def until(self, condition: Callable[[], object], *, timeout: float = PATIENCE) -> None:  # noqa: ASYNC109  # on time-out it tells what happened
        """Wait until `condition` holds, looking at every change; on time-out, tell the last traffic."""
        try:
            await asyncio.wait_for(self.world.until(condition), timeout)
        except TimeoutError:
            raise AssertionError(f"not so within {timeout} s\n{self.dump()}") from None

    async def settled(self, *, timeout: float = PATIENCE) -> None:  # noqa: ASYNC109  # see `until`
        """Wait until everything sent so far is acknowledged or given up."""
        sent = set(self.office.open)
        await self.until(lambda: sent.isdisjoint(self.office.open), timeout=timeout)

    async def connected(self, *, times: int = 1, timeout: float = PATIENCE) -> None:  # noqa: ASYNC109  # see `until`
        """Wait until a socket is open that takes envelopes, after at least `times` in all."""
        await self.until(
            lambda: (
                self.count.connections >= times and any(not each.leaving for each in self.sockets.connections)
            ),
            timeout=timeout,
        )

    async def disconnected(self, *, timeout: float = PATIENCE) -> None:  # noqa: ASYNC109  # see `until`
        """Wait until no socket is open."""
        await self.until(lambda: not self.sockets.connections, timeout=timeout)

    def dump(self, last: int = 25) -> str:
        """The last traffic and the counters, for people to read."""
        lines: list[Exchange | Delivery] = [*self.traffic[-last:], *self.deliveries[-last:]]
        lines = sorted(lines, key=lambda each: each.time)[-last:]
        return "\n".join([str(self.count), *map(str, lines)])
