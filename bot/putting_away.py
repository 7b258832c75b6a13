"""A card with helplines is put away by somebody whom it is meant for, or by a moderator (E17)."""

from __future__ import annotations

from dataclasses import replace

from bot import texts
from bot.asking import Asking
from bot.cards import Said
from bot.crisis import RAISED, at_once
from bot.parts import Parts
from bot.ports import Press
from bot.types import Conversation, Message

MOST = 8
"""So many people fit into a button."""


def meant_for(messages: tuple[Message, ...]) -> str:
    """What the card's button knows of whom it is meant for: the number of one message of each.

    Those whose own words speak of a crisis; where only the detector has understood, all whom it has read.
    """
    plain = [each for each in messages if at_once((each,)) in RAISED]
    newest = {each.author.id: each.number for each in plain or messages}
    return "-".join(str(number) for number in [*newest.values()][-MOST:])


async def put_away(parts: Parts, here: Conversation, press: Press) -> Said:
    """Put a card away for everybody; whoever else presses is told so, and sees it as before."""
    numbers = [int(number) for number in press.nonce.split("-") if number.isdecimal()]
    meant = await parts.store.directory.authors(here.id, numbers) or {here.starter.id}
    if not (press.person.moderator or press.person.id in meant):
        return Said(texts.hide_not_yours(press.person, here))
    where = here.thread if here.opened else replace(here.thread, thread=here.thread.channel)
    await Asking(parts).close_question(where, texts.hidden(here, press.person), press.message_id)
    return Said(texts.hidden_now(press.person, here), done=True)
