"""Everything that exists, the ids and times it gets, and the news about it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from .clock import Clock
from .errors import Json, Refused
from .permissions import Permission, permissions_in
from .state import Channel, Guild, Kind, Member, Message, Thread, User

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)


class Intent:
    """The gateway intents this double knows."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_MODERATION = 1 << 2
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    MESSAGE_CONTENT = 1 << 15


@dataclass(frozen=True)
class Event:
    """One piece of news: `render(content)` gives the data, with or without what MESSAGE_CONTENT guards."""

    name: str
    render: Callable[[bool], Json]
    intent: int = 0
    guild: Guild | None = None


class World:
    """The state behind one double."""

    def __init__(self, *, clock: Clock, message_content: bool) -> None:
        self.clock = clock
        self.message_content = message_content
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.users: dict[int, User] = {}
        self.messages: dict[int, Message] = {}
        self.audit_log: list[Json] = []
        self.listeners: list[Callable[[Event], None]] = []
        self.attachments: dict[str, tuple[bytes, str]] = {}
        self.base_url = ""
        self._started = datetime.now(UTC) - timedelta(seconds=clock())
        self._last_id = 0
        self._waiting: list[tuple[Callable[[], object], asyncio.Future[None]]] = []
        self.bot = self.add_user("Adieu", bot=True)

    def now(self) -> datetime:
        """The wall clock that goes with the monotonic one."""
        return self._started + timedelta(seconds=self.clock())

    def new_id(self) -> int:
        """Make a snowflake: ever increasing, with the time inside."""
        milliseconds = int((self.now() - EPOCH).total_seconds() * 1000)
        self._last_id = max(milliseconds << 22, self._last_id + 1)
        return self._last_id

    def add_user(self, name: str, *, bot: bool = False, webhook: bool = False) -> User:
        """Make a user, who is not in any guild yet."""
        user = User(self.new_id(), name, bot=bot, webhook=webhook)
        self.users[user.id] = user
        return user

    def channel(self, channel_id: int) -> Channel:
        """Find a channel or thread, or refuse with 10003."""
        channel = self.channels.get(channel_id)
        if channel is None:
            raise Refused(10003)
        return channel

    def message(self, channel: Channel, message_id: int) -> Message:
        """Find a message in its channel, or refuse with 10008."""
        message = channel.messages.get(message_id)
        if message is None:
            raise Refused(10008)
        return message

    def guild(self, guild_id: int) -> Guild:
        """Find a guild that the bot is in, or refuse with 10004."""
        guild = self.guilds.get(guild_id)
        if guild is None or self.bot.id not in guild.members:
            raise Refused(10004)
        return guild

    def member(self, guild: Guild, user_id: int) -> Member:
        """Find a member, or refuse with 10007."""
        member = guild.members.get(user_id)
        if member is None:
            raise Refused(10007)
        return member

    def direct(self, user: User) -> Channel:
        """Give the DM channel between the bot and `user`, made on first use."""
        for channel in self.channels.values():
            if channel.is_dm and user.id in channel.recipients:
                return channel
        channel = Channel(
            self.new_id(), Kind.DM, None, user.name, recipients={user.id: user, self.bot.id: self.bot}
        )
        self.channels[channel.id] = channel
        return channel

    def threads(self, guild: Guild) -> list[Thread]:
        """All threads of a guild, oldest first."""
        return [
            channel
            for channel in self.channels.values()
            if isinstance(channel, Thread) and channel.guild is guild
        ]

    def tell(
        self, name: str, data: Json | Callable[[bool], Json], *, intent: int, channel: Channel | None = None
    ) -> None:
        """Send news to whoever listens, unless it is about a channel that the bot cannot see."""
        if channel is None or Permission.VIEW_CHANNEL in permissions_in(self.bot, channel):
            render = data if callable(data) else lambda _content: data
            self.announce(Event(name, render, intent, channel.guild if channel else None))
        self.changed()

    def announce(self, event: Event) -> None:
        """Send one event to all listeners."""
        for listener in self.listeners:
            listener(event)

    def changed(self) -> None:
        """Let everybody who waits for a condition look again."""
        if not self._waiting:
            return
        still: list[tuple[Callable[[], object], asyncio.Future[None]]] = []
        for condition, future in self._waiting:
            if future.done():
                continue
            try:
                met = condition()
            except Exception as error:  # noqa: BLE001  # it belongs to the test that waits, not to this request
                future.set_exception(error)
                continue
            if met:
                future.set_result(None)
            else:
                still.append((condition, future))
        self._waiting = still

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until `condition` holds, looking only when something changed."""
        if condition():
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((condition, future))
        await future
