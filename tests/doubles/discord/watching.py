"""The face, part four: what is to be seen, and waiting for it."""

import asyncio
from collections.abc import Callable

from .base import Base
from .commands import Commands
from .interaction import Interaction
from .state import Channel, Message, Thread, User
from .traffic import Dispatch, Exchange

PATIENCE = 60.0
"""Seconds after which something hangs, on the busiest of machines; no test waits for them to pass."""


class Watching(Base):
    """Looks at messages, threads and traffic."""

    @property
    def traffic(self) -> list[Exchange]:
        """Every REST exchange so far."""
        return self.rest.traffic

    @property
    def dispatches(self) -> list[Dispatch]:
        """Every gateway dispatch so far, per session."""
        return self.gateway.dispatches

    def record(self, *, on: bool) -> None:
        """Keep traffic and dispatches (the default), or not: long benchmarks have no use for them."""
        self.rest.recording = self.gateway.recording = on

    @property
    def commands(self) -> Commands:
        """The commands the app registered."""
        return self.parts.desk.commands

    @property
    def interactions(self) -> list[Interaction]:
        """Every interaction so far, oldest first."""
        return list(self.parts.desk.interactions.by_token.values())

    def messages(self, channel: Channel, *, by: User | None = None, system: bool = False) -> list[Message]:
        """What stands in a channel or thread, oldest first; Discord's own notices only where asked for."""
        every = channel.messages.values()
        return [each for each in every if (system or not each.system) and (by is None or each.author is by)]

    def said(self, channel: Channel) -> list[str]:
        """The bot's texts in a channel or thread, oldest first."""
        return [message.text for message in self.messages(channel, by=self.world.bot)]

    def threads(self, parent: Channel) -> list[Thread]:
        """The threads of a channel or forum, oldest first."""
        return [
            each
            for each in self.world.channels.values()
            if isinstance(each, Thread) and each.parent is parent
        ]

    def thread_of(self, message: Message) -> Thread | None:
        """Give the thread started on a message, if there is one."""
        return message.started

    def calls(self, method: str, template: str) -> list[Exchange]:
        """The recorded requests to one route, such as "/channels/{channel_id}/messages"."""
        return [each for each in self.traffic if (each.method, each.template) == (method, template)]

    async def until(self, condition: Callable[[], object], *, timeout: float = PATIENCE) -> None:  # noqa: ASYNC109  # on time-out it tells what happened
        """Wait until `condition` holds, looking at every change; on time-out, tell the last traffic."""
        try:
            await asyncio.wait_for(self.world.until(condition), timeout)
        except TimeoutError:
            raise AssertionError(f"not so within {timeout} s\n{self.dump()}") from None

    async def connected(self, *, times: int = 1, timeout: float = PATIENCE) -> None:  # noqa: ASYNC109  # see `until`
        """Wait until a client is on the gateway, and identified or resumed at least `times` in all."""
        count = self.gateway.count
        await self.until(
            lambda: (
                count.identified + count.resumed >= times
                and any(each.session for each in self.gateway.connections)
            ),
            timeout=timeout,
        )

    async def disconnected(self, *, timeout: float = PATIENCE) -> None:  # noqa: ASYNC109  # see `until`
        """Wait until no client is on the gateway."""
        await self.until(lambda: not self.gateway.connections, timeout=timeout)

    def dump(self, last: int = 25) -> str:
        """The last traffic and the gateway's counters, for people to read."""
        lines: list[Exchange | Dispatch] = [*self.traffic[-last:], *self.dispatches[-last:]]
        lines = sorted(lines, key=lambda each: each.time)[-last:]
        return "\n".join([f"gateway: {self.gateway.count}", *map(str, lines)])
