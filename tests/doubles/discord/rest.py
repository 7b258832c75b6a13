"""The REST door: authorisation, faults, rate limits, bodies, and a record of everything."""

import asyncio
import re
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

import orjson
from aiohttp import BodyPartReader, web

from . import rest_channels, rest_guilds, rest_interactions, rest_messages
from .errors import Json, Refused, plain
from .faults import Fault, Faults
from .ratelimits import RateLimits, too_many
from .routes import Answer, Call, Desk, Route, find
from .traffic import Exchange

ROUTE_FILES = (rest_channels, rest_guilds, rest_interactions, rest_messages)
PREFIX = "/api/v10"
_FILE = re.compile(r"files\[(\d+)\]")
_MAJORS = ("channel_id", "guild_id", "webhook_id", "webhook_token")


class Rest:
    """Answers every REST request."""

    def __init__(self, desk: Desk, token: str, limits: RateLimits, faults: Faults) -> None:
        self.desk = desk
        self.token = token
        self.limits = limits
        self.faults = faults
        self.traffic: list[Exchange] = []
        self.recording = True
        self.latency = 0.0
        self.charset = ""
        self.invalid_requests = 0

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request, record it, and let waiters look."""
        raw_path = request.rel_url.raw_path.removeprefix(PREFIX)
        found = find(request.method, raw_path)
        exchange = Exchange(
            method=request.method,
            path=unquote(raw_path),
            template=found[0].template if found else "",
            headers=dict(request.headers),
            body=None,
            time=self.desk.world.clock(),
            query=dict(request.query),
        )
        if self.recording:
            self.traffic.append(exchange)
        if self.latency:
            await asyncio.sleep(self.latency)
        fault = self.faults.strike(request.method, exchange.path)
        if fault:
            self.desk.world.changed()
        headers, answer = await self._answer(request, exchange, found, fault)
        exchange.finished = self.desk.world.clock()
        self.desk.world.changed()
        if answer is None:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        exchange.status, exchange.response = answer
        if answer[0] in (401, 403, 429):
            self.invalid_requests += 1
        self.desk.world.changed()
        return _respond(answer, headers, self.charset)

    async def _answer(
        self,
        request: web.BaseRequest,
        exchange: Exchange,
        found: tuple[Route, dict[str, str]] | None,
        fault: Fault | None,
    ) -> tuple[dict[str, str], Answer | None]:
        headers: dict[str, str] = {}
        try:
            call = await self._read(request, exchange, found)
            if fault and not fault.after_effect:
                lost = await _suffer(fault)
                if lost is not None:
                    return lost
            if found is None:
                raise plain(HTTPStatus.NOT_FOUND)
            self._authorise(request, found[0])
            major = "/".join(call.args[name] for name in _MAJORS if name in call.args)
            headers, too_many_now = self.limits.take(request.method, found[0].template, major, call.body)
            if too_many_now:
                return too_many_now.headers, (429, too_many_now.body)
            answer: Answer = found[0].handler(self.desk, call)
        except Refused as refusal:
            return headers, (refusal.status, refusal.body)
        if fault and fault.after_effect:
            self.desk.world.changed()
            lost = await _suffer(fault)
            if lost is not None:
                return lost
        return headers, answer

    def _authorise(self, request: web.BaseRequest, found: Route) -> None:
        if not found.public and request.headers.get("Authorization") != f"Bot {self.token}":
            raise plain(HTTPStatus.UNAUTHORIZED)

    async def _read(
        self, request: web.BaseRequest, exchange: Exchange, found: tuple[Route, dict[str, str]] | None
    ) -> Call:
        call = Call(found[1] if found else {}, exchange.query)
        reason = request.headers.get("X-Audit-Log-Reason")
        if reason is not None:
            call.reason = unquote(reason)
            if len(call.reason) > 512:
                raise Refused(
                    50035,
                    errors={"_errors": [{"code": "BASE_TYPE_BAD_LENGTH", "message": "Reason too long"}]},
                )
        if request.content_type == "multipart/form-data":
            exchange.multipart = True
            await self._read_files(request, call)
        elif request.can_read_body:
            text = await request.read()
            if text and request.content_type != "application/json":
                raise Refused(
                    50035,
                    errors={"_errors": [{"code": "CONTENT_TYPE_INVALID", "message": request.content_type}]},
                )
            try:
                call.body = orjson.loads(text) if text else None
            except orjson.JSONDecodeError:
                raise Refused(50109) from None
        exchange.body = call.body
        return call

    async def _read_files(self, request: web.BaseRequest, call: Call) -> None:
        files: dict[int, tuple[str, bytes, str]] = {}
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            if not isinstance(part, BodyPartReader):
                continue
            content = bytes(await part.read(decode=True))
            if part.name == "payload_json":
                call.body = orjson.loads(content)
            elif match := _FILE.fullmatch(part.name or ""):
                kind = part.headers.get("Content-Type", "application/octet-stream")
                files[int(match[1])] = (part.filename or "file", content, kind)
        listed = _listed(call.body)
        for number, (filename, content, kind) in files.items():
            described = listed.get(str(number), {})
            attachment = self.keep(filename, content, kind)
            if described.get("description"):
                attachment["description"] = described["description"]
            call.attachments.append(attachment)

    def keep(self, filename: str, content: bytes, kind: str) -> Json:
        """Store a file where the double's content server finds it; gives the attachment object."""
        attachment_id = self.desk.world.new_id()
        path = f"/attachments/{attachment_id}/{filename}"
        self.desk.world.attachments[path] = (content, kind)
        url = f"{self.desk.world.base_url}{path}"
        return {
            "id": str(attachment_id),
            "filename": filename,
            "size": len(content),
            "url": url,
            "proxy_url": url,
            "content_type": kind,
        }


def _listed(body: Any) -> dict[str, Json]:
    message = body if isinstance(body, dict) else {}
    for key in ("data", "message"):
        if isinstance(message.get(key), dict):
            message = message[key]
    return {str(each.get("id")): each for each in message.get("attachments") or [] if isinstance(each, dict)}


async def _suffer(fault: Fault) -> tuple[dict[str, str], Answer | None] | None:
    """Let a fault happen; gives what becomes of the answer, or `None` to go on as if nothing had been."""
    if fault.status == "hang":
        await fault.hang()
        return None
    if fault.status == "drop":
        return {}, None
    if fault.status == HTTPStatus.TOO_MANY_REQUESTS:
        refused = too_many(fault.retry_after)
        return refused.headers, (int(fault.status), refused.body)
    status = HTTPStatus(fault.status)
    refusal = Refused(fault.code) if fault.code else plain(status)
    return {}, (status.value, refusal.body)


def _respond(answer: Answer, headers: dict[str, str], charset: str) -> web.Response:
    """Discord's own type is bare; what stands in front of it may name a character set."""
    status, body = answer
    if body is None:
        return web.Response(status=status, headers=headers)
    kind = f"application/json; charset={charset}" if charset else "application/json"
    headers = {**headers, "Content-Type": kind}
    return web.Response(status=status, headers=headers, body=orjson.dumps(body))
