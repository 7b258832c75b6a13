"""HTTP delivery: signed requests to the app's URLs, three seconds each, tried again as Slack does."""

import asyncio
import contextlib
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import aiohttp

from .app import App
from .clock import Clock
from .parcels import ACK_SECONDS, Office, Parcel
from .traffic import Delivery

_REASONS = {"timeout": "http_timeout", "error": "http_error", "connection": "connection_failed"}


class Webhooks:
    """Posts parcels to the request URL, the interactivity URL and the commands' URL."""

    def __init__(self, app: App, clock: Clock, office: Office, now: Callable[[], float]) -> None:
        self.app = app
        self.clock = clock
        self.office = office
        self.now = now
        self.urls: dict[str, str] = {}
        self.skew = 0.0
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def aim(self, url: str) -> None:
        """Use one URL for everything, as Bolt serves it."""
        self.urls = dict.fromkeys(("events_api", "interactive", "slash_commands"), url)

    def send(self, parcel: Parcel) -> None:
        """Post a parcel in a task of its own."""
        task = asyncio.get_running_loop().create_task(self._post(parcel))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stop posting."""
        for task in list(self._tasks):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if self._session is not None:
            await self._session.close()
            self._session = None

    def signed(self, body: str) -> dict[str, str]:
        """The headers that prove that a body is Slack's."""
        stamp = str(int(self.now() + self.skew))
        secret = self.app.signing_secret.encode()
        digest = hmac.new(secret, f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    async def _post(self, parcel: Parcel) -> None:
        delivery = self.office.attempt(parcel, "http")
        self.office.changed()
        kind, body = _body(parcel)
        headers = {"Content-Type": kind, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        headers |= self.signed(body)
        if delivery.attempt:
            headers["X-Slack-Retry-Num"] = str(delivery.attempt)
            headers["X-Slack-Retry-Reason"] = delivery.reason
        outcome, answer, again = await self.call(self.urls[parcel.kind], body, headers, delivery)
        if outcome == "ok":
            self.office.acked(parcel, delivery, answer)
        else:
            self.office.failed(parcel, _REASONS[outcome], again=again)

    async def call(
        self, url: str, body: str, headers: dict[str, str], delivery: Delivery | None = None
    ) -> tuple[str, Any, bool]:
        """Make one request: how it went, what was answered, whether it may be tried again."""
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=200))
        late = asyncio.get_running_loop().create_future()
        self.clock.call_later(ACK_SECONDS, lambda: None if late.done() else late.set_result(None))
        asking = asyncio.ensure_future(self._ask(self._session, url, body, headers))
        try:
            await asyncio.wait({asking, late}, return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                return "timeout", None, True
            status, answer, no_retry = asking.result()
        except (aiohttp.ClientError, OSError):
            return "connection", None, True
        finally:
            late.cancel()
            if not asking.done():
                asking.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await asking
        if delivery is not None:
            delivery.status = status
        return ("ok", answer, True) if 200 <= status < 300 else ("error", answer, not no_retry)

    async def _ask(
        self, session: aiohttp.ClientSession, url: str, body: str, headers: dict[str, str]
    ) -> tuple[int, Any, bool]:
        async with session.post(url, data=body.encode(), headers=headers, allow_redirects=False) as response:
            text = await response.text()
            answer: Any = text or None
            if text and "json" in response.headers.get("Content-Type", ""):
                with contextlib.suppress(ValueError):
                    answer = json.loads(text)
            return response.status, answer, response.headers.get("X-Slack-No-Retry") == "1"


def _body(parcel: Parcel) -> tuple[str, str]:
    if parcel.kind == "events_api":
        return "application/json", json.dumps(parcel.payload)
    form = parcel.payload if parcel.kind == "slash_commands" else {"payload": json.dumps(parcel.payload)}
    return "application/x-www-form-urlencoded", urlencode(form)
