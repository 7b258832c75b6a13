"""What every part of the face shares: the world and the doors to it."""

from dataclasses import dataclass
from typing import Literal

from .api import Api
from .app import App
from .calls import Desk
from .faults import Faults
from .limits import Limits
from .oauth import OAuth
from .parcels import Office
from .sockets import SocketMode
from .state import Team
from .webhooks import Webhooks
from .world import World


@dataclass
class Parts:
    """The inner parts of a double."""

    world: World
    desk: Desk
    api: Api
    oauth: OAuth
    office: Office
    sockets: SocketMode
    webhooks: Webhooks


class Base:
    """Holds the parts; the face is built from mixins on top of it."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.world = parts.world
        self.app: App = parts.world.app
        self.desk = parts.desk
        self.api = parts.api
        self.oauth = parts.oauth
        self.office = parts.office
        self.sockets = parts.sockets
        self.webhooks = parts.webhooks
        self.limits: Limits = parts.desk.limits
        self.faults: Faults = parts.api.faults

    def deliver_by(self, way: Literal["socket", "http"]) -> None:
        """Choose how everything from now on reaches the app."""
        self.office.carrier = self.sockets if way == "socket" else self.webhooks

    def only_team(self) -> Team:
        """Give the team where there is exactly one."""
        assert len(self.world.teams) == 1, f"name the team: there are {len(self.world.teams)}"
        return next(iter(self.world.teams.values()))
