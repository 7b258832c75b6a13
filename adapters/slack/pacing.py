"""How much of Slack's rate limits is left, and when the next edit of a growing reply is worth its place.

A limit counts for one method in one workspace (posts: one channel). What Slack refuses with Retry-After holds
back that method there and nothing else. Edits on the way leave a reserve: complete texts must not wait.
"""

from __future__ import annotations

from collections import deque

from bot.ports import Clock

_MINUTE = 60.0
LIMITS = {
    "chat.postMessage": (5, 5.0),
    "chat.startStream": (20, _MINUTE),
    "chat.stopStream": (20, _MINUTE),
    "chat.appendStream": (100, _MINUTE),
    "chat.update": (50, _MINUTE),
    "chat.delete": (50, _MINUTE),
    "chat.postEphemeral": (100, _MINUTE),
    "agents.sessions.setStatus": (50, _MINUTE),
    "assistant.threads.setStatus": (50, _MINUTE),
    "assistant.threads.setSuggestedPrompts": (50, _MINUTE),
    "conversations.history": (50, _MINUTE),
    "conversations.replies": (50, _MINUTE),
    "conversations.members": (100, _MINUTE),
    "reactions.add": (50, _MINUTE),
    "reactions.remove": (20, _MINUTE),
    "users.info": (100, _MINUTE),
    "views.publish": (100, _MINUTE),
}
"""So many calls in so many seconds; what is not named here is only held back by Slack itself."""

EDITS = (1.0, 1.0, 2.0)
"""The gaps before the first edits of a reply; Slack asks for about three seconds between later ones."""
LATER_EDITS = 3.0
BITES = (0.2, 0.3, 0.5)
"""The same for bites of a native stream, of which Slack allows many more."""
LATER_BITES = 0.8

Key = tuple[str, ...]
_MANY = 512


class Pacer:
    """One for all requests: a window for each limit, and how long Slack wants to be left alone."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._taken: dict[Key, deque[float]] = {}
        self._until: dict[Key, float] = {}
        self._sweep_at = _MANY

    def __len__(self) -> int:
        """How many limits something is known of."""
        return len(self._taken.keys() | self._until.keys())

    def wait(self, key: Key, leave: int = 0) -> float:
        """Seconds until a call may go out, leaving so many of the limit alone; 0 for now."""
        now = self._clock.monotonic()
        held = self._until.get(key, 0.0) - now
        limit = LIMITS.get(key[1])
        if limit is None:
            return max(0.0, held)
        most, seconds = limit
        taken = self._taken.get(key)
        while taken and taken[0] <= now - seconds:
            taken.popleft()
        free = max(1, most - leave)
        if not taken or len(taken) < free:
            return max(0.0, held)
        return max(held, taken[-free] + seconds - now)

    def take(self, key: Key) -> None:
        """Note that a call goes out."""
        if key[1] not in LIMITS:
            return
        if len(self._taken) + len(self._until) >= self._sweep_at:
            self._forget()
        self._taken.setdefault(key, deque()).append(self._clock.monotonic())

    def refuse(self, key: Key, after: float) -> None:
        """Note that Slack wants to be left alone for `after` seconds."""
        self._until[key] = max(self._until.get(key, 0.0), self._clock.monotonic() + after)

    def _forget(self) -> None:
        """Drop what no longer counts: channels come and go. Looked at again when twice as many are left."""
        now = self._clock.monotonic()
        self._until = {key: until for key, until in self._until.items() if until > now}
        self._taken = {
            key: times for key, times in self._taken.items() if times and times[-1] > now - LIMITS[key[1]][1]
        }
        self._sweep_at = max(_MANY, 2 * (len(self._taken) + len(self._until)))


def gap(count: int, *, native: bool) -> float:
    """Seconds between the newest words and the next, after `count` rounds."""
    early, later = (BITES, LATER_BITES) if native else (EDITS, LATER_EDITS)
    return early[count] if count < len(early) else later
