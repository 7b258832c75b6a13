"""The nouns: pure values that every other module speaks in. This file imports nothing of ours."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class ThreadRef:
    """A place on a platform, in the platform's own ids.

    `workspace` is the guild or team ("" in a direct message), `channel` the parent channel, `thread`
    the thread inside it. In a direct message `thread == channel`. Where a thread does not exist yet
    and its id cannot be known, `thread` starts with `UNOPENED`.
    """

    platform: str
    workspace: str
    channel: str
    thread: str

    UNOPENED = "new:"

    @property
    def key(self) -> str:
        """The same for every message of the thread, unique over all platforms."""
        return f"{self.platform}/{self.workspace}/{self.channel}/{self.thread}"

    @property
    def direct(self) -> bool:
        """Whether this is a direct message: no workspace, no moderators, no lock."""
        return not self.workspace


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a platform. `id` is the platform's, `name` is for display and never trusted."""

    id: str
    name: str
    moderator: bool = False
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something a person wrote, addressed to us and normalised.

    `place` is where the message itself stands (for a mention in a channel that is the channel, not the
    thread it opens): platform, place and `message_id` name it once and for all. `opens` says that it may
    start a conversation; `addressed` that it mentions or replies to the assistant (or is direct).
    """

    thread: ThreadRef
    place: str
    message_id: str
    author: Person
    text: str
    at: datetime
    addressed: bool = True
    opens: bool = True
    private: bool = False
    origin: str = ""
    """The message that the thread hangs on, where it is not `message_id` itself."""


class State(StrEnum):
    """What a conversation is; the hold is a flag over any of these."""

    ACTIVE = "active"
    ENDING = "ending"
    ENDED = "ended"
    ERASED = "erased"


class Standing(StrEnum):
    """What a participant is, in one conversation."""

    CLEAR = "clear"
    WARNED = "warned"
    CONFIRMING = "confirming"
    OUT = "out"


class Category(StrEnum):
    """What a person can be warned for (classes A and B of the ending rules). A closed list."""

    ABUSE = "abuse"
    EXTREME_HARM = "extreme_harm"


class Reason(StrEnum):
    """Why a conversation ended. The first three are the model's to name, the last is a moderator's."""

    USER_REQUEST = "user_request"
    ABUSE = "abuse"
    EXTREME_HARM = "extreme_harm"
    MODERATOR = "moderator"


class Mode(StrEnum):
    """What the model's two tools may do: not offered, judged and logged only, or real."""

    OFF = "off"
    SHADOW = "shadow"
    ON = "on"


class Risk(StrEnum):
    """What the crisis detector says of the newest messages."""

    NONE = "none"
    POSSIBLE = "possible"
    YES = "yes"
    UNKNOWN = "unknown"


CLEAR_MESSAGES = 3
"""A crisis hold lapses after its time and so many messages without any sign of a crisis (E18)."""


@dataclass(frozen=True, slots=True)
class Message:
    """An incoming message as kept. `number` grows with arrival and is unique in the store."""

    number: int
    message_id: str
    author: Person
    text: str
    at: datetime
    turn: int | None = None
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """Our record of a thread. `version` grows with every change of state: old steps cannot act on it."""

    id: int
    thread: ThreadRef
    starter: Person
    state: State
    version: int
    title: str
    system: str
    model: str
    created_at: datetime
    opened: bool = True
    private: bool = False
    origin: str = ""
    hold_until: datetime | None = None
    hold_clear: int = 0
    summary: str = ""

    def held(self, now: datetime) -> bool:
        """Whether the crisis hold is on at `now` (E18)."""
        if self.hold_until is None:
            return False
        return now < self.hold_until or self.hold_clear < CLEAR_MESSAGES


@dataclass(frozen=True, slots=True)
class Exchange:
    """One finished turn as the model sees it again: what was asked, what was answered. Text only."""

    turn: int
    input: str
    reply: str


