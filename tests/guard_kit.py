"""What the guard's tables are made of: one case that may end, to be spoilt in one way at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from bot.guard import Case, Rules
from bot.types import (
    Category,
    Confirming,
    Conversation,
    Message,
    Mode,
    Participant,
    Person,
    Risk,
    Standing,
    State,
    ThreadRef,
    Turn,
    Verdict,
    Warned,
)

NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
ANN: Final = Person("ann", "Ann")
BEN: Final = Person("ben", "Ben")
MO: Final = Person("mo", "Mo", moderator=True)
ABUSE: Final = Category.ABUSE
HARM: Final = Category.EXTREME_HARM
RULES: Final = Rules()
HERE: Final = Conversation(
    id=7,
    thread=ThreadRef("fake", "harbour", "general", "t1"),
    starter=ANN,
    state=State.ACTIVE,
    version=3,
    title="",
    system="",
    model="",
    created_at=NOW,
)
WARNED: Final = Warned("ann", ABUSE, "p1", NOW, 10, redirections=(1, 2, 3))
ASKED: Final = Participant(
    ANN, Standing.CONFIRMING, confirming=Confirming("ann", "n1", NOW + timedelta(minutes=10), "p2")
)
AGREES: Final = Verdict(
    uphold=True, category=ABUSE, person="ann", redirections=(1, 2, 3), persisting=(11,), benign="a joke?"
)


def message(number: int, author: Person = ANN, text: str = "silly bot", *, deleted: bool = False) -> Message:
    return Message(number, f"m{number}", author, text, NOW, deleted=deleted)


def case(*messages: Message, **changes: object) -> Case:
    """Ann was redirected three times, warned after message 10, and has written message 11."""
    base: dict[str, object] = {
        "conversation": HERE,
        "turn": Turn(4, 4, messages or (message(11),)),
        "participants": (Participant(ANN, Standing.WARNED, WARNED),),
        "asked": {turn: frozenset({"ann"}) for turn in (1, 2, 3)},
        "mode": Mode.ON,
        "risk": Risk.NONE,
        "now": NOW + timedelta(hours=1),
        "rules": RULES,
    }
    return Case(**base | changes)  # type: ignore[arg-type]
