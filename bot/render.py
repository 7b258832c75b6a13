"""People's messages as one text for the model: each in a tag that says who wrote it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from bot.types import Message

LONGEST_NAME: Final = 60
NOBODY: Final = "someone"

_TAG: Final = re.compile(r"<(?=\s*/?\s*(message|notice)\b)", re.IGNORECASE)
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def render(messages: tuple[Message, ...]) -> str:
    """The messages of a turn as the model reads them; made once when the turn runs, and then stored.

    Deleted messages are left out: the text is empty when nothing else is there.
    """
    return "\n".join(
        f'<message from="{clean_name(message.author.name)}">\n{inert(message.text)}\n</message>'
        for message in messages
        if not message.deleted
    )


def clean_name(name: str) -> str:
    """A display name that cannot leave its attribute, span lines or hide anything."""
    shown = "".join(
        " " if char.isspace() else char
        for char in unicodedata.normalize("NFC", name)
        if char.isspace() or unicodedata.category(char) not in _HIDDEN
    )
    shown = " ".join(shown.translate({ord(char): None for char in '<>"&'}).split())
    return shown[:LONGEST_NAME].strip() or NOBODY


def inert(text: str) -> str:
    """Text in which nothing can be taken for one of our tags."""
    return _TAG.sub("&lt;", text.replace("\r\n", "\n").strip("\n"))
