"""What Slack reaches over HTTP: events, and the pages with which a workspace adds the app."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.response import BoltResponse

log = structlog.get_logger(__name__)

PREFIX = "/slack"
_LARGEST = 2_000_000

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Page = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]


class Pages:
    """An ASGI application. `app` is None where events come over a socket, `flow` for one workspace."""

    def __init__(self, app: AsyncApp | None, flow: AsyncOAuthFlow | None) -> None:
        self._pages: dict[tuple[str, str], Page] = {}
        if app is not None:
            self._pages["POST", "/events"] = app.async_dispatch
        if flow is not None:
            self._pages["GET", "/install"] = flow.handle_installation
            self._pages["GET", "/oauth_redirect"] = flow.handle_callback

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request; nothing but HTTP comes here."""
        if scope["type"] != "http":
            return
        page = self._pages.get((str(scope["method"]), _path(scope)))
        if page is None:
            await _send(send, BoltResponse(status=404, body="Not found"))
            return
        body = await _body(receive)
        if body is None:
            await _send(send, BoltResponse(status=413, body="Too large"))
            return
        try:
            response = await page(_request(scope, body))
        except Exception:
            # Anything but a 200 brings the event again, and the browser a page that says so.
            log.exception("request failed", path=scope["path"])
            response = BoltResponse(status=500, body="That did not work just now. Please try again.")
        await _send(send, response)


def _path(scope: Mapping[str, Any]) -> str:
    """The path behind our prefix, however the application is mounted."""
    path = str(scope["path"])
    root = str(scope.get("root_path") or "")
    return path.removeprefix(root).removeprefix(PREFIX)


def _request(scope: Mapping[str, Any], body: bytes) -> AsyncBoltRequest:
    headers: dict[str, str | Sequence[str]] = {}
    for name, value in scope["headers"]:
        key = name.decode("latin-1").lower()
        joined = "; " if key == "cookie" else ", "
        told = value.decode("latin-1")
        headers[key] = f"{headers[key]}{joined}{told}" if key in headers else told
    query = bytes(scope.get("query_string") or b"").decode("latin-1")
    return AsyncBoltRequest(body=body.decode("utf-8", "replace"), query=query, headers=headers)


async def _body(receive: Receive) -> bytes | None:
    """The whole body, None where it is larger than anything that Slack sends."""
    whole = bytearray()
    while True:
        message = await receive()
        whole += message.get("body", b"")
        if len(whole) > _LARGEST:
            return None
        if not message.get("more_body", False):
            return bytes(whole)


async def _send(send: Send, response: BoltResponse) -> None:
    body = (response.body or "").encode()
    headers = [
        (name.encode("latin-1"), value.encode("latin-1"))
        for name, values in response.headers.items()
        if name.lower() != "content-length"
        for value in values
    ]
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
