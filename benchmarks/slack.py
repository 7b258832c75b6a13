"""Slack's rows of `make bench`: a hundred events a second with a slow model, and how soon words are visible.

The program is a process; the doubles of Slack and Claude run in this one, so there is no network in between.
Each tenth event is delivered twice, as Slack does at times. `python -m benchmarks.slack --quick` plays ten
seconds of it.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Final

import psutil

from benchmarks.measure import middle
from tests.doubles.claude import ClaudeDouble, Pacing, RecordedRequest, Script, Text
from tests.doubles.slack import Channel, Message, Person, SlackDouble
from tests.program import free_port
from tests.stories.kit import KEY, answering, calm
from tests.stories.program import Program
from tests.stories.slack.kit import DELIVERIES, Delivery, config, environment, is_card, made_app

RATE: Final = 100
CROWD: Final = 20
"""People with a thread each: Slack allows about fifty edits a minute, and each reply needs one."""
LONG, SHORT, PROBES = 60.0, 10.0, 10
SLOWEST: Final = 30.0
ALIVE: Final = Pacing(chunk=8, tokens_per_second=75, first_token_after=0.3)
ANSWER: Final = (
    "The harbour is quiet this morning, and a small boat comes in slowly with nets full of fish. " * 3
)
PATIENCE: Final = 150.0

Samples = dict[str, float]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table; the goal is an upper bound."""

    key: str
    label: str
    unit: str = ""
    goal: float = math.inf


LINES: Final = (
    Line("ack_middle", "event → acknowledged, 100 events a second", "ms"),
    Line("ack_worst", "– at its slowest", "ms", 3000),
    Line("lost", "messages lost", "", 0),
    Line("doubled", "replies doubled", "", 0),
    Line("cpu", "CPU per event", "ms"),
    Line("visible_channel", "first token → visible, in a channel", "ms", 100),
    Line("visible_tab", "first token → visible, in the Messages tab", "ms", 100),
    Line("request", "event → request", "ms"),
)


class Place:
    """The program over one delivery, and a crowd with a channel each."""

    def __init__(self, program: Program, slack: SlackDouble, claude: ClaudeDouble) -> None:
        self.program = program
        self.slack = slack
        self.claude = claude
        self.pace = ALIVE
        claude.script(self._answer)

    def _answer(self, request: RecordedRequest) -> Script:
        return Script([Text(ANSWER)], pacing=self.pace) if answering(request) else calm(request)

    @property
    def cpu(self) -> float:
        """Seconds of CPU since it started."""
        assert self.program.process is not None
        times = psutil.Process(self.program.process.pid).cpu_times()
        return float(times.user + times.system)

    async def visible(self, *, direct: bool) -> tuple[float, float]:
        """One turn: milliseconds from the event to the request, and from the first token to words."""
        person = self.slack.person("Ann")
        channel = self.slack.dm(person) if direct else self.slack.channel(members=[person])
        began = monotonic()
        root = await self.slack.say(channel, person, "how are things at the harbour?", mention_bot=not direct)
        await self.slack.until(lambda: _whole(self.slack, root), timeout=PATIENCE)
        request = [each for each in self.claude.requests if answering(each)][-1]
        first = self.slack.messages(channel, thread=root, by=self.slack.bot)[0].history[0].time
        return (request.arrived - began) * 1e3, (first - (request.response.first_token_at or 0.0)) * 1e3

    async def storm(self, seconds: float) -> Samples:
        """So many events a second in the crowd's threads; what became of each of them."""
        self.pace = replace(ALIVE, first_token_after=min(0.8 * seconds, SLOWEST))
        people = [self.slack.person(f"Person {number}") for number in range(CROWD)]
        places = [(each, self.slack.channel(members=[each])) for each in people]
        self.slack.deliveries.clear()
        cpu = self.cpu
        roots, sent = await self._send(places, int(seconds * RATE))
        await self.slack.settled(timeout=PATIENCE)
        await self._drained(sent)
        spent = self.cpu - cpu
        waits = sorted(
            ((d.acked or math.inf) - d.time) * 1e3 for d in self.slack.deliveries if d.kind == "events_api"
        )
        heard = self.program.rows(
            "select count(*), count(distinct message_id) from message where turn_id > 0"
        )
        turns = self.program.rows("select count(*) from turn where state = 'done'")
        replies = sum(
            not is_card(each)
            for root in roots
            for each in self.slack.messages(root.channel, thread=root, by=self.slack.bot)
        )
        [(kept, different)], [(answered,)] = heard, turns
        surplus = replies - (answered - self.before)
        return {
            "ack_middle": middle(waits),
            "ack_worst": waits[-1],
            "lost": sent + self.before - different + max(0, -surplus),
            "doubled": kept - different + max(0, surplus),
            "cpu": spent / len(waits) * 1e3,
        }

    before = 0
    """Turns of the probes, which came first."""

    async def _send(self, places: Sequence[tuple[Person, Channel]], count: int) -> tuple[list[Message], int]:
        roots: list[Message] = []
        every: list[Message] = []
        began = monotonic()
        for number in range(count):
            person, channel = places[number % CROWD]
            text = f"question {number}: how are things at the harbour?"
            if number < CROWD:
                said = await self.slack.say(channel, person, text, mention_bot=True)
                roots.append(said)
            else:
                said = await self.slack.say(channel, person, text, thread=roots[number % CROWD])
            every.append(said)
            if number % 10 == 9:
                self.slack.replay(every[number - 5])
            await asyncio.sleep(max(0.0, began + (number + 1) / RATE - monotonic()))
        return roots, count

    async def _drained(self, sent: int) -> None:
        """Wait until everything is answered, but not for ever."""
        until = monotonic() + PATIENCE
        while monotonic() < until:
            [(busy,)] = self.program.rows("select count(*) from conversation where active_turn is not null")
            [(kept,)] = self.program.rows("select count(*) from message where turn_id > 0")
            if not busy and kept >= sent + self.before:
                return
            await asyncio.sleep(0.5)
        print(f"after {PATIENCE:g} s: {busy} busy, {kept} of {sent + self.before} kept", file=sys.stderr)


