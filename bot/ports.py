"""The ports: small protocols whose docstrings are contracts, each with a suite in tests/contracts."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from bot.cards import Card, Said, Verb
from bot.config import Config
from bot.types import (
    Category,
    Conversation,
    Delta,
    Exchange,
    Incoming,
    Message,
    Mode,
    Participant,
    Person,
    Prompt,
    Response,
    Restart,
    Risk,
    ThreadRef,
    Verdict,
)

Placed = Callable[[tuple[str, ...]], Awaitable[None]]
"""Called with all message ids of a reply so far, each time the platform has confirmed a new one."""


class Clock(Protocol):
    """Time, passed in. `now` is aware and UTC; `monotonic` and `sleep` are in seconds."""

    def now(self) -> datetime: ...
    def monotonic(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...


class Model(Protocol):
    """The conversation partner.

    `stream` yields `Delta`s, perhaps a `Restart` (what came before it is void), and last exactly one
    `Response`. It retries what can be retried within its own deadline, so a `ModelError` is final for this
    turn; `Overflow` asks the caller to compact. Closing the iterator early cancels the request.
    `complete` is one short request without any tool, for summaries.
    """

    def stream(self, prompt: Prompt) -> AsyncGenerator[Delta | Restart | Response, None]: ...
    async def complete(self, system: str, text: str, max_tokens: int) -> str: ...
    async def check(self) -> list[str]:
        """Problems that an operator must know at start: wrong key, unknown model. None when all is well."""
        ...


class Engine(Protocol):
    """The promise that work is taken up. The rows say what the work is; a promise may be made many times.

    One conversation is never attended to twice at the same time, and a failed attempt is made again.
    """

    closing: bool
    """Whether the program is about to stop: finish what is under way, begin nothing new."""

    def start(self, worker: Callable[[int], Awaitable[None]]) -> None:
        """Say who does the work: called with a conversation, returns when nothing is left to do there."""
        ...

    def attend(self, conversation: int) -> None:
        """See that the conversation's turn and ending are finished. Returns at once."""
        ...

    def beside(self, job: Coroutine[Any, Any, None]) -> None:
        """Own a job of this process that no turn waits for. What it must not lose stands in the rows."""
        ...

    async def close(self, *, grace: float) -> None:
        """Begin nothing new, wait at most `grace` seconds for what is under way, and park the rest."""
        ...


class Detector(Protocol):
    """The crisis detector: reads messages, never answers. Any failure is `Risk.UNKNOWN`, never an error."""

    async def read(self, messages: tuple[Message, ...], context: tuple[Exchange, ...]) -> Risk: ...


@dataclass(frozen=True, slots=True)
class Question:
    """What the second opinion is asked: may this person be warned, may the conversation be ended.

    `lines` is the whole exchange in order: (number, author's person id or "" for the assistant, text).
    A person's line has the number of the message, an assistant's line the negative of its turn's number.
    """

    ending: bool
    category: Category
    person: str
    lines: tuple[tuple[int, str, str], ...]
    warned_after: int = 0


class Reviewer(Protocol):
    """The second opinion. One try within 8 s; None for any doubt, error or time-out (E8)."""

    async def review(self, question: Question) -> Verdict | None: ...


class ReplyStream(Protocol):
    """A reply on its way to people.

    `show` hands over the whole text so far and returns at once; the stream itself decides when to post and
    edit, within the platform's limits. `finish` returns when the platform has confirmed the complete text
    (None: keep what is visible) with no sign of work left on it, and is harmless to repeat.
    """

    def show(self, text: str) -> None: ...
    async def finish(self, text: str | None) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Closed:
    """What came of closing a thread: `degraded` says why people can still write there, "" if they cannot."""

    degraded: str = ""


