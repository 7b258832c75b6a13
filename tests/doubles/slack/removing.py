"""The face, part six: channels that are archived or deleted, and that the app is taken out of."""

from .base import Base
from .state import Channel, Person


class Removing(Base):
    """What people do with whole channels."""

    async def archive(self, person: Person, channel: Channel) -> None:
        """Archive a channel: everything in it stays readable, and nothing can be posted."""
        channel.archived = True
        event = self.desk.events.about(_named(channel, "archive"), person, channel=channel.id, is_moved=0)
        self.desk.events.tell(channel.team, event["type"], event, channel)
        self.world.changed()

    async def delete_channel(self, person: Person, channel: Channel) -> None:
        """Delete a channel and all that was in it."""
        self._tell(person, channel, "deleted")
        del self.world.channels[channel.id], channel.team.channels[channel.id]
        self.world.changed()

    async def take_out(self, person: Person, channel: Channel) -> None:
        """Remove the app from a channel."""
        self._tell(person, channel, "left")
        channel.members.pop(self.world.bot(channel.team).id)
        self.world.changed()

    def _tell(self, person: Person, channel: Channel, what: str) -> None:
        event = self.desk.events.about(_named(channel, what), person, channel=channel.id)
        event["actor_id"] = event.pop("user")
        self.desk.events.tell(channel.team, event["type"], event, channel)


def _named(channel: Channel, what: str) -> str:
    return f"{'group' if channel.kind == 'group' else 'channel'}_{what}"
