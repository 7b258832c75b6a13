"""Presses and commands: acknowledged at once, acted on by the desk, answered to the person alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import aiohttp
import discord
import structlog

from adapters.discord.asking import Asking
from adapters.discord.cards import LONGEST, QUIET, embed, view, without
from adapters.discord.client import Client
from adapters.discord.events import PLATFORM, moderates
from adapters.discord.failures import TOO_LATE, Code, Refused, Unanswered, words
from adapters.discord.locales import Locales, own
from adapters.discord.rest import Rest
from bot import texts
from bot.cards import NEEDS_WORDS, Card, Kind, Said, Verb
from bot.ports import Desk, Press
from bot.types import Person, ThreadRef

log = structlog.get_logger(__name__)

_CUT = (aiohttp.ClientError, OSError)
_ACKNOWLEDGED = "acknowledged"
"""Noted with an interaction: the library knows only of answers that it has given itself."""
_THINKING = {
    "type": discord.InteractionResponseType.deferred_channel_message.value,
    "data": {"flags": discord.MessageFlags(ephemeral=True).value},
}


class DeskHands:
    """Hands presses and commands of one client to the desk."""

    def __init__(self, desk: Desk, rest: Rest, locales: Locales) -> None:
        self.desk = desk
        self._rest = rest
        self._locales = locales
        self._asking = Asking(self)

    async def pressed(
        self, interaction: discord.Interaction[Client], verb: Verb | None, conversation: int, nonce: str
    ) -> None:
        """Act on a button; where it needs words, ask for them."""
        if verb in NEEDS_WORDS:
            await self._asking.opened(interaction, verb, conversation)
            return
        message = interaction.message
        said = await self.answer(interaction, lambda: self._press(interaction, verb, conversation, nonce))
        if said and said.done and message:
            await self._use_up(message, conversation, nonce)

    async def chosen(self, interaction: discord.Interaction[Client], conversation: int, number: int) -> None:
        """A message was chosen from a menu."""
        await self._asking.chosen(interaction, conversation, number)

    async def submitted(self, interaction: discord.Interaction[Client]) -> None:
        """A form came back."""
        await self._asking.submitted(interaction)

    async def branch_here(self, interaction: discord.Interaction[Client], message: discord.Message) -> None:
        """The command of a message's own menu."""
        await self._asking.from_message(interaction, message)

    async def answer(
        self, interaction: discord.Interaction[Any], deed: Callable[[], Awaitable[Said]]
    ) -> Said | None:
        """Do it, and tell the person alone what came of it; None where nothing did."""

        async def told() -> Said:
            said = await deed()
            await self.say(interaction, said)
            return said

        return await self.attempt(interaction, told)

    async def attempt(
        self, interaction: discord.Interaction[Any], deed: Callable[[], Awaitable[Said]]
    ) -> Said | None:
        """Acknowledge within Discord's three seconds, then act; a failure is one calm sentence.

        In an archived thread nothing can be acknowledged. What was asked for is done all the same, and often
        wakes the thread.
        """
        try:
            await self._acknowledge(interaction)
        except Unanswered as error:
            log.info("interaction not acknowledged", error=str(error))
            return None
        except Refused as error:
            log.info("interaction not acknowledged", error=str(error))
            if error.code != Code.ARCHIVED:
                return None
        try:
            return await deed()
        except discord.HTTPException as error:
            if error.code not in TOO_LATE:
                log.warning("interaction not answered", error=str(error))
                await self.sorry(interaction)
        except _CUT as error:
            log.warning("interaction not answered", error=words(error))
            await self.sorry(interaction)
        except Exception:
            log.exception("interaction failed")
            await self.sorry(interaction)
        return None

    async def _acknowledge(self, interaction: discord.Interaction[Any]) -> None:
        """By our own request: the library tries again after one second and after three, which is too late."""
        await self._rest.callback(f"/interactions/{interaction.id}/{interaction.token}/callback", _THINKING)
        interaction.extras[_ACKNOWLEDGED] = True

    async def sorry(self, interaction: discord.Interaction[Any]) -> None:
        """Say that it did not work; that even this could not be said is a line in the log."""
        try:
            await self.say(interaction, Said(texts.sorry(self.person(interaction))))
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            log.info("apology not delivered", error=repr(error))

    async def say(
        self, interaction: discord.Interaction[Any], said: Said, menu: discord.ui.View | None = None
    ) -> None:
        """Tell the person alone; where there is nothing to tell, take the sign of work away."""
        text = "\n".join(part for part in (said.text, link(said.go_to)) if part)
        card = said.card
        if card is None and len(text) > LONGEST:
            text, card = "", Card(Kind.LINE, "", text)
        shown: dict[str, Any] = {"content": text or None}
        if card is not None:
            shown |= {"embed": embed(card), "view": view(card)}
        if menu is not None:
            shown["view"] = menu
        answered = interaction.response.is_done() or _ACKNOWLEDGED in interaction.extras
        nothing = not text and card is None
        if nothing and answered:
            await _repeated(interaction.delete_original_response)
        elif not nothing and not answered:
            await interaction.response.send_message(ephemeral=True, **shown)
        elif answered:
            await _repeated(lambda: interaction.edit_original_response(**shown))

    def person(self, interaction: discord.Interaction[Any]) -> Person:
        """Whoever pressed or typed; Discord tells their rights at that place, and their language."""
        user = interaction.user
        locale = own(interaction.locale)
        self._locales.note(user.id, locale)
        moderator = interaction.permissions.manage_threads or moderates(user, interaction.channel)
        return Person(str(user.id), user.display_name, moderator=moderator, locale=locale)

    def place(self, interaction: discord.Interaction[Any]) -> ThreadRef:
        """Where it happened; in a plain channel, thread and channel are the same."""
        channel, guild = interaction.channel, interaction.guild_id
        here = str(interaction.channel_id or "")
        if guild is None:
            return ThreadRef(PLATFORM, "", here, here)
        parent = str(channel.parent_id) if isinstance(channel, discord.Thread) else here
        return ThreadRef(PLATFORM, str(guild), parent, here)

    async def _press(
        self, interaction: discord.Interaction[Any], verb: Verb | None, conversation: int, nonce: str
    ) -> Said:
        person, message = self.person(interaction), interaction.message
        if verb is None:
            return Said(texts.old_control(person))
        press = Press(
            id=str(interaction.id),
            verb=verb,
            conversation=conversation,
            nonce=nonce,
            person=person,
            thread=self.place(interaction),
            message_id=str(message.id) if message else "",
        )
        return await self.desk.press(press)

    async def _use_up(self, message: discord.Message, conversation: int, nonce: str) -> None:
        """Take the answered question's controls away, unless the desk has replaced them already."""
        path = f"/channels/{message.channel.id}/messages/{message.id}"
        try:
            now: dict[str, Any] = await self._rest.get(path)
            left = without(now.get("components") or [], conversation, nonce)
            if left != (now.get("components") or []):
                await self._rest.request("PATCH", path, {"components": left, **QUIET})
        except (Refused, Unanswered) as error:
            log.info("controls left in place", message=message.id, error=str(error))


async def _repeated(request: Callable[[], Awaitable[object]]) -> None:
    """Send what is harmless to repeat, once more where the connection broke."""
    try:
        await request()
    except _CUT:
        with suppress(discord.NotFound):  # it was deleted already
            await request()


def link(key: str) -> str:
    """A link to the thread that a key names, "" for none."""
    if not key or "://" in key:
        return key
    _platform, guild, _channel, thread = key.split("/", 3)
    if thread.startswith(ThreadRef.UNOPENED):
        return ""
    return f"https://discord.com/channels/{guild or '@me'}/{thread}"
