"""What we know of one person in one conversation is one row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, update

from bot.store.dialects import upsert
from bot.store.schema import conversation, participant
from bot.types import Person, Standing


def put(c: Connection, conversation_id: int, person: Person, values: dict[str, Any]) -> None:
    """Insert or update a participant's row; a language that is known stays where none is told."""
    told = {"name": person.name} | ({"locale": person.locale} if person.locale else {})
    if person.locale:
        # What concerns everybody is said in the starter's language, as they have told it last.
        c.execute(
            update(conversation)
            .where(conversation.c.id == conversation_id, conversation.c.starter_id == person.id)
            .values(starter_locale=person.locale)
        )
    statement = upsert(c, participant).values(
        {"conversation_id": conversation_id, "person_id": person.id, "standing": Standing.CLEAR.value}
        | told
        | values
    )
    c.execute(
        statement.on_conflict_do_update(index_elements=["conversation_id", "person_id"], set_=told | values)
    )
