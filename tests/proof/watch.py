"""What must be true at the moment when something is decided: every new line of the audit log is examined."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from bot import guard, texts, words
from bot.cards import Kind
from bot.store.endings import BEHAVIOUR
from bot.store.objects import load_confirming, load_warned
from bot.store.rows import WAITING, WHOLE, to_conversation
from bot.store.schema import audit, conversation, ending, message, participant, turn
from bot.types import (
    Category,
    Conversation,
    EndConversation,
    Next,
    Person,
    Reason,
    Risk,
    Standing,
    State,
    WarnUser,
)
from tests.proof.actors import Minds, Place
from tests.proof.world import World

GRACE = 5
"""Rounds of the loop that may lie between the record of an end and its effect on what runs."""


@dataclass(frozen=True)
class Yes:
    """Somebody pressed the red button, with this nonce."""

    person: str
    nonce: str


@dataclass
class Before:
    """A conversation as it stood before the newest transaction."""

    here: Conversation
    state: str
    active_turn: int | None
    people: dict[str, Any]


@dataclass
class Watch:
    """Called after every transaction; sees the rows before and after."""

    world: World
    place: Place
    minds: Minds
    rules: guard.Rules
    seen: int = 0
    before: dict[int, Before] = field(default_factory=dict)
    presses: list[Yes] = field(default_factory=list)
    by_hand: set[str] = field(default_factory=set)
    """Threads that somebody locked or deleted on the platform."""
    void: dict[int, int] = field(default_factory=dict)
    """The version from which on a conversation was opened again: older endings are void."""
    opened: dict[int, int] = field(default_factory=dict)
    """The same, once people have seen the thread open again."""
    endings: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Conversation and version of each ending, by the key of its notice."""
    ended: dict[int, int] = field(default_factory=dict)
    """The round in which a conversation ended."""
    asked: dict[tuple[int, str], int] = field(default_factory=dict)
    """Newest message when a person was last asked to confirm."""
    erased: set[str] = field(default_factory=set)
    """Texts of messages in a workspace that was erased since."""
    answered: dict[int, int] = field(default_factory=dict)
    """The turn that finished with a message."""

    def seen_by_people(self, what: str, of: Conversation | str) -> None:
        """E36: once a thread was seen open again, nothing of the former ending is seen any more."""
        if what == "open":
            here = [each for each, before in self.before.items() if before.here.thread.key == of]
            self.opened |= {each: self.void[each] for each in here if each in self.void}
            return
        number, version = (of.id, of.version) if isinstance(of, Conversation) else self.endings[of]
        if version < self.void.get(number, 0) and self.opened.get(number) == self.void[number]:
            self.world.blame(f"E36: a {what} of an ending that was taken back")

    def after(self, c: Connection) -> None:
        """Examine what a transaction has changed."""
        rows = c.execute(select(audit).where(audit.c.id > self.seen).order_by(audit.c.id)).all()
        for row in rows:
            self.seen = row.id
            if row.conversation_id is not None:
                self._examine(c, row)
        self._remember(c)

    def _remember(self, c: Connection) -> None:
        for each in c.execute(select(ending)):
            self.endings[f"en{each.id}"] = each.conversation_id, each.version
        people: dict[int, dict[str, Any]] = {}
        for one in c.execute(select(participant)):
            people.setdefault(one.conversation_id, {})[one.person_id] = one
        for row in c.execute(WHOLE):
            old = self.before.get(row.id)
            if row.state != State.ACTIVE.value and (old is None or old.state == State.ACTIVE.value):
                self.ended[row.id] = self.world.loop.rounds
            self.before[row.id] = Before(
                to_conversation(row), row.state, row.active_turn, people.get(row.id, {})
            )

    def may_ask(self, here: int) -> str:
        """I3: why no request may be made for this conversation now."""
        known = self.before.get(here)
        if known is None:
            return f"a request without a conversation ({here})"
        if known.state != State.ACTIVE.value and self.world.loop.rounds > self.ended[here] + GRACE:
            return f"conversation {here} is {known.state}"
        return ""

    def _examine(self, c: Connection, row: Row[Any]) -> None:
        here = to_conversation(c.execute(WHOLE.where(conversation.c.id == row.conversation_id)).one())
        before = self.before.get(here.id)
        if row.cause == "reopened":
            self.void[here.id] = here.version
            self.place.reopenings[here.thread.key] += 1
        if row.before == "":
            return
        assert before is not None
        if row.cause.startswith("warned ") or row.cause in {"asked to end", *BEHAVIOUR, Reason.USER_REQUEST}:
            self._no_hold(row, before)
        if row.cause.startswith("warned "):
            self._warned(c, row, here, before)
        elif row.cause == "asked to end":
            self._asked(c, row)
        elif row.cause == "kept talking":
            self._kept(c, row)
        elif row.cause in BEHAVIOUR:
            self._behaviour(c, row, here, before)
        elif row.cause == Reason.USER_REQUEST.value:
            self._requested(c, row, here, before)
        elif row.cause == Reason.MODERATOR.value and here.thread.key not in self.by_hand:
            self.world.blame("E37: a moderator's ending that no moderator made")

    def _no_hold(self, row: Row[Any], before: Before) -> None:
        if before.here.held(self.world.clock.now()):
            self.world.blame(f"I2: {row.cause} during a hold")

    def _certain(self, c: Connection, row: Row[Any], before: Before) -> None:
        """I2, E25: the detector has cleared every message there is, and none is newer than the turn."""
        for item in c.execute(select(message).where(message.c.turn_id == before.active_turn)):
            if item.text.strip() and self.minds.read.get(item.number) is not Risk.NONE:
                self.world.blame(f"I2: {row.cause} while the detector has not cleared message {item.number}")
        newer = select(message.c.number).where(message.c.conversation_id == row.conversation_id, WAITING)
        if c.execute(newer).first() is not None:
            self.world.blame(f"E25: {row.cause} although a newer message waits")

    def _called(self, row: Row[Any], call: object) -> None:
        """E20, E26: the model itself called for it, in a response that was not cut short."""
        said = self.minds.responses.get(row.conversation_id)
        if said is None or said.next not in {Next.DONE, Next.CALLS}:
            self.world.blame(f"E26: {row.cause} out of a response cut short")
        elif not any(
            getattr(one, "category", getattr(one, "reason", None)) is call
            and isinstance(one, WarnUser if isinstance(call, Category) else EndConversation)
            for one in said.calls
        ):
            self.world.blame(f"E20: {row.cause} without the model's call")

    def _upheld(self, row: Row[Any], person: str, category: Category) -> None:
        verdict = self.minds.opinions.get(row.conversation_id)
        if verdict is None or not verdict.uphold or verdict.crisis:
            self.world.blame(f"E20: {row.cause} without a second opinion")
        elif verdict.person != person or verdict.category is not category or not verdict.benign.strip():
            self.world.blame(f"E21: {row.cause} on a second opinion about something else")

    def _warned(self, c: Connection, row: Row[Any], here: Conversation, before: Before) -> None:
        person = row.before.rsplit(" ", 1)[0]
        category = Category(row.cause.removeprefix("warned "))
        self._certain(c, row, before)
        self._called(row, category)
        self._upheld(row, person, category)
        known = c.execute(
            select(participant).where(
                participant.c.conversation_id == here.id, participant.c.person_id == person
            )
        ).one()
        warned = load_warned(known.warned)
        assert warned is not None
        old = before.people.get(person)
        if old is not None and old.standing == Standing.OUT.value:
            self.world.blame("E7: somebody who is out is warned")
        card = self.place.posts.get(warned.card)
        meant = texts.warning(here, Person(person, known.name), category)
        if card is None or card.card is None or card.card.kind is not Kind.WARNING:
            self.world.blame("E4: a warning that nobody saw")
        elif (card.card.text, card.card.title) != (meant.text, meant.title):
            self.world.blame(f"E4: {person} is warned for {category} by a card that says something else")
        redirected = self._answers(c, here.id, person, before.active_turn)
        if len(set(warned.redirections) & redirected) < self.rules.redirections:
            self.world.blame(f"E3: {warned.redirections} for {person}, but only {redirected} were theirs")
        newest = c.execute(
            select(func.max(message.c.number)).where(message.c.conversation_id == here.id)
        ).scalar_one()
        if warned.after < newest:
            self.world.blame(f"E5: warned after {warned.after}, but {newest} was written before the card")
        if not self._wrote(c, before.active_turn, person):
            self.world.blame(f"I7: {person} is warned in a turn of others")

    def _answers(self, c: Connection, here: int, person: str, upto: int | None) -> set[int]:
        """The turns before `upto` in which we answered this person."""
        found, authors = set(), set[str]()
        rows = c.execute(select(turn).where(turn.c.conversation_id == here).order_by(turn.c.number))
        for row in rows:
            if row.id == upto:
                break
            said = c.execute(select(message.c.author_id).where(message.c.turn_id == row.id))
            authors |= set(said.scalars())
            if row.reply and row.state in {"done", "stopped", "refused"}:
                if person in authors:
                    found.add(row.id)
                authors = set()
        return found

    def _wrote(self, c: Connection, turn_id: int | None, person: str, after: int = 0) -> bool:
        query = select(message.c.number).where(
            message.c.turn_id == turn_id, message.c.author_id == person, message.c.number > after
        )
        return c.execute(query.where(message.c.deleted.is_(False))).first() is not None

    def _asked(self, c: Connection, row: Row[Any]) -> None:
        newest = select(func.max(message.c.number)).where(message.c.conversation_id == row.conversation_id)
        person = row.before.rsplit(" ", 1)[0]
        self.asked[row.conversation_id, person] = c.execute(newest).scalar_one() or 0
        old = self.before[row.conversation_id].people.get(person)
        if old is not None and old.standing == Standing.OUT.value:
            self.world.blame("E7: a question puts somebody back who is out")

    def _kept(self, c: Connection, row: Row[Any]) -> None:
        """I7: only the person's own later word, their own press, or a hold takes a question back."""
        person = row.before.rsplit(" ", 1)[0]
        later = select(message.c.number).where(
            message.c.conversation_id == row.conversation_id,
            message.c.author_id == person,
            message.c.number > self.asked[row.conversation_id, person],
        )
        held = c.execute(
            select(audit.c.id).where(
                audit.c.conversation_id == row.conversation_id,
                audit.c.cause == "crisis",
                audit.c.id > row.id,
            )
        ).first()
        old = self.before[row.conversation_id].people[person]
        confirming = load_confirming(old.confirming)
        pressed = confirming is not None and Yes(f"keep {person}", confirming.nonce) in self.presses
        unposted = confirming is not None and not confirming.card
        if not (held or pressed or unposted or c.execute(later).first()):
            self.world.blame(f"I7: the question to {person} was taken back by nobody")

    def _behaviour(self, c: Connection, row: Row[Any], here: Conversation, before: Before) -> None:
        """I1, E5, E20."""
        reason, now = Reason(row.cause), self.world.clock.now()
        last = c.execute(
            select(ending).where(ending.c.conversation_id == here.id).order_by(ending.c.id.desc()).limit(1)
        ).one()
        person = last.person_id
        self._certain(c, row, before)
        self._called(row, reason)
        self._upheld(row, person, Category(reason.value))
        warned = load_warned(last.warning)
        past = before.people.get(person)
        recorded = load_warned(past.warned) if past is not None else None
        if warned is None or recorded is None or recorded != warned or warned.person != person:
            self.world.blame(f"I1: ended for behaviour of {person} without their warning")
            return
        if warned.category.value != reason.value or not guard.valid(warned, now, self.rules):
            self.world.blame("E5, E6: the warning does not count")
        if now - warned.at >= timedelta(hours=self.rules.warning_hours):
            self.world.blame("E6: the warning has lapsed")
        if not self._wrote(c, before.active_turn, person, warned.after):
            self.world.blame("I1: nothing was written after the warning")
        verdict = self.minds.opinions.get(here.id)
        own = select(message.c.number).where(
            message.c.author_id == person,
            message.c.turn_id == before.active_turn,
            message.c.number > warned.after,
        )
        if verdict is not None and not set(verdict.persisting) & set(c.execute(own).scalars()):
            self.world.blame("E21: nothing that persists was named")
        if last.out == (person == here.starter.id):
            self.world.blame("E7: the starter ends it, everybody else is out")

    def _requested(self, c: Connection, row: Row[Any], here: Conversation, before: Before) -> None:
        """E10, E13: the same person's yes to a question that was open."""
        last = c.execute(
            select(ending).where(ending.c.conversation_id == here.id).order_by(ending.c.id.desc()).limit(1)
        ).one()
        person = last.person_id
        old = before.people.get(person)
        confirming = load_confirming(old.confirming) if old is not None else None
        if (
            old is None
            or confirming is None
            or confirming.person != person
            or old.standing != Standing.CONFIRMING.value
        ):
            self.world.blame(f"E10: ended for {person}, who was not asked")
            return
        if self.world.clock.now() >= confirming.until:
            self.world.blame("E10: ended after ten minutes of silence")
        said = c.execute(
            select(message).where(
                message.c.conversation_id == here.id,
                message.c.author_id == person,
                message.c.number > self.asked[here.id, person],
            )
        ).all()
        if Yes(person, confirming.nonce) not in self.presses and not any(
            words.is_yes(item.text) for item in said
        ):
            self.world.blame(f"E10: {person} never said yes")
        if not last.out and person not in {here.starter.id, "mo"}:
            self.world.blame("E13: ended for everybody by somebody else than starter and moderators")
