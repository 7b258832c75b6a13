"""The face, part two: what people write and moderate."""

from .base import Base
from .errors import Json, Refused
from .permissions import Permission, require
from .state import Channel, Message, Thread, User


class Acting(Base):
    """Writes, starts threads, moderates."""

    async def say(
        self,
        channel: Channel | User,
        author: User,
        text: str,
        *,
        mention_bot: bool = False,
        reply_to: Message | None = None,
        ping_reply: bool = True,
        attachments: list[tuple[str, bytes, str]] | None = None,
    ) -> Message:
        """Write a message by the ordinary rules: `Refused` is raised where Discord would refuse."""
        place = self.dm(author) if isinstance(channel, User) else channel
        body: Json = {"content": f"{self.world.bot.mention} {text}" if mention_bot else text}
        if reply_to is not None:
            body["message_reference"] = {"message_id": str(reply_to.id)}
            body["allowed_mentions"] = {"parse": ["users", "roles", "everyone"], "replied_user": ping_reply}
        files = [self.rest.keep(*attachment) for attachment in attachments or []]
        thread = place.thread
        message = self.parts.desk.messages.post(author, place, body, files)
        if thread and not author.webhook:
            thread.members.setdefault(author.id, self.world.now())
        return message

    def dm(self, person: User) -> Channel:
        """Give the direct message channel between a person and the bot."""
        return self.world.direct(person)

    async def start_thread(
        self, author: User, place: Channel | Message, name: str, *, private: bool = False
    ) -> Thread:
        """Start a thread on a message, or in a channel."""
        threads = self.parts.desk.threads
        if isinstance(place, Message):
            return threads.from_message(author, place, {"name": name})
        return threads.bare(author, place, {"name": name, "type": 12 if private else 11})

    async def start_post(
        self, author: User, forum: Channel, name: str, text: str, *, tags: tuple[str, ...] = ()
    ) -> Thread:
        """Start a forum post."""
        chosen = [str(tag) for tag, known in forum.tags.items() if known in tags]
        body: Json = {"name": name, "message": {"content": text}, "applied_tags": chosen}
        return self.parts.desk.threads.forum_post(author, forum, body, [])[0]

    async def invite(self, thread: Thread, user: User | None = None) -> None:
        """Add somebody to a thread: the bot, unless said otherwise."""
        self.parts.desk.threads.join(thread, user or self.world.bot)

    async def edit(self, message: Message, text: str) -> Message:
        """Let its author change the text."""
        return self.parts.desk.messages.edit(message.author, message, {"content": text})

    async def delete(self, message: Message, *, by: User | None = None) -> None:
        """Delete a message, as its author unless said otherwise."""
        self.parts.desk.messages.delete(by or message.author, message)

    async def delete_channel(self, channel: Channel, *, by: User | None = None) -> None:
        """Delete a channel or thread; `None` stands for somebody with every right."""
        self.parts.desk.threads.delete(by, channel)

    async def lock(self, thread: Thread, *, by: User, reason: str | None = None) -> None:
        """Lock a thread."""
        self.parts.desk.threads.change(by, thread, {"locked": True}, reason)

    async def unlock(self, thread: Thread, *, by: User, reason: str | None = None) -> None:
        """Unlock a thread, and wake it where it is archived."""
        body = {"locked": False, **({"archived": False} if thread.archived else {})}
        self.parts.desk.threads.change(by, thread, body, reason)

    async def archive(self, thread: Thread, *, by: User | None = None) -> None:
        """Archive a thread; without `by` it is Discord itself, after inactivity."""
        if by is not None:
            self.parts.desk.threads.change(by, thread, {"archived": True})
            return
        thread.archived = True
        thread.archive_timestamp = self.world.now()
        self.parts.desk.messages.tell_thread(thread)

    async def unarchive(self, thread: Thread, *, by: User) -> None:
        """Open an archived thread again."""
        self.parts.desk.threads.change(by, thread, {"archived": False})

    async def rename(self, thread: Thread, name: str, *, by: User) -> None:
        """Rename a thread."""
        self.parts.desk.threads.change(by, thread, {"name": name})

    async def react(self, person: User, message: Message, emoji: str) -> None:
        """Add a person's reaction."""
        if message.channel.thread and message.channel.thread.archived:
            raise Refused(50083)
        require(person, message.channel, Permission.READ_MESSAGE_HISTORY)
        message.reactions.setdefault(emoji, set()).add(person.id)
        self.world.changed()

    def replay(self, message: Message) -> None:
        """Dispatch the same MESSAGE_CREATE again."""
        self.parts.desk.messages.tell("MESSAGE_CREATE", message)
