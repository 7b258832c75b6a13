"""The Events API: which news goes to the app, and in what envelope."""

from typing import Any

from .app import EVENTS
from .errors import Json
from .parcels import Office, Parcel
from .state import Channel, Person, Team
from .tokens import Install
from .world import World

MESSAGES = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}


_FAREWELLS = ("app_uninstalled", "team_access_revoked", "tokens_revoked")


class Events:
    """Tells the installed app what it subscribed to, has the scope for, and is there to see."""

    def __init__(self, world: World, office: Office) -> None:
        self.world = world
        self.office = office

    def tell(self, team: Team, subscription: str, event: Json, channel: Channel | None = None) -> Json | None:
        """Send one event, if the app is to hear of it; gives the whole payload."""
        install = self.world.installs.get(team.id)
        if install is None or not (install.active or subscription in _FAREWELLS):
            return None
        if subscription not in self.world.app.events:
            return None
        needed = EVENTS[subscription]
        if needed is not None and needed not in install.token.scopes:
            return None
        if channel is not None and install.bot.id not in channel.members:
            return None
        payload = self.envelope(install, event)
        self.send(payload)
        return payload

    def send(self, payload: Json) -> None:
        """Hand over a payload as it is."""
        self.office.send(Parcel("events_api", payload, retries=True))

    def envelope(self, install: Install, event: Json) -> Json:
        """Wrap an event for one installation."""
        team = install.team
        enterprise = team.org.id if team.org else None
        return {
            "token": self.world.app.verification_token,
            "team_id": team.id,
            "enterprise_id": enterprise,
            "context_team_id": team.id,
            "context_enterprise_id": enterprise,
            "api_app_id": self.world.app.id,
            "event": event,
            "type": "event_callback",
            "event_id": self.world.new_id("Ev"),
            "event_time": int(self.world.now()),
            "authorizations": [
                {
                    "enterprise_id": enterprise,
                    "team_id": None if install.org_wide else team.id,
                    "user_id": install.bot.id,
                    "is_bot": True,
                    "is_enterprise_install": install.org_wide,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{event.get('event_ts', '')}-{team.id}",
        }

    def about(self, kind: str, person: Person, **more: Any) -> Json:
        """Start an event that one person caused."""
        return {"type": kind, "user": person.id, **more, "event_ts": self.world.new_ts()}
