"""The gateway: hello, identify, resume with replay, heartbeats, and events filtered by intents."""

import asyncio
from typing import Any

import orjson
from aiohttp import WSMsgType, web

from . import payloads, payloads_guild
from .errors import Json
from .sessions import Connection, Counters, Session
from .traffic import Dispatch
from .world import Event, Intent, World

_PRIVILEGED = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT
_KNOWN = (1 << 26) - 1
_SESSION_LIFE = 120.0


class Gateway:
    """Answers every websocket; owns the sessions."""

    def __init__(self, world: World, token: str, *, privileged: int) -> None:
        self.world = world
        self.token = token
        self.privileged = privileged
        self.application_flags = 0
        self.url = ""
        self.heartbeat_interval = 41.25
        self.acknowledges = True
        self.refuse = 0
        self.refuse_status = 503
        self.count = Counters()
        self.sessions: dict[str, Session] = {}
        self.connections: list[Connection] = []
        self.dispatches: list[Dispatch] = []
        self.recording = True
        self.slow: set[int] = set()
        """Guilds that do not come at the beginning of a session, only when they are sent for."""
        world.listeners.append(self.dispatch)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serve one websocket until it closes."""
        if self.refuse > 0:
            self.refuse -= 1
            self.count.refused += 1
            self.world.changed()
            return web.Response(status=self.refuse_status)
        socket = web.WebSocketResponse(compress=False, autoclose=True)
        await socket.prepare(request)
        connection = Connection(socket, request.transport)
        self.connections.append(connection)
        self.count.connected += 1
        connection.send(
            {"op": 10, "s": None, "t": None, "d": {"heartbeat_interval": int(self.heartbeat_interval * 1000)}}
        )
        writer = asyncio.create_task(connection.write())
        try:
            await self._read(connection)
        finally:
            connection.outbox.put_nowait(None)
            self._forget(connection)
            await writer
        return socket

    async def _read(self, connection: Connection) -> None:
        async for message in connection.socket:
            if message.type is not WSMsgType.TEXT:
                await connection.socket.close(code=4002, message=b"Decode error.")
                return
            try:
                frame = orjson.loads(message.data)
            except orjson.JSONDecodeError:
                frame = None
            if not isinstance(frame, dict) or not isinstance(frame.get("op"), int):
                await connection.socket.close(code=4002, message=b"Decode error.")
                return
            problem = self._receive(connection, frame["op"], frame.get("d"))
            if problem:
                await connection.socket.close(code=problem)
                return

    def _receive(self, connection: Connection, op: int, data: Any) -> int | None:
        """Handle one frame; gives the close code where it breaks the rules."""
        if op == 1:
            self.count.heartbeats += 1
            if self.acknowledges:
                connection.send({"op": 11, "s": None, "t": None, "d": None})
            self.world.changed()
            return None
        if op in (2, 6):
            if connection.session is not None:
                return 4005
            return self._identify(connection, data) if op == 2 else self._resume(connection, data)
        if connection.session is None:
            return 4003
        if op == 8:
            self._members(connection.session, data)
        return None if op in (3, 4, 8, 31) else 4001

    def _identify(self, connection: Connection, data: Json) -> int | None:
        if data.get("token") != self.token:
            return 4004
        self._expire()
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~_KNOWN:
            return 4013
        if intents & _PRIVILEGED & ~self.privileged:
            return 4014
        shard = tuple(data.get("shard") or (0, 1))
        session = Session(f"session-{self.count.identified + 1}", intents, (int(shard[0]), int(shard[1])))
        self.sessions[session.id] = session
        session.connection, connection.session = connection, session
        self.count.identified += 1
        here = [guild for guild in self.world.guilds.values() if self.world.bot.id in guild.members]
        guilds = [guild for guild in here if _of_shard(session, guild.id)]
        ready = {
            "v": 10,
            "user": {**payloads.user(self.world.bot), "mfa_enabled": True, "verified": True, "email": None},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.url,
            "shard": list(session.shard),
            "application": {"id": str(self.world.bot.id), "flags": self.application_flags},
            "private_channels": [],
        }
        self._push(session, "READY", ready)
        for guild in guilds:
            if guild.id in self.slow:
                continue
            everybody = bool(intents & Intent.GUILD_MEMBERS)
            self._push(
                session, "GUILD_CREATE", payloads_guild.guild_create(guild, self.world, everybody=everybody)
            )
        self.world.changed()
        return None

    def _expire(self) -> None:
        """Forget sessions that nobody resumed for two minutes, such as those of killed processes."""
        long_ago = self.world.clock() - _SESSION_LIFE
        for session in [
            each for each in self.sessions.values() if not each.connection and each.left < long_ago
        ]:
            del self.sessions[session.id]

    def _resume(self, connection: Connection, data: Json) -> int | None:
        if data.get("token") != self.token:
            return 4004
        session = self.sessions.get(data.get("session_id") or "")
        if session is None:
            self.count.invalidated += 1
            connection.send({"op": 9, "s": None, "t": None, "d": False})
            return None
        seq = data.get("seq") or 0
        if seq > session.seq:
            return 4007
        if session.connection is not None:
            self._forget(session.connection)
        session.connection, connection.session = connection, session
        for number, frame in session.log:
            if number > seq:
                connection.outbox.put_nowait(frame)
        self._push(session, "RESUMED", {"_trace": []})
        self.count.resumed += 1
        self.world.changed()
        return None

    def _members(self, session: Session, data: Json) -> None:
        guild = self.world.guilds.get(int(data["guild_id"]))
        if guild is None:
            return
        wanted = {int(each) for each in data.get("user_ids") or []}
        query = str(data.get("query") or "").lower()
        found = [
            member
            for member in guild.members.values()
            if (member.user.id in wanted if wanted else member.user.name.lower().startswith(query))
        ]
        chunk: Json = {
            "guild_id": str(guild.id),
            "members": [payloads.member(member) for member in found],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [],
        }
        if data.get("nonce"):
            chunk["nonce"] = data["nonce"]
        self._push(session, "GUILD_MEMBERS_CHUNK", chunk)

    def dispatch(self, event: Event) -> None:
        """Send an event to every session that asked for it; those not connected get it on resuming."""
        rendered: dict[bool, Json] = {}
        for session in self.sessions.values():
            if event.intent and not event.intent & session.intents:
                continue
            if not _of_shard(session, event.guild.id if event.guild else None):
                continue
            content = bool(session.intents & Intent.MESSAGE_CONTENT)
            if content not in rendered:
                rendered[content] = event.render(content)
            self._push(session, event.name, rendered[content])

    def _push(self, session: Session, name: str, data: Any) -> None:
        session.seq += 1
        frame = orjson.dumps({"op": 0, "t": name, "s": session.seq, "d": data}).decode()
        session.log.append((session.seq, frame))
        if self.recording:
            self.dispatches.append(Dispatch(name, data, self.world.clock()))
        if session.connection is not None:
            session.connection.outbox.put_nowait(frame)

    def _forget(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
        session = connection.session
        if session is not None and session.connection is connection:
            session.connection = None
            session.left = self.world.clock()
            if connection.socket.close_code in (1000, 1001):
                self.sessions.pop(session.id, None)
        self.world.changed()

    async def drop(self, *, resumable: bool, code: int | None) -> None:
        """Close every connection; `None` cuts the line without a close frame."""
        if not resumable:
            self.sessions.clear()
        for connection in list(self.connections):
            self._forget(connection)
            if code is None:
                if connection.transport is not None:
                    connection.transport.abort()
            else:
                await connection.socket.close(code=code)


def _of_shard(session: Session, guild_id: int | None) -> bool:
    number, count = session.shard
    return (0 if guild_id is None else (guild_id >> 22) % count) == number
