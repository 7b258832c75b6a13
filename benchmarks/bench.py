"""`make bench`: the program against the doubles, in alternating rounds with a bare loop over the same parts.

The doubles of Discord and Claude run in this process, so their CPU does not count. What counts are
ratios: both contenders meet the same machine, the same load and the same moments.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from time import monotonic
from typing import Final, TypeVar

import orjson

from benchmarks import detector, report, scenario, slack
from benchmarks.measure import middle
from benchmarks.process import DETECTOR_VARIABLE, Name
from benchmarks.scenario import QUICK, Samples, Size, merged
from benchmarks.stage import Stage, stage

PARTS: Final = ("latency", "saturation", "memory", "billing", "slack", "detector")
BUSY: Final = 0.9
T = TypeVar("T")
_STARTED: Final = monotonic()


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.bench",
        description="Measure adieu against a bare loop over the same libraries; prints a table in Markdown.",
    )
    parser.add_argument("--quick", action="store_true", help="one short round: about two minutes, more noise")
    parser.add_argument("--rounds", type=int, default=3, help="alternating rounds (default: 3)")
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=f"some of: {', '.join(PARTS)}"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every sample there as well")
    parser.add_argument("--goals", action="store_true", help="exit with 1 when a goal is missed")
    parser.add_argument(
        "--noise",
        action="store_true",
        help="measure the bare loop against itself: how far chance takes ratios",
    )
    parser.add_argument(
        "--detector",
        choices=("keywords", "model"),
        default="keywords",
        help="keywords: as many model requests as the bare loop makes (default);"
        " model: with the crisis detector's own request beside every turn",
    )
    parser.add_argument(
        "--profile",
        type=Path,
        metavar="FILE",
        help="only run adieu at saturation under cProfile, for `python -m pstats FILE`",
    )
    return parser.parse_args(arguments)


def main() -> None:
    """Measure, print, and judge if asked to."""
    chosen = options()
    os.environ[DETECTOR_VARIABLE] = chosen.detector
    if chosen.profile:
        asyncio.run(profiled(chosen.profile.resolve(), QUICK if chosen.quick else Size()))
        return
    names: tuple[Name, Name] = ("floor", "floor" if chosen.noise else "adieu")
    rounds, size = (1, QUICK) if chosen.quick else (chosen.rounds, Size())
    floor, ours = asyncio.run(measure(names, chosen.only, rounds, size))
    found = report.rows(floor, ours)
    played = f"{rounds} round{'s' if rounds > 1 else ''}"
    print(f"{machine()}; {played}, medians; crisis detector: {chosen.detector}.\n")
    if found:
        print(report.table(found, name="itself" if chosen.noise else "adieu"))
    if max(map(middle, (floor.get("doubles", ()), ours.get("doubles", ())))) > BUSY:
        print("\nAt saturation the doubles were busier than what they measured: turns a second say little.")
    if "slack" in chosen.only:
        print(f"\n{asyncio.run(slack.played(quick=chosen.quick))}")
    missed = report.missed(found)
    if "detector" in chosen.only:
        say("the crisis detector: first words with and without it, and its price")
        care = asyncio.run(detector.played(quick=chosen.quick))
        print(f"\n{detector.table(care)}")
        missed += care.missed
    if missed:
        print(f"\nMissed: {'; '.join(missed)}.")
    if chosen.json:
        about = {"machine": machine(), "rounds": rounds, "quick": chosen.quick, "against": names}
        text = orjson.dumps(report.as_json(found, floor, ours, about), option=orjson.OPT_INDENT_2)
        chosen.json.write_bytes(text + b"\n")
    sys.exit(1 if chosen.goals and missed else 0)


def machine() -> str:
    """Describe the machine in a few words, the same every day."""
    return f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}"


async def measure(
    names: Sequence[Name], parts: Sequence[str], rounds: int, size: Size
) -> tuple[Samples, Samples]:
    """Play all parts in alternating rounds; the samples of the first and the second contender."""
    found: tuple[Samples, Samples] = ({}, {})
    for number in range(1, rounds + 1):
        if set(parts) & {"latency", "saturation", "billing"}:
            async with scenario.both(names) as stages:
                if "latency" in parts:
                    say(f"round {number} of {rounds}: latency, turn by turn")
                    await _in_turns([scenario.latency(on, size) for on in stages], found)
                for part, play in (("saturation", scenario.saturation), ("billing", scenario.billing)):
                    if part in parts and (part != "billing" or number == 1):
                        for on, samples in _order(number, stages, found):
                            say(f"round {number} of {rounds}: {part}, {on.contender.name}")
                            merged(samples, await play(on, size))
        if "memory" in parts:
            for name, samples in _order(number, names, found):
                say(f"round {number} of {rounds}: memory, {name}")
                merged(samples, await scenario.memory(name, size))
    say("done")
    return found


def _order(number: int, players: Sequence[T], found: Sequence[Samples]) -> list[tuple[T, Samples]]:
    """Who plays first changes from round to round."""
    pairs = list(zip(players, found, strict=True))
    return pairs if number % 2 else pairs[::-1]


async def _in_turns(plays: Sequence[AsyncIterator[Samples]], found: Sequence[Samples]) -> None:
    """A turn here, a turn there, until both are through."""
    running = list(zip(plays, found, strict=True))
    while running:
        for play, samples in list(running):
            try:
                merged(samples, await anext(play))
            except StopAsyncIteration:
                running.remove((play, samples))


async def profiled(path: Path, size: Size) -> None:
    """Run the program at saturation under cProfile."""
    async with stage("adieu", profile=path) as on:
        await profile_run(on, size)
    print(f"Written: {path}. Look at it with: python -m pstats {path}", file=sys.stderr)


async def profile_run(on: Stage, size: Size) -> None:
    """Warm up, then saturate."""
    await on.warm_up()
    say("saturation under the profiler")
    found = await scenario.saturation(on, size)
    say(f"{found['cpu'][0]:.1f} ms of CPU per turn, the profiler's own included")


def say(what: str) -> None:
    """Show progress."""
    print(f"[{monotonic() - _STARTED:5.0f} s] {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
