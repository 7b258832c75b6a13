"""What buttons and commands do. Every press is checked again at the moment of the press."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import structlog

from bot import guard, reopening, texts
from bot.aftermath import Aftermath
from bot.answering import Answering
from bot.asking import Asking
from bot.cards import Said, Verb
from bot.errors import Blocked, Forbidden, PlatformError
from bot.parts import Parts, nonce_of
from bot.ports import Press
from bot.putting_away import put_away
from bot.store import Fresh
from bot.types import Conversation, Denied, Incoming, Participant, Person, Standing, State, ThreadRef
from bot.underway import UnderWay

log = structlog.get_logger()


class Controls:
    """Presses and commands; what they say goes to the person alone."""

    def __init__(
        self, parts: Parts, answering: Answering, under_way: UnderWay, fresh: Callable[[str], Fresh]
    ) -> None:
        self._parts = parts
        self._answering = answering
        self._under_way = under_way
        self._asking = Asking(parts)
        self._aftermath = Aftermath(parts)
        self._fresh = fresh

    async def press(self, press: Press) -> Said:  # noqa: PLR0911 - one return a verb
        """One pressed control."""
        here = await self._parts.store.directory.get(press.conversation)
        if here is None:
            return Said(texts.unknown_conversation(press.person), done=True)
        match press.verb:
            case Verb.END:
                return await self._end(here, press)
            case Verb.KEEP:
                return await self._keep(here, press)
            case Verb.NEW:
                return await self.begin(here.thread, press.person, press.id, private=here.private)
            case Verb.STOP:
                return await self.stop(here, press.person)
            case Verb.DISMISS:
                return await put_away(self._parts, here, press)
            case Verb.REOPEN:
                return await self.reopen_for(here, press.person)
            case Verb.FINE:
                said = await self._aftermath.feedback(here, press.person, "", wrong=False, id=press.id)
                return replace(said, done=False)  # the controls beside it go on working
            case Verb.BRANCH | Verb.WRONG | Verb.APPEAL:
                return Said(texts.opens_a_form(press.person, here))

    async def ask_to_end(self, thread: ThreadRef, person: Person, id: str) -> Said:
        """E12: the same confirmation as the model's, without any model."""
        parts, now = self._parts, self._parts.clock.now()
        here = await parts.store.directory.find(thread.key)
        if here is None or here.state is State.ERASED:
            return Said(texts.no_chat(person))
        if here.state is not State.ACTIVE:
            return Said(texts.already_ended(person, here), texts.pointer(here, person))
        if here.held(now):
            locale = person.locale or here.starter.locale
            return Said(
                texts.staying(person, here),
                texts.crisis(here, parts.helplines.shown_to(locale), person),
            )
        nonce = nonce_of("end", id)
        try:
            if not await self._asking.put(here, person, guard.confirming(person, nonce, now, parts.rules)):
                return Said(texts.nothing_changed(person, here))
        except PlatformError as error:
            log.warning("confirmation not posted", conversation=here.id, cause=str(error))
            await parts.store.people.unask(here.id, person.id, nonce, now)
            return Said(texts.not_asked(person, here))
        return Said(texts.please_confirm(person, here))

    async def begin(self, thread: ThreadRef, person: Person, id: str, *, private: bool = False) -> Said:
        """E33: a new thread at once, in the same channel, for the same person; no cooldown."""
        parts, now = self._parts, self._parts.clock.now()
        unopened = f"{ThreadRef.UNOPENED}{id}"
        ref = replace(thread, thread=thread.channel if thread.direct else unopened)
        first = Incoming(ref, "", id, person, "", now, private=private, origin=unopened)
        fresh = self._fresh(texts.chat_with(person, name=texts.name_of(person)))
        begun = await parts.store.inbox.begin(first, fresh, now)
        here = begun.conversation
        try:
            here = await self._answering.open(begun, "")
            await self._welcome(here, again=begun.again)
        except Forbidden as error:
            log.warning("thread not opened", permission=error.permission, conversation=here.id)
            return Said(texts.no_thread(person, here))
        except Blocked as error:
            log.warning("thread not opened", cause=str(error), conversation=here.id)
            return Said(texts.thread_impossible(person, here))
        except PlatformError as error:
            log.warning("thread not opened", cause=str(error), conversation=here.id)
            return Said(texts.no_thread_now(person, here))
        return Said(texts.new_chat_ready(person, here), go_to=here.thread.key)

    async def _welcome(self, here: Conversation, *, again: bool) -> None:
        """Say hello. A thread without it is a new chat all the same, and there must not be a second one."""
        card = texts.welcome(here)
        try:
            await self._parts.adapter(here).post(here.thread, card, key=f"b{here.id}", again=again)
        except Forbidden:
            raise
        except PlatformError as error:
            log.info("nobody welcomed", conversation=here.id, cause=str(error))

    async def reopen(self, here: Conversation, by: Person) -> bool:
        """E36: active again, warnings cleared, one line saying who; the record has the id instead."""
        parts, now = self._parts, self._parts.clock.now()
        if not await parts.store.reopenings.reopen(here.id, by.id or "moderator", now, name=by.name):
            return False
        reopening.begin(parts, here.id)
        return True

    async def _known(self, here: Conversation, nonce: str) -> Participant | None:
        """Who was asked the question with this nonce."""
        people = await self._parts.store.people.participants(here.id)
        return next((one for one in people if one.confirming and one.confirming.nonce == nonce), None)

    async def _end(self, here: Conversation, press: Press) -> Said:
        parts, now = self._parts, self._parts.clock.now()
        known = await self._known(here, press.nonce)
        if here.state is not State.ACTIVE:
            return Said(texts.already_ended(press.person, here), done=True)
        ending = guard.may_confirm(here, known, press.person, press.nonce, now)
        if isinstance(ending, Denied):
            if known is None or known.standing is not Standing.CONFIRMING:
                return Said(texts.too_late(press.person, here), done=True)
            if known.person.id != press.person.id:
                return Said(texts.not_yours(press.person, here))
            log.info("confirmation refused", conversation=here.id, cause=ending.cause)
            said = texts.too_late if ending.cause == "too late" else texts.nothing_changed
            return Said(said(press.person, here), done=True)
        if not await parts.store.endings.decide(ending, press.person, now):
            return Said(texts.nothing_changed(press.person, here))
        if not ending.out:
            self._under_way.end(here.id)
        parts.engine.attend(here.id)
        return Said(texts.confirmed(press.person, here), done=True)

    async def _keep(self, here: Conversation, press: Press) -> Said:
        known = await self._known(here, press.nonce)
        if known is None or known.confirming is None:
            return Said(texts.too_late(press.person, here), done=True)
        if known.person.id != press.person.id:
            return Said(texts.not_yours(press.person, here))
        now = self._parts.clock.now()
        if not await self._parts.store.people.unask(here.id, known.person.id, press.nonce, now):
            said = texts.too_late if here.state is State.ACTIVE else texts.already_ended
            return Said(said(press.person, here), done=True)
        card = texts.answered(here, known.confirming, yes=False, reader=press.person)
        await self._asking.close_question(here.thread, card, press.message_id or known.confirming.card)
        return Said(texts.we_keep_talking(press.person, here), done=True)

    async def reopen_for(self, here: Conversation, person: Person) -> Said:
        """Reopen, for a moderator only."""
        if not person.moderator:
            return Said(texts.reopen_moderators_only(person, here))
        if not await self.reopen(here, person):
            return Said(texts.open_already(person, here), done=True)
        return Said(texts.reopened_now(person, here), done=True)

    async def release(self, here: Conversation, person: Person) -> Said:
        """E18: take the crisis hold off, for a moderator only."""
        if not person.moderator:
            return Said(texts.moderators_only(person, here))
        if not await self._parts.store.holds.release(here.id, person.id, self._parts.clock.now()):
            return Said(texts.no_hold(person, here), done=True)
        return Said(texts.hold_off(person, here), done=True)

    async def stop(self, here: Conversation, person: Person) -> Said:
        """Stop the running answer, for the starter or a moderator."""
        if not (person.moderator or person.id == here.starter.id):
            return Said(texts.stop_not_yours(person, here))
        if not self._under_way.stop(here.id):
            return Said(texts.nothing_to_stop(person, here), done=True)
        return Said(texts.stopped_now(person, here), done=True)
