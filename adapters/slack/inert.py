"""Make pings in text that we post inert: it names people and groups, but calls nobody. Pure.

Slack has no list of allowed mentions, so every form that it could read as a mention is broken by a character
of no width. The rule looks only a little way ahead, so a growing text keeps what was shown of it.
"""

from __future__ import annotations

import re

BREAK = "\u200b"
_GAP = r"[\\\s\u200c\u200d\u2060\ufeff]{0,3}"
_OPEN = r"(?:<|&lt;|&#0{0,3}60;|&#x0{0,3}3c;)"
_AT = r"(?:@|&#0{0,3}64;|&#x0{0,3}40;|&commat;)"
_ALL = r"(?:channel|here|everyone|group)"
_PING = re.compile(
    rf"(?P<open>{_OPEN})(?={_GAP}(?:!{_GAP}(?:{_ALL}|subteam|team)|{_AT}{_GAP}[a-z0-9]))"
    rf"|(?<!\w)(?P<at>{_AT})(?={_GAP}{_ALL})",
    re.IGNORECASE,
)
_MARK = re.compile(r"[<&@]")
AHEAD = 40
"""No form of a mention is longer than this up to the point where it is known to be one."""


def inert(text: str) -> str:
    """The same words without any mention in them."""
    if not _MARK.search(text):
        return text
    return _PING.sub(lambda match: match[0] + BREAK, text)


def known(text: str) -> str:
    """As much of `inert(text)` as stays the same whatever a growing text goes on with."""
    mark = _MARK.search(text, max(0, len(text) - AHEAD))
    if not mark:
        return inert(text)
    breaks = sum(match.end() <= mark.start() for match in _PING.finditer(text))
    return inert(text)[: mark.start() + breaks]


def escaped(text: str) -> str:
    """Text for Slack's own markup (mrkdwn), where three characters mean something."""
    return inert(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
