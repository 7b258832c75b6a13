"""Care in a crisis: every message is read beside the answer; a hold is set and help is shown (E14-E19)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from weakref import WeakValueDictionary

import structlog

from bot import texts, through
from bot.asking import Asking
from bot.crisis import RAISED, at_once, highest
from bot.errors import Blocked, ThreadGone
from bot.parts import Parts
from bot.putting_away import meant_for
from bot.reading import HOLD, insist, read
from bot.store import Work
from bot.types import Confirming, Conversation, Risk, State

log = structlog.get_logger()

CARD_REST = timedelta(hours=2)


@dataclass(slots=True)
class Watch:
    """One reading of the messages of one turn. `risk` is there once the hold is, if there is to be one."""

    work: Work
    risk: asyncio.Future[Risk] = field(default_factory=asyncio.Future)
    answered: bool = False
    over: bool = False

    def tell(self, risk: Risk) -> None:
        """Say it to whoever waits; the first word counts."""
        if not self.risk.done():
            self.risk.set_result(risk)

    @property
    def raised(self) -> bool:
        """Whether a crisis was seen."""
        return self.risk.done() and self.risk.result() in RAISED


class Care:
    """Reads every new message; never answers, never ends anything, and no reply waits for it.

    What is unread, and what card is owed, stands in the rows of the turns: a new start takes it up again.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._asking = Asking(parts)
        self._watches: dict[int, Watch] = {}
        self._held: set[int] = set()
        self._showing: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def resume(self) -> None:
        """At start: what was not read, or not shown, before the program stopped."""
        holds = self._parts.store.holds
        for turn in await holds.uncared():
            work = await holds.work(turn)
            if work is not None:
                self._watch(work, resumed=True)

    async def begin(self, work: Work) -> Work:
        """Begin to read the new messages. What the words alone say is so when this returns."""
        if not work.conversation.held(self._parts.clock.now()):
            self._held.discard(work.conversation.id)
        known = self._watches.get(work.turn.id)
        if known is None or known.work.turn.messages != work.turn.messages:
            work = await self._at_once(work)
            self._watch(work)
            if work.turn.risk in RAISED:
                await self._unlock(work.conversation)
        return work

    async def risk(self, conversation: int) -> Risk:
        """The gravest answer for all that is being read in a conversation, as soon as all are there."""
        found = [watch.risk for watch in self._watches.values() if watch.work.conversation.id == conversation]
        if found:
            await asyncio.wait(found)
        return highest(each.result() for each in found)

    def held(self, work: Work) -> bool:
        """Whether a hold is on for what is being answered, also one that has come since."""
        return work.conversation.id in self._held or work.conversation.held(self._parts.clock.now())

    def known(self, work: Work) -> Risk | None:
        """The detector's answer for this turn, where it is there and sets no hold: kept with the turn."""
        watch = self._watches.get(work.turn.id)
        return watch.risk.result() if watch and watch.risk.done() and not watch.raised else None

    async def answered(self, work: Work, kept: Risk | None) -> None:
        """The turn is over. `kept` is the answer that was kept with it; a later one keeps itself."""
        watch = self._watches.get(work.turn.id)
        if watch is None:
            return
        watch.answered = True
        if watch.over:
            del self._watches[work.turn.id]
            if kept is None and not watch.raised:
                await self._kept(watch, watch.risk.result())

    async def rest(self, conversation: int) -> None:
        """Nothing is left to do there: a turn that was never answered, as an end came first, is over too."""
        watches = [each for each in self._watches.values() if each.work.conversation.id == conversation]
        for watch in watches:
            if not watch.answered:
                await self.answered(watch.work, None)

    def _watch(self, work: Work, *, resumed: bool = False) -> None:
        watch = self._watches[work.turn.id] = Watch(work, answered=resumed)
        if work.turn.risk in RAISED:
            watch.tell(work.turn.risk)
        seen = at_once(work.turn.messages) if resumed else Risk.NONE
        if work.conversation.thread.platform in self._parts.adapters:
            self._parts.engine.beside(self._attend(watch, seen))

    async def _attend(self, watch: Watch, seen: Risk) -> None:
        """Ask the detector, once, and see to what its answer needs, as often as it takes."""
        work = watch.work
        try:
            if not watch.risk.done():
                risk = seen if seen in RAISED else await read(self._parts, work)
                if risk in RAISED:
                    await insist(self._parts, partial(self._hold, work, risk))
                watch.tell(risk)
                if risk not in RAISED and watch.answered:
                    await insist(self._parts, partial(self._kept, watch, risk))
            if watch.raised:
                await insist(self._parts, partial(self._show, work))
        finally:
            watch.tell(Risk.UNKNOWN)
            watch.over = True
            if watch.answered and self._watches.get(work.turn.id) is watch:
                del self._watches[work.turn.id]

    async def _at_once(self, work: Work) -> Work:
        """What the words alone say needs no waiting: the hold is on before anything is answered."""
        if work.turn.risk in RAISED or (seen := at_once(work.turn.messages)) not in RAISED:
            return work
        here = await self._hold(work, seen)
        return replace(work, conversation=here or work.conversation, turn=replace(work.turn, risk=seen))

    async def _kept(self, watch: Watch, risk: Risk) -> None:
        work = watch.work
        await self._parts.store.holds.read(work.conversation.id, work.turn, risk, self._parts.clock.now())

    async def _hold(self, work: Work, risk: Risk) -> Conversation | None:
        """Set the hold; the questions that it cancels lose their buttons (E16)."""
        now = self._parts.clock.now()
        held = await self._parts.store.holds.raised(work.turn.id, risk, now + HOLD, now)
        if held is None:
            return None
        self._held.add(work.conversation.id)
        for asked in held.cancelled:
            await self._take_back(held.conversation, asked)
        # The place is the caller's: it may have been opened a moment ago.
        return replace(held.conversation, thread=work.conversation.thread, opened=work.conversation.opened)

    async def _take_back(self, here: Conversation, asked: Confirming) -> None:
        people = await self._parts.store.people.participants(here.id)
        card = texts.answered(here, asked, yes=False, reader=texts.known_name(asked.person, here, people))
        await self._asking.close_question(here.thread, card, asked.card)

    async def _show(self, work: Work) -> None:
        """One card at a time: two turns of a conversation may be read at once."""
        async with self._showing.setdefault(work.conversation.id, asyncio.Lock()):
            await self._card(work)

    async def _card(self, work: Work) -> None:
        """Show where help is, at most every two hours; a thread that was closed is opened first."""
        parts, turn = self._parts, work.turn.id
        owed = await parts.store.holds.owed(turn)
        if owed is None:
            return
        here, last = owed
        if not here.opened:  # that it is, a moment since, is perhaps not on record yet
            here = replace(here, thread=work.conversation.thread, opened=work.conversation.opened)
        now = parts.clock.now()
        where = here.thread if here.opened else replace(here.thread, thread=here.thread.channel)
        shown = None
        try:
            await self._unlock(here)
            if last is None or now - last >= CARD_REST:
                locale, meant = _locale(work, here), meant_for(work.turn.messages)
                # A word filter may know the name of a helpline, and hardly that of a directory.
                await through.put(
                    partial(parts.adapter(here).post, where, key=f"h{turn}", again=True),
                    texts.crisis(here, parts.helplines.shown_to(locale), locale, meant_for=meant),
                    texts.crisis(here, parts.helplines.everywhere, locale, meant_for=meant),
                )
                shown = now
        except (ThreadGone, Blocked) as error:
            log.warning("resource card cannot be shown", cause=str(error))
        await parts.store.holds.carded(turn, shown)

    async def _unlock(self, here: Conversation) -> None:
        """Open a thread that an ending had closed; a thread that is open stays as it is (E19)."""
        if here.state is State.ACTIVE and await self._parts.store.endings.last(here.id) is not None:
            # A step of the former ending that is on its way comes first: it must not lock what we open.
            async with self._parts.lease(here.id):
                try:
                    await self._parts.adapter(here).reopen(here.thread, reason="Somebody may be in a crisis")
                except Blocked as error:
                    log.warning("thread cannot be unlocked", permission=error.permission, cause=str(error))


def _locale(work: Work, here: Conversation) -> str:
    """The locale of whoever wrote last, else of the person who started the thread."""
    known = (each.author.locale for each in reversed(work.turn.messages) if each.author.locale)
    return next(known, here.starter.locale)
