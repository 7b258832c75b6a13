"""The story, top to bottom: a message is received, kept, answered; a conversation ends, or begins anew."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import structlog

from bot import ending, reopening, texts, words
from bot.aftermath import Aftermath
from bot.answering import Answering
from bot.branching import Branching
from bot.byhand import ByHand
from bot.cards import Said
from bot.care import Care
from bot.config import Config
from bot.controls import Controls
from bot.errors import ThreadGone
from bot.forgetting import forget
from bot.hearing import answers
from bot.lapsing import Lapsing
from bot.lateness import Lateness
from bot.modes import Modes
from bot.parts import Parts
from bot.policy import system_prompt
from bot.ports import Adapter, Clock, Detector, Engine, Model, Press, Received, Reviewer
from bot.reminding import remind
from bot.store import Fresh, Store, Work
from bot.types import (
    Conversation,
    Incoming,
    Message,
    Mode,
    Participant,
    Person,
    Step,
    ThreadRef,
)
from bot.underway import UnderWay

log = structlog.get_logger()

LATELY = timedelta(days=2)
FIRST = frozenset({Step.DECIDED, Step.CLOSED})
"""Where an ending begins; in a thread that is gone nothing needs closing."""


class Assistant:
    """The Desk port. What a method has promised stands in the store before it returns."""

    def __init__(
        self,
        config: Config,
        store: Store,
        model: Model,
        reviewer: Reviewer,
        detector: Detector,
        engine: Engine,
        clock: Clock,
    ) -> None:
        self._parts = Parts(config, store, model, reviewer, detector, engine, clock)
        self._care = Care(self._parts)
        self._lateness = Lateness(self._parts)
        self._under_way = UnderWay()
        self._answering = Answering(self._parts, self._care, self._under_way)
        self._controls = Controls(self._parts, self._answering, self._under_way, self._fresh)
        self._aftermath = Aftermath(self._parts)
        self._branching = Branching(self._parts, self._answering)
        self._modes = Modes(self._parts)
        self.lapsing = Lapsing(self._parts)
        self._by_hand = ByHand(self._parts, self._under_way, self._controls)
        self._system = system_prompt(config.assistant.name, config.assistant.instructions)
        self._answers = partial(answers, config)
        engine.start(self.attend)

    @property
    def adapters(self) -> dict[str, Adapter]:
        """The platforms, by name; the composition root fills this in as they open."""
        return self._parts.adapters

    async def resume(self) -> None:
        """At start: take up everything that the rows say is unfinished."""
        store = self._parts.store
        await self._care.resume()
        await self._lateness.resume()
        await self._aftermath.resume()
        await reopening.resume(self._parts)
        for conversation in {*await store.inbox.unfinished(), *await store.endings.unfinished()}:
            self._parts.engine.attend(conversation)

    async def close(self, *, grace: float) -> None:
        """Take no new work; finish what runs within `grace` seconds, or park it."""
        await self._parts.engine.close(grace=grace)

    async def attend(self, conversation: int) -> None:
        """The engine's work: turns and endings, until nothing is left."""
        while not self._parts.engine.closing:
            with self._under_way.attempt(conversation) as attempt:
                work = await self._under_way.next(conversation, self._parts.store.take)
                if attempt.over:
                    continue
                match work:
                    case None:
                        await self._care.rest(conversation)
                        return
                    case Work():
                        attempt.answering = True
                        await self._answer(work)
                    case here, closing:
                        await ending.advance(self._parts, here, closing)
                        if closing.step in FIRST:
                            self._lateness.read(here.id)

    async def _answer(self, work: Work) -> None:
        try:
            await self._answering.answer(work)
        except ThreadGone as error:
            log.info("thread is gone", conversation=work.conversation.id, cause=str(error))
            await self._by_hand.lost(work.conversation.id)

    async def receive(self, incoming: Incoming) -> Received:
        """Keep a message and see that it is answered. May be called again for the same message."""
        now = self._parts.clock.now()
        fresh = self._fresh(incoming.text)
        accepted = await self._parts.store.inbox.accept(incoming, fresh, self._answers, now)
        here = accepted.conversation
        if accepted.outcome == "taken" and here is not None:
            if accepted.work is not None:
                self._under_way.hand_over(accepted.work)
            self._parts.engine.attend(here.id)
        elif accepted.outcome in {"ended", "out"} and here is not None:
            # Nobody is answered here any more, but a word of crisis is heard (E19).
            if self._answers(incoming, here, None) and await self._lateness.hear(here, incoming):
                return Received.TAKEN
            if accepted.outcome == "out":
                return Received.IGNORED
            await remind(self._parts, here, incoming)
        return Received(accepted.outcome)

    async def press(self, press: Press) -> Said:
        """Act on a control, after checking that this person may."""
        return await self._controls.press(press)

    async def ask_to_end(self, thread: ThreadRef, person: Person, *, id: str) -> Said:
        """`/end`: post the confirmation; no model is asked."""
        return await self._controls.ask_to_end(thread, person, id)

    async def begin(self, thread: ThreadRef, person: Person, *, id: str, private: bool = False) -> Said:
        """`/new` and "Start a new chat": a fresh conversation in the channel of `thread`, at once."""
        return await self._controls.begin(thread, person, id, private=private)

    async def find(self, thread: ThreadRef) -> Conversation | None:
        """Our record of a thread; the newest where a place has had several."""
        return await self._parts.store.directory.find(thread.key)

    async def participants(self, conversation: int) -> tuple[Participant, ...]:
        """Everybody whose standing we keep there."""
        return await self._parts.store.people.participants(conversation)

    async def gone(self, thread: ThreadRef, *, by: str = "") -> None:
        """The thread was deleted on the platform: the record follows, nothing can be posted there."""
        await self._by_hand.gone(thread, by)

    async def locked(self, thread: ThreadRef, *, by: str = "") -> None:
        """The thread was locked by hand (E37). Our own lock finds the conversation no longer active."""
        await self._by_hand.locked(thread, by)

    async def unlocked(self, thread: ThreadRef, *, by: str = "") -> None:
        """The thread was unlocked by hand after we had closed it (E36)."""
        await self._by_hand.unlocked(thread, by)

    async def edited(self, thread: ThreadRef, place: str, message_id: str, text: str) -> None:
        """Not yet answered, a message's new text is used."""
        await self._parts.store.inbox.edit(thread.platform, place, message_id, text)

    async def deleted(self, thread: ThreadRef, place: str, message_id: str) -> None:
        """A deleted message's text is forgotten; a warning whose card was deleted no longer counts (E5)."""
        self._under_way.changed(message_id)
        await forget(self._parts, thread, place, message_id)

    async def stop(self, thread: ThreadRef, person: Person) -> Said:
        """Stop the running answer, as the Stop button does."""
        here = await self.find(thread)
        return Said(texts.no_chat(person)) if here is None else await self._controls.stop(here, person)

    async def reopen(self, thread: ThreadRef, person: Person) -> Said:
        """Reopen an ended conversation, for a moderator (E36)."""
        here = await self.find(thread)
        return Said(texts.no_chat(person)) if here is None else await self._controls.reopen_for(here, person)

    async def own_messages(
        self, conversation: int, person: Person, *, message_id: str = ""
    ) -> tuple[Message, ...]:
        """A person's own messages in a conversation, newest first; with `message_id` only that one."""
        return await self._parts.store.branches.own_messages(conversation, person.id, message_id)

    async def branch(self, conversation: int, person: Person, number: int, text: str, *, id: str) -> Said:
        """E34: a new thread that goes on from before message `number`, with `text` in its place."""
        return await self._branching.branch(conversation, person, number, text, id)

    async def feedback(self, conversation: int, person: Person, words: str, *, wrong: bool, id: str) -> Said:
        """E35: what a participant thinks of an ending."""
        here = await self._parts.store.directory.get(conversation)
        if here is None:
            return Said(texts.no_chat(person))
        return await self._aftermath.feedback(here, person, words, wrong=wrong, id=id)

    async def appeal(self, conversation: int, person: Person, words: str, *, id: str) -> Said:
        """E35: ask for a person's decision on an ending."""
        here = await self._parts.store.directory.get(conversation)
        if here is None:
            return Said(texts.no_chat(person))
        return await self._aftermath.appeal(here, person, words, id)

    async def release(self, thread: ThreadRef, person: Person) -> Said:
        """Take the crisis hold off, for a moderator (E18)."""
        here = await self.find(thread)
        return Said(texts.no_chat(person)) if here is None else await self._controls.release(here, person)

    async def set_mode(self, thread: ThreadRef, person: Person, mode: Mode) -> Said:
        """E22: what the model's two tools may do in the whole workspace."""
        return await self._modes.set(thread, person, mode)

    async def mode(self, thread: ThreadRef) -> Mode:
        """E22: what they may do there now."""
        return await self._modes.now(thread)

    async def mine(self, platform: str, workspace: str, person: str) -> tuple[Conversation, ...]:
        """The conversations that a person started in a workspace, newest first."""
        return await self._parts.store.directory.mine(platform, workspace, person)

    async def erase(self, platform: str, workspace: str) -> None:
        """Every row of a workspace is deleted, whatever runs there is stopped."""
        for conversation in await self._parts.store.directory.erase(platform, workspace):
            self._under_way.end(conversation)

    async def open_threads(self, platform: str) -> tuple[Conversation, ...]:
        """Conversations in use lately that are not ended, newest first."""
        return await self._parts.store.directory.living(platform, self._parts.clock.now() - LATELY)

    async def ended_threads(self, platform: str) -> tuple[Conversation, ...]:
        """Conversations that ended lately and are closed on the platform, newest first."""
        return await self._parts.store.directory.ended(platform, self._parts.clock.now() - LATELY)

    def _fresh(self, text: str) -> Fresh:
        return Fresh(self._system, self._parts.config.assistant.model, words.title(text))
