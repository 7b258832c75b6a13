"""What goes into the store and comes out of it, besides the nouns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.types import Conversation, Exchange, Incoming, Participant, Risk, Turn, Usage


@dataclass(frozen=True, slots=True)
class Fresh:
    """What a new conversation is frozen with: its system prompt, model and title never change."""

    system: str
    model: str
    title: str


@dataclass(frozen=True, slots=True)
class Work:
    """Everything needed to answer one turn."""

    conversation: Conversation
    turn: Turn
    participants: tuple[Participant, ...]
    history: tuple[Exchange, ...]
    mode: str = ""
    """The workspace's own mode, "" where it has none."""

    def participant(self, person: str) -> Participant | None:
        """The standing of one person here, None where there is none yet."""
        return next((item for item in self.participants if item.person.id == person), None)


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of an incoming message: `outcome` is taken, duplicate, ignored, out or ended."""

    outcome: str
    conversation: Conversation | None = None
    started: bool = False
    work: Work | None = None
    """The turn that was claimed with it, loaded for the caller alone; None: `Store.take` has it."""


@dataclass(frozen=True, slots=True)
class Done:
    """How a turn ended: done, stopped, blocked, failed or refused; `clean` says that nobody misbehaved."""

    state: str
    input: str
    reply: str
    usage: Usage = field(default_factory=Usage)
    policy: str = ""
    clean: bool = True
    risk: Risk | None = None
    """What the detector found, where its answer is there and sets no hold."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A conversation that somebody asked for; `again`: in the very same request, some time before."""

    conversation: Conversation
    again: bool = False


Answers = Callable[[Incoming, Conversation, Participant | None], bool]
"""Whether an incoming message in a living conversation is ours to answer."""
