"""What people write, from Slack's markup to plain text: names for ids, nothing escaped. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.types import Person

_TAG = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_BLANKS = re.compile(r"[ \t]{2,}")


def mentioned(text: str) -> tuple[str, ...]:
    """The ids of the people that a text mentions."""
    return tuple(dict.fromkeys(_PERSON.findall(text)))


def text_of(event: Mapping[str, Any], me: str, people: Mapping[str, Person]) -> str:
    """The text of a message as a person reads it, without our own mention; files are named only."""
    raw = str(event.get("text") or "")

    def plain(match: re.Match[str]) -> str:
        kind, target, label = match[1], match[2], match[3] or ""
        match kind:
            case "@":
                if target == me:
                    return ""
                known = people.get(target)
                return f"@{(known and known.name) or label or target}"
            case "#":
                return f"#{label or target}"
            case "!":
                return _special(target, label)
            case _:
                return _link(target, label)

    text = _TAG.sub(plain, raw) if "<" in raw else raw
    if f"<@{me}" in raw:
        text = "\n".join(_BLANKS.sub(" ", line).strip() for line in text.split("\n"))
    for code, char in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(code, char)
    files = [
        f"[attachment: {file.get('name') or file.get('title') or 'file'}]"
        for file in event.get("files") or ()
    ]
    return "\n".join(part for part in (text.strip(), *files) if part)


def _special(target: str, label: str) -> str:
    kind, _, _rest = target.partition("^")
    if kind == "date":
        return label or target
    if kind == "subteam":
        return label or "@group"
    return f"@{kind}"


def _link(target: str, label: str) -> str:
    shown = target.removeprefix("mailto:").removeprefix("tel:")
    same = {target, shown, shown.split("://", 1)[-1], shown.split("://", 1)[-1].rstrip("/")}
    return shown if not label or label in same else f"{label} ({shown})"
