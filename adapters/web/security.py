"""What stands between the network and the pages: headers, the host, the sign-in, proof of our own page."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.web.refused import Refused
from adapters.web.sign_in import Sessions
from bot.ports import Shelf
from bot.texts import refusals

LARGEST_BODY = 64 * 1024
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:;"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: browsers would then say "Origin: null" on our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
# What is seen without signing in: health, and the sign-in page with its looks.
OPEN = frozenset({"/healthz", "/sign-in", "/static/base.css", "/static/plain.css", "/static/mark.svg"})


class Guard:
    """The outermost layer. `hosts` are the only names it answers to; None: any (a password stands in).

    `mounts` are other adapters' applications by path prefix. They look after themselves: platforms call them
    from outside, by any name and without our password.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: frozenset[str] | None,
        sessions: Sessions | None,
        mounts: Mapping[str, ASGIApp],
    ) -> None:
        self._app = app
        self._mounts = mounts
        self._hosts = hosts
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        for prefix, mounted in self._mounts.items():
            if scope["path"].startswith(prefix.rstrip("/") + "/") or scope["path"] == prefix:
                await mounted({**scope, "root_path": scope.get("root_path", "") + prefix}, receive, send)
                return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        refusal = self._refusal(scope)
        await (refusal or self._app)(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> Response | None:
        path = scope["path"]
        if path == "/healthz":
            return None
        # A page of another site may have had its name pointed at this machine (DNS rebinding).
        if self._hosts is not None and _hostname(Headers(scope=scope).get("host", "")) not in self._hosts:
            return PlainTextResponse("This server answers on localhost only.\n", 421)
        if self._sessions is None or path in OPEN or self._sessions.of(Request(scope)):
            return None
        if scope["method"] == "GET" and not path.startswith(("/api/", "/events")):
            return RedirectResponse("/sign-in", 303)
        return PlainTextResponse("Sign in first.\n", 401)


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


class Token:
    """Proof that a request comes from a page of ours: bound to the installation and to the session."""

    def __init__(self, secret: bytes, sessions: Sessions | None) -> None:
        self._secret = secret
        self._sessions = sessions

    def of(self, request: Request) -> str:
        """What the page that answers `request` carries."""
        session = self._sessions.of(request) if self._sessions else ""
        return hmac.new(self._secret, b"page:" + session.encode(), hashlib.sha256).hexdigest()

    def check(self, request: Request, token: str) -> None:
        """Raise Refused unless the request comes from our own page, in this session."""
        site = request.headers.get("sec-fetch-site", "same-origin")
        origin = request.headers.get("origin")
        ours = origin is None or urlsplit(origin).netloc == request.headers.get("host")
        if site != "same-origin" or not ours:
            raise Refused(403, refusals.from_another_site)
        if not hmac.compare_digest(token.encode(), self.of(request).encode()):
            raise Refused(403, refusals.out_of_date)


async def secret(shelf: Shelf) -> bytes:
    """The installation's own secret, made at its first start."""
    kept = await shelf.get("web.meta", "secret")
    if kept is None:
        kept = {"value": secrets.token_hex(32)}
        await shelf.put("web.meta", "secret", kept)
    return bytes.fromhex(kept["value"])


async def body(request: Request, largest: int = LARGEST_BODY) -> bytes:
    """The whole body, refused as soon as it is too large."""
    received = b""
    try:
        async for chunk in request.stream():
            received += chunk
            if len(received) > largest:
                raise Refused(413, refusals.too_much)
    except ClientDisconnect:
        raise Refused(400, "The request was cut off.") from None
    return received


async def json_body(request: Request) -> dict[str, Any]:
    """The body as a JSON object."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Refused(415, "Requests must be JSON.")
    try:
        value = orjson.loads(await body(request))
    except orjson.JSONDecodeError:
        raise Refused(400, "The request is not JSON.") from None
    if not isinstance(value, dict):
        raise Refused(400, "The request must be a JSON object.")
    return value
