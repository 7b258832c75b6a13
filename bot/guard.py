"""The guard: pure functions that alone decide, and alone build a Warned, a Confirming or an Ending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import words
from bot.types import (
    Category,
    Confirming,
    Conversation,
    Denied,
    Ending,
    Message,
    Mode,
    Participant,
    Person,
    Reason,
    Risk,
    Standing,
    State,
    Turn,
    Verdict,
    Warned,
)

GO_ON = "Not possible now. Go on helping as usual and do not mention this."


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers of the ending rules: R redirections, W clean messages, T hours, minutes to confirm."""

    redirections: int = 3
    warning_messages: int = 5
    warning_hours: int = 24
    confirm_minutes: int = 10


@dataclass(frozen=True, slots=True)
class Case:
    """All that a decision may look at. `asked` says who wrote the messages of each earlier turn."""

    conversation: Conversation
    turn: Turn
    participants: tuple[Participant, ...]
    asked: dict[int, frozenset[str]]
    mode: Mode
    risk: Risk
    now: datetime
    rules: Rules

    def participant(self, person: str) -> Participant | None:
        """The standing of one person."""
        return next((item for item in self.participants if item.person.id == person), None)

    @property
    def authors(self) -> tuple[Person, ...]:
        """Who wrote in this turn, each once, in order of their newest message."""
        by_id = {message.author.id: message.author for message in self.turn.messages if not message.deleted}
        newest = {message.author.id: message.number for message in self.turn.messages}
        return tuple(sorted(by_id.values(), key=lambda person: newest[person.id]))


def denied(cause: str) -> Denied:
    """A denial: the cause is for the log, the model reads one neutral line (E24)."""
    return Denied(cause, GO_ON)


def barred(case: Case) -> Denied | None:
    """What stops every call of the model, whatever it asks for."""
    if case.mode is Mode.OFF:
        return denied("mode is off")
    if case.conversation.state is not State.ACTIVE:
        return denied("not active")
    if case.conversation.held(case.now) or case.risk in {Risk.POSSIBLE, Risk.YES}:
        return denied("crisis hold")
    return None


def valid(warned: Warned | None, now: datetime, rules: Rules) -> bool:
    """Whether a warning still counts (E6)."""
    if warned is None or warned.clean >= rules.warning_messages:
        return False
    return now < warned.at + timedelta(hours=rules.warning_hours)


def suspect(case: Case, category: Category) -> Person | Denied:
    """Whom a call about behaviour is about: the only author, or the only author who is warned for it (E7)."""
    stop = barred(case)
    if stop is not None:
        return stop
    if case.risk is Risk.UNKNOWN:
        return denied("crisis detector has no answer")
    authors = case.authors
    if len(authors) == 1:
        return authors[0]
    known = [
        person
        for person in authors
        if (one := case.participant(person.id)) is not None
        and one.warned is not None
        and one.warned.category is category
    ]
    return known[0] if len(known) == 1 else denied("more than one person spoke")


def may_review_warning(case: Case, category: Category) -> Person | Denied:
    """Whether it is worth asking for a second opinion on a warning."""
    person = suspect(case, category)
    if isinstance(person, Denied):
        return person
    known = case.participant(person.id)
    if known is not None and valid(known.warned, case.now, case.rules):
        return denied("already warned")
    answered = [turn for turn, asked in case.asked.items() if person.id in asked]
    if len(answered) < case.rules.redirections:
        return denied("too few redirections")
    return person


def may_warn(
    case: Case, category: Category, person: Person, verdict: Verdict | None, card: str
) -> Warned | Denied:
    """E3: R redirections, each a real earlier answer to this person, named by the second opinion (E20)."""
    redirections = _upheld(case, category, person, verdict, after=0)
    if isinstance(redirections, Denied):
        return redirections
    newest = max(message.number for message in case.turn.messages)
    return Warned(person.id, category, card, case.now, newest, redirections=redirections)