@dataclass(frozen=True, slots=True)
class Turn:
    """Messages taken together, to be answered once. `placed` are the reply's message ids so far."""

    id: int
    number: int
    messages: tuple[Message, ...]
    placed: tuple[str, ...] = ()
    attempts: int = 1
    risk: Risk | None = None
    """What the crisis detector has said of it, None before it has."""


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning card that the platform has confirmed. Only the guard makes one."""

    person: str
    category: Category
    card: str
    at: datetime
    after: int
    """The number of the newest message that the warning answers: persisting means a later one."""
    clean: int = 0
    redirections: tuple[int, ...] = ()
    """The turns in which the assistant declined and offered something else, before this warning."""


@dataclass(frozen=True, slots=True)
class Confirming:
    """An open question to one person: shall this end? Only that person's yes answers it.

    `card` is the message that shows it, "" until the platform has confirmed one. `after` is the number of the
    newest message when it was asked: only later ones answer it.
    """

    person: str
    nonce: str
    until: datetime
    card: str = ""
    after: int = 0


@dataclass(frozen=True, slots=True)
class Participant:
    """One person in one conversation."""

    person: Person
    standing: Standing = Standing.CLEAR
    warned: Warned | None = None
    confirming: Confirming | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """Proof that a conversation may end. Only the guard makes one; whoever holds it need not ask again.

    `out` means that only `person` leaves and the conversation goes on for the others (E7, E13).
    """

    conversation: int
    version: int
    reason: Reason
    person: str
    at: datetime
    by: str = "model"
    out: bool = False
    warning: Warned | None = None


class Step(StrEnum):
    """How far an ending has come on the platform, in this order (E29)."""

    DECIDED = "decided"
    SETTLED = "settled"
    BESIDE = "beside"
    NOTICED = "noticed"
    CLOSED = "closed"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class Closing:
    """An ending on its way: the last step that is done, and what the steps left behind."""

    id: int
    ending: Ending
    step: Step = Step.DECIDED
    beside: str = ""
    notice: str = ""
    degraded: str = ""
    attempts: int = 1
    turn: int = 0
    """The turn whose reply is perhaps not complete on the platform; 0 for none."""
    placed: tuple[str, ...] = ()
    reply: str = ""
    """That turn's text, "" where it was interrupted and keeps what is visible."""


@dataclass(frozen=True, slots=True)
class WarnUser:
    """The model's call of `warn_user`."""

    id: str
    category: Category


@dataclass(frozen=True, slots=True)
class EndConversation:
    """The model's call of `end_conversation`."""

    id: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class BadCall:
    """A call that is not one of ours or does not fit its schema."""

    id: str
    name: str
    problem: str


Call = WarnUser | EndConversation | BadCall


@dataclass(frozen=True, slots=True)
class Denied:
    """A call that leads to nothing. `cause` is for the log, `say` is what the model reads (E24)."""

    cause: str
    say: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The second opinion, as claimed; the guard checks every number in it against the record.

    `redirections` are ids of turns, `persisting` are numbers of messages.
    """

    uphold: bool
    crisis: bool = False
    category: Category | None = None
    person: str = ""
    redirections: tuple[int, ...] = ()
    persisting: tuple[int, ...] = ()
    benign: str = ""


class Next(StrEnum):
    """What follows from a stop reason; the table from the vendor's list is in bot/claude."""

    DONE = "done"
    CALLS = "calls"
    CUT = "cut"
    CONTINUE = "continue"
    REFUSED = "refused"
    OVERFLOW = "overflow"


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one or more requests, as billed."""

    input: int = 0
    cache_write: int = 0
    cache_read: int = 0
    output: int = 0

    def __add__(self, other: Usage) -> Usage:
        """Add up two requests."""
        return Usage(
            self.input + other.input,
            self.cache_write + other.cache_write,
            self.cache_read + other.cache_read,
            self.output + other.output,
        )


@dataclass(frozen=True, slots=True)
class Delta:
    """Some more text of the response, in one coalesced bite."""

    text: str


@dataclass(frozen=True, slots=True)
class Restart:
    """The response broke and begins anew: text shown of it is to be replaced, not added to."""


@dataclass(frozen=True, slots=True)
class Response:
    """A whole response of the model. `content` is opaque: it goes back to the model unchanged."""

    text: str
    next: Next
    calls: tuple[Call, ...] = ()
    usage: Usage = field(default_factory=Usage)
    content: Any = None
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A step within one turn: a response that called tools, and what each call came to, by call id."""

    response: Response
    results: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Prompt:
    """Everything one model request is made of. Equal prefixes are equal bytes on the wire."""

    model: str
    system: str
    input: str
    history: tuple[Exchange, ...] = ()
    summary: str = ""
    steps: tuple[Exchanged, ...] = ()
    tools: bool = True
    person: str = ""
    """An opaque id of the asking person, never the platform's own."""
    closing: str = ""
    """Words for this turn only, put behind the newest message."""
