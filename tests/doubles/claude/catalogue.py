"""The models the double knows: limits, prices and what each accepts, as docs and SDK describe them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

ADAPTIVE: Final = frozenset({"adaptive"})
ANY_THINKING: Final = frozenset({"adaptive", "enabled", "disabled"})
EFFORTS: Final = ("low", "medium", "high", "xhigh", "max")


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens; reads and writes are given as the price list gives them."""

    input: float
    output: float
    write_5m: float
    write_1h: float
    read: float

    @property
    def read_weight(self) -> float:
        """What a token read from the cache costs, in plain input tokens."""
        return self.read / self.input

    @property
    def write_weight(self) -> float:
        """What a token written for five minutes costs, in plain input tokens."""
        return self.write_5m / self.input


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What one model accepts."""

    name: str
    line: Literal["haiku", "sonnet", "opus", "fable"]
    price: Price
    window: int = 1_000_000
    max_tokens: int = 128_000
    thinking: frozenset[str] = ADAPTIVE
    forced_tools: bool = False
    system_messages: bool = True
    preserved_thinking: bool = True
    cache_minimum: int = 1024
    lifecycle: Literal["active", "deprecated", "retired"] = "active"

    @property
    def shows_thinking(self) -> bool:
        """Whether thinking text is shown unless the request says otherwise."""
        return not self.preserved_thinking


CATALOGUE: Final[Mapping[str, ModelFacts]] = MappingProxyType(
    {
        "claude-fable-5-1": ModelFacts("Claude Fable 5.1", "fable", Price(10, 50, 12.5, 20, 0.25)),
        "claude-opus-5-5": ModelFacts("Claude Opus 5.5", "opus", Price(4, 20, 5, 8, 0.2)),
        "claude-sonnet-5-5": ModelFacts(
            "Claude Sonnet 5.5",
            "sonnet",
            Price(2, 10, 2.5, 4, 0.1),
            thinking=frozenset({"adaptive", "between_tools"}),
        ),
        "claude-haiku-5-5": ModelFacts(
            "Claude Haiku 5.5",
            "haiku",
            Price(0.1, 0.5, 0.125, 0.2, 0.01),
            thinking=frozenset({"adaptive", "disabled"}),
        ),
        "claude-opus-5": ModelFacts(
            "Claude Opus 5",
            "opus",
            Price(5, 25, 6.25, 10, 0.5),
            thinking=ANY_THINKING,
            forced_tools=True,
            preserved_thinking=False,
            cache_minimum=512,
        ),
        "claude-sonnet-5": ModelFacts(
            "Claude Sonnet 5",
            "sonnet",
            Price(2, 10, 2.5, 4, 0.2),
            thinking=ANY_THINKING,
            forced_tools=True,
            preserved_thinking=False,
        ),
        "claude-haiku-4-5": ModelFacts(
            "Claude Haiku 4.5",
            "haiku",
            Price(1, 5, 1.25, 2, 0.1),
            window=200_000,
            max_tokens=64_000,
            thinking=frozenset({"enabled", "disabled"}),
            forced_tools=True,
            system_messages=False,
            preserved_thinking=False,
            cache_minimum=4096,
        ),
        "claude-opus-4-1": ModelFacts(
            "Claude Opus 4.1",
            "opus",
            Price(15, 75, 18.75, 30, 1.5),
            lifecycle="retired",
        ),
    },
)


def model_info(model: str, facts: ModelFacts) -> dict[str, Any]:
    """Describe a model as GET /v1/models/{id} does."""
    retired = facts.lifecycle != "active"
    return {
        "id": model,
        "type": "model",
        "display_name": facts.name,
        "created_at": "2026-09-22T00:00:00Z",
        "line": facts.line,
        "lifecycle": facts.lifecycle,
        "deprecated_at": "2026-06-05T00:00:00Z" if retired else None,
        "retires_at": "2026-08-05T00:00:00Z" if retired else None,
        "max_input_tokens": facts.window,
        "max_tokens": facts.max_tokens,
        "capabilities": _capabilities(facts),
    }


def _capabilities(facts: ModelFacts) -> dict[str, Any]:
    yes = {"supported": True}
    thinking = {
        kind: {"supported": kind in facts.thinking}
        for kind in ("adaptive", "between_tools", "disabled", "enabled")
    }
    context = ("clear_thinking_20251015", "clear_tool_uses_20250919", "compact_20260112")
    return {
        **dict.fromkeys(
            ("batch", "citations", "code_execution", "image_input", "pdf_input", "structured_outputs"),
            yes,
        ),
        "context_management": {"supported": True, **dict.fromkeys(context, yes)},
        "effort": {"supported": True, **dict.fromkeys(EFFORTS, yes)},
        "server_tools": {"supported": True, "code_execution": yes, "web_search": yes},
        "thinking": {"supported": True, "types": thinking},
    }
