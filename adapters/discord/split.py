"""Long Markdown in parts that each fit into one message. Pure.

A part is decided by its own characters alone, so parts never change while a text grows at its end: what was
shown as the first message of a reply stays the first message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LIMIT = 2000
"""Characters of one message; counted in UTF-16, which is never less than what Discord counts."""

_FENCE = re.compile(r" {0,3}(`{3,})([^`\n]*)")
_CUT_LINK = re.compile(r"\[[^\]\n]*$|\[[^\]\n]*\]\([^)\s]*$|<?https?://[^\s>]*$")
_FENCE_ROOM = 8
"""Room kept for closing a fence, where there is one."""
_LANGUAGE = 20
"""No language has a longer name."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next part begins, and the line that opened the code fence we are in ("" for none)."""

    at: int = 0
    fence: str = ""


@dataclass(frozen=True, slots=True)
class Cut:
    """A part as it is shown ("" where it would be blank), and where the next one begins."""

    shown: str
    then: Cursor


def split(text: str, limit: int = LIMIT) -> list[str]:
    """All parts of `text`; none where there is nothing but blanks."""
    parts = []
    cursor = Cursor()
    while cut := take(text, cursor, limit):
        parts += [cut.shown] if cut.shown else []
        cursor = cut.then
    last = rest(text, cursor)
    return [*parts, last] if last else parts


def rest(text: str, cursor: Cursor) -> str:
    """What is left behind the last cut, with an open fence opened before it and closed after it."""
    body = text[cursor.at :].rstrip()
    return _shown(body, cursor.fence, _fence_after(body, cursor.fence)) if body.strip() else ""


def take(text: str, cursor: Cursor, limit: int = LIMIT) -> Cut | None:
    """The next part, if what is left does not fit into one message."""
    start = cursor.at
    if len(text) - start <= limit // 2 - _FENCE_ROOM - _LANGUAGE:
        return None  # too short to overflow: no need to measure
    window = text[start : start + limit + 1]
    room = limit - (len(cursor.fence) + 1 if cursor.fence else 0)
    if cursor.fence or "```" in window[:limit]:
        room -= _FENCE_ROOM
    if _size(window) <= room:
        return None
    end = _nice(text, start, _reach(text, start, room), cursor.fence)
    body = text[start:end].rstrip()
    fence = _fence_after(body, cursor.fence)
    return Cut(_shown(body, cursor.fence, fence), Cursor(_skip(text, end, fence), fence))


def _shown(body: str, before: str, after: str) -> str:
    opened = f"{before}\n" if before else ""
    closed = f"\n{after[: _marks(after)]}" if after else ""
    return opened + body + closed


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _reach(text: str, start: int, room: int) -> int:
    """How far `room` UTF-16 units reach."""
    end = min(len(text), start + room)
    while (over := _size(text[start:end]) - room) > 0:
        end -= (over + 1) // 2
    return end


def _fence_after(text: str, fence: str) -> str:
    """The fence that is open after `text`, as its opening line ("```python"); "" for none."""
    if "```" not in text:
        return fence
    for line in text.split("\n"):
        match = _FENCE.fullmatch(line)
        if not match:
            continue
        if not fence:
            language = match[2].strip().split(" ")[0]
            fence = match[1][:4] + (language if len(language) <= _LANGUAGE else "")
        elif not match[2].strip() and len(match[1]) >= _marks(fence):
            fence = ""
    return fence


def _marks(fence: str) -> int:
    return len(fence) - len(fence.lstrip("`"))


def _nice(text: str, start: int, end: int, fence: str) -> int:
    """Find the last good place up to `end`: a paragraph, a line or list item, a sentence, a word."""
    least = (start + end) // 2
    marks = ("\n",) if _fence_after(text[start:end], fence) else ("\n\n", "\n", ". ", " ")
    for mark in marks:
        at = text.rfind(mark, least, end + len(mark) - 1)
        if at > start:
            found = at + 1 if mark == ". " else at
            return _whole(text, start, found, fence)
    return _whole(text, start, end, fence)


def _whole(text: str, start: int, end: int, fence: str) -> int:
    """Step back so that a fence's own line, a link or a joined character stays in one piece."""
    line = text.rfind("\n", start, end) + 1
    if line - 1 > start and text[line:end].lstrip(" ").startswith("`"):
        closes = text[end : end + 1] == "\n" and _fence_after(text[start : line - 1], fence)
        if not closes:
            return line - 1
    link = _CUT_LINK.search(text, max(line, start), end)
    if link and link.start() > start and not text[end : end + 1].isspace():
        return link.start()
    while end > start + 1 and _joined(text, end):
        end -= 1
    return end


def _joined(text: str, at: int) -> bool:
    """Whether the character at `at` belongs to the one before it: accents, emoji sequences, half pairs."""
    here, before = ord(text[at]), ord(text[at - 1])
    return (
        here in (0x200D, 0xFE0F)
        or before == 0x200D  # noqa: PLR2004  # the joiner of emoji sequences
        or 0x1F3FB <= here <= 0x1F3FF  # noqa: PLR2004  # skin tones
        or 0x0300 <= here <= 0x036F  # noqa: PLR2004  # combining accents
        or (0xDC00 <= here <= 0xDFFF and 0xD800 <= before <= 0xDBFF)  # noqa: PLR2004  # a surrogate pair
    )


def _skip(text: str, at: int, fence: str) -> int:
    """Leave out the blanks at a cut, but no indentation: in code and lists it means something."""
    if text[at : at + 1] == " " and not fence:
        at += 1
    while text[at : at + 1] == "\n":
        at += 1
        if fence:
            break
    return at
