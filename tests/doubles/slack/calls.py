"""One call of the Web API: who calls, with which arguments; and the table of methods."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .errors import Json, Refused, invalid
from .events import Events
from .interactions import Interactions
from .limits import TIER3, Limit, Limits
from .messages import Messages
from .sockets import SocketMode
from .state import Channel, Person, Session, Team
from .streams import Streams
from .threads import Threads
from .tokens import Token, TokenKind
from .world import World


@dataclass
class Desk:
    """What the methods work with."""

    world: World
    events: Events
    messages: Messages
    streams: Streams
    threads: Threads
    interactions: Interactions
    sockets: SocketMode
    limits: Limits


@dataclass
class Call:
    """One authorised call."""

    method: str
    args: Json
    token: Token
    team: Team
    desk: Desk

    @property
    def world(self) -> World:
        """Everything that exists."""
        return self.desk.world

    @property
    def caller(self) -> Person:
        """The user the token speaks for, in the team the call is about."""
        assert self.token.person is not None
        return self.team.people.get(self.token.person.id, self.token.person)

    def text(self, name: str, usual: str = "") -> str:
        """A string argument."""
        value = self.args.get(name)
        return usual if value is None else str(value)

    def wanted(self, name: str) -> str:
        """A string argument that must be there."""
        value = self.text(name)
        if not value:
            raise invalid("invalid_arguments", f"missing required field: {name}")
        return value

    def flag(self, name: str, *, usual: bool = False) -> bool:
        """A yes or no."""
        value = self.args.get(name)
        return usual if value is None else value in (True, 1, "1", "true", "True")

    def number(self, name: str, usual: int) -> int:
        """A whole number."""
        try:
            return int(self.args.get(name) or usual)
        except (TypeError, ValueError):
            raise Refused("invalid_arguments") from None

    def data(self, name: str, error: str = "invalid_arguments") -> Any:
        """A structured argument, which forms carry as JSON in a string."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise invalid(error, f"invalid JSON in {name}") from None

    def require(self, *scopes: str) -> None:
        """Refuse unless the token has one of these scopes."""
        if scopes and not self.token.scopes.intersection(scopes):
            provided = ",".join(sorted(self.token.scopes))
            raise Refused("missing_scope", needed=scopes[0], provided=provided)

    def channel(self, name: str = "channel") -> Channel:
        """The conversation an argument names, as far as the caller may know of it."""
        found = self.team.channels.get(self.wanted(name))
        if found is None or (found.kind != "channel" and self.caller.id not in found.members):
            raise Refused("channel_not_found")
        return found

    def member(self, name: str = "channel") -> Channel:
        """The conversation an argument names, where the caller must be a member."""
        found = self.channel(name)
        if self.caller.id not in found.members:
            raise Refused("not_in_channel")
        if found.archived:
            raise Refused("is_archived")
        return found

    def session(self, channel: Channel, thread_ts: str | None) -> Session | None:
        """The agent session of a thread."""
        return self.world.sessions.get((channel.id, thread_ts))


@dataclass(frozen=True)
class Method:
    """One method: what it does, who may call it, how often."""

    run: Callable[[Call], Json]
    scopes: tuple[str, ...] = ()  # one of them is enough
    limit: Limit = TIER3
    kinds: tuple[TokenKind, ...] = ("bot", "user")


def page(call: Call, every: list[Any], usual: int, most: int = 1000) -> tuple[list[Any], Json]:
    """Cut one page out of a list: the items, and the cursor of the next page."""
    limit = min(call.number("limit", usual), most)
    cursor = call.text("cursor")
    if cursor and not cursor.startswith("page:"):
        raise Refused("invalid_cursor")
    start = int(cursor[5:]) if cursor else 0
    following = f"page:{start + limit}" if start + limit < len(every) else ""
    return every[start : start + limit], {"next_cursor": following}


def between(call: Call, stamps: Iterable[Any]) -> list[Any]:
    """Keep the messages between `oldest` and `latest`, which belong to it with `inclusive`."""
    oldest, latest = call.text("oldest"), call.text("latest")
    inclusive = call.flag("inclusive")

    def within(ts: str) -> bool:
        after = not oldest or float(ts) > float(oldest) or (inclusive and ts == oldest)
        before = not latest or float(ts) < float(latest) or (inclusive and ts == latest)
        return after and before

    return [each for each in stamps if within(each.ts)]
