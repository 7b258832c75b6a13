"""In which language people read: their presses and commands tell it, their messages do not."""

from __future__ import annotations

from collections import OrderedDict

import discord

_REMEMBERED = 10_000


def own(locale: discord.Locale) -> str:
    """Somebody's language; the one that everybody has who has chosen nothing names no country.

    Helplines go by the country: not everybody who reads American English is in America.
    """
    return "en" if locale is discord.Locale.american_english else str(locale)


class Locales:
    """The newest languages that were told, by user. In memory only: they are told again soon enough."""

    def __init__(self) -> None:
        self.known: OrderedDict[int, str] = OrderedDict()

    def note(self, user: int, locale: str) -> None:
        """Remember what a press or command has told."""
        self.known[user] = locale
        self.known.move_to_end(user)
        if len(self.known) > _REMEMBERED:
            self.known.popitem(last=False)
