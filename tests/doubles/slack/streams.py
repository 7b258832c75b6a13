"""Streaming messages: their states, limits and five minutes of life."""

from typing import Any

from . import payloads
from .blocks import MARKDOWN_MOST, check_message
from .errors import Json, Refused, invalid
from .messages import Messages
from .state import Message, Stream, StreamState
from .world import World

LIFE = 300.0
_CHUNKS = frozenset({"markdown_text", "task_update", "plan_update", "blocks"})
_STATUSES = frozenset({"pending", "in_progress", "complete", "error"})


class Streams:
    """Everything that happens to a message while it is being streamed."""

    def __init__(self, world: World, messages: Messages) -> None:
        self.world = world
        self.messages = messages

    def open_one(self, message: Message) -> Stream:
        """Give the stream of a message that still takes words, or refuse."""
        stream = message.stream
        if stream is not None and stream.state == "streaming" and self._age(stream) >= LIFE:
            stream.state = "expired"
        if stream is None or stream.state in ("stopped", "expired"):
            raise Refused("message_not_in_streaming_state")
        if stream.state == "stopped_by_user":
            raise Refused("stopped_by_user")
        return stream

    def _age(self, stream: Stream) -> float:
        return self.world.clock() - stream.started

    def is_streaming(self, message: Message) -> bool:
        """Whether a message is being streamed right now."""
        stream = message.stream
        return stream is not None and stream.state == "streaming" and self._age(stream) < LIFE

    def add(self, stream: Stream, text: str | None, chunks: Any) -> None:
        """Take words or chunks, but only in the shape the stream was opened with."""
        if text and chunks:
            raise invalid("invalid_arguments", "markdown_text and chunks cannot be combined")
        if text:
            self._shape(stream, "text")
            self._words(stream, text)
        if chunks is None or chunks == []:
            return
        if not isinstance(chunks, list):
            raise invalid("invalid_arguments", "must be an array [json-pointer:/chunks]")
        self._shape(stream, "chunks")
        for number, chunk in enumerate(chunks):
            self._chunk(stream, chunk, f"/chunks/{number}")

    def _shape(self, stream: Stream, mode: Any) -> None:
        if stream.mode not in (None, mode):
            raise Refused("streaming_mode_mismatch")
        stream.mode = mode

    def _words(self, stream: Stream, text: str) -> None:
        if len(stream.markdown) + len(text) > MARKDOWN_MOST:
            raise Refused("msg_too_long")
        stream.markdown += text

    def _chunk(self, stream: Stream, chunk: Any, where: str) -> None:
        kind = chunk.get("type") if isinstance(chunk, dict) else None
        if kind not in _CHUNKS:
            raise invalid("invalid_chunks", f"unsupported type: {kind} [json-pointer:{where}/type]")
        if kind == "markdown_text":
            self._words(stream, str(chunk.get("text", "")))
        elif kind == "blocks":
            check_message(chunk.get("blocks"))
            stream.extra_blocks += chunk["blocks"]
        elif kind == "task_update":
            if not chunk.get("id") or not chunk.get("title"):
                raise invalid("invalid_chunks", f"missing required field: id or title [json-pointer:{where}]")
            if chunk.get("status", "pending") not in _STATUSES:
                raise invalid("invalid_chunks", f"must be a valid enum value [json-pointer:{where}/status]")
            for key in ("title", "details", "output"):
                if len(str(chunk.get(key) or "")) > 256:
                    raise invalid(
                        "invalid_chunks", f"must be less than 257 characters [json-pointer:{where}/{key}]"
                    )
            task = stream.tasks.setdefault(chunk["id"], {})
            details = task.get("details", "") + str(chunk.get("details") or "")
            task |= {**chunk, "details": details}

    def show(self, message: Message, last: list[Json] | None = None) -> None:
        """Let the message show what its stream holds."""
        stream = message.stream
        assert stream is not None
        blocks: list[Json] = [{"type": "markdown", "text": stream.markdown}] if stream.markdown else []
        blocks += [{"type": "task_card", "task_id": key, **_card(task)} for key, task in stream.tasks.items()]
        message.text = stream.markdown
        message.blocks = payloads.stored_blocks(blocks + stream.extra_blocks + (last or []), self.world)
        self.messages.keep(message)

    def finish(self, message: Message, state: StreamState, last: list[Json] | None = None) -> None:
        """End a stream: the message becomes an ordinary one."""
        stream = message.stream
        assert stream is not None
        before = payloads.message(message, self.world)
        stream.state = state
        self.show(message, last)
        self.messages.tell_change(message, before)
        self.world.changed()


def _card(task: Json) -> Json:
    return {key: task[key] for key in ("title", "status", "details", "output", "sources") if task.get(key)}
