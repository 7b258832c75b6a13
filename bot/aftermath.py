"""After an ending: feedback and appeals are kept, and the moderators are told (E35)."""

from __future__ import annotations

from datetime import timedelta

import structlog

from bot import texts
from bot.cards import MOST_WORDS, Said, Verb
from bot.errors import PlatformError
from bot.parts import Parts, nonce_of
from bot.store.feedback import APPEAL
from bot.types import Conversation, Person, State

log = structlog.get_logger()

APPEAL_DAYS = 180
MOST = MOST_WORDS[Verb.APPEAL]


class Aftermath:
    """What the person who was concerned has to say. No penalty, and nothing changes by it alone."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def feedback(self, here: Conversation, person: Person, words: str, *, wrong: bool, id: str) -> Said:
        """One word on an ending, with optional more; saying the same again tells nobody again."""
        if await self._parts.store.endings.last(here.id) is None:
            return Said(texts.nothing_ended(person, here))
        if not await self._concerned(here, person):
            return Said(texts.not_concerned(person, here))
        kind = "wrong" if wrong else "fine"
        await self._keep(here, person, kind, words, id)
        return Said(_told(texts.thanks(person, here), words, person, here), done=True)

    async def appeal(self, here: Conversation, person: Person, words: str, id: str) -> Said:
        """Ask for a person's decision: one open at a time, within 180 days of the end."""
        last = await self._parts.store.endings.last(here.id)
        if last is None or here.state is State.ACTIVE:
            return Said(texts.nothing_to_appeal(person, here))
        if not await self._concerned(here, person):
            return Said(texts.not_concerned(person, here))
        if self._parts.clock.now() - last.ending.at > timedelta(days=APPEAL_DAYS):
            return Said(texts.appeal_too_late(person, here))
        if not await self._keep(here, person, APPEAL, words, id):
            return Said(texts.appeal_open(person, here))
        return Said(_told(texts.appeal_kept(person, here), words, person, here), done=True)

    async def _concerned(self, here: Conversation, person: Person) -> bool:
        if person.id == here.starter.id:
            return True
        people = await self._parts.store.people.participants(here.id)
        return any(known.person.id == person.id for known in people)

    async def _keep(self, here: Conversation, person: Person, kind: str, words: str, id: str) -> bool:
        parts, now = self._parts, self._parts.clock.now()
        short = words.strip()[:MOST]
        if not await parts.store.feedback.keep(here.id, person.id, kind, short, cause=id, now=now):
            return False
        adapter, workspace = parts.adapter(here), here.thread.workspace
        card = texts.said_of_ending(here, person, kind, short, locale=await adapter.locale(workspace))
        try:
            await adapter.tell(workspace, card, key=f"f{nonce_of(kind, id)}")
        except PlatformError as error:
            log.warning("moderators not told of feedback", conversation=here.id, cause=str(error))
        return True


def _told(sentence: str, words: str, person: Person, here: Conversation) -> str:
    """What came of it; that words were cut is never left unsaid."""
    cut = len(words.strip()) > MOST
    return f"{sentence} {texts.words_cut(person, here, most=MOST)}" if cut else sentence
