"""A script made ready for one request: blocks joined and signed, cut to max_tokens, counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final
from uuid import uuid4

import orjson

from .binding import Prefix
from .cache import InputUsage
from .prompt import BYTES_A_TOKEN
from .scripts import Block, Script, StopReason, Text, Thinking

KINDS: Final = {
    "text": ("text_delta", "text"),
    "thinking": ("thinking_delta", "thinking"),
    "tool_use": ("input_json_delta", "partial_json"),
}


@dataclass(slots=True)
class AnswerBlock:
    """One content block: all its text, and the gates at places in it."""

    kind: str
    text: str
    gates: list[tuple[int, str]] = field(default_factory=list)
    head: Mapping[str, Any] = field(default_factory=dict)
    signature: str = ""
    hidden: int = 0  # characters of thinking that are billed but not shown

    @property
    def delta_kind(self) -> tuple[str, str]:
        """The type of this block's deltas and the key of their text."""
        return KINDS[self.kind]

    def begun(self) -> dict[str, Any]:
        """The block as content_block_start shows it."""
        if self.kind == "tool_use":
            return {"type": "tool_use", **self.head, "input": {}}
        if self.kind == "thinking":
            return {"type": "thinking", "thinking": "", "signature": ""}
        return {"type": "text", "text": "", "citations": None}

    def whole(self) -> dict[str, Any]:
        """The block as a message holds it."""
        if self.kind == "tool_use":
            return {**self.begun(), "input": _loads(self.text)}
        if self.kind == "thinking":
            return {"type": "thinking", "thinking": self.text, "signature": self.signature}
        return {**self.begun(), "text": self.text}


@dataclass(slots=True)
class Answer:
    """What goes to the client, streamed or whole."""

    DELTA_USAGE: ClassVar[Sequence[str]] = (
        "input_tokens",
        "cache_creation_input_tokens",
        "cache_read_input_tokens",
        "output_tokens",
        "output_tokens_details",
        "server_tool_use",
    )
    model: str
    script: Script
    input: InputUsage
    blocks: list[AnswerBlock]
    stop_reason: StopReason
    id: str = field(default_factory=lambda: f"msg_{uuid4().hex[:24]}")

    def begun(self) -> dict[str, Any]:
        """The message as message_start shows it: no content, no stop reason, little output."""
        usage = {**self.input.wire(), "output_tokens": 1, "service_tier": "standard"}
        return self._message([], None, {**usage, **self.script.usage})

    def whole(self) -> dict[str, Any]:
        """The finished message."""
        return self._message([block.whole() for block in self.blocks], self.stop_reason, self.usage())

    def usage(self) -> dict[str, Any]:
        """Count everything, under what the script says."""
        thought = sum(max(len(b.text), b.hidden) for b in self.blocks if b.kind == "thinking")
        said = sum(len(b.text) for b in self.blocks if b.kind != "thinking")
        counted = {
            **self.input.wire(),
            "output_tokens": _tokens(thought + said),
            "output_tokens_details": {"thinking_tokens": _tokens(thought)},
            "server_tool_use": None,
            "service_tier": "standard",
        }
        return {**counted, **self.script.usage}

    def _message(
        self,
        content: list[dict[str, Any]],
        stop: StopReason | None,
        usage: dict[str, Any],
    ) -> dict[str, Any]:
        ended = stop is not None
        return {
            "id": self.id,
            "type": "message",
            "role": "assistant",
            "model": self.model,
            "content": content,
            "stop_reason": stop,
            "stop_sequence": self.script.stop_sequence if ended else None,
            "stop_details": self.script.stop_details if ended else None,
            "usage": usage,
        }


def answer_to(
    script: Script,
    model: str,
    input_: InputUsage,
    prefix: Prefix,
    *,
    max_tokens: int,
    shown: bool,
) -> Answer:
    """Make a script ready: join neighbouring texts, sign thinking, stop at max_tokens."""
    room, blocks, stop = max_tokens * BYTES_A_TOKEN, [], script.stops
    for block in joined(script.blocks):
        size = max(len(block.text), block.hidden)
        if size > room:
            stop = "max_tokens"
            if room:
                blocks.append(_sealed(_cut(block, room), prefix, model, shown=shown))
            break
        room -= size
        blocks.append(_sealed(block, prefix, model, shown=shown))
    return Answer(model, script, input_, blocks, "max_tokens" if max_tokens == 0 else stop)


def joined(blocks: Sequence[Block]) -> list[AnswerBlock]:
    """Turn script blocks into content blocks, neighbouring texts into one."""
    ready: list[AnswerBlock] = []
    for block in blocks:
        if isinstance(block, Text) and ready and ready[-1].kind == "text":
            ready[-1].text += block.text
        elif isinstance(block, Text):
            ready.append(AnswerBlock("text", block.text))
        elif isinstance(block, Thinking):
            ready.append(AnswerBlock("thinking", block.thinking, hidden=len(block.thinking)))
        else:
            raw = block.raw if block.raw is not None else orjson.dumps(dict(block.input)).decode()
            head = {"id": block.id or f"toolu_{uuid4().hex[:24]}", "name": block.name}
            ready.append(AnswerBlock("tool_use", raw, head=head))
        if block.gate_after:
            ready[-1].gates.append((len(ready[-1].text), block.gate_after))
    return ready


def _cut(block: AnswerBlock, room: int) -> AnswerBlock:
    gates = [(at, gate) for at, gate in block.gates if at <= room]
    return replace(block, text=block.text[:room], gates=gates, hidden=min(block.hidden, room))


def _sealed(block: AnswerBlock, prefix: Prefix, model: str, *, shown: bool) -> AnswerBlock:
    if block.kind == "thinking":
        text = block.text if shown else ""
        gates = [(min(at, len(text)), gate) for at, gate in block.gates]
        return replace(block, text=text, gates=gates, signature=prefix.sign(model, text))
    prefix.add("assistant", block.whole())
    return block


def _tokens(characters: int) -> int:
    return -(-characters // BYTES_A_TOKEN)


def _loads(raw: str) -> object:
    try:
        return orjson.loads(raw or "{}")
    except orjson.JSONDecodeError:
        return {}
