"""A warning stops counting: repented, outlived by clean messages, or old; without grudge (E6)."""

from __future__ import annotations

from dataclasses import replace

from bot import guard, words
from bot.parts import Parts
from bot.store import Done, Work
from bot.types import Message, Standing, Warned


async def repented(parts: Parts, work: Work) -> Work:
    """Take back the warning of whoever writes nothing but an apology. Before the model is asked."""
    here = work.conversation.id
    sorry = [
        known.person.id
        for known in work.participants
        if known.standing is not Standing.OUT
        and known.warned is not None
        and _apologises(work.turn.messages, known.warned)
    ]
    for person in sorry:
        await parts.store.people.clear(here, person, "repented", parts.clock.now())
    return replace(work, participants=await parts.store.people.participants(here)) if sorry else work


async def counted(parts: Parts, work: Work, done: Done) -> None:
    """After a turn: count the clean messages of people who are warned, and let old warnings lapse."""
    now, here = parts.clock.now(), work.conversation.id
    counts: dict[str, int] = {}
    for message in work.turn.messages:
        counts[message.author.id] = counts.get(message.author.id, 0) + 1
    for known in work.participants:
        person = known.person.id
        if known.standing is Standing.OUT or known.warned is None:
            continue
        if not guard.valid(known.warned, now, parts.rules):
            await parts.store.people.clear(here, person, "lapsed", now)
        elif done.clean and done.state == "done" and person in counts:
            await parts.store.people.count_clean(here, [(person, counts[person])])


def _apologises(messages: tuple[Message, ...], warned: Warned) -> bool:
    """Whether all that the warned person has written since is an apology."""
    said = [
        message.text
        for message in messages
        if message.author.id == warned.person and message.number > warned.after and not message.deleted
    ]
    return bool(said) and all(map(words.is_apology, said))
