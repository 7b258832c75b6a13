"""When the next edit of a growing reply is worth its place in Discord's budget. Pure.

Discord allows about five edits in five seconds per channel. Spent evenly, one a second, new text waits half a
second on average. Most replies are over after a few seconds, so the budget is spent early, with growing gaps;
one edit always stays for the end, because the complete text must never wait for a new window.
"""

from __future__ import annotations

from dataclasses import dataclass

TOKENS = 5
"""What a fresh window allows, as long as Discord's headers do not say otherwise."""
WINDOW = 5.0

EARLY = {5: 0.4, 4: 0.45, 3: 0.55, 2: 0.7}
"""The gaps before a reply's first edits, in seconds, by what is left: with less to spend, further apart."""
LEAST = 0.8
"""Later gaps are never shorter, however full the budget is."""


@dataclass(frozen=True, slots=True)
class Room:
    """What is left of a channel's budget: requests, and seconds until it is full again."""

    left: int = TOKENS
    fresh_in: float = 0.0


def delay(edits: int, since: float, room: Room) -> float:
    """Seconds to wait before the next edit, given new text.

    `edits` is how many this reply has had, `since` how long ago the newest words became visible.
    """
    if edits < len(EARLY) and room.left > 1:
        return max(0.0, EARLY[min(room.left, TOKENS)] - since)
    if room.fresh_in <= 0.0:
        return max(0.0, max(LEAST, WINDOW / TOKENS) - since)
    if room.left > 1:
        # What may be spent is spread over what is left of the window.
        return max(0.0, min(max(LEAST, room.fresh_in / room.left), room.fresh_in) - since)
    if room.left == 1:
        return max(0.0, room.fresh_in, LEAST - since)
    return max(room.fresh_in, LEAST - since)
