"""Socket Mode: tickets, hello, envelopes to one connection at random, acknowledgements, disconnects."""

import asyncio
import contextlib
import functools
import json
import random
import uuid
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from .app import App
from .clock import Clock
from .errors import Json, Refused
from .parcels import ACK_SECONDS, Office, Parcel
from .traffic import Delivery

MOST = 10
GRACE = 10.0


@dataclass(eq=False)
class Connection:
    """One open socket; it takes new envelopes while it is not leaving."""

    socket: web.WebSocketResponse
    number: int
    outbox: asyncio.Queue[str | None] = field(default_factory=asyncio.Queue)
    sent: dict[str, tuple[Parcel, Delivery]] = field(default_factory=dict)
    leaving: bool = False
    pongs: int = 0

    def send(self, frame: Json) -> None:
        """Send one frame."""
        self.outbox.put_nowait(json.dumps(frame))


class SocketMode:
    """All connections of the app."""

    def __init__(self, app: App, clock: Clock, office: Office, chance: random.Random) -> None:
        self.app = app
        self.clock = clock
        self.office = office
        self.chance = chance
        self.url = ""
        self.connections: list[Connection] = []
        self.waiting: list[Parcel] = []
        self.answers_pings = True
        self.refuse = 0
        self._tickets: set[str] = set()

    def ticket(self) -> str:
        """Issue the URL of one future connection."""
        if len(self.connections) >= MOST:
            raise Refused("too_many_websockets")
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        return f"{self.url}?ticket={ticket}&app_id={self.app.id}"

    def send(self, parcel: Parcel) -> None:
        """Hand a parcel to one connection; events wait while there is none."""
        ready = [each for each in self.connections if not each.leaving]
        if not ready:
            if parcel.retries:
                self.waiting.append(parcel)
            else:
                self.office.failed(parcel, "no_connection")
            return
        connection = self.chance.choice(ready)
        delivery = self.office.attempt(parcel, f"socket {connection.number}")
        delivery.envelope_id = str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
        connection.sent[delivery.envelope_id] = (parcel, delivery)
        connection.send(_envelope(parcel, delivery))
        self.clock.call_later(ACK_SECONDS, lambda: self._overdue(connection, delivery.envelope_id))

    def _overdue(self, connection: Connection, envelope_id: str) -> None:
        found = connection.sent.pop(envelope_id, None)
        if found is not None:
            self.office.failed(found[0], "timeout")

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serve one connection from hello to close."""
        ticket = request.query.get("ticket", "")
        if self.refuse or ticket not in self._tickets or len(self.connections) >= MOST:
            self.refuse = max(0, self.refuse - 1)
            return web.Response(status=408 if len(self.connections) >= MOST else 401)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=False, timeout=1.0)
        await socket.prepare(request)
        self.office.count.connections += 1
        connection = Connection(socket, self.office.count.connections)
        writer = asyncio.create_task(_write(connection))
        self.connections.append(connection)
        connection.send(self._hello())
        waiting, self.waiting = self.waiting, []
        for parcel in waiting:
            if parcel.open:
                self.send(parcel)
        self.office.changed()
        try:
            await self._read(connection)
        finally:
            self._gone(connection)
            connection.outbox.put_nowait(None)
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await writer
        return socket

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": _debug_info(),
            "connection_info": {"app_id": self.app.id},
        }

    async def _read(self, connection: Connection) -> None:
        async for frame in connection.socket:
            if frame.type == WSMsgType.TEXT:
                self._take(connection, frame.data)
            elif frame.type == WSMsgType.PING and self.answers_pings:
                await connection.socket.pong(frame.data)
            elif frame.type == WSMsgType.PONG:
                connection.pongs += 1
                self.office.changed()

    def _take(self, connection: Connection, text: str) -> None:
        try:
            frame = json.loads(text)
        except ValueError:
            return
        found = connection.sent.pop(frame.get("envelope_id", ""), None)
        if found is None:
            self.office.count.late += 1
            self.office.changed()
            return
        self.office.acked(*found, frame.get("payload"))

    def _gone(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
        self.office.count.closed += 1
        left = list(connection.sent.values())
        connection.sent.clear()
        for parcel, _ in left:
            self.office.failed(parcel, "timeout")
        self.office.changed()

    def refresh(self, reason: str = "refresh_requested", grace: float = GRACE) -> None:
        """Ask every connection to be replaced; each is closed after ten seconds of grace, or at once."""
        for connection in list(self.connections):
            if not connection.leaving:
                connection.leaving = True
                connection.send({"type": "disconnect", "reason": reason, "debug_info": _debug_info()})
                if grace:
                    self.clock.call_later(grace, functools.partial(self._end, connection))
                else:
                    self._end(connection)

    def _end(self, connection: Connection) -> None:
        connection.outbox.put_nowait(None)

    async def drop(self, *, politely: bool = False) -> None:
        """Cut all connections, or close them."""
        for connection in list(self.connections):
            transport = connection.socket._req.transport if connection.socket._req else None
            if politely or transport is None:
                await connection.socket.close()
            else:
                transport.abort()


async def _write(connection: Connection) -> None:
    with contextlib.suppress(ConnectionError):
        while (frame := await connection.outbox.get()) is not None:
            await connection.socket.send_str(frame)
        await connection.socket.close()


def _debug_info() -> Json:
    return {"host": "applink-double", "build_number": 1, "approximate_connection_time": 18060}


def _envelope(parcel: Parcel, delivery: Delivery) -> Json:
    frame: Json = {"envelope_id": delivery.envelope_id, "payload": parcel.payload, "type": parcel.kind}
    frame["accepts_response_payload"] = parcel.kind != "events_api"
    if parcel.kind == "events_api":
        frame |= {"retry_attempt": delivery.attempt, "retry_reason": delivery.reason}
    return frame
