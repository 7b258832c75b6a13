"""The nouns of a Discord server: people, guilds, channels, threads, messages."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from .errors import Json
from .permissions import Overwrite, Permission


class Kind(IntEnum):
    """Channel types."""

    TEXT = 0
    DM = 1
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15


class Flag:
    """Message flags."""

    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    COMPONENTS_V2 = 1 << 15


@dataclass(eq=False)
class User:
    """A person, a bot or a webhook."""

    id: int
    name: str
    bot: bool = False
    webhook: bool = False
    locale: str = "en-US"

    @property
    def mention(self) -> str:
        """How to write their name so that it pings."""
        return f"<@{self.id}>"


@dataclass(eq=False)
class Role:
    """A role of one guild; the guild's own id is @everyone."""

    id: int
    name: str
    permissions: Permission
    mentionable: bool = False
    managed_by: int | None = None


@dataclass(eq=False)
class Member:
    """One user in one guild."""

    user: User
    joined: datetime
    roles: list[Role] = field(default_factory=list)
    timed_out: bool = False


@dataclass(eq=False)
class Guild:
    """A server."""

    id: int
    name: str
    owner: User
    everyone: Role
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    locale: str = "en-US"
    filtered: set[str] = field(default_factory=set)
    """Words that AutoMod does not let through, in lower case."""


@dataclass(eq=False)
class Channel:
    """A place for messages: text, forum or DM; threads are the subclass below."""

    id: int
    kind: Kind
    guild: Guild | None
    name: str
    position: int = 0
    topic: str | None = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    tags: dict[int, str] = field(default_factory=dict)
    require_tag: bool = False
    recipients: dict[int, User] = field(default_factory=dict)
    messages: "dict[int, Message]" = field(default_factory=dict)
    last_message_id: int | None = None
    deleted: bool = False
    typed: list[float] = field(default_factory=list)
    audit_reasons: list[str] = field(default_factory=list)

    @property
    def thread(self) -> "Thread | None":
        """This, if it is a thread."""
        return None

    @property
    def home(self) -> "Channel":
        """The channel whose overwrites count."""
        return self

    @property
    def is_dm(self) -> bool:
        """Whether this is a direct message channel."""
        return self.kind is Kind.DM

    @property
    def mention(self) -> str:
        """How to link to it."""
        return f"<#{self.id}>"


@dataclass(eq=False, kw_only=True)
class Thread(Channel):
    """A thread, in the state Discord keeps for it."""

    parent: Channel
    owner: User
    created: datetime
    archive_timestamp: datetime
    archived: bool = False
    locked: bool = False
    auto_archive_duration: int = 4320
    rate_limit: int = 0
    invitable: bool = True
    applied_tags: list[int] = field(default_factory=list)
    members: dict[int, datetime] = field(default_factory=dict)
    message_count: int = 0
    total_sent: int = 0

    @property
    def thread(self) -> "Thread":
        """Itself."""
        return self

    @property
    def home(self) -> Channel:
        """The parent: a thread has no overwrites of its own."""
        return self.parent

    @property
    def private(self) -> bool:
        """Whether only its members and those with MANAGE_THREADS see it."""
        return self.kind is Kind.PRIVATE_THREAD


@dataclass(frozen=True)
class Pinged:
    """Whom a message asks to ping; permission to ping everyone is judged elsewhere."""

    users: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()
    everyone: bool = False

    def __bool__(self) -> bool:
        return bool(self.users or self.roles or self.everyone)

    def __or__(self, other: "Pinged") -> "Pinged":
        return Pinged(self.users | other.users, self.roles | other.roles, self.everyone or other.everyone)


@dataclass(frozen=True)
class Version:
    """A message as it stood from one moment on."""

    time: float
    content: str
    embeds: list[Json]
    components: list[Json]
    flags: int
    pinged: Pinged

    @property
    def text(self) -> str:
        """The content, then every text display, as a reader sees them."""
        return "\n".join(part for part in (self.content, *texts_of(self.components)) if part)


@dataclass(eq=False)
class Message:
    """A message with everything it ever said."""

    id: int
    channel: Channel
    author: User
    created: datetime
    history: list[Version]
    type: int = 0
    edited: datetime | None = None
    attachments: list[Json] = field(default_factory=list)
    nonce: str | int | None = None
    reference: Json | None = None
    replied_to: "Message | None" = None
    started: Thread | None = None
    interaction: Json | None = None
    ephemeral_for: User | None = None
    reactions: dict[str, set[int]] = field(default_factory=dict)
    deleted: bool = False

    @property
    def now(self) -> Version:
        """As it stands."""
        return self.history[-1]

    @property
    def content(self) -> str:
        """Its text field as it stands."""
        return self.now.content

    @property
    def text(self) -> str:
        """Content and text displays as they stand."""
        return self.now.text

    @property
    def embeds(self) -> list[Json]:
        """Its embeds as they stand."""
        return self.now.embeds

    @property
    def components(self) -> list[Json]:
        """Its components as they stand."""
        return self.now.components

    @property
    def flags(self) -> int:
        """Its flags, with those that Discord sets by itself."""
        return self.now.flags | (Flag.HAS_THREAD if self.started else 0)

    @property
    def pinged(self) -> Pinged:
        """Everybody whom it, or any edit of it, ever asked to ping."""
        everyone = Pinged()
        for version in self.history:
            everyone |= version.pinged
        return everyone

    @property
    def system(self) -> bool:
        """Whether Discord wrote it (thread created, thread starter)."""
        return self.type in (18, 21)


def walk(components: list[Json]) -> list[Json]:
    """Every component, nested ones and accessories too, in reading order."""
    found: list[Json] = []
    for component in components:
        found.append(component)
        inner = [*component.get("components", ())]
        inner += [
            component[key] for key in ("accessory", "component") if isinstance(component.get(key), dict)
        ]
        found += walk(inner)
    return found


def texts_of(components: list[Json]) -> list[str]:
    """The texts of all text displays, in reading order."""
    return [str(part["content"]) for part in walk(components) if part.get("type") == 10 and "content" in part]
