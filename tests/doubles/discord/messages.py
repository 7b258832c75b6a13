"""Writing, editing and deleting messages by Discord's rules, for bots and people alike."""

from . import payloads, payloads_message
from .automod import check_words
from .errors import Form, Json, Refused
from .limits import check_message
from .mentions import pinged_by
from .permissions import Permission, permissions_in, require
from .state import Channel, Flag, Kind, Message, Pinged, Thread, User, Version, texts_of
from .stored import Nonces, numbered, stored_embeds
from .world import Intent, World

_TEXTUAL = frozenset({Kind.TEXT, Kind.DM, Kind.ANNOUNCEMENT, *(10, 11, 12)})
_SETTABLE = Flag.SUPPRESS_EMBEDS | Flag.SUPPRESS_NOTIFICATIONS | Flag.COMPONENTS_V2


class Messages:
    """All writing goes through here."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.nonces = Nonces()

    def post(
        self, author: User, channel: Channel, body: Json, attachments: list[Json] | None = None
    ) -> Message:
        """POST a message as `author`: permissions, locks, limits, nonce, reply."""
        self.may_write(author, channel)
        form = Form()
        flags = int(body.get("flags") or 0) & _SETTABLE
        check_message(form, body, flags=flags)
        form.check()
        check_words(author, channel, body)
        self._may_enrich(author, channel, body, attachments)
        nonce = body.get("nonce")
        if body.get("enforce_nonce") and nonce is not None:
            existing = self.nonces.find(author, nonce, self.world.clock())
            if existing is not None:
                return existing
        replied_to = self._replied_to(author, channel, body)
        message = self.make(
            author, channel, body, flags=flags, replied_to=replied_to, attachments=attachments
        )
        if nonce is not None:
            self.nonces.known[author.id, str(nonce)] = (self.world.clock(), message)
        self.put(message)
        return message

    def may_write(self, author: User, channel: Channel) -> None:
        """Refuse unless `author` may send there now; an archived, unlocked thread wakes up."""
        if channel.kind is Kind.FORUM:
            raise Refused(40058)
        if channel.kind not in _TEXTUAL:
            raise Refused(50008)
        if author.webhook:
            return
        sending = Permission.SEND_MESSAGES_IN_THREADS if channel.thread else Permission.SEND_MESSAGES
        granted = require(author, channel, sending)
        thread = channel.thread
        if thread and thread.locked and Permission.MANAGE_THREADS not in granted:
            raise Refused(160005)
        if thread and thread.locked and thread.archived:
            raise Refused(50083)

    def _may_enrich(self, author: User, channel: Channel, body: Json, attachments: list[Json] | None) -> None:
        granted = permissions_in(author, channel)
        if author.webhook or not (body.get("embeds") or attachments):
            return
        if body.get("embeds") and Permission.EMBED_LINKS not in granted:
            raise Refused(50013)
        if attachments and Permission.ATTACH_FILES not in granted:
            raise Refused(50013)

    def _replied_to(self, author: User, channel: Channel, body: Json) -> Message | None:
        reference = body.get("message_reference")
        if not reference or reference.get("message_id") is None:
            return None
        found = channel.messages.get(int(reference["message_id"]))
        if found is None and reference.get("fail_if_not_exists", True):
            form = Form()
            form.wrong(("message_reference",), "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")
            form.check()
        if not author.webhook and Permission.READ_MESSAGE_HISTORY not in permissions_in(author, channel):
            raise Refused(160002)
        return found

    def make(
        self,
        author: User,
        channel: Channel,
        body: Json,
        *,
        flags: int,
        replied_to: Message | None = None,
        attachments: list[Json] | None = None,
        kind: int = 0,
        everything: bool = True,
        message_id: int | None = None,
    ) -> Message:
        """Build a message from a checked body; refuses empty ones with 50006."""
        world = self.world
        version = self.version(body, None, flags=flags, replied_to=replied_to, everything=everything)
        if not (
            version.content or version.embeds or version.components or attachments or flags & Flag.LOADING
        ):
            raise Refused(50006)
        reference: Json | None = None
        if replied_to:
            reference = {"type": 0, "channel_id": str(channel.id), "message_id": str(replied_to.id)}
            if channel.guild:
                reference["guild_id"] = str(channel.guild.id)
        return Message(
            id=message_id or world.new_id(),
            channel=channel,
            author=author,
            created=world.now(),
            history=[version],
            type=kind or (19 if replied_to else 0),
            attachments=attachments or [],
            nonce=body.get("nonce"),
            reference=reference,
            replied_to=replied_to,
        )

    def version(
        self, body: Json, old: Version | None, *, flags: int, replied_to: Message | None, everything: bool
    ) -> Version:
        """Work out what a body makes of a message: fields left out stay, mentions are always read anew."""
        content = str(body.get("content") or "").strip() if "content" in body or not old else old.content
        embeds = stored_embeds(body.get("embeds") or []) if "embeds" in body or not old else old.embeds
        components = (
            numbered(body.get("components") or []) if "components" in body or not old else old.components
        )
        text = "\n".join([content, *texts_of(components)])
        to = replied_to.author.id if replied_to else None
        pinged = pinged_by(text, body.get("allowed_mentions"), everything=everything, replied_to=to)
        return Version(self.world.clock(), content, embeds, components, flags, pinged)

    def put(self, message: Message) -> None:
        """Place a new message in its channel, wake an archived thread, and tell."""
        channel, world = message.channel, self.world
        if isinstance(channel, Thread):
            if channel.archived:
                channel.archived = False
                channel.archive_timestamp = world.now()
                self.tell_thread(channel)
            channel.total_sent += 1
            channel.message_count += 1
        channel.messages[message.id] = message
        world.messages[message.id] = message
        channel.last_message_id = message.id
        self.tell("MESSAGE_CREATE", message)

    def edit(
        self,
        author: User,
        message: Message,
        body: Json,
        *,
        everything: bool = True,
        attachments: list[Json] | None = None,
    ) -> Message:
        """PATCH a message as `author`: only one's own, not in archived threads, mentions re-parsed."""
        channel = message.channel
        granted = require(author, channel)
        if message.author is not author:
            if set(body) - {"flags"}:
                raise Refused(50005)
            if Permission.MANAGE_MESSAGES not in granted:
                raise Refused(50013)
        if message.system:
            raise Refused(50021)
        if channel.thread and channel.thread.archived:
            raise Refused(50083)
        if channel.thread and channel.thread.locked and Permission.MANAGE_THREADS not in granted:
            raise Refused(160005)
        check_words(author, channel, body)
        return self.revise(message, body, everything=everything, attachments=attachments)

    def revise(
        self, message: Message, body: Json, *, everything: bool = True, attachments: list[Json] | None = None
    ) -> Message:
        """Apply a checked-for-permission edit: limits, then a new version, then news."""
        old = message.now
        flags = old.flags & ~Flag.LOADING
        if body.get("flags") is not None:
            keep = flags & (Flag.EPHEMERAL | Flag.COMPONENTS_V2)
            flags = keep | (int(body["flags"]) & _SETTABLE)
        turning = bool(flags & ~old.flags & Flag.COMPONENTS_V2)
        left = turning and bool(
            ("content" not in body and old.content) or ("embeds" not in body and old.embeds)
        )
        form = Form()
        check_message(form, body, flags=flags, legacy_left=left)
        form.check()
        version = self.version(body, old, flags=flags, replied_to=message.replied_to, everything=everything)
        if "attachments" in body:
            kept = {str(each.get("id")) for each in body["attachments"] or []}
            message.attachments = [each for each in message.attachments if each["id"] in kept]
        message.attachments = [*message.attachments, *(attachments or [])]
        if not (version.content or version.embeds or version.components or message.attachments):
            raise Refused(50006)
        if not old.flags & Flag.LOADING:
            message.edited = self.world.now()
        message.history.append(version)
        self.tell("MESSAGE_UPDATE", message)
        return message

    def delete(self, author: User | None, message: Message) -> None:
        """Delete a message; `None` is Discord itself."""
        channel, world = message.channel, self.world
        if author is not None:
            granted = require(author, channel)
            if message.author is not author and Permission.MANAGE_MESSAGES not in granted:
                raise Refused(50013)
            locked = channel.thread and channel.thread.locked and channel.thread.archived
            if locked and Permission.MANAGE_THREADS not in granted:
                raise Refused(50083)
        message.deleted = True
        channel.messages.pop(message.id, None)
        world.messages.pop(message.id, None)
        if isinstance(channel, Thread):
            channel.message_count = max(0, channel.message_count - 1)
        if message.ephemeral_for is None:
            data = {"id": str(message.id), "channel_id": str(channel.id)}
            if channel.guild:
                data["guild_id"] = str(channel.guild.id)
            world.tell("MESSAGE_DELETE", data, intent=_intent(channel), channel=channel)
        world.changed()

    def tell(self, name: str, message: Message) -> None:
        """Announce a message, unless it is ephemeral: those never reach the gateway."""
        world = self.world
        if message.ephemeral_for is not None:
            world.changed()
            return
        world.tell(
            name,
            lambda content: payloads_message.dispatched(message, world, content=content),
            intent=_intent(message.channel),
            channel=message.channel,
        )

    def tell_thread(self, thread: Thread, name: str = "THREAD_UPDATE") -> None:
        """Announce a thread as it stands."""
        self.world.tell(name, payloads.thread(thread, self.world), intent=Intent.GUILDS, channel=thread)

    def system(self, author: User, channel: Channel, kind: int, text: str, about: Message | Thread) -> None:
        """Put one of Discord's own messages: 18 thread created, 21 thread starter."""
        reference: Json = {
            "type": 0,
            "channel_id": str(about.id),
            "guild_id": str(channel.guild.id if channel.guild else 0),
        }
        if isinstance(about, Message):
            reference |= {"channel_id": str(about.channel.id), "message_id": str(about.id)}
        version = Version(self.world.clock(), text, [], [], 0, Pinged())
        message = Message(
            self.world.new_id(),
            channel,
            author,
            self.world.now(),
            [version],
            type=kind,
            reference=reference,
            replied_to=about if isinstance(about, Message) else None,
        )
        channel.messages[message.id] = message
        self.world.messages[message.id] = message
        self.tell("MESSAGE_CREATE", message)


def _intent(channel: Channel) -> int:
    return Intent.DIRECT_MESSAGES if channel.is_dm else Intent.GUILD_MESSAGES
