"""A double of the Messages API, spoken to over real HTTP by the real client and by the whole product."""

from .bill import Billed, least_possible
from .catalogue import CATALOGUE, ModelFacts, Price
from .client import client_of
from .double import ClaudeDouble
from .faults import Cut, Hang, Malformed, NoStop, Status, StreamError
from .record import RecordedRequest, RecordedResponse
from .scripts import Pacing, Script, Text, Thinking, ToolUse, calls, fails, refuses, says

__all__ = [
    "CATALOGUE",
    "Billed",
    "ClaudeDouble",
    "Cut",
    "Hang",
    "Malformed",
    "ModelFacts",
    "NoStop",
    "Pacing",
    "Price",
    "RecordedRequest",
    "RecordedResponse",
    "Script",
    "Status",
    "StreamError",
    "Text",
    "Thinking",
    "ToolUse",
    "calls",
    "client_of",
    "fails",
    "least_possible",
    "refuses",
    "says",
]
