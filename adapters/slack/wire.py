"""Socket Mode: connections that come back, and that are replaced before they are left.

The library's own client closes the old connection first, opens two new ones on a refresh, and acknowledges on
whichever is current; here an envelope is answered where it came from, and a connection that Slack wants to
close is read to its end beside its replacement.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Any

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest

from adapters.slack.calls import Clients
from adapters.slack.failures import TOKEN, Limited, Refused, Unanswered, read
from bot.errors import OperatorError
from bot.ports import Clock

log = structlog.get_logger(__name__)

MAKE_APP = (
    "Make an app-level token, which begins with xapp, with the scope connections:write on the app's"
    " Basic Information page, and put it into SLACK_APP_TOKEN."
)
UNKNOWN_APP = f"Slack does not accept SLACK_APP_TOKEN ({{error}}). {MAKE_APP}"
NO_SOCKETS = "Slack has switched Socket Mode off for this app: switch it on, on the app's Socket Mode page."
_FIRST, _CAP, _STEADY = 0.5, 30.0, 60.0
_HELLO, _HEARTBEAT = 15.0, 15.0
_DRAIN = 10.0
"""How long a connection that is to be closed is still read, once its replacement hears."""
_OPERATOR = TOKEN | {"missing_scope", "no_permission", "not_allowed"}

Handle = Callable[[dict[str, Any]], Awaitable[dict[str, Any] | None]]


class Line:
    """One connection. Envelopes are handled side by side and answered here."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, handle: Handle) -> None:
        self._socket = socket
        self._handle = handle
        self.hello = asyncio.Event()
        self.leaving = asyncio.Event()
        self.why = ""
        self._busy: set[asyncio.Task[None]] = set()
        self._reader = asyncio.create_task(self._read())

    @property
    def open(self) -> bool:
        """Whether anything can still come."""
        return not self._socket.closed and not self._reader.done()

    async def drain(self, clock: Clock) -> None:
        """Read on for a moment, let what is being handled be answered, and close."""
        patience = asyncio.ensure_future(clock.sleep(_DRAIN))
        await asyncio.wait({self._reader, patience}, return_when=asyncio.FIRST_COMPLETED)
        patience.cancel()
        if self._busy:
            await asyncio.wait(self._busy, timeout=_DRAIN)
        await self.close()

    async def close(self) -> None:
        """Leave at once; what was not answered is delivered again."""
        self._reader.cancel()
        for task in self._busy:
            task.cancel()
        await asyncio.gather(self._reader, *self._busy, return_exceptions=True)
        await self._socket.close()

    async def _read(self) -> None:
        try:
            async for message in self._socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._told(message.data)
        finally:
            self.why = self.why or "the connection ended"
            self.leaving.set()

    def _told(self, text: str) -> None:
        try:
            envelope = json.loads(text)
        except ValueError:
            envelope = None
        if not isinstance(envelope, dict):
            log.warning("envelope not readable")
            return
        match envelope.get("type"):
            case "hello":
                self.hello.set()
            case "disconnect":
                self.why = str(envelope.get("reason") or "disconnect")
                self.leaving.set()
            case _ if envelope.get("envelope_id"):
                task = asyncio.create_task(self._answer(envelope))
                self._busy.add(task)
                task.add_done_callback(self._busy.discard)

    async def _answer(self, envelope: dict[str, Any]) -> None:
        try:
            payload = await self._handle(envelope)
        except Exception:
            log.exception("envelope not acknowledged", type=envelope.get("type"))
            return
        if payload is None:
            return
        answer = {"envelope_id": envelope["envelope_id"]} | ({"payload": payload} if payload else {})
        try:
            await self._socket.send_str(json.dumps(answer))
        except (ConnectionError, aiohttp.ClientError) as error:
            log.info("acknowledgement not sent", error=repr(error))


