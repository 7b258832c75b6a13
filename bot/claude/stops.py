"""What follows from each stop reason: a total table, pinned by a test to the SDK's own list."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.types import Next

NEXT: Final[Mapping[str, Next]] = MappingProxyType(
    {
        "end_turn": Next.DONE,
        "stop_sequence": Next.DONE,
        "tool_use": Next.CALLS,
        "max_tokens": Next.CUT,
        "pause_turn": Next.CONTINUE,
        "refusal": Next.REFUSED,
        "model_context_window_exceeded": Next.OVERFLOW,
    }
)


def follows(stop_reason: object) -> Next | None:
    """None where there is no stop reason, or one that nobody knows."""
    return NEXT.get(stop_reason) if isinstance(stop_reason, str) else None
