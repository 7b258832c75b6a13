"""Asking for words: a form is opened, filled in and handed to the desk (E34, E35).

A modal must be the very first answer, within three seconds. So what a form needs to know is looked up in less
than that, or the person is asked to try again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any

import discord
import structlog

from adapters.discord.events import PLATFORM, opened_by
from adapters.discord.failures import TOO_LATE
from adapters.discord.forms import Filled, choices, filled, form
from bot import texts
from bot.cards import Said, Verb
from bot.types import Conversation, Message, Person

if TYPE_CHECKING:
    from adapters.discord.hands import DeskHands

log = structlog.get_logger(__name__)

_IN_TIME = 2.0


class Asking:
    """Opens forms and reads what comes back. Holds nothing in between."""

    def __init__(self, hands: DeskHands) -> None:
        self._hands = hands
        self._desk = hands.desk

    async def opened(self, interaction: discord.Interaction[Any], verb: Verb, conversation: int) -> None:
        """A control that needs words was pressed."""
        person = self._hands.person(interaction)
        if verb is Verb.BRANCH:
            await self._hands.attempt(interaction, lambda: self._offer(interaction, conversation, person))
        else:
            await self._show(interaction, form(verb, conversation, person))

    async def chosen(self, interaction: discord.Interaction[Any], conversation: int, number: int) -> None:
        """A message to branch from was chosen."""
        person = self._hands.person(interaction)

        async def own() -> tuple[int, Message] | None:
            for message in await self._desk.own_messages(conversation, person):
                if message.number == number:
                    return conversation, message
            return None

        await self._branch_form(interaction, person, own())

    async def from_message(self, interaction: discord.Interaction[Any], message: discord.Message) -> None:
        """The branch begins at the message whose own menu was used."""
        person = self._hands.person(interaction)
        await self._branch_form(interaction, person, self._own(interaction, message, person))

    async def submitted(self, interaction: discord.Interaction[Any]) -> None:
        """Words came back."""
        sent = filled(interaction.data)
        if sent is None:
            old = Said(texts.old_control(self._hands.person(interaction)))
            await self._hands.answer(interaction, lambda: _simply(old))
        else:
            await self._hands.answer(interaction, lambda: self._act(interaction, sent))

    async def _act(self, interaction: discord.Interaction[Any], sent: Filled) -> Said:
        """Hand it over; what is refused, or fails, is said back with the words in it."""
        person = self._hands.person(interaction)
        try:
            said = await self._hand_over(sent, person, str(interaction.id))
        except Exception:
            log.exception("form failed")
            said = Said(texts.sorry(person))
        return texts.said_back(said, sent.words, person)

    async def _hand_over(self, sent: Filled, person: Person, number: str) -> Said:
        desk = self._desk
        match sent.verb:
            case Verb.BRANCH:
                return await desk.branch(sent.conversation, person, sent.number, sent.words, id=number)
            case Verb.APPEAL:
                return await desk.appeal(sent.conversation, person, sent.words, id=number)
            case _:
                return await desk.feedback(sent.conversation, person, sent.words, wrong=True, id=number)

    async def _offer(self, interaction: discord.Interaction[Any], conversation: int, person: Person) -> Said:
        """The person's own messages, to choose from."""
        own = await self._desk.own_messages(conversation, person)
        said = Said(texts.labels.which_message(person) if own else texts.branch_not_yours(person))
        await self._hands.say(interaction, said, choices(conversation, own, person) if own else None)
        return said

    async def _own(
        self, interaction: discord.Interaction[Any], message: discord.Message, person: Person
    ) -> tuple[int, Message] | None:
        """The message as we have kept it, and its conversation."""
        number, place = str(message.id), self._hands.place(interaction)
        if message.type is discord.MessageType.thread_starter_message and message.reference:
            number = str(message.reference.message_id)  # a picture of the message that the thread hangs on
        candidates: tuple[Conversation | None, ...]
        if place.direct:  # every /new begins another conversation in the same place
            candidates = await self._desk.mine(PLATFORM, "", person.id)
        elif place.thread == place.channel:
            thread = opened_by(int(place.workspace), int(place.channel), int(number))
            candidates = (await self._desk.find(thread),)
        else:
            candidates = (await self._desk.find(place),)
        for here in candidates:
            if here is not None:
                for found in await self._desk.own_messages(here.id, person, message_id=number):
                    return here.id, found
        return None

    async def _branch_form(
        self,
        interaction: discord.Interaction[Any],
        person: Person,
        looking: Awaitable[tuple[int, Message] | None],
    ) -> None:
        try:
            async with asyncio.timeout(_IN_TIME):
                found = await looking
        except Exception:
            log.exception("form not opened")
            await self._hands.sorry(interaction)
            return
        if found is None:
            await self._hands.answer(interaction, lambda: _simply(Said(texts.branch_not_yours(person))))
            return
        conversation, message = found
        filled_in = form(Verb.BRANCH, conversation, person, number=message.number, text=message.text)
        await self._show(interaction, filled_in)

    async def _show(self, interaction: discord.Interaction[Any], modal: discord.ui.Modal) -> None:
        try:
            await interaction.response.send_modal(modal)
        except discord.HTTPException as error:
            if error.code not in TOO_LATE:
                log.warning("form not opened", error=str(error))
                await self._hands.sorry(interaction)


async def _simply(said: Said) -> Said:
    return said
