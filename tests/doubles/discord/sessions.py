"""What the gateway remembers: sessions, their connections, and how often things happened."""

import asyncio
from collections import deque
from dataclasses import dataclass, field

import orjson
from aiohttp import web

from .errors import Json

_REPLAY = 5000


@dataclass(eq=False)
class Session:
    """One gateway session: it outlives its connection while it may be resumed."""

    id: str
    intents: int
    shard: tuple[int, int]
    seq: int = 0
    log: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=_REPLAY))
    connection: "Connection | None" = None
    left: float = 0.0


@dataclass(eq=False)
class Connection:
    """One websocket, with its queue of frames to send."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    outbox: asyncio.Queue[str | None] = field(default_factory=asyncio.Queue)
    session: Session | None = None

    def send(self, frame: Json) -> None:
        self.outbox.put_nowait(orjson.dumps(frame).decode())

    async def write(self) -> None:
        """Send what is queued until told to stop."""
        while (frame := await self.outbox.get()) is not None:
            try:
                await self.socket.send_str(frame)
            except (ConnectionError, RuntimeError):
                return


@dataclass
class Counters:
    """How often each thing happened on the gateway."""

    connected: int = 0
    refused: int = 0
    identified: int = 0
    resumed: int = 0
    invalidated: int = 0
    heartbeats: int = 0
