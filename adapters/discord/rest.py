"""Requests to Discord that wait, repeat and give up by our rules.

discord.py's own requests sleep silently on an exhausted bucket, drop what meets a 503 or a reset connection,
and stampede after a global limit. A reply on its way cannot afford any of these, so what we
send goes through here; the gateway and the answers to interactions stay with the library.
"""

from __future__ import annotations

from http import HTTPStatus
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

import aiohttp
import orjson

from adapters.discord.buckets import Buckets
from adapters.discord.failures import Code, Refused, Unanswered, refused, words
from adapters.discord.pacing import Room
from bot.ports import Clock

_AGENT = f"DiscordBot (adieu, {version('adieu')})"
_ATTEMPT = aiohttp.ClientTimeout(total=10, connect=5)
_DEADLINE = 45.0
_BACKOFF = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
_AT_ONCE = (0.0, 0.2, 0.4, 0.8, 0.8)
_WAITS = 2.5
"""Seconds that Discord waits for the answer to an interaction, less a little for the way."""
_BUSY = 0.25
"""An impatient request does not wait longer than this for its turn."""


class Rest:
    """Discord's REST interface. Raises `Refused` for a clear no, `Unanswered` for no answer in time."""

    def __init__(self, session: aiohttp.ClientSession, base: str, token: str, clock: Clock) -> None:
        self._session = session
        self._base = base.rstrip("/")
        self._headers = {"Authorization": f"Bot {token}", "User-Agent": _AGENT}
        self._clock = clock
        self._buckets = Buckets()

    def room(self, method: str, path: str) -> Room:
        """What is left of the budget that a request would use."""
        return self._buckets.room(self._buckets.key(method, path), self._clock.monotonic())

    async def get(self, path: str) -> Any:
        """Read something."""
        return await self.request("GET", path)

    async def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        reason: str = "",
        patient: bool = True,
        repeat: bool = True,
    ) -> Any:
        """Send until answered. `repeat=False` is for what must not happen twice: it raises a lost answer.

        An impatient request is tried once, and not at all where it would have to wait.
        """
        until = self._clock.monotonic() + _DEADLINE
        key = self._buckets.key(method, path)
        attempt = 0
        while True:
            wait = self._buckets.take(key, self._clock.monotonic())
            if wait > (_BUSY if not patient else until - self._clock.monotonic()):
                raise Unanswered("the rate limit leaves no room in time", after=wait, perhaps=False)
            if wait:
                await self._clock.sleep(wait)
                continue
            try:
                return await self._once(key, method, path, body, reason)
            except Unanswered as failure:
                wait = failure.after or _BACKOFF[min(attempt, len(_BACKOFF) - 1)]
                attempt += 1
                if not patient or (failure.perhaps and not repeat) or self._clock.monotonic() + wait > until:
                    raise
            await self._clock.sleep(wait)

    async def callback(self, path: str, body: Any) -> None:
        """Answer an interaction while somebody waits; the limits of other requests do not hold for these.

        That it was answered already is, after a request without an answer, the answer that was lost.
        """
        until = self._clock.monotonic() + _WAITS
        for attempt, pause in enumerate(_AT_ONCE):
            try:
                await self._once(path, "POST", path, body, "")
            except Unanswered as failure:
                wait = failure.after or pause
                if attempt == len(_AT_ONCE) - 1 or self._clock.monotonic() + wait > until:
                    raise
                if wait:
                    await self._clock.sleep(wait)
            except Refused as error:
                if attempt == 0 or error.code != Code.ALREADY_ACKNOWLEDGED:
                    raise
                return
            else:
                return

    async def _once(self, key: str, method: str, path: str, body: Any, reason: str) -> Any:
        headers = dict(self._headers)
        if reason:
            headers["X-Audit-Log-Reason"] = quote(reason[:400], safe="/ ")
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = orjson.dumps(body)
        try:
            async with self._session.request(
                method, self._base + path, data=data, headers=headers, timeout=_ATTEMPT
            ) as response:
                text = await response.read()
                self._buckets.learn(key, response.headers, self._clock.monotonic())
                return self._read(key, response, text)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Unanswered(f"no answer from Discord ({words(error)})") from error
        finally:
            self._buckets.landed(key)

    def _read(self, key: str, response: aiohttp.ClientResponse, text: bytes) -> Any:
        status = response.status
        try:
            answer = orjson.loads(text) if text else None
        except orjson.JSONDecodeError:
            answer = None
        if status < HTTPStatus.MULTIPLE_CHOICES:
            return answer
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            known = answer if isinstance(answer, dict) else {}
            after = float(known.get("retry_after") or response.headers.get("Retry-After") or 5.0)
            after = max(after, 0.05)
            self._buckets.refuse(
                key, after, self._clock.monotonic(), everywhere=bool(known.get("global")) or not known
            )
            raise Unanswered("Discord's rate limit", after=after, perhaps=False)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Unanswered(f"Discord answered {status}")
        raise refused(status, answer)
