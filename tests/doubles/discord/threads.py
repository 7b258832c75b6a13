"""Making, changing and deleting threads by Discord's rules."""

from typing import Any

from . import payloads
from .audit import log
from .automod import check_title, check_words
from .errors import Form, Json, Refused
from .limits import check_message
from .messages import Messages
from .permissions import Permission, permissions_in, require
from .state import Channel, Kind, Message, Thread, User
from .world import Intent, World

_DURATIONS = (60, 1440, 4320, 10080)
_NAMES = (
    "name",
    "archived",
    "locked",
    "auto_archive_duration",
    "rate_limit_per_user",
    "invitable",
    "applied_tags",
)


class Threads:
    """Everything that happens to threads."""

    def __init__(self, world: World, messages: Messages) -> None:
        self.world = world
        self.messages = messages

    def from_message(self, author: User, message: Message, body: Json, reason: str | None = None) -> Thread:
        """Start a public thread on a message; it gets the message's id, and only one may exist."""
        require(author, message.channel, Permission.CREATE_PUBLIC_THREADS)
        if message.channel.kind not in (Kind.TEXT, Kind.ANNOUNCEMENT):
            raise Refused(50024)
        check_settings(body, name_needed=True)
        if message.started or message.id in self.world.channels:
            raise Refused(160004)
        check_title(author, message.channel, str(body["name"]))
        kind = Kind.PUBLIC_THREAD if message.channel.kind is Kind.TEXT else Kind.ANNOUNCEMENT_THREAD
        thread = self._make(author, message.channel, kind, body, thread_id=message.id, reason=reason)
        message.started = thread
        self.messages.tell("MESSAGE_UPDATE", message)
        self.messages.system(author, thread, 21, "", message)
        return thread

    def bare(self, author: User, channel: Channel, body: Json, reason: str | None = None) -> Thread:
        """Start a thread without a message; private unless the type says otherwise, in text channels only."""
        if channel.kind not in (Kind.TEXT, Kind.ANNOUNCEMENT):
            raise Refused(50024)
        kind = body.get("type", 12)
        check_settings(body, name_needed=True)
        if kind not in (10, 11, 12):
            form = Form()
            form.wrong(("type",), "BASE_TYPE_CHOICES", "Value must be one of {10, 11, 12}.")
            form.check()
        private = kind == Kind.PRIVATE_THREAD
        if private and channel.kind is not Kind.TEXT:
            raise Refused(50024)
        needed = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
        require(author, channel, needed)
        check_title(author, channel, str(body["name"]))
        thread = self._make(author, channel, Kind(kind), body, reason=reason)
        if not private:
            self.messages.system(author, channel, 18, thread.name, thread)
        return thread

    def forum_post(
        self, author: User, forum: Channel, body: Json, attachments: list[Json], reason: str | None = None
    ) -> tuple[Thread, Message]:
        """Start a forum post: thread and first message at once, with the same id."""
        require(author, forum, Permission.SEND_MESSAGES)
        form = Form()
        first = body.get("message")
        if not isinstance(first, dict):
            form.wrong(("message",), "BASE_TYPE_REQUIRED", "This field is required")
        else:
            check_message(form, first, flags=int(first.get("flags") or 0))
        form.check()
        check_settings(body, name_needed=True)
        self._check_tags(forum, body.get("applied_tags") or [])
        if forum.require_tag and not body.get("applied_tags"):
            raise Refused(40067)
        first = first if isinstance(first, dict) else {}
        check_title(author, forum, str(body["name"]))
        check_words(author, forum, first)
        draft = self.messages.make(
            author, forum, first, flags=int(first.get("flags") or 0), attachments=attachments
        )
        thread = self._make(author, forum, Kind.PUBLIC_THREAD, body, thread_id=draft.id, reason=reason)
        draft.channel = thread
        self.messages.put(draft)
        thread.message_count -= 1
        return thread, draft

    def _check_tags(self, forum: Channel, tags: list[Any]) -> None:
        form = Form()
        form.at_most(("applied_tags",), tags, 5)
        for index, tag in enumerate(tags):
            if int(tag) not in forum.tags:
                form.wrong(("applied_tags", index), "UNKNOWN_TAG", "Unknown tag")
        form.check()

    def _make(
        self,
        author: User,
        parent: Channel,
        kind: Kind,
        body: Json,
        *,
        thread_id: int | None = None,
        reason: str | None = None,
    ) -> Thread:
        now = self.world.now()
        thread = Thread(
            id=thread_id or self.world.new_id(),
            kind=kind,
            guild=parent.guild,
            name=str(body["name"]),
            parent=parent,
            owner=author,
            created=now,
            archive_timestamp=now,
            auto_archive_duration=int(body.get("auto_archive_duration") or 4320),
            rate_limit=int(body.get("rate_limit_per_user") or 0),
            applied_tags=[int(tag) for tag in body.get("applied_tags") or []],
            members={author.id: now},
        )
        self.world.channels[thread.id] = thread
        data = {**payloads.thread(thread, self.world), "newly_created": True}
        self.world.tell("THREAD_CREATE", data, intent=Intent.GUILDS, channel=thread)
        log(self.world, author, thread, 110, {"name": (None, thread.name)}, reason)
        return thread

    def change(self, author: User, thread: Thread, body: Json, reason: str | None = None) -> Thread:
        """PATCH a thread: archived, locked, name, tags and the rest, with Discord's order of refusals."""
        granted = require(author, thread)
        manages = Permission.MANAGE_THREADS in granted
        check_settings(body)
        waking = body.get("archived") is False
        if thread.archived and not waking:
            raise Refused(50083)
        if not manages:
            self._may_change(author, thread, body, granted)
        if "applied_tags" in body:
            self._check_tags(thread.parent, body["applied_tags"] or [])
        before = {key: getattr(thread, _field(key)) for key in _NAMES}
        for key in _NAMES:
            if key in body:
                value = [int(tag) for tag in body[key] or []] if key == "applied_tags" else body[key]
                setattr(thread, _field(key), value)
        changes = {
            key: (before[key], body[key]) for key in _NAMES if key in body and before[key] != body[key]
        }
        if {"archived", "auto_archive_duration"} & set(changes):
            thread.archive_timestamp = self.world.now()
        self.messages.tell_thread(thread)
        log(self.world, author, thread, 111, changes, reason)
        return thread

    def _may_change(self, author: User, thread: Thread, body: Json, granted: Permission) -> None:
        if "locked" in body or "rate_limit_per_user" in body or thread.locked:
            raise Refused(50013)
        if set(body) == {"archived"} and body["archived"] is False:
            if Permission.SEND_MESSAGES_IN_THREADS not in granted:
                raise Refused(50013)
            return
        if thread.owner is not author:
            raise Refused(50013)

    def delete(self, author: User | None, channel: Channel, reason: str | None = None) -> None:
        """Delete a channel or thread, with all that is in it; `None` is Discord itself."""
        if author is not None:
            require(
                author, channel, Permission.MANAGE_THREADS if channel.thread else Permission.MANAGE_CHANNELS
            )
        world = self.world
        for thread in [
            each for each in world.channels.values() if isinstance(each, Thread) and each.parent is channel
        ]:
            self.delete(None, thread)
        data = payloads.channel(channel, world)
        if channel.thread:
            data = {key: data[key] for key in ("id", "guild_id", "parent_id", "type")}
        visible = channel if permissions_in(world.bot, channel) else None
        channel.deleted = True
        del world.channels[channel.id]
        for message in channel.messages.values():
            message.deleted = True
            world.messages.pop(message.id, None)
        if visible is not None:
            name = "THREAD_DELETE" if channel.thread else "CHANNEL_DELETE"
            world.tell(name, data, intent=Intent.GUILDS, channel=channel)
        if channel.thread and author is not None:
            log(self.world, author, channel, 112, {"name": (channel.name, None)}, reason)
        world.changed()

    def join(self, thread: Thread, user: User) -> None:
        """Add a member to a thread."""
        if thread.archived:
            raise Refused(50083)
        if user.id in thread.members:
            return
        thread.members[user.id] = self.world.now()
        data: Json = {
            "id": str(thread.id),
            "guild_id": str(thread.guild.id if thread.guild else 0),
            "member_count": len(thread.members),
            "added_members": [payloads.thread_member(thread, user.id)],
        }
        if user is self.world.bot and thread.private:
            self.messages.tell_thread(thread, "THREAD_CREATE")
        self.world.tell("THREAD_MEMBERS_UPDATE", data, intent=Intent.GUILDS, channel=thread)


def _field(key: str) -> str:
    return "rate_limit" if key == "rate_limit_per_user" else key


def check_settings(body: Json, *, name_needed: bool = False) -> None:
    """Check the fields that say how a thread is: name, duration, slow mode."""
    form = Form()
    if name_needed and body.get("name") is None:
        form.wrong(("name",), "BASE_TYPE_REQUIRED", "This field is required")
    if "name" in body:
        form.longest(("name",), body["name"], 100, least=1)
    duration = body.get("auto_archive_duration")
    if duration is not None and duration not in _DURATIONS:
        text = "Value must be one of (60, 1440, 4320, 10080)."
        form.wrong(("auto_archive_duration",), "BASE_TYPE_CHOICES", text)
    slow = body.get("rate_limit_per_user")
    if slow is not None and not 0 <= int(slow) <= 21600:
        form.wrong(
            ("rate_limit_per_user",), "NUMBER_TYPE_MAX", "int value should be less than or equal to 21600."
        )
    form.check()
