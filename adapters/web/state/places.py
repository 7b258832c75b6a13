"""Where people can be, and who they can be: the playground's fixed scenery."""

from __future__ import annotations

from bot.types import Person, ThreadRef

PLATFORM = "web"
WORKSPACE = "playground"
MODERATORS = "moderators"
CHANNELS = ("general", "random")
"""What each is about is said in bot.texts.playground."""
PEOPLE = {
    person.id: person
    for person in (
        Person("ann", "Ann"),
        Person("ben", "Ben"),
        Person("chris", "Chris"),
        Person("mo", "Mo", moderator=True),
    )
}


def ref(channel: str, thread: str = "") -> ThreadRef:
    """A thread in a channel, or the channel itself."""
    return ThreadRef(PLATFORM, WORKSPACE, channel, thread or channel)


def is_channel(place: str) -> bool:
    """Whether `place` is a channel; all other places are threads."""
    return place == MODERATORS or place in CHANNELS


def may_see(person: Person, place: str) -> bool:
    """The moderators' channel is for moderators; everything else is open to everybody."""
    return person.moderator or place != MODERATORS
