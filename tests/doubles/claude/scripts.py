"""What the double is told to answer: blocks, a stop reason, a pace, and what goes wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .faults import NO_FAULT, Fault
from .prompt import BYTES_A_TOKEN

StopReason = Literal[
    "end_turn",
    "max_tokens",
    "stop_sequence",
    "tool_use",
    "pause_turn",
    "refusal",
    "model_context_window_exceeded",
]
Category = Literal["cyber", "bio", "frontier_llm", "reasoning_extraction", "general_harms"]


@dataclass(frozen=True, slots=True)
class Text:
    """Text; neighbours become one content block, so a gate between two stops a text mid-way."""

    text: str
    gate_after: str | None = None


@dataclass(frozen=True, slots=True)
class Thinking:
    """Thinking; its text is on the wire only where the model and the request show it."""

    thinking: str
    gate_after: str | None = None


@dataclass(frozen=True, slots=True)
class ToolUse:
    """A call; `raw` replaces the JSON text, for calls that were cut or are broken."""

    name: str
    input: Mapping[str, Any] = field(default_factory=dict)
    id: str | None = None
    raw: str | None = None
    gate_after: str | None = None


Block = Text | Thinking | ToolUse


@dataclass(frozen=True, slots=True)
class Pacing:
    """How fast a stream comes; without a rate it comes at once, in as few writes as its gates allow."""

    chunk: int = 16  # characters a delta
    tokens_per_second: float | None = None
    first_token_after: float = 0.0  # seconds from the headers to the first event
    headers_after: float = 0.0  # seconds from the request to the headers
    pings: bool = True

    def seconds_for(self, characters: int) -> float:
        """Say how long this many characters take."""
        return characters / BYTES_A_TOKEN / self.tokens_per_second if self.tokens_per_second else 0.0


@dataclass(frozen=True, slots=True)
class Script:
    """One answer to one request."""

    blocks: Sequence[Block] = ()
    stop_reason: StopReason | None = None  # None: tool_use where a tool is used, else end_turn
    stop_sequence: str | None = None
    stop_details: Mapping[str, Any] | None = None
    pacing: Pacing = Pacing()
    hold: str | None = None  # a gate before the headers
    fault: Fault = NO_FAULT
    usage: Mapping[str, Any] = field(default_factory=dict)  # laid over the counted usage, and billed

    @property
    def stops(self) -> StopReason:
        """Name the stop reason."""
        used = any(isinstance(block, ToolUse) for block in self.blocks)
        return self.stop_reason or ("tool_use" if used else "end_turn")


def says(text: str, *, pacing: Pacing = Pacing(), fault: Fault = NO_FAULT) -> Script:  # frozen
    """Answer with a text."""
    return Script([Text(text)], pacing=pacing, fault=fault)


def calls(name: str, input_: Mapping[str, Any], *, before: str = "") -> Script:
    """Answer with a tool use, after a text if there is one."""
    return Script([*([Text(before)] if before else []), ToolUse(name, input_)])


def fails(fault: Fault) -> Script:
    """Answer with a fault and nothing else."""
    return Script([Text("These words are cut off somewhere on their way.")], fault=fault)


def refuses(
    category: Category | None = None,
    *,
    after: str = "",
    explanation: str | None = None,
) -> Script:
    """Refuse as the API's classifiers do, after some text if there is one."""
    details = {"type": "refusal", "category": category, "explanation": explanation}
    return Script([Text(after)] if after else [], stop_reason="refusal", stop_details=details)
