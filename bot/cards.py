"""Cards: what the application itself says, free of any platform. Adapters draw them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a card is for; an adapter may draw each in its own way."""

    WELCOME = "welcome"
    WARNING = "warning"
    CONFIRMATION = "confirmation"
    NOTICE = "notice"
    BESIDE = "beside"
    POINTER = "pointer"
    CRISIS = "crisis"
    APOLOGY = "apology"
    LINE = "line"
    MODERATORS = "moderators"


class Verb(StrEnum):
    """What a button asks for. A press is checked again at the moment of the press."""

    END = "end"
    KEEP = "keep"
    NEW = "new"
    STOP = "stop"
    DISMISS = "dismiss"
    REOPEN = "reopen"
    BRANCH = "branch"
    FINE = "fine"
    WRONG = "wrong"
    APPEAL = "appeal"


BY_COMMAND = "/ended"
"""Instead of a link to live controls: the command that shows them, where no place for them is left."""

NEEDS_WORDS = frozenset({Verb.BRANCH, Verb.WRONG, Verb.APPEAL})
"""Verbs whose control first opens a form; what it holds goes to the Desk's method of the same name."""
MOST_WORDS = {Verb.WRONG: 1000, Verb.APPEAL: 1000, Verb.BRANCH: 4000}
"""How many characters are taken of it, for forms to keep to."""


class Look(StrEnum):
    """How a button is drawn."""

    PRIMARY = "primary"
    PLAIN = "plain"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """A control (`verb`) or a link (`url`): exactly one of the two."""

    label: str
    verb: Verb | None = None
    url: str = ""
    look: Look = Look.PLAIN


@dataclass(frozen=True, slots=True)
class Card:
    """One screen at most: a title, Markdown text of ours (never the model's), controls.

    `conversation` and `nonce` go into every control, so that a press says what it is about.
    """

    kind: Kind
    title: str
    text: str
    conversation: int = 0
    nonce: str = ""
    buttons: tuple[Button, ...] = ()
    footer: str = ""
    language: str = ""
    """The language of its words, where they are ours; it also says in which direction they are read."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody is told in answer to a press or command: to them alone, never in the thread.

    `go_to` names a thread to go to (a fresh start), `done` that the pressed controls are used up, or the
    words of a form taken.
    """

    text: str
    card: Card | None = None
    go_to: str = ""
    done: bool = False
