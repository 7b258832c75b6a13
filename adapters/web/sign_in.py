"""The password: who has signed in, and how often one may guess."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import deque

from starlette.requests import Request
from starlette.responses import Response

from bot.ports import Clock

COOKIE = "adieu_session"
SESSION_SECONDS = 14 * 24 * 3600
WINDOW_SECONDS = 60
TRIES = 5
TRIES_OF_ALL = 30


class Sessions:
    """Signed cookies. A new password signs everybody out, since the key is made of it."""

    def __init__(self, secret: bytes, password: str, clock: Clock) -> None:
        self._key = hmac.new(secret, b"session:" + password.encode(), hashlib.sha256).digest()
        self._password = hashlib.sha256(password.encode()).digest()
        self._clock = clock

    def right(self, password: str) -> bool:
        """Whether this is the password, in a time that tells nothing."""
        return hmac.compare_digest(hashlib.sha256(password.encode()).digest(), self._password)

    def of(self, request: Request) -> str:
        """The session of a request, "" where nobody has signed in."""
        value = request.cookies.get(COOKIE, "")
        named, _, signature = value.rpartition(".")
        if not hmac.compare_digest(self._sign(named).encode(), signature.encode()):
            return ""
        until, _, _ = named.partition(".")
        return named if self._clock.now().timestamp() < int(until) else ""

    def begin(self, request: Request, response: Response) -> None:
        """Sign the browser in."""
        until = int(self._clock.now().timestamp()) + SESSION_SECONDS
        named = f"{until}.{secrets.token_hex(16)}"
        response.set_cookie(
            COOKIE,
            f"{named}.{self._sign(named)}",
            max_age=SESSION_SECONDS,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )

    def end(self, response: Response) -> None:
        """Sign the browser out."""
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")

    def _sign(self, named: str) -> str:
        return hmac.new(self._key, named.encode(), hashlib.sha256).hexdigest()


class Tries:
    """Wrong passwords of the last minute, by address and altogether."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: deque[tuple[float, str]] = deque()

    def wait(self, address: str) -> int:
        """Seconds until this address may try again, 0 for now."""
        now = self._clock.monotonic()
        while self._failures and now - self._failures[0][0] >= WINDOW_SECONDS:
            self._failures.popleft()
        own = [at for at, who in self._failures if who == address]
        if len(own) < TRIES and len(self._failures) < TRIES_OF_ALL:
            return 0
        oldest = own[0] if len(own) >= TRIES else self._failures[0][0]
        return max(1, round(WINDOW_SECONDS - (now - oldest)))

    def failed(self, address: str) -> None:
        """Count a wrong password."""
        self._failures.append((self._clock.monotonic(), address))
