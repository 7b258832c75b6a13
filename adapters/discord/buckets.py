"""Discord's rate limits as its headers tell them: who may send now, and who waits how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.discord.pacing import TOKENS, WINDOW, Room

_PACE = 1 / 40
"""After the global limit was hit, requests go out one by one at this distance,"""
_PACED_FOR = 60.0
"""for so long: all waiters let go at once would only hit it again."""
_MANY = 512


@dataclass(slots=True)
class _Bucket:
    left: int = TOKENS
    fresh_at: float = 0.0
    flying: int = 0
    limit: int = 0
    """0 until Discord has told a limit: what it never limits is not held back."""


class Buckets:
    """The budget of every route and channel. What is full again is forgotten."""

    def __init__(self) -> None:
        self._buckets: dict[str, _Bucket] = {}
        self._stopped_until = 0.0
        self._paced_until = 0.0
        self._next = 0.0

    def __len__(self) -> int:
        return len(self._buckets)

    @staticmethod
    def key(method: str, path: str) -> str:
        """The bucket that a request counts against: method, route, and the first id in it."""
        parts = path.partition("?")[0].split("/")
        rest = ["*" if part.isdigit() or part.startswith("%") else part for part in parts[3:]]
        return " ".join((method, *parts[1:3], *rest))

    def room(self, key: str, now: float) -> Room:
        """What is left, as far as is known; a full one where nothing is known."""
        if now < self._stopped_until:
            return Room(0, self._stopped_until - now)
        bucket = self._buckets.get(key)
        if bucket is None or now >= bucket.fresh_at:
            return Room((bucket.limit - bucket.flying) if bucket and bucket.limit else TOKENS, 0.0)
        return Room(bucket.left, bucket.fresh_at - now)

    def take(self, key: str, now: float) -> float:
        """Take a place and give 0.0, or say how many seconds to wait before asking again."""
        if now < self._stopped_until:
            return self._stopped_until - now
        bucket = self._buckets.get(key)
        if bucket is not None and bucket.left <= 0 and now < bucket.fresh_at:
            return bucket.fresh_at - now
        if now < self._paced_until:
            wait = self._next - now
            if wait > 0:
                return wait
            self._next = now + _PACE
        if bucket is None:
            self._forget(now)
            bucket = self._buckets[key] = _Bucket()
        if now >= bucket.fresh_at and bucket.limit:
            bucket.left, bucket.fresh_at = bucket.limit - bucket.flying, now + WINDOW
        bucket.left -= 1
        bucket.flying += 1
        return 0.0

    def landed(self, key: str) -> None:
        """A request has been answered, or never will be."""
        bucket = self._buckets.get(key)
        if bucket is not None:
            bucket.flying = max(0, bucket.flying - 1)

    def learn(self, key: str, headers: Mapping[str, str], now: float) -> None:
        """Believe the headers of an answer, minus what is still on its way."""
        bucket = self._buckets.get(key)
        left, after = headers.get("X-RateLimit-Remaining"), headers.get("X-RateLimit-Reset-After")
        if bucket is None or left is None or after is None:
            return
        bucket.left = int(left) - max(0, bucket.flying - 1)
        bucket.fresh_at = now + float(after)
        bucket.limit = int(headers.get("X-RateLimit-Limit", TOKENS))

    def refuse(self, key: str, after: float, now: float, *, everywhere: bool) -> None:
        """A 429: nothing more until `after` seconds have passed, here or everywhere."""
        if everywhere:
            self._stopped_until = max(self._stopped_until, now + after)
            self._paced_until = self._stopped_until + _PACED_FOR
            return
        bucket = self._buckets.get(key)
        if bucket is not None:
            bucket.left, bucket.fresh_at = 0, now + after

    def _forget(self, now: float) -> None:
        if len(self._buckets) >= _MANY:
            self._buckets = {
                key: bucket for key, bucket in self._buckets.items() if bucket.flying or now < bucket.fresh_at
            }
