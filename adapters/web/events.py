"""Server-sent events: a page opens the stream, is greeted, fetches what is there, and hears what changes.

Nothing is replayed: the greeting after every connection (a reconnection with Last-Event-ID too) makes the
page fetch again, and events older than what it fetched are recognised by their number.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
from starlette.responses import StreamingResponse

from adapters.web.hub import Hub
from bot.types import Person

BEAT_SECONDS = 15.0


def frame(kind: str, number: int, data: dict[str, Any]) -> bytes:
    """One event as it goes over the wire; JSON has no line breaks of its own."""
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (number, kind.encode(), orjson.dumps(data))


async def stream(hub: Hub, person: Person) -> AsyncIterator[bytes]:
    """Everything that changes for one viewer, with a heartbeat that finds dead connections."""
    with hub.listen(person) as listener:
        yield b"retry: 1000\n\n" + frame("hello", hub.number, {})
        while True:
            try:
                async with asyncio.timeout(BEAT_SECONDS):
                    events = await listener.take()
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if events is None:
                return
            yield b"".join(frame(event.kind, event.number, event.data) for event in events)


def response(hub: Hub, person: Person) -> StreamingResponse:
    """The endless answer to GET /events."""
    return StreamingResponse(
        stream(hub, person),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
