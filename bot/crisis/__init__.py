"""What the core knows of a crisis by itself: words that raise the risk, helplines, words to leave out."""

from __future__ import annotations

from collections.abc import Iterable

from bot.crisis.net import risk_of
from bot.types import Exchange, Message, Risk

RAISED = frozenset({Risk.POSSIBLE, Risk.YES})
"""What sets the hold (E15)."""

_ORDER = (Risk.NONE, Risk.UNKNOWN, Risk.POSSIBLE, Risk.YES)


def highest(risks: Iterable[Risk]) -> Risk:
    """The gravest of several answers; UNKNOWN where there is none at all."""
    return max(risks, key=_ORDER.index, default=Risk.UNKNOWN)


def at_once(messages: tuple[Message, ...]) -> Risk:
    """What the words alone say of these messages, without asking anybody."""
    return highest([Risk.NONE, *(risk_of(message.text) for message in messages if not message.deleted)])


class KeywordNet:
    """The Detector port without any request: words only."""

    async def read(self, messages: tuple[Message, ...], context: tuple[Exchange, ...]) -> Risk:  # noqa: ARG002 - the port's arguments
        """The highest risk that any of the new messages shows."""
        return at_once(messages)
