"""What every part of the face shares: the world and the two doors to it."""

from dataclasses import dataclass

from .faults import Faults
from .gateway import Gateway
from .ratelimits import RateLimits
from .rest import Rest
from .routes import Desk
from .state import Guild
from .world import World


@dataclass
class Parts:
    """The inner parts of a double."""

    world: World
    desk: Desk
    gateway: Gateway
    rest: Rest


class Base:
    """Holds the parts; the face is built from mixins on top of it."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.world = parts.world
        self.gateway = parts.gateway
        self.rest = parts.rest
        self.limits: RateLimits = parts.rest.limits
        self.faults: Faults = parts.rest.faults

    def only_guild(self) -> Guild:
        """Give the guild where there is exactly one."""
        assert len(self.world.guilds) == 1, f"name the guild: there are {len(self.world.guilds)}"
        return next(iter(self.world.guilds.values()))
