"""What went over the wire: every call of the Web API, every delivery to the app."""

from dataclasses import dataclass, field
from typing import Any

from .errors import Json


@dataclass
class Exchange:
    """One call and its answer; `status` is 0 while unanswered, or when the connection was dropped."""

    method: str
    args: Json
    token: str
    time: float
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 0
    response: Any = None
    finished: float | None = None

    @property
    def ok(self) -> bool:
        """Whether Slack did it and said so."""
        return self.status == 200 and isinstance(self.response, dict) and bool(self.response.get("ok"))

    @property
    def error(self) -> str | None:
        """Slack's error name, if it refused."""
        return self.response.get("error") if isinstance(self.response, dict) else None

    def __str__(self) -> str:
        answered = str(self.response)[:160]
        return f"{self.time:.3f} {self.method} {str(self.args)[:160]} -> {self.status} {answered}"


@dataclass
class Delivery:
    """One attempt to hand something to the app, by socket or over HTTP."""

    kind: str
    payload: Json
    time: float
    via: str
    attempt: int = 0
    reason: str = ""
    envelope_id: str = ""
    acked: float | None = None
    response: Any = None
    status: int = 0

    @property
    def name(self) -> str:
        """The event's type, or the interaction's, or the command."""
        inner = self.payload.get("event") or self.payload
        return str(inner.get("type") or inner.get("command"))

    def __str__(self) -> str:
        said = str(self.payload.get("event") or self.payload)[:160]
        state = "acked" if self.acked is not None else "not acked"
        return f"{self.time:.3f} {self.via} {self.kind} {self.name} #{self.attempt} {state} {said}"
