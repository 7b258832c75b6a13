"""The face, part five: a Discord that misbehaves."""

from typing import Any

from .base import Base
from .payloads_guild import guild_create
from .state import Guild
from .world import Event


class Breaking(Base):
    """Breaks connections and manners; REST failures are planned with `faults`."""

    async def drop_gateway(self, *, resumable: bool = True, code: int | None = 4000) -> None:
        """Close all connections; without `resumable` the sessions are forgotten, `None` cuts the line."""
        await self.gateway.drop(resumable=resumable, code=code)

    def refuse_gateway(self, times: int, *, status: int = 503) -> None:
        """Answer the next gateway connects with an HTTP error."""
        self.gateway.refuse = times
        self.gateway.refuse_status = status

    def deafen(self) -> None:
        """Stop acknowledging heartbeats."""
        self.gateway.acknowledges = False

    def hear(self) -> None:
        """Acknowledge heartbeats again."""
        self.gateway.acknowledges = True

    def ask_to_reconnect(self) -> None:
        """Send opcode 7 to everybody."""
        self._send({"op": 7, "s": None, "t": None, "d": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """Send opcode 9 to everybody; without `resumable` the sessions are forgotten."""
        if not resumable:
            self.gateway.sessions.clear()
        self._send({"op": 9, "s": None, "t": None, "d": resumable})

    def hold_back(self, guild: Guild) -> None:
        """Leave a guild unavailable in new sessions, as Discord does while it is slow, until `let_come`."""
        self.gateway.slow.add(guild.id)

    def let_come(self, guild: Guild) -> None:
        """Send a guild that was held back."""
        self.gateway.slow.discard(guild.id)
        self.dispatch("GUILD_CREATE", guild_create(guild, self.world, everybody=False))

    def refuse_replies_in_locked_threads(self, *, on: bool = True) -> None:
        """Refuse interaction answers in locked, unarchived threads with 50083, as user apps report."""
        self.parts.desk.interactions.refuse_replies_in_locked_threads = on

    def _send(self, frame: dict[str, Any]) -> None:
        for connection in self.gateway.connections:
            connection.send(frame)

    def dispatch(self, name: str, data: Any) -> None:
        """Dispatch anything at all to everybody, malformed data too."""
        self.world.announce(Event(name, lambda _content: data))

    def send_text(self, frame: str) -> None:
        """Send a raw text frame to everybody, JSON or not."""
        for connection in self.gateway.connections:
            connection.outbox.put_nowait(frame)
