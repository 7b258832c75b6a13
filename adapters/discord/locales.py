"""In which language people read: their presses and commands tell it, their messages do not."""

from __future__ import annotations

from collections import OrderedDict

_REMEMBERED = 10_000


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
