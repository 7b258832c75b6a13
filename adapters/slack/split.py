"""Long Markdown in parts that each fit into one message. Pure.

A part is decided by its own characters alone, so parts never change while a text grows at its end.
"""

from __future__ import annotations

import re

LIMIT = 11_000
"""Slack allows 12,000 characters of Markdown in a message; the rest is for what it may count differently."""
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^`\n]*)")
_ROOM = 40
"""Room for closing a fence at the end of a part and opening it again in the next."""
_JOINERS = re.compile("[\u200b\u200d\ufe0f\u0300-\u036f\U0001f3fb-\U0001f3ff]")


def split(text: str, limit: int = LIMIT) -> list[str]:
    """All parts of `text`; none where there is nothing but blanks."""
    parts: list[str] = []
    at, fence = 0, ""
    while len(text) - at > limit - _ROOM:
        end = _cut(text, at, at + limit - _ROOM)
        body = text[at:end].rstrip()
        after = _fence_after(body, fence)
        if body.strip():
            parts.append(_shown(body, fence, after))
        at, fence = _skip(text, end, after), after
    body = text[at:].rstrip()
    if body.strip():
        parts.append(_shown(body, fence, "") if not fence else f"{fence}\n{body}")
    return parts


def _shown(body: str, before: str, after: str) -> str:
    opened = f"{before}\n" if before else ""
    closed = f"\n{after[: _marks(after)]}" if after else ""
    return opened + body + closed


def _marks(fence: str) -> int:
    return len(fence) - len(fence.lstrip(fence[0])) if fence else 0


def _fence_after(text: str, fence: str) -> str:
    """The fence that is open after `text`, as its opening line ("```python"); "" for none."""
    if "```" not in text and "~~~" not in text:
        return fence
    for line in text.split("\n"):
        match = _FENCE.fullmatch(line)
        if not match:
            continue
        if not fence:
            language = match[2].strip().split(" ")[0]
            fence = match[1][:4] + (language if len(language) <= _ROOM // 2 else "")
        elif not match[2].strip() and match[1][0] == fence[0] and len(match[1]) >= _marks(fence):
            fence = ""
    return fence


def _cut(text: str, start: int, end: int) -> int:
    """Find the last good place up to `end`: a paragraph, a line, a sentence, a word."""
    least = (start + end) // 2
    for mark in ("\n\n", "\n", ". ", " "):
        at = text.rfind(mark, least, end)
        if at > start:
            return at + (1 if mark == ". " else 0)
    while end > start + 1 and _JOINERS.match(text[end]):
        end -= 1
    return end


def _skip(text: str, at: int, fence: str) -> int:
    """Leave out the blanks at a cut, but no indentation: in code and lists it means something."""
    if text[at : at + 1] == " " and not fence:
        at += 1
    while text[at : at + 1] == "\n":
        at += 1
        if fence:
            break
    return at