class Adapter(Protocol):
    """One platform. Every method may be repeated with the same arguments: "already so" is success.

    `again=True` says that an earlier call may have had its effect without our knowing, so a post must first
    look for its own earlier self. Raises `ThreadGone`, `Forbidden`, `Blocked` or `PlatformError`, and nothing
    else. After `Blocked` other words may be tried, also with a reply that has not been let through.
    """

    platform: str

    async def run(self) -> None:
        """Hear the platform until cancelled. Lost connections are its own affair and never end it."""
        ...

    def health(self) -> str:
        """Say why the platform is not heard right now, "" while it is."""
        ...

    async def open(self, conversation: Conversation, first: str, *, again: bool = False) -> ThreadRef:
        """Make the thread (titled `conversation.title`) and say where it is. `first` is the opening text."""
        ...

    def reply(
        self,
        conversation: Conversation,
        key: str,
        earlier: tuple[str, ...],
        placed: Placed,
        *,
        again: bool = False,
    ) -> AbstractAsyncContextManager[ReplyStream]:
        """Begin to answer, or take up an answer whose messages `earlier` are already there.

        `key` is unique for the turn (at most 15 characters) and makes posts repeatable. Leaving the context
        without `finish` (an error, a cancellation) leaves the messages as they are.
        """
        ...

    async def post(
        self, thread: ThreadRef, card: Card, *, key: str, instead: str = "", again: bool = False
    ) -> str:
        """Post a card, or turn message `instead` into it; the id of the message that holds it now."""
        ...

    async def stands(self, thread: ThreadRef, message: str) -> bool:
        """Whether a message of ours is still there: nobody has deleted it (E5)."""
        ...

    async def beside(self, conversation: Conversation, card: Card, *, key: str, again: bool = False) -> str:
        """Post live controls where they keep working after the thread is closed; a link to them.

        "" where controls in the closed thread itself work; BY_COMMAND where only a command shows them.
        """
        ...

    async def close(self, conversation: Conversation, *, reason: str, archive: bool) -> Closed:
        """Lock the thread, with `reason` in the platform's audit log."""
        ...

    async def reopen(self, thread: ThreadRef, *, reason: str) -> None:
        """Undo `close`."""
        ...

    async def remind(self, thread: ThreadRef, person: Person, message_id: str, card: Card | None) -> None:
        """Tell a person who wrote into an ended thread: the card the first time, else a small sign."""
        ...

    async def locale(self, workspace: str) -> str:
        """The language that a workspace has chosen, for what its moderators read; "" where none is known.

        Raises nothing: words in another language are better than none.
        """
        ...

    async def tell(self, workspace: str, card: Card, *, key: str, again: bool = False) -> bool:
        """Tell the moderators in their channel; False where none is configured."""
        ...


class Received(StrEnum):
    """What became of an incoming message. All of these are safe to acknowledge."""

    TAKEN = "taken"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Press:
    """A person used a control. `id` is the platform's id of the press and unique."""

    id: str
    verb: Verb
    conversation: int
    nonce: str
    person: Person
    thread: ThreadRef
    message_id: str = ""
    """The message that holds the control, where the platform tells."""


