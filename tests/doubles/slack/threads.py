"""What threads carry besides messages: agent sessions, assistant status, prompts and titles."""

from dataclasses import dataclass, field

from .errors import Json
from .state import Channel, Session
from .world import World

STATUSES = ("active", "processing", "suspended", "closed")
STATUS_SECONDS = 120.0


@dataclass(eq=False)
class Assistant:
    """The assistant's side of one thread."""

    statuses: list[tuple[float, str]] = field(default_factory=list)
    loading: list[str] = field(default_factory=list)
    title: str = ""
    prompts: list[Json] = field(default_factory=list)
    prompts_title: str = ""


class Threads:
    """Sessions and statuses by thread."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.assistants: dict[tuple[str, str | None], Assistant] = {}

    def assistant(self, channel: Channel, thread_ts: str | None) -> Assistant:
        """The assistant's side of a thread, made on first use."""
        return self.assistants.setdefault((channel.id, thread_ts), Assistant())

    def status(self, channel: Channel, thread_ts: str | None) -> str:
        """The status shown now: it fades after two minutes."""
        statuses = self.assistant(channel, thread_ts).statuses
        if not statuses or self.world.clock() - statuses[-1][0] >= STATUS_SECONDS:
            return ""
        return statuses[-1][1]

    def clear_status(self, channel: Channel, thread_ts: str | None) -> None:
        """A reply takes the status away."""
        if self.status(channel, thread_ts):
            self.assistant(channel, thread_ts).statuses.append((self.world.clock(), ""))

    def set_session(
        self, channel: Channel, thread_ts: str | None, status: str, title: str = "", initiator: str = ""
    ) -> Session:
        """Set a session's status; title and initiator count only when that creates it."""
        key = (channel.id, thread_ts)
        session = self.world.sessions.get(key)
        if session is None:
            session = Session(channel, thread_ts, status, title, initiator or None)
            self.world.sessions[key] = session
        session.status = status
        session.history.append((self.world.clock(), status))
        self.world.changed()
        return session
