"""Requests to Slack that wait, repeat and give up by our rules.

Slack's library would post a message twice after a lost answer and not wait for a rate limit at all, so it is
used without its own retries: what may be repeated is repeated here.
"""

from __future__ import annotations

from typing import Any, Protocol

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.failures import Limited, Unanswered, read
from adapters.slack.pacing import LIMITS, Key, Pacer
from bot.ports import Clock

_DEADLINE = 120.0
_BACKOFF = (0.3, 1.0, 2.0, 4.0, 8.0)
_BUSY = 0.2
"""An impatient request does not wait longer than this for its turn."""


def reserve(method: str) -> int:
    """How many calls of a limit only patient requests may use."""
    most, _seconds = LIMITS.get(method, (0, 0.0))
    return most * 3 // 10


def backoff(attempt: int) -> float:
    """Seconds to wait after so many attempts without an answer, the first being 0."""
    return _BACKOFF[min(attempt, len(_BACKOFF) - 1)]


class Tokens(Protocol):
    """Whose token speaks in a workspace. Raises Refused where there is none."""

    async def token(self, workspace: str) -> str: ...


class Clients:
    """Makes web clients that never retry by themselves, on one connection pool."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self.session = session
        self.base = base.rstrip("/") + "/"
        self._known: dict[str, AsyncWebClient] = {}

    def make(self, token: str | None = None) -> AsyncWebClient:
        """A client of its own."""
        return AsyncWebClient(token, base_url=self.base, session=self.session, retry_handlers=[])

    def of(self, token: str) -> AsyncWebClient:
        """The client of a token."""
        if token not in self._known:
            if len(self._known) >= 1000:  # noqa: PLR2004  # rotated tokens leave clients behind
                self._known.clear()
            self._known[token] = self.make(token)
        return self._known[token]


class Calls:
    """The Web API. Raises `Refused` for a clear no, `Unanswered` for no answer in time."""

    def __init__(self, clients: Clients, tokens: Tokens, clock: Clock) -> None:
        self.clients = clients
        self.pacer = Pacer(clock)
        self._tokens = tokens
        self._clock = clock

    async def ask(
        self, workspace: str, method: str, *, patient: bool = True, repeat: bool = True, **arguments: Any
    ) -> dict[str, Any]:
        """Send until answered. `repeat=False` is for what must not happen twice: it raises a lost answer.

        An impatient request is tried once, and not at all where it would have to wait.
        """
        key = self._key(workspace, method, arguments)
        until = self._clock.monotonic() + _DEADLINE
        attempt = 0
        while True:
            wait = self.pacer.wait(key, 0 if patient else reserve(method))
            if wait > (until - self._clock.monotonic() if patient else _BUSY):
                raise Limited(f"no room for {method} in time", wait)
            if wait:
                await self._clock.sleep(wait)
                continue
            try:
                return await self.once(workspace, method, **arguments)
            except Limited:
                if not patient:
                    raise
            except Unanswered:
                wait = backoff(attempt)
                attempt += 1
                if not (patient and repeat) or self._clock.monotonic() + wait > until:
                    raise
                await self._clock.sleep(wait)

    async def once(self, workspace: str, method: str, **arguments: Any) -> dict[str, Any]:
        """Send one time, now. A rate limit is noted for whoever asks `wait`."""
        key = self._key(workspace, method, arguments)
        self.pacer.take(key)
        try:
            with read(method):
                client = self.clients.of(await self._tokens.token(workspace))
                answer = await getattr(client, method.replace(".", "_"))(**arguments)
        except Limited as failure:
            self.pacer.refuse(key, failure.after)
            raise
        if not isinstance(answer.data, dict):
            raise Unanswered(f"{method} answered something else than JSON")
        return dict(answer.data)

    def wait(self, workspace: str, method: str, leave: int = 0) -> float:
        """Seconds until a call may go out that leaves so many of the limit to others; 0 for now."""
        return self.pacer.wait((workspace, method), leave)

    def room(self, workspace: str, method: str) -> bool:
        """Whether an impatient call could go out now."""
        return self.wait(workspace, method, reserve(method)) <= 0

    def _key(self, workspace: str, method: str, arguments: dict[str, Any]) -> Key:
        if method == "chat.postMessage":
            return (workspace, method, str(arguments.get("channel", "")))
        return (workspace, method)
