"""The face, part two: what people write, change and react."""

from . import payloads
from .base import Base
from .errors import Json, NothingThere, Refused
from .events import MESSAGES
from .payloads import rich_text
from .state import Channel, Message, Person
from .traffic import Delivery

Place = Channel | Person


class Acting(Base):
    """Writes, edits, deletes, reacts."""

    async def say(
        self,
        place: Place,
        who: Person,
        text: str,
        *,
        thread: Message | str | None = None,
        mention_bot: bool = False,
        files: list[tuple[str, bytes, str]] | None = None,
    ) -> Message:
        """Write a message in a channel, or (a person as place) in the app's Messages tab."""
        channel = self.world.direct(place) if isinstance(place, Person) else place
        if who.id not in channel.members:
            raise Refused("not_in_channel")
        bot = self.world.bot(channel.team) if mention_bot else None
        said = f"{bot.mention} {text}" if bot else text
        stored = [self._keep(who, channel, *each) for each in files or []]
        return self.desk.messages.post(
            who,
            channel,
            said,
            blocks=[] if who.bot_id else rich_text(said),
            thread_ts=thread.root_ts if isinstance(thread, Message) else thread,
            subtype="file_share" if stored else None,
            files=stored,
        )

    def _keep(self, who: Person, channel: Channel, name: str, content: bytes, kind: str) -> Json:
        file_id = self.world.new_id("F")
        path = f"/files-pri/{channel.team.id}-{file_id}/{name}"
        url = f"{self.world.base_url}{path}"
        self.world.stored[path] = (content, kind)
        now = int(self.world.now())
        file: Json = {
            "id": file_id,
            "created": now,
            "timestamp": now,
            "name": name,
            "title": name,
            "mimetype": kind,
            "filetype": name.rpartition(".")[2],
            "pretty_type": kind,
            "user": who.id,
            "user_team": channel.team.id,
            "editable": False,
            "size": len(content),
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": channel.kind == "channel",
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": url,
            "url_private_download": f"{url}?download",
            "permalink": f"https://{channel.team.domain}.slack.com/files/{who.id}/{file_id}/{name}",
            "has_rich_preview": False,
            "file_access": "visible",
        }
        self.world.files[file_id] = file
        return file

    async def edit(self, message: Message, text: str) -> Message:
        """Let its author change the text."""
        blocks = [] if message.author.bot_id else rich_text(text)
        self.desk.messages.edit(message, message.author, text, blocks)
        return message

    async def unfurl(self, message: Message, title: str) -> None:
        """Let Slack add a link preview: a `message_changed` in which the text is the same."""
        before = self.desk.messages.shown(message)
        message.attachments = [{"id": 1, "title": title, "fallback": title}]
        self.desk.messages.tell_change(message, before)
        self.world.changed()

    async def delete(self, message: Message) -> None:
        """Delete a message."""
        self.desk.messages.delete(message)

    async def react(self, person: Person, message: Message, name: str) -> None:
        """Add a person's reaction."""
        people = message.reactions.setdefault(name, [])
        if person in people:
            raise Refused("already_reacted")
        people.append(person)
        self.desk.messages.tell_reaction(message, person, name, "reaction_added")

    async def unreact(self, person: Person, message: Message, name: str) -> None:
        """Take a person's reaction back."""
        if person not in message.reactions.get(name, []):
            raise Refused("no_reaction")
        message.reactions[name].remove(person)
        if not message.reactions[name]:
            del message.reactions[name]
        self.desk.messages.tell_reaction(message, person, name, "reaction_removed")

    async def open_home(self, person: Person, tab: str = "home") -> None:
        """Open the app: its Home tab, or its Messages tab."""
        channel = self.world.direct(person)
        event = self.desk.events.about("app_home_opened", person, channel=channel.id, tab=tab)
        home = self.world.homes.get((person.team.id, person.id))
        if tab == "home" and home is not None:
            event["view"] = payloads.view(home, self.world)
        self.desk.events.tell(person.team, "app_home_opened", event, channel)

    async def look_at(self, person: Person, channel: Channel | None) -> None:
        """Let a person look at a channel while the app is open beside it."""
        context: Json = {}
        if channel is not None:
            entity = {"type": "slack#/types/channel_id", "value": channel.id, "team_id": channel.team.id}
            context = {"entities": [entity]}
        place = self.world.direct(person)
        event = self.desk.events.about("app_context_changed", person, channel=place.id, context=context)
        self.desk.events.tell(person.team, "app_context_changed", event, place)

    async def stop_session(self, person: Person, thread: Message) -> None:
        """Press the native Stop: Slack ends the streams of the thread, and leaves the status to the app."""
        channel, root_ts = thread.channel, thread.root_ts
        session = self.world.sessions.get((channel.id, root_ts))
        if session is None or session.status != "processing":
            raise NothingThere("there is no Stop button: the session is not processing")
        if "agent_session_stopped" not in self.app.events:
            raise NothingThere("there is no Stop button: the app does not subscribe to agent_session_stopped")
        streaming = [each for each in channel.replies(root_ts) if self.desk.streams.is_streaming(each)]
        for each in streaming:
            self.desk.streams.finish(each, "stopped_by_user")
        event = self.desk.events.about(
            "agent_session_stopped",
            person,
            channel=channel.id,
            thread_ts=root_ts,
            streaming_message_ts=[each.ts for each in streaming],
        )
        self.desk.events.tell(channel.team, "agent_session_stopped", event, channel)

    async def rename_session(self, person: Person, thread: Message, title: str) -> None:
        """Give the session of a thread another title."""
        session = self.world.sessions.get((thread.channel.id, thread.root_ts))
        if session is None:
            raise NothingThere("there is no session in this thread")
        session.title = title
        more: Json = {"channel": thread.channel.id, "thread_ts": thread.root_ts, "title": title}
        event = self.desk.events.about("agent_session_title_changed", person, **more)
        self.desk.events.tell(thread.channel.team, "agent_session_title_changed", event, thread.channel)
        self.world.changed()

    def replay(self, event: Delivery | Json | Message) -> None:
        """Deliver an event again, with the same event id; a message stands for the last event about it."""
        if isinstance(event, Message):
            kind = MESSAGES[event.channel.kind]
            every = [each for each in self.office.deliveries if each.kind == "events_api"]
            ours = [each for each in every if each.payload["event"].get("ts") == event.ts]
            assert ours, f"nothing was ever delivered about {event} ({kind})"
            self.desk.events.send(ours[-1].payload)
            return
        self.desk.events.send(event.payload if isinstance(event, Delivery) else event)
