"""A game that was played by the rules so far, and ways to break each of them behind the core's back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, Self

import structlog
from sqlalchemy import insert, update

from bot import texts
from bot.cards import Card, Kind, Verb
from bot.store.objects import dump_warned, load_confirming, load_warned
from bot.store.schema import audit, conversation, participant
from bot.types import (
    Category,
    Confirming,
    Conversation,
    EndConversation,
    Ending,
    Next,
    Prompt,
    Reason,
    Response,
    Risk,
    Verdict,
    Warned,
    WarnUser,
)
from tests.proof import laws
from tests.proof.actors import Reminded
from tests.proof.proof import PEOPLE, Proof
from tests.proof.world import Weather

ANN, BEN, MO = PEOPLE["ann"], PEOPLE["ben"], PEOPLE["mo"]
WARN, END = WarnUser("", Category.ABUSE), EndConversation("", Reason.ABUSE)
SAID = Response("", Next.CALLS, (END, WARN))
UPHELD = Verdict(uphold=True, category=Category.ABUSE, person="ann", persisting=tuple(range(99)), benign="?")


class Planting(Proof):
    """The game, with hands that reach past the core."""

    def __init__(self) -> None:
        super().__init__(redirections=2, habit=(("ok",),))
        self.says()

    def wrong(self) -> list[str]:
        """Every law that is broken now."""
        self.loop.still()
        with self.engines[-1].begin() as c:
            laws.at_rest(c, self.watch, self.accepted)
            laws.when_idle(c, self.watch, self.accepted)
        return self.world.wrong

    def rows(self, *statements: Any) -> Self:
        """Change rows behind the store's back."""
        with self.engines[-1].begin() as c:
            for statement in statements:
                c.execute(statement)
        return self

    def cut_loose(self) -> Self:
        """From now on nothing goes with the row that it hangs on."""
        raw: Any = self.engines[-1].raw_connection()
        raw.execute("PRAGMA foreign_keys=OFF")
        return self

    def note(self, **values: str) -> Self:
        """A line in the audit log that nothing has led to."""
        base = {"conversation_id": 1, "at": self.world.clock.now(), "actor": "x", "cause": "x"}
        self.rows(insert(audit).values(**base | values))
        return self

    # By the rules.

    def says(self, who: str = "ann", text: str = "") -> Self:
        self.say(who, "t1", text or f"unique {self.count} silly bot", addressed=True)
        self.loop.advance(1)
        return self

    def is_warned(self) -> Self:
        """Ann, after two redirections."""
        self.says()
        self.minds.lines.append((WARN,))
        self.says()
        assert self.wrong() == []
        return self

    def is_asked(self) -> Self:
        self.ask("ann", "t1")
        self.loop.advance(1)
        return self

    def is_ended(self) -> Self:
        self.is_asked()
        self.press("ann", Verb.END, 0)
        self.loop.advance(1)
        assert self.wrong() == []
        return self

    def is_reopened(self) -> Self:
        self.is_ended()
        self.do(self.assistant.reopen(self.ref("t1"), MO))
        self.loop.advance(1)
        assert self.wrong() == []
        return self

    def is_held(self) -> Self:
        """A hold that the record no longer stops anything for, while it is still on."""
        self.minds.risks.append((Risk.YES.value, False))
        self.says()
        assert self.wrong() == []
        self.rows(update(conversation).values(hold_until=None))
        return self

    def runs(self, response: Response | None = None, verdict: Verdict | None = UPHELD) -> Self:
        """A turn of Ann's is under way, in which model and second opinion have said this."""
        self.minds.lines.append(("Well.", Weather.LATE))
        self.says()
        self.minds.responses[1] = response or SAID
        self.minds.opinions[1] = verdict
        return self

    # Against the rules.

    @property
    def here(self) -> Conversation:
        return self.watch.before[1].here

    def warned(self, **changes: Any) -> Warned:
        base = Warned("ann", Category.ABUSE, self.card(), self.world.clock.now(), 99, redirections=(1, 2))
        return replace(base, **changes)

    def card(self) -> str:
        """The warning card that Ann sees."""
        self.posts(texts.warning(self.here, ANN, Category.ABUSE), "w")
        return self.place.keys["w"]

    def ends(self, **changes: Any) -> Self:
        """An ending that no guard has made."""
        now = self.world.clock.now()
        people = self.watch.before[1].people
        known = load_warned(people["ann"].warned) if people else None
        ending = Ending(1, self.here.version, Reason.ABUSE, "ann", now, warning=known)
        self.do(self.assistant._parts.store.endings.decide(replace(ending, **changes), ANN, now))
        return self

    def warns(self, **changes: Any) -> Self:
        """A warning that no guard has made."""
        warned = self.warned(**changes)
        person = PEOPLE[warned.person]
        self.do(self.assistant._parts.store.people.warn(1, person, warned, self.world.clock.now()))
        return self

    def asks_the_model(self) -> Self:
        self.loop.do(self._request())
        return self

    async def _request(self) -> None:
        prompt = Prompt("claude-opus-5-5", "You are adieu.", "hello")
        with structlog.contextvars.bound_contextvars(conversation=1):
            async for _ in self.assistant._parts.model.stream(prompt):
                pass

    def posts(self, card: Card, key: str) -> Self:
        self.loop.do(self.assistant.adapters["fake"].post(self.ref("t1"), card, key=key))
        return self

    def notice(self) -> Card:
        cards = (post.card for post in self.place.posts.values())
        return next(card for card in cards if card is not None and card.kind is Kind.NOTICE)

    def closes(self, here: Conversation) -> Self:
        self.loop.do(self.assistant.adapters["fake"].close(here, reason="", archive=False))
        return self

    def looked_at(self) -> Self:
        """Hold everything against the laws once."""
        self.wrong()
        return self

    def unlocked(self) -> Self:
        self.place.locked.clear()
        return self

    def unposted(self, key: str) -> Self:
        """The platform no longer knows that it has this post."""
        del self.place.keys[key]
        return self

    def forgets(self) -> Self:
        """The watch has never seen any conversation."""
        self.watch.before.clear()
        return self

    def later(self, seconds: float = 0) -> Self:
        """So much later that nothing of the end can still be on its way."""
        self.loop.advance(seconds)
        for _ in range(9):
            self.loop.advance(1)
            self.loop.do(asyncio.sleep(0))
        return self

    def known(self) -> Warned:
        """The warning that is on record."""
        found = load_warned(self.watch.before[1].people["ann"].warned)
        assert found is not None
        return found

    def rewrite(self, warned: Warned) -> Self:
        """Change the warning that is on record, for the watch too."""
        self.rows(update(participant).values(warned=dump_warned(warned)))
        with self.engines[-1].begin() as c:
            self.watch.after(c)
        return self

    def swap(self, warned: Warned) -> Self:
        """Change the warning that is on record, and tell nobody."""
        return self.rows(update(participant).values(warned=dump_warned(warned)))

    def tells_again(self) -> Self:
        """Send the newest case to the moderators once more."""
        self.place.told.append(self.place.told[-1])
        return self

    def says_of_it(self) -> Self:
        """Ann appeals, and the moderators hear of it."""
        self.complain_of("ann", "t1", appeal=True)
        self.loop.still()
        return self

    def reminds(self, *shown: tuple[bool, float]) -> Self:
        """Show Ann these reminders: whether it was the pointer, and when."""
        self.place.reminded.extend(Reminded(1, "t", 0, "ann", card, at) for card, at in shown)
        return self

    def question(self) -> Confirming:
        """What Ann is asked."""
        found = load_confirming(self.watch.before[1].people["ann"].confirming)
        assert found is not None
        return found

    def becomes_bens(self) -> Self:
        self.rows(update(conversation).values(starter_id="ben"))
        return self
