"""People's names as we write them: unable to break our Markdown or to ping anybody."""

from __future__ import annotations

from bot.texts.language import Sentence, Translator, translator
from bot.types import Conversation, Participant, Person

_SOMEBODY = Sentence("somebody")
_LONGEST = 60


def name_of(person: Person, say: Translator | None = None) -> str:
    """A display name that cannot break our Markdown or ping anybody."""
    plain = "".join(c for c in person.name if c not in "*_`~|[]()<>@#\\" and c.isprintable()).strip()
    return plain[:_LONGEST] or (say or translator())(_SOMEBODY.english)


def known_name(person_id: str, here: Conversation, participants: tuple[Participant, ...]) -> Person:
    """The person behind an id, by the names that we have seen."""
    if person_id == here.starter.id:
        return here.starter
    return next((one.person for one in participants if one.person.id == person_id), Person(person_id, ""))


def quoted(words: str) -> str:
    """Somebody's own words as a quotation."""
    return "\n".join(f"> {line}" for line in words.splitlines() if line.strip())