class Desk(Protocol):
    """What the core offers to adapters. When a method has returned, its effect is kept."""

    async def receive(self, incoming: Incoming) -> Received:
        """Keep a message and see that it is answered. May be called again for the same message."""
        ...

    async def press(self, press: Press) -> Said:
        """Act on a control, after checking that this person may."""
        ...

    async def ask_to_end(self, thread: ThreadRef, person: Person, *, id: str) -> Said:
        """`/end`: post the confirmation; no model is asked."""
        ...

    async def begin(self, thread: ThreadRef, person: Person, *, id: str, private: bool = False) -> Said:
        """`/new` and "Start a new chat": a fresh conversation in the channel of `thread`, at once."""
        ...

    async def find(self, thread: ThreadRef) -> Conversation | None:
        """Our record of a thread; the newest where a place has had several (direct messages)."""
        ...

    async def participants(self, conversation: int) -> tuple[Participant, ...]: ...

    async def gone(self, thread: ThreadRef, *, by: str = "") -> None:
        """The thread was deleted on the platform (E37)."""
        ...

    async def locked(self, thread: ThreadRef, *, by: str = "") -> None:
        """The thread was locked by hand (E37). Our own lock is known and changes nothing."""
        ...

    async def unlocked(self, thread: ThreadRef, *, by: str = "") -> None:
        """The thread was unlocked by hand (E36): active again."""
        ...

    async def edited(self, thread: ThreadRef, place: str, message_id: str, text: str) -> None:
        """A message changed: not yet answered, its new text is used; later, it is left alone."""
        ...

    async def deleted(self, thread: ThreadRef, place: str, message_id: str) -> None:
        """A message was deleted, by whoever: its text is forgotten, here too.

        A warning whose card (a message of ours) was deleted no longer counts (E5).
        """
        ...

    async def stop(self, thread: ThreadRef, person: Person) -> Said:
        """Stop the running answer, as the Stop button does."""
        ...

    async def reopen(self, thread: ThreadRef, person: Person) -> Said:
        """Reopen an ended conversation, for a moderator (E36)."""
        ...

    async def release(self, thread: ThreadRef, person: Person) -> Said:
        """Take the crisis hold off, for a moderator (E18)."""
        ...

    async def set_mode(self, thread: ThreadRef, person: Person, mode: Mode) -> Said:
        """What the model's two tools may do in the whole workspace, from the next turn on (E22).

        For moderators of the workspace: `person.moderator` must mean that here.
        """
        ...

    async def mode(self, thread: ThreadRef) -> Mode:
        """What they may do in the workspace now: the mode of the next turn."""
        ...

    async def own_messages(
        self, conversation: int, person: Person, *, message_id: str = ""
    ) -> tuple[Message, ...]:
        """A person's own messages in a conversation, newest first, at most 25: where they may branch.

        With `message_id` only the one that has this id on the platform, however old it is.
        """
        ...

    async def branch(self, conversation: int, person: Person, number: int, text: str, *, id: str) -> Said:
        """E34: a new thread that goes on from before message `number`, with `text` in its place."""
        ...

    async def feedback(self, conversation: int, person: Person, words: str, *, wrong: bool, id: str) -> Said:
        """E35: what a participant thinks of an ending, with optional words."""
        ...

    async def appeal(self, conversation: int, person: Person, words: str, *, id: str) -> Said:
        """E35: ask for a person's decision on an ending; one open at a time, within 180 days."""
        ...

    async def mine(self, platform: str, workspace: str, person: str) -> tuple[Conversation, ...]:
        """The conversations that a person started in a workspace, newest first, at most 25."""
        ...

    async def erase(self, platform: str, workspace: str) -> None:
        """The workspace is gone for us: every row of it is deleted."""
        ...

    async def open_threads(self, platform: str) -> tuple[Conversation, ...]:
        """Conversations of a platform that are not ended, newest first (for catching up)."""
        ...

    async def ended_threads(self, platform: str) -> tuple[Conversation, ...]:
        """Conversations of a platform that ended lately and are closed there, newest first (E36)."""
        ...


class Shelf(Protocol):
    """Small documents that an adapter keeps for itself, in its own `space`. Values are JSON objects."""

    async def put(self, space: str, key: str, value: Mapping[str, Any]) -> None: ...
    async def get(self, space: str, key: str) -> dict[str, Any] | None: ...
    async def all(self, space: str, prefix: str = "") -> list[tuple[str, dict[str, Any]]]:
        """Documents whose key begins with `prefix`, in the order of their keys."""
        ...

    async def remove(self, space: str, key: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Context:
    """What an adapter is made of. Entry points of the group `adieu.adapters` are `create(context)`."""

    config: Config
    desk: Desk
    shelf: Shelf
    clock: Clock
    health: Callable[[], Mapping[str, str]]
    """The reasons of all enabled adapters by platform, "" where heard; for /healthz."""
    mounts: dict[str, Any] = field(default_factory=dict)
    """ASGI applications by path prefix ("/slack"): the web port serves what other adapters put here."""


Create = Callable[[Context], AbstractAsyncContextManager[Adapter]]
