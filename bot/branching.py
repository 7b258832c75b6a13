"""Branching: go on from an earlier message of one's own, edited, in a thread of its own (E34)."""

from __future__ import annotations

from dataclasses import replace

import structlog

from bot import texts, words
from bot.answering import Answering
from bot.cards import MOST_WORDS, Said, Verb
from bot.errors import Blocked, Forbidden, PlatformError
from bot.parts import Parts
from bot.types import Incoming, Person, ThreadRef

log = structlog.get_logger()

LONGEST = MOST_WORDS[Verb.BRANCH]


class Branching:
    """The old thread stays as it is; the new one inherits the history, and neither warning nor hold."""

    def __init__(self, parts: Parts, answering: Answering) -> None:
        self._parts = parts
        self._answering = answering

    async def branch(self, conversation: int, person: Person, number: int, text: str, id: str) -> Said:
        """Make the branch and see that it is answered; the same `id` gives the same branch again."""
        parts = self._parts
        source = await parts.store.directory.get(conversation)
        if source is None:
            return Said(texts.unknown_conversation(person))
        text = text.strip()
        if not text or len(text) > LONGEST:
            return Said(texts.branch_needs_text(person, source, longest=LONGEST))
        unopened = f"{ThreadRef.UNOPENED}{id}"
        thread = source.thread if source.thread.direct else replace(source.thread, thread=unopened)
        now = parts.clock.now()
        incoming = Incoming(thread, "", id, person, text, now, private=source.private, origin=f"branch:{id}")
        begun = await parts.store.branches.branch(conversation, number, incoming, words.title(text), now)
        if begun is None:
            return Said(texts.branch_not_yours(person, source))
        here = begun.conversation
        log.info("branched", conversation=here.id, source=source.id)
        try:
            here = await self._answering.open(begun, text)
            said = Said(texts.branched(person, here), go_to=here.thread.key, done=True)
        except Blocked as error:
            log.warning("branch not opened", conversation=here.id, cause=str(error))
            why = texts.no_thread if isinstance(error, Forbidden) else texts.thread_impossible
            said = Said(why(person, here))
        except PlatformError as error:
            log.warning("branch not opened yet", conversation=here.id, cause=str(error))
            soon = texts.private_on_its_way if here.private else texts.on_its_way
            said = Said(soon(person, here), done=True)
        parts.engine.attend(here.id)
        return said
