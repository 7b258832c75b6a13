"""Discord's rate limits: a bucket per route and channel, a global one, and the hidden one on renames."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import md5

from .errors import Json

_VIA = "1.1 google"


@dataclass
class Limit:
    """So many requests in so many seconds."""

    times: int
    seconds: float


@dataclass
class _Bucket:
    used: int = 0
    until: float = 0.0

    def take(self, limit: Limit, now: float) -> float:
        """Count one request; gives 0, or how long to wait."""
        if now >= self.until:
            self.used, self.until = 0, now + limit.seconds
        if self.used >= limit.times:
            return self.until - now
        self.used += 1
        return 0.0


@dataclass
class TooMany:
    """A 429: headers and body."""

    headers: dict[str, str]
    body: Json


_SENDS = ("POST", "/channels/{channel_id}/messages")
_EDITS = ("PATCH", "/channels/{channel_id}/messages/{message_id}")
_PATCH_CHANNEL = ("PATCH", "/channels/{channel_id}")


@dataclass
class RateLimits:
    """The limits in force: `rules` is per (method, route template), `enabled = False` switches all off."""

    clock: Callable[[], float]
    enabled: bool = True
    rules: dict[tuple[str, str], Limit] = field(
        default_factory=lambda: {_SENDS: Limit(5, 5), _EDITS: Limit(5, 5)}
    )
    renames: Limit | None = field(default_factory=lambda: Limit(2, 600))
    everything: Limit | None = None
    refused: int = 0
    _buckets: dict[tuple[str, ...], _Bucket] = field(default_factory=dict)

    @property
    def sends(self) -> Limit | None:
        """The limit on POST messages, per channel."""
        return self.rules.get(_SENDS)

    @sends.setter
    def sends(self, limit: Limit | None) -> None:
        self._set(_SENDS, limit)

    @property
    def edits(self) -> Limit | None:
        """The limit on PATCH messages, per channel."""
        return self.rules.get(_EDITS)

    @edits.setter
    def edits(self, limit: Limit | None) -> None:
        self._set(_EDITS, limit)

    def _set(self, key: tuple[str, str], limit: Limit | None) -> None:
        if limit is None:
            self.rules.pop(key, None)
        else:
            self.rules[key] = limit

    def off(self) -> None:
        """No limits at all."""
        self.enabled = False

    def reset(self) -> None:
        """Forget what was used."""
        self._buckets.clear()

    def take(
        self, method: str, template: str, major: str, body: object
    ) -> tuple[dict[str, str], TooMany | None]:
        """Count a request; gives the headers of its bucket, and a 429 where it is one too many."""
        if not self.enabled:
            return {}, None
        now = self.clock()
        if self.everything and not template.startswith(("/interactions", "/webhooks")):
            wait = self._bucket("global").take(self.everything, now)
            if wait:
                return {}, self._too_many(wait, scope="global")
        rule = self.rules.get((method, template))
        headers: dict[str, str] = {}
        if rule:
            bucket = self._bucket(method, template, major)
            wait = bucket.take(rule, now)
            headers = _headers(rule, bucket, now, f"{method} {template}")
            if wait:
                return headers, self._too_many(wait, scope="user", headers=headers)
        if (method, template) == _PATCH_CHANNEL and self.renames and _renames(body):
            wait = self._bucket("rename", major).take(self.renames, now)
            if wait:
                return headers, self._too_many(wait, scope="user", headers=headers)
        return headers, None

    def _bucket(self, *key: str) -> _Bucket:
        return self._buckets.setdefault(key, _Bucket())

    def _too_many(self, wait: float, *, scope: str, headers: dict[str, str] | None = None) -> TooMany:
        self.refused += 1
        return too_many(wait, scope=scope, headers=headers)


def too_many(wait: float, *, scope: str = "user", headers: dict[str, str] | None = None) -> TooMany:
    """Build a 429 as Discord does: with Via, Retry-After and retry_after."""
    found = {**(headers or {}), "Retry-After": str(math.ceil(wait)), "X-RateLimit-Scope": scope, "Via": _VIA}
    if scope == "global":
        found["X-RateLimit-Global"] = "true"
    text = "You are being rate limited."
    return TooMany(found, {"message": text, "retry_after": round(wait, 3), "global": scope == "global"})


def _renames(body: object) -> bool:
    return isinstance(body, dict) and bool({"name", "topic"} & set(body))


def _headers(limit: Limit, bucket: _Bucket, now: float, name: str) -> dict[str, str]:
    left = max(0.0, bucket.until - now)
    return {
        "X-RateLimit-Limit": str(limit.times),
        "X-RateLimit-Remaining": str(max(0, limit.times - bucket.used)),
        "X-RateLimit-Reset": f"{bucket.until:.3f}",
        "X-RateLimit-Reset-After": f"{left:.3f}",
        "X-RateLimit-Bucket": md5(name.encode(), usedforsecurity=False).hexdigest(),
    }
