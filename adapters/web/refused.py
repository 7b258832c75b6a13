"""What a page is told when something cannot be done."""

from __future__ import annotations


class Refused(Exception):
    """An answer with an HTTP status and one plain sentence for the person."""

    def __init__(self, status: int, say: str) -> None:
        super().__init__(say)
        self.status = status
        self.say = say
