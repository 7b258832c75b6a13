"""The face, part one: teams, channels, people and installations."""

from .base import Base
from .errors import Json
from .state import Channel, Kind, Org, Person, Team, Usergroup
from .tokens import Install, Token


class Building(Base):
    """Makes the place a story happens in."""

    @property
    def bot(self) -> Person:
        """The app's user, where there is one team."""
        return self.world.bot(self.only_team())

    @property
    def bot_token(self) -> str:
        """The app's token, where there is one team."""
        return self.token(self.only_team())

    def bot_in(self, team: Team) -> Person:
        """The app's user in a team."""
        return self.world.bot(team)

    def token(self, team: Team) -> str:
        """The app's token for a team."""
        return self.world.installs[team.id].token.value

    def org(self, name: str = "Harbours") -> Org:
        """Make an Enterprise organisation."""
        org = Org(self.world.new_id("E"), name)
        self.world.orgs[org.id] = org
        return org

    def team(
        self,
        name: str = "Harbour",
        *,
        org: Org | None = None,
        installed: bool = True,
        scopes: frozenset[str] | set[str] | None = None,
        token: str = "",
    ) -> Team:
        """Make a workspace, with the app in it unless told otherwise."""
        team = self.world.add_team(name, org)
        if installed:
            first = "" if self.world.installs else "xoxb-double"
            granted = frozenset(self.app.scopes if scopes is None else scopes)
            self.oauth.install(team, granted, value=token or first)
        return team

    def install(self, team: Team, *, by: Person | None = None, org_wide: bool = False) -> Install:
        """Install the app without OAuth pages."""
        return self.oauth.install(team, self.app.scopes, installer=by, org=team.org if org_wide else None)

    def user_token(self, person: Person, scopes: frozenset[str] | None = None) -> str:
        """Issue a person's own token."""
        value = f"xoxp-{self.world.new_id('')}"
        granted = self.app.scopes if scopes is None else scopes
        self.world.tokens[value] = Token(value, "user", granted, person, person.team)
        return value

    def channel(
        self,
        name: str = "general",
        *,
        team: Team | None = None,
        private: bool = False,
        members: list[Person] | None = None,
        with_bot: bool = True,
    ) -> Channel:
        """Make a channel; everybody known so far is in it, our bot too unless told otherwise."""
        team = team or self.only_team()
        kind: Kind = "group" if private else "channel"
        people = list(team.people.values()) if members is None else list(members)
        people = [each for each in people if not self.world.is_ours(each)]
        if with_bot and team.id in self.world.installs:
            people.append(self.world.bot(team))
        return self.world.add_channel(team, kind, name, people)

    def person(
        self, name: str, *, team: Team | None = None, moderator: bool = False, admin: bool = False
    ) -> Person:
        """Make a person, who is in all public channels of the team so far."""
        team = team or self.only_team()
        person = self.world.add_person(team, name)
        person.is_admin = admin
        self._enter(person)
        if moderator:
            self.moderators(team).members.append(person)
        return person

    def other_bot(self, name: str = "Robot", *, team: Team | None = None, webhook: bool = False) -> Person:
        """Make another app's bot; a webhook's messages have the subtype bot_message."""
        team = team or self.only_team()
        bot = self.world.add_person(team, name, bot_id=self.world.new_id("B"))
        bot.webhook = webhook
        self._enter(bot)
        return bot

    def _enter(self, person: Person) -> None:
        for channel in person.team.channels.values():
            if channel.kind == "channel":
                channel.members[person.id] = person

    def usergroup(
        self, handle: str, members: list[Person] | None = None, *, team: Team | None = None
    ) -> Usergroup:
        """Make a user group."""
        return self.world.add_usergroup(team or self.only_team(), handle, members or [])

    def moderators(self, team: Team | None = None) -> Usergroup:
        """The user group of the moderators, made on first use."""
        team = team or self.only_team()
        for group in team.usergroups.values():
            if group.handle == "moderators":
                return group
        return self.usergroup("moderators", team=team)

    def dm(self, person: Person) -> Channel:
        """Give the DM between a person and the app: its Messages tab."""
        return self.world.direct(person)

    async def join(self, person: Person, channel: Channel, *, inviter: Person | None = None) -> None:
        """Let somebody into a channel; for our bot this is being invited."""
        channel.members[person.id] = person
        more: Json = {"channel": channel.id, "team": channel.team.id}
        more["channel_type"] = "C" if channel.kind == "channel" else "G"
        if inviter is not None:
            more["inviter"] = inviter.id
        event = self.desk.events.about("member_joined_channel", person, **more)
        self.desk.events.tell(channel.team, "member_joined_channel", event, channel)
        self.world.changed()

    async def leave(self, person: Person, channel: Channel) -> None:
        """Take somebody out of a channel."""
        more: Json = {"channel": channel.id, "team": channel.team.id}
        more["channel_type"] = "C" if channel.kind == "channel" else "G"
        event = self.desk.events.about("member_left_channel", person, **more)
        self.desk.events.tell(channel.team, "member_left_channel", event, channel)
        channel.members.pop(person.id, None)
        self.world.changed()

    async def uninstall(self, team: Team) -> None:
        """Remove the app from a team: its tokens die, and it is told."""
        install = self.world.installs[team.id]
        install.token.state = "account_inactive"
        install.active = False
        self.desk.events.tell(team, "app_uninstalled", {"type": "app_uninstalled"})
        await self.revoke(team)

    async def withdraw(self, team: Team) -> None:
        """Take one workspace out of its organisation's installation, which goes on for the others."""
        install = self.world.installs[team.id]
        assert install.org_wide
        install.active = False
        event = {"type": "team_access_revoked", "team_ids": [team.id], "event_ts": self.world.new_ts()}
        self.desk.events.tell(team, "team_access_revoked", event)
        self.world.changed()

    async def revoke(self, team: Team) -> None:
        """Revoke the app's token in a team."""
        install = self.world.installs[team.id]
        if install.token.state == "valid":
            install.token.state = "token_revoked"
        install.active = False
        tokens = {"oauth": [], "bot": [install.bot.id]}
        self.desk.events.tell(team, "tokens_revoked", {"type": "tokens_revoked", "tokens": tokens})
        self.world.changed()
