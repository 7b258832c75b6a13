"""Open questions: who is being asked to confirm an end, everywhere, and what becomes of silence (E10)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select, text

from bot.store.database import Database
from bot.store.people import unask_row
from bot.store.rows import to_participant
from bot.store.schema import participant
from bot.types import Confirming

OVER = (
    select(participant)
    .where(text("standing = 'confirming'"), participant.c.asked_until <= bindparam("now"))
    .order_by(participant.c.asked_until)
)
"""Asked every half minute for as long as the program runs, so it reads what it finds and nothing else."""


class Questions:
    """Asking, answering and closing one of them are in `People`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def over(self, now: datetime) -> list[tuple[int, Confirming]]:
        """The questions whose time is over and that nobody has answered, with their conversations."""
        rows = await self._database.read(lambda c: c.execute(OVER, {"now": now}).all())
        asked = [(row.conversation_id, to_participant(row).confirming) for row in rows]
        return [(of, each) for of, each in asked if each is not None]

    async def lapse(self, conversation_id: int, asked: Confirming, now: datetime) -> bool:
        """Silence cancels a question; False where it was answered meanwhile."""
        return await self._database.write(
            lambda c: unask_row(c, conversation_id, asked.person, asked.nonce, now, cause="no answer")
        )
