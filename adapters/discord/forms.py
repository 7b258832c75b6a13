"""Forms: what needs words opens a modal, and its id alone says what it is about (E34, E35). Pure.

Nothing is remembered between opening and sending: a form opened before a restart is understood after it, and
one that is put away leaves nothing behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.cards import MOST_WORDS, Verb
from bot.texts import Reader, labels
from bot.types import Message

if TYPE_CHECKING:
    from adapters.discord.client import Client

_FORM = re.compile(r"adieu-form:(?P<verb>[a-z]+):(?P<conversation>\d+):(?P<number>\d+)")
_CHOICE = re.compile(r"adieu-choose:(?P<conversation>\d+)")
_WORDS = "words"
_TITLE, _LABEL, _OPTION, _OPTIONS = 45, 45, 100, 25


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it came back. `number` is the message to branch from."""

    verb: Verb
    conversation: int
    number: int
    words: str


def form(
    verb: Verb, conversation: int, reader: Reader, *, number: int = 0, text: str = ""
) -> discord.ui.Modal:
    """The modal for one of NEEDS_WORDS, with `text` in it to be changed."""
    shown = discord.ui.Modal(
        title=labels.FORM_TITLES[verb](reader)[:_TITLE],
        custom_id=f"adieu-form:{verb.value}:{conversation}:{number}",
    )
    words: discord.ui.TextInput[Any] = discord.ui.TextInput(
        custom_id=_WORDS,
        style=discord.TextStyle.paragraph,
        default=text[: MOST_WORDS[verb]] or None,
        required=verb is not Verb.WRONG,
        max_length=MOST_WORDS[verb],
    )
    shown.add_item(discord.ui.Label(text=labels.FORM_ASKS[verb](reader)[:_LABEL], component=words))
    # The library would keep a listening modal for ever when it is put away; what is sent is read by `filled`.
    shown.stop()
    return shown


def filled(data: Any) -> Filled | None:
    """Read what came back, None for a form that is not ours."""
    match = _FORM.fullmatch(str((data or {}).get("custom_id") or ""))
    if match is None or match["verb"] not in {verb.value for verb in MOST_WORDS}:
        return None
    words = next((part.get("value") for part in _parts(data) if part.get("custom_id") == _WORDS), "")
    return Filled(Verb(match["verb"]), int(match["conversation"]), int(match["number"]), str(words or ""))


def _parts(data: Any) -> Iterator[dict[str, Any]]:
    for part in (*(data.get("components") or ()), data.get("component")):
        if part:
            yield part
            yield from _parts(part)


class Choice(discord.ui.DynamicItem[discord.ui.Select[Any]], template=_CHOICE):
    """A menu of one's own messages: choosing one opens the form for a branch."""

    def __init__(self, conversation: int, menu: discord.ui.Select[Any]) -> None:
        menu.custom_id = f"adieu-choose:{conversation}"
        super().__init__(menu)
        self.conversation = conversation

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The menu that was used, read from its id alone."""
        assert isinstance(item, discord.ui.Select)
        return cls(int(match["conversation"]), item)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand on what was chosen."""
        client: Client = interaction.client
        if client.hands is not None and self.item.values:
            await client.hands.chosen(interaction, self.conversation, int(self.item.values[0]))


def choices(conversation: int, own: tuple[Message, ...], reader: Reader) -> discord.ui.View:
    """The menu of a person's own messages, newest first."""
    options = [
        discord.SelectOption(label=_line(message.text), value=str(message.number))
        for message in own[:_OPTIONS]
    ]
    menu: discord.ui.Select[Any] = discord.ui.Select(
        placeholder=labels.which_message(reader)[:_OPTION], options=options
    )
    shown = discord.ui.View(timeout=None)
    shown.add_item(Choice(conversation, menu))
    return shown


def _line(text: str) -> str:
    line = " ".join(text.split()) or "…"
    return line if len(line) <= _OPTION else line[: _OPTION - 1] + "…"