def may_review_ending(case: Case, category: Category) -> tuple[Person, Warned] | Denied:
    """E5: a delivered, unexpired warning for this class, and a later message of the same person."""
    person = suspect(case, category)
    if isinstance(person, Denied):
        return person
    known = case.participant(person.id)
    if known is None or known.warned is None or not valid(known.warned, case.now, case.rules):
        return denied("no valid warning")
    if known.warned.category is not category:
        return denied("warned for something else")
    if len(known.warned.redirections) < case.rules.redirections:
        return denied("too few redirections")
    if not any(words.own(message.text) for message in _own(case, person, known.warned.after)):
        return denied("nothing after the warning")
    return person, known.warned


def may_end(
    case: Case, category: Category, person: Person, warned: Warned, verdict: Verdict | None
) -> Ending | Denied:
    """E20: the model's call, these rules and the second opinion; any one missing means go on."""
    upheld = _upheld(case, category, person, verdict, after=warned.after)
    if isinstance(upheld, Denied):
        return upheld
    return Ending(
        conversation=case.conversation.id,
        version=case.conversation.version,
        reason=Reason(category.value),
        person=person.id,
        at=case.now,
        out=person.id != case.conversation.starter.id,
        warning=warned,
    )


def _upheld(
    case: Case, category: Category, person: Person, verdict: Verdict | None, *, after: int
) -> tuple[int, ...] | Denied:
    """The redirections that a second opinion rests on; every id in it is held against the record (E21)."""
    if verdict is None:
        return denied("no second opinion")
    if (stop := _disagrees(verdict, category, person)) is not None:
        return stop
    redirections = {turn for turn in verdict.redirections if person.id in case.asked.get(turn, frozenset())}
    if len(redirections) < case.rules.redirections:
        return denied("too few redirections hold up")
    if not {message.number for message in _own(case, person, after)} & set(verdict.persisting):
        return denied("nothing that persists holds up")
    return tuple(sorted(redirections))


def _own(case: Case, person: Person, after: int) -> list[Message]:
    """What a person has written in this turn behind message `after`, and not deleted."""
    return [m for m in case.turn.messages if m.author.id == person.id and m.number > after and not m.deleted]


def _disagrees(verdict: Verdict, category: Category, person: Person) -> Denied | None:
    if verdict.crisis:
        return denied("second opinion sees a crisis")
    if not verdict.uphold:
        return denied("second opinion says go on")
    if verdict.category is not category or verdict.person != person.id:
        return denied("second opinion speaks of something else")
    if not verdict.benign.strip():
        return denied("second opinion gave no benign reading")
    return None


def may_ask(case: Case, nonce: str) -> tuple[Person, Confirming] | Denied:
    """E9: the model heard somebody ask for the end; the newest author with own words is asked to confirm."""
    stop = barred(case)
    if stop is not None:
        return stop
    spoken = [
        message.author for message in case.turn.messages if not message.deleted and words.own(message.text)
    ]
    if not spoken:
        return denied("nobody asked in their own words")
    return spoken[-1], confirming(spoken[-1], nonce, case.now, case.rules)


def confirming(person: Person, nonce: str, now: datetime, rules: Rules) -> Confirming:
    """An open question to one person."""
    return Confirming(person.id, nonce, now + timedelta(minutes=rules.confirm_minutes))


def may_confirm(
    conversation: Conversation, known: Participant | None, person: Person, nonce: str | None, now: datetime
) -> Ending | Denied:
    """E10, E13: the same person's yes, in time; only the starter or a moderator ends it for everybody.

    `nonce` is the pressed button's, None for a yes in words.
    """
    if conversation.held(now):
        return denied("crisis hold")
    if conversation.state is not State.ACTIVE:
        return denied("not active")
    if known is None or known.standing is not Standing.CONFIRMING or known.confirming is None:
        return denied("nothing to confirm")
    if known.confirming.person != person.id or (nonce is not None and known.confirming.nonce != nonce):
        return denied("somebody else was asked")
    if now >= known.confirming.until:
        return denied("too late")
    return Ending(
        conversation=conversation.id,
        version=conversation.version,
        reason=Reason.USER_REQUEST,
        person=person.id,
        at=now,
        by=person.id,
        out=not (person.moderator or person.id == conversation.starter.id),
    )


def by_moderator(conversation: Conversation, by: str, now: datetime) -> Ending:
    """E37: a moderator closed the thread by hand; the record follows."""
    return Ending(conversation.id, conversation.version, Reason.MODERATOR, by, now, by=by)
