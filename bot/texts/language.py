"""In whose language a text is said: the reader's own, else the conversation's starter's, else English."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO
from typing import Final

from bot.types import Conversation, Person

ENGLISH: Final = "en"
LANGUAGES: Final = ("en", "es", "de", "fr", "pt", "ja", "pl", "tr", "ar", "hi")
"""English stands in the code itself; every other language has its catalogue in locale/."""
RIGHT_TO_LEFT: Final = frozenset({"ar"})
_WITHOUT_SPACES: Final = frozenset({"ja"})
_ISOLATE: Final = "\u2068{}\u2069"
"""Keeps a name in another script from turning the words around it (Unicode UAX #9)."""

Reader = Person | Conversation | str
"""Who is to read a text: a person, the conversation's starter, or a locale such as `pt-BR`."""


@dataclass(frozen=True, slots=True)
class Translator:
    """Says the application's English sentences in one language."""

    language: str
    _known: NullTranslations

    def __call__(self, english: str, **values: object) -> str:
        """The sentence in this language, with its named placeholders filled in."""
        said = self._known.gettext(english)
        if not values:
            return said
        return said.format(**{name: self.apart(str(value)) for name, value in values.items()})

    def apart(self, text: str) -> str:
        """Text in a language of its own, which keeps its own direction among our words."""
        return _ISOLATE.format(text) if self.language in RIGHT_TO_LEFT else text

    def together(self, *sentences: str) -> str:
        """Sentences one after the other, as this language writes them."""
        return ("" if self.language in _WITHOUT_SPACES else " ").join(filter(None, sentences))


@dataclass(frozen=True, slots=True)
class Sentence:
    """One text of ours, by its English words; called with its readers, it is said in their language."""

    english: str

    def __call__(self, *readers: Reader, **values: object) -> str:
        """The text for the first reader whose language we have."""
        return translator(*readers)(self.english, **values)


def translator(*readers: Reader) -> Translator:
    """In the language of the first reader who has one that we speak; English where nobody has."""
    known = (language_of(_locale(reader)) for reader in readers)
    return _translator(next(filter(None, known), ENGLISH))


def language_of(locale: str) -> str:
    """One of LANGUAGES for a locale such as `es-419`, "" for a language that we do not have."""
    language = locale.replace("_", "-").partition("-")[0].lower()
    return language if language in LANGUAGES else ""


def _locale(reader: Reader) -> str:
    match reader:
        case str():
            return reader
        case Person():
            return reader.locale
        case Conversation():
            return reader.starter.locale


@cache
def _translator(language: str) -> Translator:
    return Translator(language, NullTranslations() if language == ENGLISH else _read(language))


def _read(language: str) -> GNUTranslations:
    """Read a catalogue. Once a language, when the first of its readers comes: no start waits for it."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - English needs no Babel at all
    from babel.messages.pofile import read_po  # noqa: PLC0415

    compiled = BytesIO()
    with files(__package__).joinpath("locale", language, "LC_MESSAGES", "adieu.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
