"""The arithmetic: step curves, the area between them, medians and ratios. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

Curve = list[tuple[float, int]]
"""(seconds, characters), in order of time: so many from that moment on; none before the first."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message's text as it stood from `at` on."""

    at: float
    message: int
    text: str


def shown(states: Iterable[Said], reply: str) -> Curve:
    """How many leading characters of `reply` people could read, over time.

    A reply may be spread over several messages, read in the order of their ids. Texts that are no part of
    it (cards, pointers) count for nothing.
    """
    texts: dict[int, str] = {}
    curve: Curve = []
    for state in sorted(states, key=lambda each: each.at):
        texts[state.message] = state.text
        characters = 0
        for _, text in sorted(texts.items()):
            characters += _read(reply, characters, text)
        if not curve or curve[-1][1] != characters:
            curve.append((state.at, characters))
    return curve


def _read(reply: str, start: int, text: str) -> int:
    """How much further `text` takes the reader who has read `reply` up to `start`."""
    skipped = 0
    if start:  # blanks at a cut between two messages are shown by the cut itself
        skipped = len(reply) - start - len(reply[start:].lstrip())
    here, common = start + skipped, 0
    while common < len(text) and here + common < len(reply) and text[common] == reply[here + common]:
        common += 1
    return skipped + common if common else 0


def reached(curve: Curve, characters: int) -> float | None:
    """When a curve first had so many characters, None where it never had."""
    return next((at for at, count in curve if count >= characters), None)


def unseen(written: Curve, seen: Curve) -> float:
    """The area between what was written and what could be seen, in character-seconds.

    It ends where the later of both curves ends: what stays unseen for ever has no area behind that.
    """
    moments = sorted({at for at, _ in (*written, *seen)})
    area = 0.0
    for at, then in pairwise(moments):
        area += max(0, _at(written, at) - _at(seen, at)) * (then - at)
    return area


def _at(curve: Curve, moment: float) -> int:
    count = 0
    for at, characters in curve:
        if at > moment:
            break
        count = characters
    return count


def middle(samples: Sequence[float]) -> float:
    """The median; not a number where nothing was measured."""
    return median(samples) if samples else float("nan")


def ratio(ours: float, theirs: float) -> float:
    """How many times theirs ours is."""
    return ours / theirs if theirs else float("nan")
