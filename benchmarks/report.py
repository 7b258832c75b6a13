"""From samples to a table: what was measured, for both, beside the goal and whether it is met."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from benchmarks.measure import middle, ratio

Judged = Literal["ratio", "value", ""]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. The goal is an upper bound on the ratio, or on our own value."""

    key: str
    label: str
    unit: str = ""
    judged: Judged = ""
    goal: float = math.inf
    digits: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A line with its medians."""

    line: Line
    floor: float
    ours: float
    samples: int

    @property
    def ratio(self) -> float:
        """Ours over the floor's."""
        return ratio(self.ours, self.floor)

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none. What was not measured is not met."""
        if not self.line.judged:
            return None
        return (self.ratio if self.line.judged == "ratio" else self.ours) <= self.line.goal


LINES = (
    Line("request_new", "event → request, new thread", "ms", "ratio", 1.5),
    Line("request", "event → request, follow-up", "ms", "ratio", 1.5),
    Line("request_rested", "– after a tenth of a second without any work", "ms"),
    Line("visible", "first token → visible", "ms", "ratio", 1.2),
    Line("complete", "last token → complete", "ms", "ratio", 1.2),
    Line("slowest", "– at its slowest", "ms"),
    Line("unseen", "unseen text while streaming", "char·s a turn", "ratio", 0.7, 0),
    Line("unseen_240", "– in a short answer (240 characters)", "char·s", digits=0),
    Line("unseen_720", "– in a middling one (720)", "char·s", digits=0),
    Line("unseen_1500", "– in a long one (1500)", "char·s", digits=0),
    Line("cpu", "CPU per turn at saturation", "ms", "ratio", 1.6),
    Line("rate", "turns at saturation", "a second"),
    Line("per_core", "turns at saturation", "a CPU second"),
    Line("idle", "memory, idle", "MB", "ratio", 1.4),
    Line("active", "memory, each active conversation", "kB"),
    Line("resting", "memory, each resting conversation", "kB", "value", 4.0),
    Line("billed", "billed input over 40 turns / least possible", "", "value", 1.2, 2),
    Line("input", "billed input over 40 turns", "thousand plain tokens"),
)

Samples = Mapping[str, Sequence[float]]


def rows(floor: Samples, ours: Samples, lines: Iterable[Line] = LINES) -> list[Row]:
    """The lines of which something was measured."""
    return [
        Row(line, middle(floor.get(line.key, ())), middle(ours.get(line.key, ())), len(ours[line.key]))
        for line in lines
        if ours.get(line.key)
    ]


def table(found: Iterable[Row], *, name: str = "adieu") -> str:
    """The table as Markdown."""
    head = ["", "", "bare loop", name, "ratio", "goal", "met"]
    cells = [head, *(_cells(row) for row in found)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(head))]
    marks = [
        "-" * width if column < 2 else "-" * (width - 1) + ":" if column < 6 else "-" * width
        for column, width in enumerate(widths)
    ]
    laid = [
        [
            cell.ljust(width) if column in {0, 1, 6} else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        for line in cells
    ]
    return "\n".join("| " + " | ".join(line) + " |" for line in (laid[0], marks, *laid[1:]))


def _cells(row: Row) -> list[str]:
    line = row.line
    goal = "" if not line.judged else f"≤ {line.goal:g}" + ("×" if line.judged == "ratio" else "")
    met = {None: "", True: "yes", False: "NO"}[row.met]
    share = f"{row.ratio:.2f}×" if math.isfinite(row.ratio) and row.ratio > 0 else "–"
    floor, ours = _number(row.floor, line.digits), _number(row.ours, line.digits)
    return [line.label, line.unit, floor, ours, share, goal, met]


def _number(value: float, digits: int) -> str:
    return "–" if math.isnan(value) else f"{value:.{digits}f}"


def missed(found: Iterable[Row]) -> list[str]:
    """The labels of all goals that are not met."""
    return [row.line.label for row in found if row.met is False]


def as_json(found: Iterable[Row], floor: Samples, ours: Samples, about: Mapping[str, Any]) -> dict[str, Any]:
    """Everything, for other programs to read."""
    listed = [
        {
            **{key: value for key, value in asdict(row.line).items() if value != math.inf},
            "floor": row.floor,
            "adieu": row.ours,
            "ratio": row.ratio,
            "samples": row.samples,
            "met": row.met,
        }
        for row in found
    ]
    return {
        "about": dict(about),
        "rows": listed,
        "samples": {"floor": dict(floor), "adieu": dict(ours)},
    }
