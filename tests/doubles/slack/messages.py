"""Posting, editing and deleting: the state, the history, and the news of it."""

import uuid
from typing import Any

from . import mentions, payloads
from .errors import Json, Refused
from .events import MESSAGES, Events
from .state import Channel, Message, Person, Version
from .world import World


class Messages:
    """The desk where everything written passes, by people and by apps."""

    def __init__(self, world: World, events: Events) -> None:
        self.world = world
        self.events = events

    def post(
        self,
        author: Person,
        channel: Channel,
        text: str,
        *,
        blocks: list[Json] | None = None,
        thread_ts: str | None = None,
        link_names: bool = False,
        **more: Any,
    ) -> Message:
        """Write a message and tell the app; `more` are further fields of `Message`."""
        message = self._make(author, channel, text, blocks or [], thread_ts, more)
        if author.bot_id is None:
            message.client_msg_id = str(uuid.uuid4())
        channel.messages[message.ts] = message
        if thread_ts:
            channel.threads.setdefault(thread_ts, []).append(message)
        root = channel.messages.get(thread_ts or "")
        if root is not None and root.thread_ts is None:
            root.thread_ts = root.ts
        self.keep(message, link_names=link_names)
        self.tell(message)
        self.world.changed()
        return message

    def ephemeral(self, author: Person, channel: Channel, person: Person, text: str, **more: Any) -> Message:
        """Show one person a message that is stored nowhere and told to nobody."""
        thread_ts = more.pop("thread_ts", None)
        blocks = more.pop("blocks", None)
        message = self._make(author, channel, text, blocks or [], thread_ts, more)
        message.ephemeral_for = person
        self.keep(message)
        self.world.ephemerals.append(message)
        self.world.changed()
        return message

    def _make(
        self,
        author: Person,
        channel: Channel,
        text: str,
        blocks: list[Json],
        thread_ts: str | None,
        more: Json,
    ) -> Message:
        stored = payloads.stored_blocks(blocks, self.world)
        return Message(channel, self.world.new_ts(), author, text, stored, thread_ts, **more)

    def keep(self, message: Message, *, link_names: bool = False) -> None:
        """Add the present content to the history."""
        found = mentions.pinged(message.text, message.blocks, link_names=link_names)
        version = Version(self.world.clock(), message.text, message.blocks, found)
        message.history.append(version)

    def edit(
        self, message: Message, by: Person, text: str | None, blocks: list[Json] | None, *, told: bool = True
    ) -> None:
        """Change a message and tell the app; ephemeral ones change in silence."""
        before = payloads.message(message, self.world)
        if text is not None:
            message.text = text
        if blocks is not None:
            message.blocks = payloads.stored_blocks(blocks, self.world)
        if told:
            message.edited = {"user": by.id, "ts": self.world.new_ts()}
        self.keep(message)
        if message.ephemeral_for is None:
            self.tell_change(message, before)
        self.world.changed()

    def delete(self, message: Message) -> None:
        """Take a message away; a root with replies leaves a tombstone."""
        before = payloads.message(message, self.world)
        message.deleted = True
        if message.ephemeral_for is not None:
            self.world.changed()
            return
        if message.channel.replies(message.ts):
            self.tell_change(message, before, after=_tombstone(message))
        else:
            self._tell_hidden(message, "message_deleted", deleted_ts=message.ts, previous_message=before)
        self.world.changed()

    def find(self, channel: Channel, ts: str, *, error: str = "message_not_found") -> Message:
        """Find a message that is still there, or refuse."""
        message = channel.messages.get(ts)
        if message is None or message.deleted:
            raise Refused(error)
        return message

    def tell(self, message: Message) -> None:
        """Tell the app of a new message: as `message`, and as `app_mention` where it is mentioned."""
        body = payloads.message(message, self.world)
        kind = payloads.channel_type(message.channel)
        place = {"channel": message.channel.id, "event_ts": message.ts}
        news: list[tuple[str, Json]] = [
            (MESSAGES[message.channel.kind], {**body, **place, "channel_type": kind})
        ]
        if self.mentions_app(message):
            mention = {key: value for key, value in body.items() if key != "subtype"}
            news.append(("app_mention", {**mention, "type": "app_mention", **place}))
            self.world.random.shuffle(news)
        for subscription, event in news:
            self.events.tell(message.channel.team, subscription, event, message.channel)

    def mentions_app(self, message: Message) -> bool:
        """Whether it mentions our app in a place where Slack sends `app_mention`."""
        install = self.world.installs.get(message.channel.team.id)
        if install is None or message.channel.is_dm or self.world.is_ours(message.author):
            return False
        return install.bot.id in message.history[-1].pinged.people

    def tell_change(self, message: Message, before: Json, after: Json | None = None) -> None:
        """Tell the app of an edit."""
        changed = after or payloads.with_thread(message, self.world)
        self._tell_hidden(message, "message_changed", message=changed, previous_message=before)

    def tell_reaction(self, message: Message, person: Person, name: str, kind: str) -> None:
        """Tell the app that a reaction came or went."""
        item = {"type": "message", "channel": message.channel.id, "ts": message.ts}
        event = self.events.about(kind, person, reaction=name, item_user=message.author.id, item=item)
        self.events.tell(message.channel.team, kind, event, message.channel)
        self.world.changed()

    def shown(self, message: Message) -> Json:
        """The message as JSON."""
        return payloads.message(message, self.world)

    def _tell_hidden(self, about: Message, subtype: str, /, **more: Any) -> None:
        ts = self.world.new_ts()
        event: Json = {"type": "message", "subtype": subtype, "hidden": True, **more}
        event |= {"channel": about.channel.id, "ts": ts, "event_ts": ts}
        event["channel_type"] = payloads.channel_type(about.channel)
        self.events.tell(about.channel.team, MESSAGES[about.channel.kind], event, about.channel)


def _tombstone(message: Message) -> Json:
    return {
        "type": "message",
        "subtype": "tombstone",
        "user": "USLACKBOT",
        "text": "This message was deleted.",
        "hidden": True,
        "ts": message.ts,
        "thread_ts": message.ts,
        "reply_count": len(message.channel.replies(message.ts)),
        "is_locked": False,
    }
