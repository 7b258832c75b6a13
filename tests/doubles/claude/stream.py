"""Writing an answer to the wire: in few writes where nothing holds it, with its pace, gates and faults."""

import asyncio
from collections.abc import Iterator
from time import monotonic

import orjson
from aiohttp import web

from .answer import Answer
from .changes import Changes, Gates
from .errors import ApiError, error_answer, error_body
from .events import Event, Gate, Step, closing, middle, opening, sse
from .faults import Cut, Fault, Hang, Malformed, NoStop, StreamError
from .record import RecordedResponse
from .scripts import Pacing

STATUS_OF_ERROR = {"overloaded_error": 529, "api_error": 500, "rate_limit_error": 429, "timeout_error": 504}


def steps_of(answer: Answer) -> Iterator[Step | Fault]:
    """List everything that happens in a stream; a fault is its end."""
    script = answer.script
    left = getattr(script.fault, "after", None)
    yield from opening(answer, pings=script.pacing.pings)
    for step in middle(answer, script.pacing.chunk):
        if left is not None and left <= 0 and isinstance(step, Event) and step.delta:
            break
        yield step
        if left is not None and isinstance(step, Event) and step.delta:
            left -= 1
    if left is not None:
        yield script.fault
        return
    yield from closing(answer)


class StreamWriter:
    """Writes one stream, and notes when what was written."""

    def __init__(self, request: web.Request, noted: RecordedResponse, gates: Gates, changes: Changes) -> None:
        self._request = request
        self._noted = noted
        self._gates = gates
        self._changes = changes
        self._pending = bytearray()
        self._characters = 0
        self._response = web.StreamResponse(
            headers={"content-type": "text/event-stream; charset=utf-8", "request-id": noted.request_id},
        )

    async def write(self, answer: Answer) -> web.StreamResponse:
        """Write the whole stream, or as much of it as its fault lets through."""
        pacing, noted = answer.script.pacing, self._noted
        await self._response.prepare(self._request)
        noted.status, noted.headers_at = 200, monotonic()
        for step in steps_of(answer):
            match step:
                case Event():
                    await self._event(step, pacing)
                case Gate(name):
                    await self._flush()
                    await self._gates.wait(name)
                case _:
                    await self._fail(step)
                    return self._response
        await self._flush(last=True)
        noted.outcome = "complete"
        return self._response

    async def _event(self, step: Event, pacing: Pacing) -> None:
        if (
            step.delta
            and self._noted.first_token_at is None
            and pacing.first_token_after
            and not self._characters
        ):
            await self._flush()
            await asyncio.sleep(pacing.first_token_after)
        elif step.delta and pacing.tokens_per_second:
            await self._flush()
            await asyncio.sleep(pacing.seconds_for(step.characters))
        self._pending += step.data
        self._characters += step.characters

    async def _flush(self, *, last: bool = False) -> None:
        data, self._pending = bytes(self._pending), bytearray()
        if last:
            await self._response.write_eof(data)
        elif data:
            await self._response.write(data)
        if self._characters:
            noted, now = self._noted, monotonic()
            noted.first_token_at = noted.first_token_at or now
            noted.last_token_at = now
            noted.characters += self._characters
            self._characters = 0
        self._changes.changed()

    async def _fail(self, fault: Fault) -> None:
        match fault:
            case StreamError(type=type_, message=message):
                self._pending += sse("error", error_body(type_, message, self._noted.request_id))
                await self._flush(last=True)
            case NoStop():
                await self._flush(last=True)
            case Hang():
                await self._flush()
                await asyncio.Event().wait()
            case _:
                await self._flush()
                close(self._request)
        self._noted.outcome, self._noted.error = "faulted", type(fault).__name__


async def write_whole(
    request: web.Request,
    answer: Answer,
    noted: RecordedResponse,
    gates: Gates,
) -> web.StreamResponse:
    """Answer without a stream, no sooner than a stream would have ended."""
    script, seconds, headers = answer.script, 0.0, {"request-id": noted.request_id}
    for step in middle(answer, script.pacing.chunk):
        if isinstance(step, Gate):
            await gates.wait(step.name)
        else:
            seconds += script.pacing.seconds_for(step.characters)
    await asyncio.sleep(script.pacing.first_token_after + seconds)
    noted.outcome, noted.error, noted.status = "faulted", type(script.fault).__name__, 200
    match script.fault:
        case StreamError(type=type_, message=message):
            noted.status = STATUS_OF_ERROR.get(type_, 500)
            return error_answer(ApiError(noted.status, message, type_), noted.request_id)
        case Cut():
            close(request)
            return web.Response()
        case Hang():
            await asyncio.Event().wait()
        case _:
            pass
    now = monotonic()
    noted.outcome, noted.error, noted.headers_at = "complete", None, now
    noted.first_token_at, noted.last_token_at = now, now
    noted.characters = sum(len(block.text) for block in answer.blocks)
    return web.Response(body=orjson.dumps(answer.whole()), headers=headers, content_type="application/json")


def malformed(fault: Malformed, noted: RecordedResponse) -> web.Response:
    """Answer 200 with a body that is no answer."""
    noted.status, noted.outcome, noted.error = 200, "faulted", "Malformed"
    return web.Response(
        body=fault.body,
        headers={"request-id": noted.request_id},
        content_type="application/json",
    )


def close(request: web.Request) -> None:
    """Close the connection under an answer, after what was written has gone out."""
    if request.transport is not None:
        request.transport.close()
