"""Whom a message would ping, read as Slack reads it; in doubt somebody is pinged."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_SPECIAL = re.compile(r"<!(channel|here|everyone|group)(?:\|[^>]*)?>")
_PERSON = re.compile(r"<@([UWB][A-Z0-9]+)(?:\|[^>]*)?>")
_SUBTEAM = re.compile(r"<!subteam\^(S[A-Z0-9]+)(?:\|[^>]*)?>")
_PLAIN = re.compile(r"(?<![\w<@&])@(channel|here|everyone)\b")
_PARSED_TYPES = frozenset({"mrkdwn", "markdown"})


@dataclass(frozen=True)
class Pinged:
    """Who would be pinged: broadcasts by name, people and user groups by id. Empty is falsy."""

    broadcasts: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()

    def __or__(self, other: "Pinged") -> "Pinged":
        return Pinged(
            self.broadcasts | other.broadcasts, self.people | other.people, self.groups | other.groups
        )

    def __bool__(self) -> bool:
        return bool(self.broadcasts or self.people or self.groups)


NOBODY = Pinged()


def in_text(text: str, *, link_names: bool = False) -> Pinged:
    """Whom mrkdwn or Markdown text pings; `link_names` (or parse=full) also reads bare @channel."""
    if "<" not in text and not link_names:
        return NOBODY
    broadcasts = set(_SPECIAL.findall(text))
    if link_names:
        broadcasts |= set(_PLAIN.findall(text))
    return Pinged(frozenset(broadcasts), frozenset(_PERSON.findall(text)), frozenset(_SUBTEAM.findall(text)))


def in_blocks(part: Any) -> Pinged:
    """Whom blocks ping: mrkdwn and markdown text, and rich text's own elements; plain_text pings nobody."""
    if isinstance(part, list):
        return _all(in_blocks(inner) for inner in part)
    if not isinstance(part, dict):
        return NOBODY
    found = NOBODY
    kind = part.get("type")
    text = part.get("text")
    if kind in _PARSED_TYPES and isinstance(text, str):
        found |= in_text(text)
    elif kind == "broadcast":
        found |= Pinged(broadcasts=frozenset({str(part.get("range"))}))
    elif kind == "user":
        found |= Pinged(people=frozenset({str(part.get("user_id"))}))
    elif kind == "usergroup":
        found |= Pinged(groups=frozenset({str(part.get("usergroup_id"))}))
    return found | _all(in_blocks(inner) for inner in part.values() if isinstance(inner, dict | list))


def _all(many: Iterable[Pinged]) -> Pinged:
    whole = NOBODY
    for each in many:
        whole |= each
    return whole


def pinged(text: str, blocks: list[Any], *, link_names: bool = False) -> Pinged:
    """Whom a message pings, by its text and by its blocks."""
    found = in_text(text, link_names=link_names)
    return found | in_blocks(blocks) if blocks else found