class Sockets:
    """Keeps `count` connections, each of which takes its share of what Slack tells."""

    def __init__(self, clients: Clients, app_token: str, app: AsyncApp, clock: Clock, count: int = 1) -> None:
        self._clients = clients
        self._token = app_token
        self._app = app
        self._clock = clock
        self._count = count
        self._lines: set[Line] = set()
        self._problem = "not connected yet"
        self.hearing: Callable[[], None] = lambda: None
        """Called whenever something is heard again after nothing was."""

    def health(self) -> str:
        """Why nothing is heard, "" while at least one connection hears."""
        return "" if any(map(_hears, self._lines)) else self._problem

    async def run(self) -> None:
        """Hear until cancelled; raises OperatorError where trying again cannot help."""
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._count):
                    group.create_task(self._keep(group))
        except* OperatorError as errors:
            raise errors.exceptions[0] from None
        finally:
            await asyncio.gather(*(line.close() for line in list(self._lines)), return_exceptions=True)
            self._lines.clear()

    async def _keep(self, group: asyncio.TaskGroup) -> None:
        failures = 0
        while True:
            began = self._clock.monotonic()
            try:
                line = await self._open()
            except (Refused, Unanswered, aiohttp.ClientError, OSError, TimeoutError) as error:
                why = _why(error)
                self._problem = f"cannot connect ({why})"
                log.warning("socket not opened", error=why, failures=failures)
                wait = min(_CAP, _FIRST * 2 ** min(failures, 10))
                failures += 1
                await self._clock.sleep(max(wait, error.after) if isinstance(error, Limited) else wait)
                continue
            await line.leaving.wait()
            log.info("connection to be replaced", why=line.why)
            if line.why == "link_disabled":
                raise OperatorError(NO_SOCKETS)
            self._problem = line.why
            failures = 0 if self._clock.monotonic() - began > _STEADY or line.open else failures + 1
            group.create_task(self._leave(line))
            if failures > 1:
                await self._clock.sleep(min(_CAP, _FIRST * 2 ** min(failures - 2, 10)))

    async def _leave(self, line: Line) -> None:
        try:
            await line.drain(self._clock)
        finally:
            self._lines.discard(line)

    async def _open(self) -> Line:
        try:
            with read("apps.connections.open"):
                answer = await self._clients.make().apps_connections_open(app_token=self._token)
        except Refused as error:
            if error.error in _OPERATOR:
                raise OperatorError(UNKNOWN_APP.format(error=error.error)) from error
            raise
        socket = await self._clients.session.ws_connect(str(answer["url"]), heartbeat=_HEARTBEAT)
        line = Line(socket, self._handle)
        self._lines.add(line)
        try:
            async with asyncio.timeout(_HELLO):
                await line.hello.wait()
        except BaseException:
            self._lines.discard(line)
            await line.close()
            raise
        if not any(_hears(other) for other in self._lines if other is not line):
            self.hearing()
        return line

    async def _handle(self, envelope: dict[str, Any]) -> dict[str, Any] | None:
        """Let Bolt handle an envelope: what to answer, None for no answer at all."""
        payload = envelope.get("payload")
        headers: dict[str, str | Sequence[str]] = {
            "x-slack-retry-num": [str(envelope.get("retry_attempt") or 0)],
            "x-slack-retry-reason": [str(envelope.get("retry_reason") or "")],
        }
        request = AsyncBoltRequest(mode="socket_mode", body=payload or {}, headers=headers)
        response = await self._app.async_dispatch(request)
        if response.status != HTTPStatus.OK:
            return None
        if not response.body:
            return {}
        kind = response.headers.get("content-type", [""])[0]
        return (
            dict(json.loads(response.body))
            if kind.startswith("application/json")
            else {"text": response.body}
        )


def _hears(line: Line) -> bool:
    return line.open and line.hello.is_set()


def _why(error: Exception) -> str:
    """What went wrong, without the address: it carries the ticket of the connection."""
    if isinstance(error, aiohttp.ClientResponseError):
        return f"the socket was refused with {error.status}"
    return str(error) or type(error).__name__
