"""The words of the page itself, in its reader's language."""

from __future__ import annotations

from functools import lru_cache

from adapters.web.languages import NAMES
from bot.texts import RIGHT_TO_LEFT, Sentence, playground, translator


@lru_cache(maxsize=32)
def page_words(language: str, assistant: str) -> dict[str, str]:
    """Everything that scripts and templates say, by name; what only the page knows is left open in braces."""
    return {name: said(sentence, language, assistant) for name, sentence in playground.PAGE.items()}


def said(sentence: Sentence, language: str, assistant: str) -> str:
    """A sentence of the page with the assistant's name in it."""
    say = translator(language)
    return say(sentence.english).replace("{assistant}", say.apart(assistant))


def frame(locale: str, assistant: str) -> dict[str, object]:
    """What every template needs to know of its reader's language."""
    language = translator(locale).language
    return {
        "assistant": assistant,
        "lang": language,
        "dir": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "words": page_words(language, assistant),
        "languages": NAMES,
    }
