"""What stands where a chat begins: a thread's name, who started it, and with which words. Pure."""

from __future__ import annotations

from bot import texts
from bot.types import Conversation

_NAME = 100
_QUOTE = 1500
"""Counted in UTF-16 and with the marks of the quotation: a line of two letters takes twice its length."""


PLAIN = "Chat"
"""The name of a thread whose title is no words at all, or words that Discord does not let through."""


def name(title: str) -> str:
    """A thread's name in as many characters as Discord allows."""
    return title.strip()[:_NAME].strip() or PLAIN


def quoted(text: str) -> str:
    """Somebody's words as a quotation, cut to what a message can hold beside other words."""
    shown = "\n".join(f"> {line}" for line in text.strip().splitlines())
    units = shown.encode("utf-16-le", "ignore")
    if len(units) <= 2 * _QUOTE:
        return shown
    return units[: 2 * (_QUOTE - 1)].decode("utf-16-le", "ignore").rstrip() + "…"


def started(here: Conversation, first: str) -> str:
    """The message that a chat begins with."""
    person = texts.name_of(here.starter, texts.translator(here))
    said = texts.started_a_chat(here, name=person)
    return f"{said}\n{quoted(first)}" if first else said
