"""What care costs an ordinary reply: its first words with and without the crisis detector, and its price.

The second opinion is not asked in an ordinary turn at all: only when the model wants to warn or to end a
conversation. What is measured here is therefore the detector's request beside every turn.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from benchmarks.measure import middle, ratio, reached
from benchmarks.process import DETECTOR_VARIABLE
from benchmarks.scenario import LENGTHS, MODEL, READING
from benchmarks.stage import ALIVE, AT_ONCE, Stage, stage
from tests.doubles.claude import CATALOGUE

DETECTORS: Final = ("keywords", "model")
"""Without the detector's request (its net of words is part of both), and with it."""
SMALL: Final = "claude-haiku-5-5"
SLOWER: Final = 1.02
SHARE: Final = 4.0
PAIRS, QUICK_PAIRS = 30, 12
BILLED: Final = 42
"""Turns of the conversation that is billed: a multiple of the three lengths of answers."""


@dataclass(slots=True)
class Found:
    """What was measured."""

    first_words: dict[str, list[float]] = field(default_factory=lambda: {each: [] for each in DETECTORS})
    """Milliseconds from the message to the first visible words, by detector."""
    turns: int = 0
    answers: float = 0.0
    """Dollars for the answers of a whole conversation."""
    detector: float = 0.0
    requests: int = 0
    """Requests to the small model in that conversation."""

    @property
    def slower(self) -> float:
        """How much later the first words come with the detector."""
        with_it, without = self.first_words["model"], self.first_words["keywords"]
        return ratio(middle(with_it), middle(without))

    @property
    def share(self) -> float:
        """The detector's price in percent of the answers'."""
        return ratio(self.detector, self.answers) * 100

    @property
    def missed(self) -> list[str]:
        """The goals that are not met."""
        late = [] if self.slower <= SLOWER else ["first words with the crisis detector"]
        return late + ([] if self.share < SHARE else ["price of the crisis detector"])


async def played(*, quick: bool) -> Found:
    """Measure in alternating turns, so that both meet the same moments of the machine."""
    found = Found(turns=BILLED)
    async with _both() as stages:
        for on in stages.values():
            await on.warm_up()
        await _first_words(stages, found, QUICK_PAIRS if quick else PAIRS)
        await _billed(stages["model"], found)
    return found


async def _first_words(stages: dict[str, Stage], found: Found, pairs: int) -> None:
    threads = {name: await on.converse(on.channels[0], 1, 100) for name, on in stages.items()}
    for number in range(pairs):
        began = monotonic()
        for name in DETECTORS if number % 2 else reversed(DETECTORS):
            _, turn = await stages[name].turn(threads[name], LENGTHS[0], ALIVE)
            first = reached(turn.seen, 1)
            assert first is not None
            found.first_words[name].append((first - turn.asked) * 1e3)
        await asyncio.sleep(max(0.0, READING - (monotonic() - began)))


async def _billed(on: Stage, found: Found) -> None:
    """One conversation with answers of three lengths, at the double's account and the list's prices."""
    on.many_allowed()
    on.claude.forget()
    on.claude.forget_cache()
    place = on.channels[-1]
    for number in range(BILLED):
        place, _ = await on.turn(place, LENGTHS[number % len(LENGTHS)], AT_ONCE)
    found.answers = on.claude.billed(MODEL).dollars(CATALOGUE[MODEL].price)
    small = on.claude.billed(SMALL)
    found.detector, found.requests = small.dollars(CATALOGUE[SMALL].price), small.requests


@asynccontextmanager
async def _both() -> AsyncIterator[dict[str, Stage]]:
    before = os.environ.get(DETECTOR_VARIABLE)
    async with AsyncExitStack() as stack:
        stages = {}
        try:
            for name in DETECTORS:
                os.environ[DETECTOR_VARIABLE] = name
                stages[name] = await stack.enter_async_context(stage("adieu"))
        finally:
            os.environ.pop(DETECTOR_VARIABLE, None)
            if before is not None:
                os.environ[DETECTOR_VARIABLE] = before
        yield stages


def table(found: Found) -> str:
    """The table as Markdown, with the prices it rests on."""
    without, with_it = (middle(found.first_words[name]) for name in DETECTORS)
    late, dear = found.slower <= SLOWER, found.share < SHARE
    cents = found.answers / found.turns * 100, found.detector / found.turns * 100
    first = f"{without:7.1f} | {with_it:9.1f} ({found.slower:.3f}×) | ≤ {SLOWER:g}×"
    price = f"{cents[0]:7.4f} | + {cents[1]:7.4f} ({found.share:.1f} %)  | < {SHARE:g} %"
    rows = [
        "|                                     | without | with the detector  | goal    | met |",
        "| ----------------------------------- | ------: | -----------------: | ------- | --- |",
        f"| message → first words visible, ms   | {first} | {_met(late)} |",
        f"| price of an ordinary turn, US cents | {price}   | {_met(dear)} |",
        "",
        f"First words: {len(found.first_words['model'])} turns each, a turn here and a turn there.",
        f"Price: one conversation of {found.turns} turns, with {found.requests} requests of the detector;",
        "the second opinion is asked in none of them. List prices, US dollars per million tokens:",
        "",
        "|                  | input | written to the cache (5 min) | read from it | output |",
        "| ---------------- | ----: | ---------------------------: | -----------: | -----: |",
    ]
    for model in (MODEL, SMALL):
        listed = CATALOGUE[model].price
        written, read = f"{listed.write_5m:28g}", f"{listed.read:12g}"
        rows.append(f"| {model:16} | {listed.input:5g} | {written} | {read} | {listed.output:6g} |")
    return "\n".join(rows)


def _met(good: bool) -> str:  # noqa: FBT001 - one cell
    return "yes" if good else "NO "


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.detector", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer turns, more noise")
    found = asyncio.run(played(quick=parser.parse_args().quick))
    print(table(found))
    sys.exit(1 if found.missed else 0)


if __name__ == "__main__":
    main()
