"""Open questions: who is being asked to confirm an end, everywhere, and what becomes of silence (E10)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from bot.store.database import Database
from bot.store.people import unask_row
from bot.store.rows import to_participant
from bot.store.schema import participant
from bot.types import Confirming, Standing


class Questions:
    """Asking, answering and closing one of them are in `People`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def over(self, now: datetime) -> list[tuple[int, Confirming]]:
        """The questions whose time is over and that nobody has answered, with their conversations."""
        query = select(participant).where(participant.c.standing == Standing.CONFIRMING.value)
        rows = await self._database.read(lambda c: c.execute(query).all())
        asked = [(row.conversation_id, to_participant(row).confirming) for row in rows]
        return [(of, each) for of, each in asked if each is not None and now >= each.until]

    async def lapse(self, conversation_id: int, asked: Confirming, now: datetime) -> bool:
        """Silence cancels a question; False where it was answered meanwhile."""
        return await self._database.write(
            lambda c: unask_row(c, conversation_id, asked.person, asked.nonce, now, cause="no answer")
        )
