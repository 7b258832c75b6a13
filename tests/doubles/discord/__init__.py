"""A wire-level double of Discord: REST and gateway on one local port."""

from .clock import Clock, ManualClock, RealClock
from .double import DiscordDouble
from .errors import DeadButton, Refused
from .interaction import Interaction
from .permissions import Permission
from .ratelimits import Limit
from .state import Channel, Guild, Kind, Message, Pinged, Role, Thread, User, Version
from .traffic import Dispatch, Exchange

__all__ = [
    "Channel",
    "Clock",
    "DeadButton",
    "DiscordDouble",
    "Dispatch",
    "Exchange",
    "Guild",
    "Interaction",
    "Kind",
    "Limit",
    "ManualClock",
    "Message",
    "Permission",
    "Pinged",
    "RealClock",
    "Refused",
    "Role",
    "Thread",
    "User",
    "Version",
]
