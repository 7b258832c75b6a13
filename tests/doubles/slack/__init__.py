"""A wire-level double of Slack: Web API, Socket Mode, signed HTTP delivery and OAuth on one local port."""

from .app import App
from .clock import Clock, ManualClock, RealClock
from .double import SlackDouble
from .errors import NothingThere, Refused
from .interactions import Interaction
from .limits import Limit
from .mentions import Pinged
from .state import Channel, Message, Org, Person, Session, Team, Usergroup, Version, View
from .traffic import Delivery, Exchange

__all__ = [
    "App",
    "Channel",
    "Clock",
    "Delivery",
    "Exchange",
    "Interaction",
    "Limit",
    "ManualClock",
    "Message",
    "NothingThere",
    "Org",
    "Person",
    "Pinged",
    "RealClock",
    "Refused",
    "Session",
    "SlackDouble",
    "Team",
    "Usergroup",
    "Version",
    "View",
]
