"""The reply as people see it while it grows, without a word that a crisis hold forbids (E16)."""

from __future__ import annotations

from collections.abc import Callable

from bot import texts
from bot.crisis import speech
from bot.ports import ReplyStream


class Draft:
    """What people see of the reply so far."""

    def __init__(self, stream: ReplyStream, held: Callable[[], bool], locale: str) -> None:
        self._stream = stream
        self._held = held
        self._locale = locale
        self.text = ""

    def show(self, text: str) -> None:
        """Show the whole text so far; during a hold only whole sentences, none of them about ending (E16)."""
        self.text = speech.so_far(text) if self._held() else text
        if self.text:
            self._stream.show(self.text)

    def whole(self, text: str) -> str:
        """The complete text as people shall see it."""
        if not text or not self._held():
            return text
        return speech.without_ending(text) or texts.with_you(self._locale)
