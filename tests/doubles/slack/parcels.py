"""What is to be handed to the app, until it is acknowledged or given up."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from .clock import Clock
from .errors import Json
from .traffic import Delivery

ACK_SECONDS = 3.0
RETRIES = (0.0, 60.0, 300.0)  # after the first, second and third failed attempt


@dataclass(eq=False)
class Parcel:
    """One event or interaction on its way; only events are tried again."""

    kind: str
    payload: Json
    retries: bool
    answered: Callable[[Any], None] | None = None
    failed: Callable[[str], None] | None = None
    deliveries: list[Delivery] = field(default_factory=list)
    acked: bool = False
    lost: bool = False

    @property
    def open(self) -> bool:
        """Whether it still waits for an acknowledgement."""
        return not self.acked and not self.lost


@dataclass
class Count:
    """What happened on the way."""

    acked: int = 0
    retried: int = 0
    lost: int = 0
    late: int = 0
    connections: int = 0
    closed: int = 0


class Carrier(Protocol):
    """A way to the app."""

    def send(self, parcel: Parcel) -> None:
        """Make one attempt; tell the office how it went."""
        ...


class Office:
    """Keeps parcels, tries again, gives up."""

    def __init__(self, clock: Clock, changed: Callable[[], None]) -> None:
        self.clock = clock
        self.changed = changed
        self.carrier: Carrier | None = None
        self.parcels: list[Parcel] = []
        self.deliveries: list[Delivery] = []
        self.count = Count()
        self.open: set[Parcel] = set()
        self.recording = True

    def send(self, parcel: Parcel) -> None:
        """Hand over a parcel for the first time."""
        self.open.add(parcel)
        if self.recording:
            self.parcels.append(parcel)
        assert self.carrier is not None
        self.carrier.send(parcel)
        self.changed()

    def attempt(self, parcel: Parcel, via: str, reason: str = "") -> Delivery:
        """Write down one attempt."""
        previous = parcel.deliveries[-1].reason if parcel.deliveries else ""
        number = len(parcel.deliveries)
        delivery = Delivery(
            parcel.kind, parcel.payload, self.clock(), via, number, reason or previous if number else ""
        )
        parcel.deliveries.append(delivery)
        if self.recording:
            self.deliveries.append(delivery)
        return delivery

    def acked(self, parcel: Parcel, delivery: Delivery, response: Any = None) -> None:
        """Take an acknowledgement."""
        delivery.acked = self.clock()
        delivery.response = response
        if not parcel.acked:
            parcel.acked = True
            self.open.discard(parcel)
            self.count.acked += 1
            if parcel.answered is not None:
                parcel.answered(response)
        self.changed()

    def failed(self, parcel: Parcel, reason: str, *, again: bool = True) -> None:
        """Take a failed attempt: try again in a while, or give up."""
        if not parcel.open:
            return
        tries = len(parcel.deliveries)
        if parcel.retries and again and tries <= len(RETRIES):
            self.count.retried += 1
            if parcel.deliveries:
                parcel.deliveries[-1].reason = reason
            delay = RETRIES[tries - 1]
            if delay:
                self.clock.call_later(delay, lambda: self._again(parcel))
            else:
                asyncio.get_running_loop().call_soon(self._again, parcel)
            self.changed()
            return
        parcel.lost = True
        self.open.discard(parcel)
        self.count.lost += 1
        if parcel.failed is not None:
            parcel.failed(reason)
        self.changed()

    def _again(self, parcel: Parcel) -> None:
        if parcel.open and self.carrier is not None:
            self.carrier.send(parcel)
            self.changed()
