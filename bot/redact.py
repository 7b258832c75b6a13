"""Take secrets out of text: the ones that were configured, and whatever looks like one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

MASK = "***"

_SHAPES = (
    # "Basic Information" is a page on which Slack shows an app's secrets, and none itself.
    (re.compile(r"(?i)\b(bearer|basic)\s+(?!information\b)[\w.~+/=-]{8,}"), rf"\1 {MASK}"),
    (re.compile(r"\b(Bot)\s+[\w.-]{20,}"), rf"\1 {MASK}"),
    (re.compile(r"\bsk-ant-[\w-]+"), MASK),
    (re.compile(r"\b(?:xox[a-z](?:\.xox[a-z])?|xapp|xwfp)-[\w.-]+"), MASK),
    # Discord: a bot's token, and the short-lived ones in the addresses of interactions and webhooks.
    (re.compile(r"\b[\w-]{23,30}\.[\w-]{6,7}\.[\w-]{27,}"), MASK),
    (re.compile(r"(/(?:webhooks|interactions)/\d+/)[\w.-]{20,}"), rf"\1{MASK}"),
    # Slack: what opens a socket, and the addresses with which presses and commands are answered.
    (re.compile(r"([?&]ticket=)[\w.-]{8,}"), rf"\1{MASK}"),
    (re.compile(r"(\bhooks\.slack\.com/\w+/)[\w/-]{8,}"), rf"\1{MASK}"),
    # The password in an address, such as a database's.
    (re.compile(r"(\w://[^\s/:@]*:)[^\s/@]+@"), rf"\1{MASK}@"),
)
_SHORTEST = 6
"""Shorter values are words rather than secrets: masking them would garble every line."""


def redactor(secrets: Iterable[str] = ()) -> Callable[[str], str]:
    """Make the function that masks `secrets`, and everything of a secret's shape, anywhere in a text."""
    known = sorted({value for value in secrets if len(value) >= _SHORTEST}, key=len, reverse=True)
    exact = re.compile("|".join(re.escape(value) for value in known)) if known else None

    def redact(text: str) -> str:
        if exact is not None:
            text = exact.sub(MASK, text)
        for shape, mask in _SHAPES:
            text = shape.sub(mask, text)
        return text

    return redact
