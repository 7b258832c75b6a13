"""What can go wrong with an answer, from a clean error to a connection that just ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class NoFault:
    """Nothing goes wrong."""


@dataclass(frozen=True, slots=True)
class Status:
    """An error answer instead of a message; a `body` replaces the usual one."""

    status: int
    message: str = "The double was told to fail."
    type: str = ""
    retry_after: float | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None

    def all_headers(self) -> dict[str, str]:
        """Join the headers, with retry-after if there is one."""
        wait = {} if self.retry_after is None else {"retry-after": f"{self.retry_after:g}"}
        return {**wait, **self.headers}


@dataclass(frozen=True, slots=True)
class StreamError:
    """An SSE `error` event after so many deltas; without a stream, the status of its type."""

    after: int = 1
    type: str = "overloaded_error"
    message: str = "Overloaded"


@dataclass(frozen=True, slots=True)
class Cut:
    """The TCP connection is closed after so many deltas."""

    after: int = 1


@dataclass(frozen=True, slots=True)
class NoStop:
    """A stream that ends in good order, but early: no message_delta, no message_stop."""

    after: int = 1


@dataclass(frozen=True, slots=True)
class Malformed:
    """Status 200 and a body that is no answer."""

    body: bytes = b'{"type": "mess'


@dataclass(frozen=True, slots=True)
class Hang:
    """Silence after so many deltas (None: before the headers), until the client goes or the double ends."""

    after: int | None = None


Fault = NoFault | Status | StreamError | Cut | NoStop | Malformed | Hang
NO_FAULT: Final = NoFault()
