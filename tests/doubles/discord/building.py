"""The face, part one: guilds, channels, people and what they may do."""

from . import payloads, payloads_guild
from .base import Base
from .permissions import BOT, EVERYONE, MODERATOR, Overwrite, Permission
from .state import Channel, Guild, Kind, Member, Role, User
from .world import Event, Intent


class Building(Base):
    """Makes the place a story happens in."""

    @property
    def bot(self) -> User:
        """The app's own user."""
        return self.world.bot

    def guild(
        self,
        name: str = "Harbour",
        *,
        owner: User | None = None,
        bot_permissions: Permission = BOT,
        with_bot: bool = True,
    ) -> Guild:
        """Make a guild; everybody known so far joins it, and the bot with a role of its own."""
        world = self.world
        guild_id = world.new_id()
        owner = owner or world.add_user("Owner")
        everyone = Role(guild_id, "@everyone", EVERYONE)
        guild = Guild(guild_id, name, owner, everyone, roles={guild_id: everyone})
        for user in world.users.values():
            if not user.webhook and (with_bot or user is not world.bot):
                guild.members[user.id] = Member(user, world.now())
        world.guilds[guild_id] = guild
        if with_bot:
            own = self.role(guild, world.bot.name, bot_permissions)
            own.managed_by = world.bot.id
            guild.members[world.bot.id].roles.append(own)
            self._tell_guild(guild)
        return guild

    def _tell_guild(self, guild: Guild) -> None:
        whole = payloads_guild.guild_create(guild, self.world, everybody=False)
        self.world.announce(Event("GUILD_CREATE", lambda _content: whole, Intent.GUILDS, guild))
        self.world.changed()

    def role(self, guild: Guild, name: str, permissions: Permission, *, mentionable: bool = False) -> Role:
        """Make a role."""
        role = Role(self.world.new_id(), name, permissions, mentionable=mentionable)
        guild.roles[role.id] = role
        data = {"guild_id": str(guild.id), "role": payloads_guild.role(role, len(guild.roles) - 1)}
        self.world.announce(Event("GUILD_ROLE_CREATE", lambda _content: data, Intent.GUILDS, guild))
        return role

    def text_channel(
        self,
        guild: Guild | None = None,
        name: str = "general",
        *,
        topic: str | None = None,
        announcement: bool = False,
    ) -> Channel:
        """Make a text channel, or one for announcements."""
        kind = Kind.ANNOUNCEMENT if announcement else Kind.TEXT
        return self._channel(guild or self.only_guild(), kind, name, topic=topic)

    def forum(
        self,
        guild: Guild | None = None,
        name: str = "help",
        *,
        tags: tuple[str, ...] = (),
        require_tag: bool = False,
    ) -> Channel:
        """Make a forum."""
        channel = self._channel(guild or self.only_guild(), Kind.FORUM, name, tell=False)
        channel.tags = {self.world.new_id(): tag for tag in tags}
        channel.require_tag = require_tag
        self._tell_channel(channel)
        return channel

    def _channel(
        self, guild: Guild, kind: Kind, name: str, *, topic: str | None = None, tell: bool = True
    ) -> Channel:
        position = sum(each.guild is guild and not each.thread for each in self.world.channels.values())
        channel = Channel(self.world.new_id(), kind, guild, name, position=position, topic=topic)
        self.world.channels[channel.id] = channel
        if tell:
            self._tell_channel(channel)
        return channel

    def _tell_channel(self, channel: Channel) -> None:
        data = payloads.channel(channel, self.world)
        self.world.tell("CHANNEL_CREATE", data, intent=Intent.GUILDS, channel=channel)

    def person(
        self,
        name: str,
        *,
        moderator: bool = False,
        permissions: Permission | None = None,
        bot: bool = False,
        guilds: list[Guild] | None = None,
    ) -> User:
        """Make a person (or another bot) who is in all guilds so far, or in those named."""
        user = self.world.add_user(name, bot=bot)
        granted = permissions if permissions is not None else (MODERATOR if moderator else None)
        for guild in list(self.world.guilds.values()) if guilds is None else guilds:
            self.join(user, guild, granted)
        return user

    def webhook(self, name: str) -> User:
        """Make a webhook to speak through."""
        return self.world.add_user(name, bot=True, webhook=True)

    def join(self, user: User, guild: Guild, permissions: Permission | None = None) -> Member:
        """Let somebody into a guild, with a role of their own where permissions are named."""
        member = Member(user, self.world.now())
        guild.members[user.id] = member
        if permissions is not None:
            member.roles.append(self.role(guild, f"{user.name}'s role", permissions))
        if user is self.bot:
            self._tell_guild(guild)
        data = {**payloads.member(member), "guild_id": str(guild.id)}
        self.world.announce(Event("GUILD_MEMBER_ADD", lambda _content: data, Intent.GUILD_MEMBERS, guild))
        self.world.changed()
        return member

    def leave(self, user: User, guild: Guild) -> None:
        """Take somebody out of a guild; for the bot this is being removed from it."""
        guild.members.pop(user.id, None)
        if user is self.bot:
            gone = {"id": str(guild.id)}
            self.world.announce(Event("GUILD_DELETE", lambda _content: gone, Intent.GUILDS, guild))
        data = {"guild_id": str(guild.id), "user": payloads.user(user)}
        self.world.announce(Event("GUILD_MEMBER_REMOVE", lambda _content: data, Intent.GUILD_MEMBERS, guild))
        self.world.changed()

    def allow(self, channel: Channel, who: User | Role, permission: Permission) -> None:
        """Overwrite: allow in one channel."""
        self._overwrite(channel, who, allow=permission)

    def deny(self, channel: Channel, who: User | Role, permission: Permission) -> None:
        """Overwrite: deny in one channel."""
        self._overwrite(channel, who, deny=permission)

    def filter_words(self, guild: Guild, *words: str) -> None:
        """Set AutoMod's words in a server; none switches it off."""
        guild.filtered = {word.casefold() for word in words}

    def _overwrite(
        self,
        channel: Channel,
        who: User | Role,
        *,
        allow: Permission = Permission.NONE,
        deny: Permission = Permission.NONE,
    ) -> None:
        old = channel.home.overwrites.get(who.id, Overwrite())
        new = Overwrite(
            (old.allow & ~deny) | allow, (old.deny & ~allow) | deny, for_role=isinstance(who, Role)
        )
        channel.home.overwrites[who.id] = new
        data = payloads.channel(channel.home, self.world)
        self.world.tell("CHANNEL_UPDATE", data, intent=Intent.GUILDS, channel=channel.home)
