"""The nouns of the double's Slack: teams, people, channels, messages, views, sessions."""

from dataclasses import dataclass, field
from typing import Any, Literal

from .errors import Json
from .mentions import NOBODY, Pinged

Kind = Literal["channel", "group", "im", "mpim"]
StreamState = Literal["streaming", "stopped", "stopped_by_user", "expired"]


@dataclass(eq=False)
class Org:
    """An Enterprise organisation."""

    id: str
    name: str


@dataclass(eq=False)
class Team:
    """A workspace."""

    id: str
    name: str
    domain: str
    org: Org | None = None
    people: dict[str, "Person"] = field(default_factory=dict)
    channels: dict[str, "Channel"] = field(default_factory=dict)
    usergroups: dict[str, "Usergroup"] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<team {self.name} {self.id}>"


@dataclass(eq=False)
class Person:
    """A member of a team: a human, our app's bot, or another bot (`bot_id`)."""

    id: str
    name: str
    team: Team
    bot_id: str | None = None
    webhook: bool = False
    is_admin: bool = False
    locale: str = "en-US"
    tz: str = "Europe/London"
    deleted: bool = False

    @property
    def mention(self) -> str:
        """How a message mentions them."""
        return f"<@{self.id}>"

    def __repr__(self) -> str:
        return f"<{self.name} {self.id}>"


@dataclass(eq=False)
class Usergroup:
    """A named set of people."""

    id: str
    handle: str
    team: Team
    members: list[Person] = field(default_factory=list)


@dataclass(eq=False)
class Channel:
    """A conversation in Slack's sense: channel, private channel, DM or group DM."""

    id: str
    name: str
    team: Team
    kind: Kind
    created: int
    members: dict[str, Person] = field(default_factory=dict)
    messages: dict[str, "Message"] = field(default_factory=dict)
    threads: dict[str, list["Message"]] = field(default_factory=dict)  # replies by root
    creator: str = ""
    archived: bool = False

    @property
    def is_dm(self) -> bool:
        """Whether it is a DM between two."""
        return self.kind == "im"

    def replies(self, thread_ts: str) -> list["Message"]:
        """The visible replies of a thread, oldest first, without its root."""
        return [each for each in self.threads.get(thread_ts, []) if not each.deleted]

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name or self.id}>"


@dataclass(frozen=True)
class Version:
    """What a message said from `time` (the double's monotonic clock) on."""

    time: float
    text: str
    blocks: list[Json]
    pinged: Pinged


@dataclass(eq=False)
class Stream:
    """The streaming side of a message; a stream takes text or chunks, as it was opened, never both."""

    started: float
    mode: Literal["text", "chunks"] | None = None
    state: StreamState = "streaming"
    recipient: str | None = None
    markdown: str = ""
    tasks: dict[str, Json] = field(default_factory=dict)
    extra_blocks: list[Json] = field(default_factory=list)


@dataclass(eq=False)
class Message:
    """One message with its edit history; ephemeral ones have `ephemeral_for` and are in no channel's list."""

    channel: Channel
    ts: str
    author: Person
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    subtype: str | None = None
    history: list[Version] = field(default_factory=list)
    reactions: dict[str, list[Person]] = field(default_factory=dict)
    files: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    edited: Json | None = None
    stream: Stream | None = None
    ephemeral_for: Person | None = None
    client_msg_id: str | None = None
    username: str | None = None
    deleted: bool = False
    args: Json = field(default_factory=dict)

    @property
    def pinged(self) -> Pinged:
        """Everybody whom any version of it would have pinged."""
        whole = NOBODY
        for version in self.history:
            whole |= version.pinged
        return whole

    @property
    def root_ts(self) -> str:
        """The thread it belongs to, its own where it has none."""
        return self.thread_ts or self.ts

    @property
    def is_complete(self) -> bool:
        """Whether no stream is still writing it."""
        return self.stream is None or self.stream.state != "streaming"

    @property
    def labels(self) -> list[str]:
        """The texts of its buttons, in order."""
        return labels(self.blocks)

    @property
    def shown(self) -> str:
        """All the words a person reads in it: those of the blocks where there are any, else the text."""
        return "\n".join(words(self.blocks)) if self.blocks else self.text

    def __repr__(self) -> str:
        return f"<message {self.channel.id}/{self.ts} {self.author.name}: {self.text[:60]!r}>"


@dataclass(eq=False)
class View:
    """A modal or an App Home, as one person sees it."""

    id: str
    team: Team
    person: Person
    body: Json
    hash: str
    root_id: str
    previous: "View | None" = None
    state: Json = field(default_factory=dict)
    errors: Json = field(default_factory=dict)
    closed: bool = False

    @property
    def shown(self) -> str:
        """All the words on it."""
        return "\n".join(words(self.body.get("blocks", [])))

    @property
    def blocks(self) -> list[Json]:
        """Its blocks."""
        found: list[Json] = self.body.get("blocks", [])
        return found

    @property
    def labels(self) -> list[str]:
        """The texts of its buttons, in order."""
        return labels(self.blocks)


@dataclass(eq=False)
class Session:
    """An agent session: a thread with a lifecycle."""

    channel: Channel
    thread_ts: str | None
    status: str
    title: str = ""
    initiator: str | None = None
    history: list[tuple[float, str]] = field(default_factory=list)


def walk(part: Any) -> list[Json]:
    """Every block and element within, outermost first."""
    found: list[Json] = []
    if isinstance(part, dict):
        if "type" in part:
            found.append(part)
        for inner in part.values():
            found += walk(inner) if isinstance(inner, dict | list) else []
    elif isinstance(part, list):
        for inner in part:
            found += walk(inner)
    return found


def labels(blocks: list[Json]) -> list[str]:
    """The texts of all buttons, those for feedback too."""
    found: list[str] = []
    for part in walk(blocks):
        if part.get("type") == "button":
            found.append(part["text"]["text"])
        elif part.get("type") == "feedback_buttons":
            found += [part[key]["text"]["text"] for key in ("positive_button", "negative_button")]
    return found


def words(part: Any) -> list[str]:
    """Every text within blocks, in reading order."""
    if isinstance(part, list):
        return [word for inner in part for word in words(inner)]
    if not isinstance(part, dict):
        return []
    found: list[str] = []
    for key, inner in part.items():
        if key in ("text", "title", "alt_text") and isinstance(inner, str):
            found.append(inner)
        elif isinstance(inner, dict | list):
            found += words(inner)
    return found
