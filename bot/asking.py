"""Confirmations: ask one person whether to end, take their yes in words, and close the question."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum, auto

import structlog

from bot import guard, texts, words
from bot.cards import Card
from bot.errors import Blocked, PlatformError
from bot.parts import Parts
from bot.render import render
from bot.store import Done, Work
from bot.turn import Asked
from bot.types import Confirming, Conversation, Denied, Participant, Person, ThreadRef

log = structlog.get_logger()


class Heard(Enum):
    """What the messages of a turn are to the open questions. MORE: others came first, take the turn again."""

    NO_YES = auto()
    YES = auto()
    MORE = auto()


class Asking:
    """What the model's request and `/end` have in common (E9, E10, E12)."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def ask(self, work: Work, ruling: Asked) -> None:
        """Post the confirmation that the model asked for, unless a hold or an end came first."""
        here, person, asked = work.conversation, ruling.person, ruling.confirming
        try:
            await self.put(here, person, asked, again=work.turn.attempts > 1)
        except Blocked as error:
            log.error("confirmation not posted", permission=error.permission, cause=str(error))  # noqa: TRY400 - no bug
            await self._parts.store.people.unask(here.id, person.id, asked.nonce, self._parts.clock.now())

    async def put(
        self, here: Conversation, person: Person, asked: Confirming, *, again: bool = False
    ) -> bool:
        """Ask one person; False where a hold or an end came first. An older question of theirs is closed.

        Raises PlatformError where it could not be posted; it is on record then.
        """
        people = self._parts.store.people
        before = _asked(person, await people.participants(here.id))
        if not await people.ask(here.id, person, asked, self._parts.clock.now()):
            return False
        leave = not (person.moderator or person.id == here.starter.id)
        card = texts.confirmation(here, person, asked.nonce, leave=leave)
        message = await self._parts.adapter(here).post(here.thread, card, key=f"c{asked.nonce}", again=again)
        over = [before] if before is not None and before.nonce != asked.nonce else []
        if not await people.shown(here.id, person.id, asked.nonce, message):
            # A hold, an end or another question came while it was being posted.
            over.append(replace(asked, card=message))
        for each in over:
            closed = texts.answered(here, each, yes=None, reader=person)
            await self.close_question(here.thread, closed, each.card)
        return True

    async def heard(self, work: Work) -> Heard:
        """E10: a pending question is answered by the same person's next message, one way or the other."""
        here, parts = work.conversation, self._parts
        now = parts.clock.now()
        for known in work.participants:
            asked = known.confirming
            if asked is None:
                continue
            said = [
                message
                for message in work.turn.messages
                if message.author.id == known.person.id and message.number > asked.after
            ]
            if not said:
                continue
            # A second thought behind the yes is doubt, and then the conversation goes on (E8).
            if asked.card and all(words.is_yes(each.text) for each in said):
                ending = guard.may_confirm(here, known, said[0].author, None, now)
                done = Done("done", render(work.turn.messages), "")
                if not isinstance(ending, Denied):
                    if await parts.store.endings.decide(ending, said[0].author, now, (work, done)):
                        return Heard.YES
                    if await parts.store.inbox.absorb(work):
                        return Heard.MORE  # it changes nobody's yes (I7)
            if await parts.store.people.unask(here.id, known.person.id, asked.nonce, now):
                card = texts.answered(here, asked, yes=False, reader=said[0].author)
                await self.close_question(here.thread, card, asked.card)
        return Heard.NO_YES

    async def close_question(self, thread: ThreadRef, card: Card, message: str) -> None:
        """Turn a card into what became of it. The record is what counts: a failure is only logged."""
        if not message:
            return
        key = f"a{card.nonce or message[-12:]}"
        try:
            await self._parts.adapters[thread.platform].post(thread, card, key=key, instead=message)
        except PlatformError as error:
            log.info("card not updated", cause=str(error))


def _asked(person: Person, people: tuple[Participant, ...]) -> Confirming | None:
    """The question that somebody is being asked already."""
    return next((one.confirming for one in people if one.person.id == person.id), None)
