"""What went over the wire: every REST exchange, every gateway dispatch."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Exchange:
    """One REST request and its answer; `status` is 0 while unanswered, or when the connection was dropped."""

    method: str
    path: str
    template: str
    headers: dict[str, str]
    body: Any
    time: float
    status: int = 0
    response: Any = None
    multipart: bool = False
    finished: float | None = None
    query: dict[str, str] = field(default_factory=dict)

    @property
    def reason(self) -> str | None:
        """The audit log reason, still quoted."""
        return self.headers.get("X-Audit-Log-Reason")

    def __str__(self) -> str:
        said = str(self.body)[:160] if self.body is not None else ""
        answered = str(self.response)[:160] if self.response is not None else ""
        return f"{self.time:.3f} {self.method} {self.path} {said} -> {self.status} {answered}"


@dataclass
class Dispatch:
    """One gateway dispatch as a session got it."""

    name: str
    data: Any
    time: float

    def __str__(self) -> str:
        return f"{self.time:.3f} GATEWAY {self.name} {str(self.data)[:160]}"
