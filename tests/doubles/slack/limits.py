"""Rate limits: a bucket per method and workspace, by tier; one per channel for posting."""

import math
from dataclasses import dataclass

from .clock import Clock
from .errors import Refused


@dataclass(frozen=True)
class Limit:
    """So many calls a minute; `burst` of them at once, which is all of them unless said otherwise."""

    per_minute: float
    burst: float | None = None

    @property
    def capacity(self) -> float:
        """How many fit at once."""
        return self.per_minute if self.burst is None else self.burst


TIER1 = Limit(1, burst=20)  # bursts are tolerated: an app opens its sockets at once
TIER2, TIER3, TIER4 = Limit(20), Limit(50), Limit(100)
SPECIAL = Limit(600)
POSTING = Limit(60, burst=5)  # about one a second per channel
POSTING_TEAM = Limit(1200)


class Limits:
    """Counts calls and refuses those beyond the limit, with Retry-After."""

    def __init__(self, clock: Clock, *, enabled: bool) -> None:
        self.clock = clock
        self.enabled = enabled
        self.own: dict[str, Limit] = {}
        self._buckets: dict[tuple[str, ...], tuple[float, float]] = {}

    def set(self, method: str, per_minute: float, *, burst: float | None = None) -> None:
        """Change the limit of one method; "chat.postMessage#channel" is the one per channel."""
        self.own[method] = Limit(per_minute, burst)

    def commercial(self) -> None:
        """Limit reading of history as for apps sold outside the Marketplace."""
        self.set("conversations.history", 1)
        self.set("conversations.replies", 1)

    def exhaust(self, method: str, team_id: str) -> None:
        """Leave nothing in a method's bucket, as if somebody had just used it up."""
        self._buckets[method, team_id] = (0.0, self.clock())

    def take(self, method: str, usual: Limit, *scope: str) -> None:
        """Count one call, or refuse it with 429."""
        if not self.enabled:
            return
        limit = self.own.get(method, usual)
        rate = limit.per_minute / 60
        now = self.clock()
        level, since = self._buckets.get((method, *scope), (limit.capacity, now))
        level = min(limit.capacity, level + (now - since) * rate)
        if level < 1 - 1e-9:
            self._buckets[method, *scope] = (level, now)
            wait = max(1, math.ceil((1 - level) / rate - 1e-6)) if rate else 60
            raise Refused("ratelimited", status=429, retry_after=wait)
        self._buckets[method, *scope] = (level - 1, now)
