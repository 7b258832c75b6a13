"""What Discord keeps of a message body: embeds and components made whole, recent nonces."""

from dataclasses import dataclass, field
from typing import Any

from .errors import Json
from .state import Message, User, walk

_NONCE_LIFE = 300.0


@dataclass
class Nonces:
    """Recent nonces by author; Discord keeps them a few minutes, across channels."""

    known: dict[tuple[int, str], tuple[float, Message]] = field(default_factory=dict)

    def find(self, author: User, nonce: Any, now: float) -> Message | None:
        """Find the message this author made with this nonce a short while ago."""
        found = self.known.get((author.id, str(nonce)))
        return found[1] if found and now - found[0] < _NONCE_LIFE else None


def stored_embeds(embeds: list[Json]) -> list[Json]:
    """Copy embeds as Discord stores them: an app's are rich."""
    return [{**embed, "type": "rich"} for embed in embeds]


def numbered(components: list[Json]) -> list[Json]:
    """Copy components as Discord stores them: every one has an id."""
    copies = [_copy(component) for component in components]
    for number, part in enumerate(walk(copies), start=1):
        part["id"] = part.get("id") or number
    return copies


def _copy(component: Json) -> Json:
    copied = dict(component)
    if isinstance(copied.get("components"), list):
        copied["components"] = [_copy(inner) for inner in copied["components"]]
    if isinstance(copied.get("accessory"), dict):
        copied["accessory"] = _copy(copied["accessory"])
    if copied.get("type") == 17:
        copied = {"accent_color": None, "spoiler": False, **copied}
    return copied
