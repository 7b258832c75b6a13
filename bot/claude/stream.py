"""From the bytes of a streamed response to its text, piece by piece, and to the whole response at its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import orjson

from bot import tools
from bot.claude.failures import Broken, StreamedError
from bot.claude.stops import follows
from bot.types import BadCall, Call, Next, Response, Usage

BETWEEN: Final = "\n\n"
"""What stands between two text blocks of one response."""

_BY_ITSELF: Final = "end_turn"

_USAGE: Final = {
    "input_tokens": "input",
    "cache_creation_input_tokens": "cache_write",
    "cache_read_input_tokens": "cache_read",
    "output_tokens": "output",
}


def events(data: bytes) -> tuple[list[dict[str, Any]], bytes]:
    """The whole events in `data`, and the rest that is not whole yet; ValueError where it is no JSON."""
    if b"\r" in data:
        # A pair that is cut in two is completed by the next bite.
        data, kept = (data[:-1], b"\r") if data.endswith(b"\r") else (data, b"")
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") + kept
    *whole, rest = data.split(b"\n\n")
    return [event for part in whole if (event := _event(part))], rest


def _event(part: bytes) -> dict[str, Any] | None:
    data = b"\n".join(line[5:] for line in part.split(b"\n") if line.startswith(b"data:")).strip()
    if not data or data == b"[DONE]":
        return None
    event = orjson.loads(data)
    if not isinstance(event, dict):
        raise Broken("an event of the stream is not an object", kind="malformed")
    return event


class Block:
    """A content block as it grows. Fields that come in pieces are joined once, at the end."""

    def __init__(self, head: dict[str, Any]) -> None:
        self.head = head
        self.kind = head.get("type")
        self.parts: dict[str, list[str]] = {}
        self.problem = ""

    def grow(self, delta: dict[str, Any]) -> str:
        """Take in a delta; its text, if it has some that people read."""
        for key, value in delta.items():
            if key == "type":
                continue
            if key == "citation":
                self.head["citations"] = [*(self.head.get("citations") or ()), value]
            elif isinstance(value, str):
                self.parts.setdefault(key, []).append(value)
            elif value is not None:
                self.head[key] = value
        return str(delta.get("text") or "") if self.kind == "text" else ""

    def whole(self) -> dict[str, Any]:
        """The block as it goes back to the model."""
        block = dict(self.head)
        for key, parts in self.parts.items():
            joined = "".join(parts)
            if key == "partial_json":
                block["input"] = self._input(joined)
            else:
                block[key] = str(block.get(key) or "") + joined
        return block

    def _input(self, joined: str) -> Any:
        try:
            given = orjson.loads(joined) if joined.strip() else self.head.get("input", {})
        except orjson.JSONDecodeError:
            given, self.problem = {}, "the input is not valid JSON"
        # The call goes back to the API with its result, and the API takes nothing but an object there.
        if not isinstance(given, dict):
            given, self.problem = {}, "the input is not an object"
        return given


class Assembly:
    """One response in the making."""

    def __init__(self) -> None:
        self._rest = b""
        self._blocks: dict[int, Block] = {}
        self._usage: dict[str, int] = {}
        self._stop: object = None
        self._text: list[str] = []
        self._parted = False
        self._called = False
        self._finished = False

    @property
    def begun(self) -> bool:
        """Whether the model has begun to answer, if only to think."""
        return bool(self._blocks) or self._finished

    @property
    def usage(self) -> Usage:
        """What has been billed so far."""
        return Usage(**{name: self._usage.get(key, 0) for key, name in _USAGE.items()})

    def feed(self, bite: bytes) -> str:
        """Take in some bytes; the text in them, "" if there is none."""
        try:
            found, self._rest = events(self._rest + bite)
            return "".join(self._texts(found))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Broken("the stream cannot be read", kind="malformed") from error

    def _texts(self, found: list[dict[str, Any]]) -> Iterator[str]:
        for event in found:
            match event.get("type"):
                case "content_block_delta":
                    text = self._blocks[event["index"]].grow(event["delta"])
                    # Nothing that stands behind a call is shown (E27).
                    if text and not self._called:
                        text = BETWEEN + text if self._parted else text
                        self._parted = False
                        self._text.append(text)
                        yield text
                case "content_block_start":
                    block = Block(event["content_block"])
                    self._blocks[event["index"]] = block
                    self._parted = bool(self._text) and block.kind == "text"
                    self._called = self._called or block.kind == "tool_use"
                case "message_start":
                    self._count(event["message"].get("usage"))
                case "message_delta":
                    self._stop = event["delta"].get("stop_reason") or self._stop
                    self._count(event.get("usage"))
                case "message_stop":
                    self._finished = True
                case "error":
                    error = event.get("error") or {}
                    raise StreamedError(str(error.get("type") or ""), str(error.get("message") or ""))
                case _:
                    pass

    def _count(self, usage: dict[str, Any] | None) -> None:
        for key in _USAGE:
            if usage and isinstance(usage.get(key), int):
                self._usage[key] = usage[key]

    def response(self, request_id: str) -> Response:
        """The whole response; raises `Broken` where the stream ended early."""
        blocks = [self._blocks[index] for index in sorted(self._blocks)]
        step = self._step(blocks)
        if not self._finished or step is None:
            raise Broken(f"the stream ended early (stop reason {self._stop!r})", kind="cut")
        content = [block.whole() for block in blocks]
        calls = (_call(block, whole) for block, whole in zip(blocks, content, strict=True))
        return Response(
            text="".join(self._text),
            next=step,
            # A call in a response that was cut short is never judged (E26).
            calls=tuple(call for call in calls if call) if step is Next.CALLS else (),
            usage=self.usage,
            content=content,
            request_id=request_id,
        )

    def _step(self, blocks: list[Block]) -> Next | None:
        """What follows. Servers other than Anthropic's own are not exact about why a response has ended."""
        step = follows(self._stop)
        if step is None and "".join(self._text).strip():
            # The words are whole, for the stream was. Its calls are not judged: perhaps it was cut (E26).
            return Next.DONE
        if self._stop == _BY_ITSELF and any(block.kind == "tool_use" for block in blocks):
            return Next.CALLS  # nothing has cut it, so its calls are whole
        return step


def _call(block: Block, whole: dict[str, Any]) -> Call | None:
    if block.kind != "tool_use":
        return None
    if block.problem:
        return BadCall(str(whole["id"]), str(whole["name"]), block.problem)
    return tools.parse(str(whole["name"]), str(whole["id"]), whole.get("input"))
