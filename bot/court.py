"""The court: hears the model's calls in one turn, with the guard, the detector and the second opinion."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import structlog

from bot import guard, texts
from bot.errors import PlatformError
from bot.parts import Parts, nonce_of
from bot.ports import Question
from bot.store import Work, workspace_key
from bot.tools import DELIVERED
from bot.turn import Asked, Ended, Ruling, Warning_, describe
from bot.types import (
    BadCall,
    Call,
    Category,
    Denied,
    EndConversation,
    Mode,
    Person,
    Reason,
    Risk,
    Verdict,
    Warned,
    WarnUser,
)

log = structlog.get_logger()

REVIEW_SECONDS = 8
LOOK_BACK = 40
"""How many turns the second opinion sees."""


class Court:
    """Judges calls of one turn. Any doubt, error or time-out is a denial (E8)."""

    def __init__(self, parts: Parts, work: Work, mode: Mode, risk: asyncio.Task[Risk]) -> None:
        self._parts = parts
        self._work = work
        self._mode = mode
        self._risk = risk

    async def hear(self, call: Call) -> Ruling:
        """Judge one call; what happens by it has happened when this returns."""
        try:
            ruling = await self._judge(call)
        except PlatformError as error:
            ruling = guard.denied(f"platform: {error}")
        if isinstance(ruling, Denied):
            log.info("call denied", call=describe(call), cause=ruling.cause, mode=self._mode.value)
            return ruling
        if self._mode is Mode.SHADOW:
            log.info("call allowed in shadow", call=describe(call), mode=self._mode.value)
            return guard.denied("shadow")
        log.info("call allowed", call=describe(call), mode=self._mode.value)
        return ruling

    async def _judge(self, call: Call) -> Ruling:
        match call:
            case BadCall():
                return Denied(call.problem, "That call does not fit its schema. Go on helping as usual.")
            case WarnUser():
                return await self._warn(call.category)
            case EndConversation(reason=Reason.USER_REQUEST):
                return await self._ask()
            case EndConversation():
                return await self._end(Category(call.reason.value))

    async def _ask(self) -> Ruling:
        # A person's own request waits for nobody; a hold that comes later cancels the question (E15, E16).
        case = await self._case(self._known())
        found = guard.may_ask(case, "")
        if isinstance(found, Denied):
            return found
        person, asked = found
        return Asked(person, replace(asked, nonce=nonce_of("turn", str(self._work.turn.id), person.id)))

    async def _warn(self, category: Category) -> Ruling:
        lines = await self._lines()
        case = await self._case(await _settled(self._risk))
        person = guard.may_review_warning(case, category)
        if isinstance(person, Denied):
            return person
        verdict = await self._opinion(
            Question(ending=False, category=category, person=person.id, lines=lines)
        )
        warned = guard.may_warn(case, category, person, verdict, card="")
        if isinstance(warned, Denied):
            return warned
        if self._mode is Mode.SHADOW:
            return Warning_("")
        here, parts = self._work.conversation, self._parts
        # What a newer message has overtaken is not shown either (E25).
        if not await parts.store.people.may_warn(here.id, person.id, parts.clock.now()):
            return guard.denied("something newer came first")
        # The warning counts once the platform has confirmed it (E4): post it, then record it.
        card = await parts.adapter(here).post(
            here.thread,
            texts.warning(here, person, category),
            # Another person, or another class, is another card: one must never be taken for the other.
            key=f"w{nonce_of(str(self._work.turn.id), person.id, category)}",
            again=self._work.turn.attempts > 1,
        )
        delivered = replace(warned, card=card)
        if not await parts.store.people.warn(here.id, person, delivered, parts.clock.now()):
            return guard.denied("hold or end came first")
        return Warning_(DELIVERED)

    async def _end(self, category: Category) -> Ruling:
        lines = await self._lines()
        case = await self._case(await _settled(self._risk))
        found = guard.may_review_ending(case, category)
        if isinstance(found, Denied):
            return found
        person, warned = found
        if self._mode is Mode.ON and await self._broken():
            return guard.denied("breaker")
        if not await self._stands(person, warned):
            return guard.denied("the warning was deleted")
        question = Question(
            ending=True, category=category, person=person.id, lines=lines, warned_after=warned.after
        )
        ending = guard.may_end(case, category, person, warned, await self._opinion(question))
        return ending if isinstance(ending, Denied) else Ended(person, ending)

    async def _stands(self, person: Person, warned: Warned) -> bool:
        """E5: the card may have been deleted while nobody listened."""
        here, parts = self._work.conversation, self._parts
        if await parts.adapter(here).stands(here.thread, warned.card):
            return True
        await parts.store.people.clear(here.id, person.id, "card deleted", parts.clock.now())
        return False

    async def _lines(self) -> tuple[tuple[int, str, str], ...]:
        """The transcript, always with this turn's own messages."""
        lines = await self._parts.store.directory.transcript(self._work.conversation.id, LOOK_BACK)
        return tuple(lines)

    async def _asked(self) -> dict[int, frozenset[str]]:
        """Who wrote what each earlier turn has answered."""
        return await self._parts.store.directory.answered(self._work.conversation.id, LOOK_BACK)

    def _known(self) -> Risk:
        """What the detector has said by now."""
        done = self._risk.done() and not self._risk.cancelled() and self._risk.exception() is None
        return self._risk.result() if done else Risk.UNKNOWN

    async def _case(self, risk: Risk) -> guard.Case:
        work = self._work
        return guard.Case(
            conversation=work.conversation,
            turn=work.turn,
            participants=await self._parts.store.people.participants(work.conversation.id),
            asked=await self._asked(),
            mode=self._mode,
            risk=risk,
            now=self._parts.clock.now(),
            rules=self._parts.rules,
        )

    async def _opinion(self, question: Question) -> Verdict | None:
        try:
            async with asyncio.timeout(REVIEW_SECONDS):
                verdict = await self._parts.reviewer.review(question)
        except TimeoutError:
            return None
        except Exception:
            log.exception("second opinion failed")
            return None
        return None if verdict is None else await self._still_there(verdict, question.person)

    async def _still_there(self, verdict: Verdict, person: str) -> Verdict:
        """What was deleted while the second opinion was asked no longer counts (E21)."""
        there = {number for number, _, _ in await self._lines()}
        asked = await self._asked()
        return replace(
            verdict,
            redirections=tuple(turn for turn in verdict.redirections if person in asked.get(turn, ())),
            persisting=tuple(number for number in verdict.persisting if number in there),
        )

    async def _broken(self) -> bool:
        """E23: too many endings for behaviour in an hour switch the workspace to shadow."""
        here, parts = self._work.conversation, self._parts
        limit = parts.config.ending.breaker_per_hour
        key = workspace_key(here)
        since = parts.clock.now() - timedelta(hours=1)
        if await parts.store.endings.behaviour_since(key, since) < limit:
            return False
        now = parts.clock.now()
        await parts.store.directory.set(key, "mode", Mode.SHADOW.value, by="breaker", now=now)
        log.error("breaker tripped: mode is shadow now", workspace=key, per_hour=limit)
        hour = parts.clock.now().strftime("%m%d%H")
        adapter, place = parts.adapter(here), here.thread.workspace
        await adapter.tell(
            place, texts.breaker(here, limit, locale=await adapter.locale(place)), key=f"b{hour}"
        )
        return True


async def _settled(risk: asyncio.Task[Risk]) -> Risk:
    try:
        return await asyncio.shield(risk)
    except Exception:
        log.exception("crisis detector failed")
        return Risk.UNKNOWN
