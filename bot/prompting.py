"""What the model is asked: the history as kept, the newest messages, and notes on the state of things."""

from __future__ import annotations

from datetime import datetime

import structlog

from bot import guard, texts
from bot.errors import ModelError
from bot.guard import Rules
from bot.parts import Parts, alias
from bot.render import render
from bot.store import Work
from bot.types import Conversation, Mode, Participant, Prompt

log = structlog.get_logger()

MOST_ATTEMPTS_WITH_TOOLS = 5
"""A turn that keeps being overtaken by newer messages is at last answered without the tools."""


def prompt_for(parts: Parts, work: Work, mode: Mode) -> Prompt:
    """One turn's request; equal histories give equal bytes."""
    here, now = work.conversation, parts.clock.now()
    return Prompt(
        model=here.model,
        system=here.system,
        input="\n".join([render(work.turn.messages), *_notes(parts.rules, work.participants, here, now)]),
        history=work.history,
        summary=here.summary,
        tools=mode is not Mode.OFF and work.turn.attempts <= MOST_ATTEMPTS_WITH_TOOLS,
        person=alias(here.thread.platform, work.turn.messages[-1].author.id),
    )


def _notes(rules: Rules, people: tuple[Participant, ...], here: Conversation, now: datetime) -> list[str]:
    """What the application tells the model about the state of things, in the newest message only."""
    notes = []
    if here.held(now):
        notes.append("Somebody here may be in a crisis. Stay with them; never speak of ending the chat.")
    for known in people:
        if known.warned is not None and guard.valid(known.warned, now, rules):
            name = texts.name_of(known.person)
            notes.append(f"{name} was shown a warning card for {known.warned.category}.")
    return [f"<notice>{text}</notice>" for text in notes]


async def compact(parts: Parts, work: Work) -> bool:
    """Put a summary in the place of the older half of the history; False where there is none."""
    if not work.history:
        return False
    older = work.history[: max(1, len(work.history) // 2)]
    text = "\n\n".join(f"People: {item.input}\nAssistant: {item.reply}" for item in older)
    earlier = f"Summary so far: {work.conversation.summary}\n\n" if work.conversation.summary else ""
    try:
        summary = await parts.model.complete(
            "Summarise this conversation for its own continuation: facts, decisions, open questions.",
            earlier + text,
            1_000,
        )
    except ModelError as error:
        log.warning("no summary, older messages are left out", cause=str(error))
        summary = work.conversation.summary or "(The beginning of this conversation is no longer at hand.)"
    await parts.store.inbox.compact(work.conversation.id, summary, older[-1].turn)
    log.info("history compacted", turns=len(older))
    return True
