"""Everything that exists, the ids and times it gets, and waiting for a change."""

import asyncio
import random
import string
import time
from collections.abc import Callable

from .app import App
from .clock import Clock
from .errors import Refused
from .state import Channel, Kind, Message, Org, Person, Session, Team, Usergroup, View
from .tokens import Install, Token

_LETTERS = string.ascii_uppercase + string.digits
_PREFIX: dict[str, str] = {"channel": "C", "group": "G", "im": "D", "mpim": "G"}


class World:
    """The state behind one double."""

    def __init__(self, *, app: App, clock: Clock, seed: int) -> None:
        self.app = app
        self.clock = clock
        self.random = random.Random(seed)  # noqa: S311  # chance for tests, repeatable
        self.teams: dict[str, Team] = {}
        self.orgs: dict[str, Org] = {}
        self.channels: dict[str, Channel] = {}
        self.installs: dict[str, Install] = {}
        self.tokens: dict[str, Token] = {}
        self.views: dict[str, View] = {}
        self.homes: dict[tuple[str, str], View] = {}
        self.sessions: dict[tuple[str, str | None], Session] = {}
        self.ephemerals: list[Message] = []
        self.files: dict[str, dict[str, object]] = {}
        self.stored: dict[str, tuple[bytes, str]] = {}
        self.base_url = ""
        self._started = time.time() - clock()
        self._last_ts = 0
        self._ids = 0
        self._waiting: list[tuple[Callable[[], object], asyncio.Future[None]]] = []

    def now(self) -> float:
        """Wall time, moving with the double's clock."""
        return self._started + self.clock()

    def new_ts(self) -> str:
        """Make a timestamp: seconds and microseconds, ever increasing."""
        self._last_ts = max(int(self.now() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def new_id(self, prefix: str) -> str:
        """Make an id like U0ABC000012: never the same one twice."""
        self._ids += 1
        noise = "".join(self.random.choices(_LETTERS, k=4))
        return f"{prefix}0{noise}{self._ids:06d}"

    def add_team(self, name: str, org: Org | None = None) -> Team:
        """Make a workspace."""
        domain = "".join(letter for letter in name.lower() if letter.isalnum()) or "team"
        team = Team(self.new_id("T"), name, domain, org)
        self.teams[team.id] = team
        return team

    def add_person(self, team: Team, name: str, *, bot_id: str | None = None, id: str = "") -> Person:
        """Make a member of a team."""
        person = Person(id or self.new_id("U"), name, team, bot_id)
        team.people[person.id] = person
        return person

    def add_channel(self, team: Team, kind: Kind, name: str, members: list[Person]) -> Channel:
        """Make a conversation."""
        channel = Channel(self.new_id(_PREFIX[kind]), name, team, kind, int(self.now()))
        channel.members = {person.id: person for person in members}
        channel.creator = members[0].id if members else ""
        team.channels[channel.id] = self.channels[channel.id] = channel
        return channel

    def add_usergroup(self, team: Team, handle: str, members: list[Person]) -> Usergroup:
        """Make a user group."""
        group = Usergroup(self.new_id("S"), handle, team, members)
        team.usergroups[group.id] = group
        return group

    def direct(self, person: Person) -> Channel:
        """Give the DM between our app and a person, made on first use."""
        bot = self.bot(person.team)
        for channel in person.team.channels.values():
            if channel.is_dm and person.id in channel.members and bot.id in channel.members:
                return channel
        return self.add_channel(person.team, "im", "", [person, bot])

    def bot(self, team: Team) -> Person:
        """Our app's user in a team."""
        install = self.installs.get(team.id)
        assert install is not None, f"the app was never installed in {team}"
        return install.bot

    def is_ours(self, person: Person) -> bool:
        """Whether this is our app's user."""
        install = self.installs.get(person.team.id)
        return install is not None and install.bot.id == person.id

    def channel(self, team: Team, channel_id: str) -> Channel:
        """Find a conversation of a team, or refuse."""
        channel = team.channels.get(channel_id)
        if channel is None:
            raise Refused("channel_not_found")
        return channel

    def person(self, team: Team, user_id: str) -> Person:
        """Find a member of a team, or refuse."""
        person = team.people.get(user_id)
        if person is None:
            raise Refused("user_not_found")
        return person

    def changed(self) -> None:
        """Let everybody who waits for a condition look again."""
        if not self._waiting:
            return
        still: list[tuple[Callable[[], object], asyncio.Future[None]]] = []
        waiting, self._waiting = self._waiting, []
        for condition, future in waiting:
            if future.done():
                continue
            try:
                met = condition()
            except Exception as error:  # noqa: BLE001  # it belongs to the test that waits, not to this call
                future.set_exception(error)
                continue
            if met:
                future.set_result(None)
            else:
                still.append((condition, future))
        self._waiting += still

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until `condition` holds, looking only when something changed."""
        if condition():
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((condition, future))
        await future
