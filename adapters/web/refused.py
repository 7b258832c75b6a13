"""What a page is told when something cannot be done."""

from __future__ import annotations

from bot.texts import Reader, Sentence


class Refused(Exception):
    """An answer with an HTTP status and one plain sentence for the person, said in their language.

    A plain text is for whoever writes programs against the page: no person who uses it meets one.
    """

    def __init__(self, status: int, say: Sentence | str, **values: object) -> None:
        super().__init__(say if isinstance(say, str) else say(**values))
        self.status = status
        self._say = say
        self._values = values

    def said(self, *readers: Reader) -> str:
        """The sentence, for the first reader whose language we have."""
        return self._say if isinstance(self._say, str) else self._say(*readers, **self._values)
