"""A script as the events of a stream: bytes to write, and gates between them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

import orjson

from .answer import Answer, AnswerBlock


@dataclass(frozen=True, slots=True)
class Event:
    """One event on the wire; `characters` counts the output in it."""

    data: bytes
    characters: int = 0
    delta: bool = False


@dataclass(frozen=True, slots=True)
class Gate:
    """A place where the stream stops until it is released."""

    name: str


Step = Event | Gate


def sse(name: str, data: Mapping[str, Any]) -> bytes:
    """Write one server-sent event."""
    return b"event: " + name.encode() + b"\ndata: " + orjson.dumps(data) + b"\n\n"


def event(data: Mapping[str, Any], characters: int = 0, *, delta: bool = False) -> Event:
    """Build an event whose name is its type."""
    return Event(sse(data["type"], data), characters, delta)


def opening(answer: Answer, *, pings: bool) -> Iterator[Step]:
    """Begin: message_start with the input's usage."""
    yield event({"type": "message_start", "message": answer.begun()})
    if pings:
        yield event({"type": "ping"})


def middle(answer: Answer, chunk: int) -> Iterator[Step]:
    """Stream the content blocks."""
    numbers = count()
    for block in answer.blocks:
        index = next(numbers)
        yield event({"type": "content_block_start", "index": index, "content_block": block.begun()})
        yield from _deltas(block, index, chunk)
        yield event({"type": "content_block_stop", "index": index})


def closing(answer: Answer) -> Iterator[Step]:
    """End: message_delta with the stop reason and all usage, message_stop."""
    whole = answer.whole()
    delta = {key: whole[key] for key in ("stop_reason", "stop_sequence", "stop_details")}
    usage = {key: value for key, value in whole["usage"].items() if key in answer.DELTA_USAGE}
    yield event({"type": "message_delta", "delta": delta, "usage": usage})
    yield event({"type": "message_stop"})


def _deltas(block: AnswerBlock, index: int, chunk: int) -> Iterator[Step]:
    kind, key = block.delta_kind
    gates = iter([*block.gates, (None, None)])
    at, gate = next(gates)
    if kind == "input_json_delta":
        yield _delta(index, {"type": kind, key: ""}, 0)
    position = 0
    while True:
        while at == position and gate is not None:
            yield Gate(gate)
            at, gate = next(gates)
        if position >= len(block.text):
            break
        end = min(len(block.text), position + chunk, at if at is not None else len(block.text))
        yield _delta(index, {"type": kind, key: block.text[position:end]}, end - position)
        position = end
    if block.signature:
        yield _delta(index, {"type": "signature_delta", "signature": block.signature}, 0)


def _delta(index: int, delta: Mapping[str, Any], characters: int) -> Event:
    data = {"type": "content_block_delta", "index": index, "delta": delta}
    return event(data, characters, delta=characters > 0)
