"""After an ending: feedback and appeals are kept, and the moderators are told, whatever happens (E35)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import structlog

from bot import texts, through
from bot.cards import MOST_WORDS, Said, Verb
from bot.errors import Blocked, ThreadGone
from bot.parts import Parts, nonce_of
from bot.reading import insist
from bot.store.feedback import APPEAL
from bot.types import Conversation, Person, State

log = structlog.get_logger()

APPEAL_DAYS = 180
MOST = MOST_WORDS[Verb.APPEAL]


class Aftermath:
    """What the person who was concerned has to say. No penalty, and nothing changes by it alone."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def resume(self) -> None:
        """At start: what the moderators had not been told when the program stopped."""
        for conversation, cause in await self._parts.store.feedback.untold():
            self._parts.engine.beside(self._pass_on(conversation, cause, again=True))

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
        """Keep it, and see that the moderators hear of it: the person does not wait for that."""
        store, now = self._parts.store.feedback, self._parts.clock.now()
        short = words.strip()[:MOST]
        if not await store.keep(here.id, person.id, kind, short, cause=id, now=now):
            return False
        self._parts.engine.beside(self._pass_on(here.id, id, again=False))
        return True

    async def _pass_on(self, conversation: int, cause: str, *, again: bool) -> None:
        tried = again

        async def tell() -> None:
            nonlocal tried
            before, tried = tried, True
            async with self._parts.lease(conversation, cause):
                await self._tell(cause, again=before)

        await insist(self._parts, tell)

    async def _tell(self, cause: str, *, again: bool) -> None:
        """Tell the moderators once, and record it; where they cannot be told, that is in the log."""
        parts = self._parts
        said = await parts.store.feedback.owed(cause)
        if said is None or said.conversation.thread.platform not in parts.adapters:
            return
        here, workspace = said.conversation, said.conversation.thread.workspace
        adapter, people = parts.adapter(here), await parts.store.people.participants(here.id)
        person, untitled = texts.known_name(said.person, here, people), through.untitled(here)
        locale = await adapter.locale(workspace)
        try:
            await through.put(
                partial(adapter.tell, workspace, key=f"f{nonce_of(said.kind, cause)}", again=again),
                texts.said_of_ending(here, person, said.kind, said.words, locale=locale),
                texts.said_of_ending(untitled, person, said.kind, "", locale=locale),
            )
        except (Blocked, ThreadGone) as error:
            log.warning("moderators not told of feedback", conversation=here.id, cause=str(error))
        await parts.store.feedback.told(cause)


def _told(sentence: str, words: str, person: Person, here: Conversation) -> str:
    """What came of it; that words were cut is never left unsaid."""
    cut = len(words.strip()) > MOST
    return f"{sentence} {texts.words_cut(person, here, most=MOST)}" if cut else sentence
