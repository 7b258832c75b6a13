"""The ending saga: reply finished, controls beside, notice, close, moderators told; forward only (E29)."""

from __future__ import annotations

from functools import partial

import structlog

from bot import texts, through
from bot.asking import Asking
from bot.errors import Blocked, Forbidden, ThreadGone
from bot.parts import Parts
from bot.types import Closing, Conversation, Reason, Step

log = structlog.get_logger()

_AUDIT = {
    Reason.USER_REQUEST: "Conversation ended: the person asked for it and confirmed",
    Reason.ABUSE: "Conversation ended: abusive messages went on after a warning",
    Reason.EXTREME_HARM: "Conversation ended: requests for extreme harm went on after a warning",
    Reason.MODERATOR: "Conversation closed by a moderator",
}


class Void(Exception):
    """The conversation was reopened: what is left of its former ending must not happen (E36)."""


async def advance(parts: Parts, here: Conversation, closing: Closing) -> None:
    """Do the next step and record it. Doing it again is harmless; PlatformError leaves it for later.

    The lease makes a reopening wait for a step that is already on its way: the thread is open in the end.
    """
    with structlog.contextvars.bound_contextvars(conversation=here.id, ending=closing.id):
        async with parts.lease(here.id):
            try:
                step, left = await _next(parts, here, closing)
            except ThreadGone as error:
                step, left = _gone(closing)
                log.info("thread is gone", cause=str(error))
            except Void:
                log.info("reopened, the rest of the ending is void", step=closing.step.value)
                return
            await parts.store.endings.step(closing.id, step, **left)
        log.info("ending", step=step.value, reason=closing.ending.reason.value, **left)


async def _stands(parts: Parts, closing: Closing) -> None:
    """Asked right before people would see something: a reopening may have come since the step was taken."""
    if not await parts.store.endings.stands(closing.id):
        raise Void


def _gone(closing: Closing) -> tuple[Step, dict[str, str]]:
    """Nothing can be done in a thread that is gone; moderators are told all the same."""
    if closing.ending.out:
        return Step.TOLD, {"degraded": "the thread is gone"}
    if closing.step in {Step.CLOSED, Step.TOLD}:
        return Step.TOLD, {}  # it is their channel that is gone
    return Step.CLOSED, {"degraded": "the thread is gone"}


async def _next(parts: Parts, here: Conversation, closing: Closing) -> tuple[Step, dict[str, str]]:
    if closing.ending.out:
        await _leave(parts, here, closing)
        return Step.TOLD, {}
    match closing.step:
        case Step.DECIDED:
            await _settle(parts, here, closing)
            return Step.SETTLED, {}
        case Step.SETTLED:
            return Step.BESIDE, {"beside": await _beside(parts, here, closing)}
        case Step.BESIDE:
            return Step.NOTICED, await _notice(parts, here, closing)
        case Step.NOTICED:
            return Step.CLOSED, {"degraded": closing.degraded or await _close(parts, here, closing)}
        case Step.CLOSED | Step.TOLD:
            await _tell(parts, here, closing)
            return Step.TOLD, {}


async def _settle(parts: Parts, here: Conversation, closing: Closing) -> None:
    """Complete the reply that the end came with; one that it interrupted keeps its text, without Stop."""
    await _answered(parts, here, closing)
    if not (closing.placed or closing.reply):
        return

    async def placed(ids: tuple[str, ...]) -> None:
        await parts.store.inbox.placed(closing.turn, ids)

    key = f"t{closing.turn}"
    # The turn has perhaps posted something that nobody noted: the reply is never begun anew here.
    try:
        async with parts.adapter(here).reply(here, key, closing.placed, placed, again=True) as stream:
            await through.finish(stream, here.thread, closing.reply)
    except Blocked as error:
        log.info("reply not completed", permission=error.permission, cause=str(error))
    await parts.store.endings.replied(closing.turn)


async def _answered(parts: Parts, here: Conversation, closing: Closing) -> None:
    """The questions that this ending answers, or makes pointless, lose their buttons."""
    for known in await parts.store.people.participants(here.id):
        asked = known.confirming
        if asked is None or (closing.ending.out and known.person.id != closing.ending.person):
            continue
        yes = True if known.person.id == closing.ending.by else None
        await Asking(parts).close_question(
            here.thread, texts.answered(here, asked, yes=yes, reader=known.person), asked.card
        )
        await parts.store.people.closed(here.id, known.person.id, asked.nonce)


async def _beside(parts: Parts, here: Conversation, closing: Closing) -> str:
    await _stands(parts, closing)
    try:
        return await through.put(
            partial(parts.adapter(here).beside, here, key=f"eb{closing.id}", again=closing.attempts > 1),
            texts.beside(here),
            texts.beside(through.untitled(here)),
        )
    except Blocked as error:
        log.info("no place for live controls", permission=error.permission, cause=str(error))
        return ""


async def _notice(parts: Parts, here: Conversation, closing: Closing) -> dict[str, str]:
    people = await parts.store.people.participants(here.id)
    card = texts.notice(here, closing, texts.known_name(closing.ending.person, here, people))
    await _stands(parts, closing)
    try:
        message = await parts.adapter(here).post(
            here.thread, card, key=f"en{closing.id}", again=closing.attempts > 1
        )
    except Blocked as error:
        return {"degraded": f"the notice could not be posted ({error.permission or error})"}
    return {"notice": message}


async def _close(parts: Parts, here: Conversation, closing: Closing) -> str:
    await _stands(parts, closing)
    try:
        closed = await parts.adapter(here).close(
            here, reason=_AUDIT[closing.ending.reason], archive=parts.config.ending.archive
        )
    except Forbidden as error:
        return f"missing permission {error.permission or error}"
    except Blocked as error:
        return str(error)
    return closed.degraded


async def _tell(parts: Parts, here: Conversation, closing: Closing) -> None:
    people = await parts.store.people.participants(here.id)
    person = texts.known_name(closing.ending.person, here, people)
    locale = await parts.adapter(here).locale(here.thread.workspace)
    adapter, workspace = parts.adapter(here), here.thread.workspace
    await _stands(parts, closing)
    try:
        await through.put(
            partial(adapter.tell, workspace, key=f"et{closing.id}", again=closing.attempts > 1),
            texts.moderators(here, closing, person, locale=locale),
            texts.moderators(through.untitled(here), closing, person, locale=locale),
        )
    except Blocked as error:
        log.warning("moderators not told", permission=error.permission, cause=str(error))


async def _leave(parts: Parts, here: Conversation, closing: Closing) -> None:
    await _settle(parts, here, closing)
    people = await parts.store.people.participants(here.id)
    person = texts.known_name(closing.ending.person, here, people)
    card = texts.left(here, closing.ending, person, closing)
    await _stands(parts, closing)
    try:
        await parts.adapter(here).post(here.thread, card, key=f"eo{closing.id}", again=closing.attempts > 1)
    except Blocked as error:
        log.info("leave not posted", permission=error.permission, cause=str(error))
