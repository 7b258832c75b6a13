"""The net of words: plain statements in ten languages that can only raise the risk. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from bot.crisis.sayings import NEEDS, POSSIBLE, YES
from bot.types import Risk

_LOOSE: Final = re.compile("[\u0300-\u036f\u0640\u064b-\u065f\u0670]")
"""Accents of Latin letters, Arabic vowel signs and hamzas: people leave them out when they type."""
_LETTERS: Final = str.maketrans(
    {"ł": "l", "ı": "i", "ø": "o", "æ": "ae", "œ": "oe", "’": "'", "`": "'", "´": "'"}
)
_NO_WORDS: Final = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|\[attachment: [^\]]*\]|https?://\S+", re.DOTALL)
_HIDDEN: Final = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")


def fold(text: str) -> str:
    """Text as the lists are written: small letters, no accents, no hidden characters, single spaces."""
    plain = _HIDDEN.sub("", text).translate(_LETTERS).casefold()
    plain = _LOOSE.sub("", unicodedata.normalize("NFKD", plain)).translate(_LETTERS)
    return " ".join(unicodedata.normalize("NFC", plain).split())


def _net(sayings: dict[str, tuple[str, ...]]) -> tuple[tuple[re.Pattern[str] | None, re.Pattern[str]], ...]:
    """For each language what must be there at all, which is quick to see, and its sayings."""
    return tuple(
        (
            re.compile(NEEDS[language]) if language in NEEDS else None,
            re.compile("|".join(f"(?:{saying})" for saying in own)),
        )
        for language, own in sayings.items()
    )


_YES: Final = _net(YES)
_POSSIBLE: Final = _net(POSSIBLE)


def risk_of(text: str) -> Risk:
    """YES, POSSIBLE or NONE by words alone; code, links and file names are not looked at."""
    folded = fold(_NO_WORDS.sub(" ", text))
    for risk, net in ((Risk.YES, _YES), (Risk.POSSIBLE, _POSSIBLE)):
        if any((needs is None or needs.search(folded)) and said.search(folded) for needs, said in net):
            return risk
    return Risk.NONE