def _whole(slack: SlackDouble, root: Message) -> bool:
    said = slack.messages(root.channel, thread=root, by=slack.bot)
    session = slack.session(root)
    told = "".join(str(block.get("text")) for each in said for block in each.blocks)
    rests = session is None or session.status == "active"
    return ANSWER.strip() in told and rests and all(each.is_complete for each in said)


@asynccontextmanager
async def place(delivery: Delivery) -> AsyncIterator[Place]:
    """Open the doubles, start the program, and stop it in the end."""
    claude, slack = ClaudeDouble(key=KEY), SlackDouble(made_app(), rate_limits=False)
    async with claude, slack:
        slack.team()
        port = free_port()
        log = slack.channel("moderators", private=True)
        with TemporaryDirectory(prefix="adieu-bench-") as folder:
            text = config(slack, delivery, log, port)
            program = Program(Path(folder), text, environment(slack, claude))
            if delivery == "http":
                slack.request_url = f"http://127.0.0.1:{port}/slack/events"
            try:
                await program.start()
                await program.until(lambda: program.told("web port is open"))
                if delivery == "socket":
                    await slack.connected(timeout=PATIENCE)
                yield Place(program, slack, claude)
            finally:
                await program.close()


async def measure(delivery: Delivery, seconds: float, probes: int = PROBES) -> Samples:
    """All samples of one delivery."""
    async with place(delivery) as here:
        found: dict[str, list[float]] = {"request": [], "visible_channel": [], "visible_tab": []}
        for number in range(2 * probes):
            direct = bool(number % 2)
            request, visible = await here.visible(direct=direct)
            found["request"].append(request)
            found["visible_tab" if direct else "visible_channel"].append(visible)
        here.before = 2 * probes
        samples = await here.storm(seconds)
        return samples | {key: middle(values) for key, values in found.items()}


def table(found: dict[Delivery, Samples]) -> str:
    """The table as Markdown."""
    cells = [["On Slack", "", *found, "goal", "met"]]
    for line in LINES:
        values = [samples[line.key] for samples in found.values()]
        goal = "" if math.isinf(line.goal) else f"≤ {line.goal:g}"
        met = "" if not goal else "yes" if max(values) <= line.goal else "NO"
        cells.append([line.label, line.unit, *(_shown(line, value) for value in values), goal, met])
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    last = len(widths) - 1
    marks = [
        "-" * width if column in {0, 1, last} else "-" * (width - 1) + ":"
        for column, width in enumerate(widths)
    ]
    laid = [
        [
            cell.ljust(width) if column in {0, 1, last} else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        for row in cells
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in (laid[0], marks, *laid[1:]))


def _shown(line: Line, value: float) -> str:
    return f"{value:.1f}" if line.unit else f"{value:g}"


async def played(*, quick: bool) -> str:
    """Measure both deliveries; the table."""
    seconds, probes = (SHORT, PROBES // 2) if quick else (LONG, PROBES)
    found: dict[Delivery, Samples] = {}
    for each in DELIVERIES:
        print(f"Slack over {each}: {seconds:g} s of {RATE} events a second", file=sys.stderr, flush=True)
        found[each] = await measure(each, seconds, probes)
    return table(found)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.slack", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="ten seconds of events instead of sixty")
    print(asyncio.run(played(quick=parser.parse_args().quick)))


if __name__ == "__main__":
    main()
