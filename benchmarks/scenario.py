"""The scenarios: each plays on one stage and gives its samples by the key of their line in the table."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from time import monotonic, process_time
from typing import Final

from benchmarks.process import Name
from benchmarks.stage import ALIVE, AT_ONCE, SETTLE, Stage, stage
from tests.doubles.claude import CATALOGUE

Samples = dict[str, list[float]]

LENGTHS: Final = (240, 720, 1500)
"""A short, a middling and a long answer, in characters."""
READING: Final = 5.0
"""Nobody reads an answer and writes the next question faster than this; rate limits recover meanwhile."""
REST: Final = 0.1
"""A processor that had nothing to do for so long is slower at first."""
MODEL: Final = "claude-opus-5-5"


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done in a round."""

    conversations: int = 3
    probes: int = 20
    crowd: int = 40
    turns: int = 20
    sleepers: int = 100
    passers: int = 800
    billed_turns: int = 40


QUICK: Final = Size(conversations=2, probes=15, crowd=20, turns=12, sleepers=50, passers=600)


def merged(into: Samples, samples: Samples) -> None:
    """Add samples to those of earlier rounds."""
    for key, values in samples.items():
        into.setdefault(key, []).extend(values)


async def latency(on: Stage, size: Size) -> AsyncIterator[Samples]:
    """One person at a time; gives samples after every turn, so that the other contender can have its turn.

    Rate limits are Discord's. Three lengths of answers take turns; then short probes with a model without
    latency, for the times that do not depend on it.
    """
    places = list(on.channels[: size.conversations])
    left = [0.0] * len(places)
    slowest = 0.0
    for at in range(len(LENGTHS)):
        for number, place in enumerate(places):
            length = LENGTHS[(at + number) % len(LENGTHS)]
            opening = place.thread is None
            await asyncio.sleep(max(0.0, left[number] + READING - monotonic()))
            places[number], turn = await on.turn(place, length, ALIVE)
            left[number] = monotonic()
            slowest = max(slowest, turn.to_complete * 1e3)
            yield {
                "request_new" if opening else "request": [turn.to_request * 1e3],
                "visible": [turn.to_visible * 1e3],
                "complete": [turn.to_complete * 1e3],
                "unseen": [turn.unseen],
                f"unseen_{length}": [turn.unseen],
            }
    yield {"slowest": [slowest]}
    for number in range(size.probes):
        channel = on.channels[number % len(on.channels)]
        thread, turn = await on.turn(channel, 100, AT_ONCE)
        yield {"request_new": [turn.to_request * 1e3]}
        # The other contender's turn lies between: this one's is over by then.
        _, turn = await on.turn(thread, 100, AT_ONCE)
        yield {"request": [turn.to_request * 1e3]}
        await asyncio.sleep(REST)
        _, turn = await on.turn(thread, 100, AT_ONCE)
        yield {"request_rested": [turn.to_request * 1e3]}


async def saturation(on: Stage, size: Size) -> Samples:
    """Everybody talks at once to a model without latency, and asks the next question at once."""
    on.many_allowed()
    cpu, began, own = on.contender.cpu, monotonic(), process_time()
    async with asyncio.TaskGroup() as group:
        for number in range(size.crowd):
            channel = on.channels[number % len(on.channels)]
            group.create_task(on.converse(channel, size.turns, 400))
    seconds, share = monotonic() - began, process_time() - own
    await asyncio.sleep(SETTLE / 3)
    turns = size.crowd * size.turns
    spent = on.contender.cpu - cpu
    return {
        "cpu": [spent / turns * 1e3],
        "rate": [turns / seconds],
        "per_core": [turns / spent],
        "doubles": [share / seconds],
    }


async def memory(name: Name, size: Size) -> Samples:
    """A fresh process: idle, with everybody's answer half written, and with everybody at rest.

    Caches of a fixed size must be full before the memory of one more conversation at rest can be told.
    """
    async with stage(name) as on:
        idle = on.contender.memory
        await on.warm_up()
        on.many_allowed()
        before = on.contender.memory
        active = await _half_way(on, size.sleepers)
        await _pass_by(on, size.passers)
        full = on.contender.memory
        await _pass_by(on, size.passers)
        resting = on.contender.memory
    return {
        "idle": [idle / 1e6],
        "active": [max(0, active - before) / size.sleepers / 1e3],
        "resting": [max(0, resting - full) / size.passers / 1e3],
    }


async def _pass_by(on: Stage, people: int) -> None:
    """So many people open a conversation each, a crowd at a time, and leave it at rest after one answer."""
    for _ in range(people // len(on.channels)):
        async with asyncio.TaskGroup() as group:
            for channel in on.channels:
                group.create_task(on.converse(channel, 1, 400))
    await asyncio.sleep(SETTLE / 3)


async def _half_way(on: Stage, people: int) -> int:
    """Let so many new conversations come to rest; the memory while all their answers were half written."""
    gate = f"half {monotonic()}"
    asked = [
        await on.ask(on.channels[number % len(on.channels)], 1000, gate=gate) for number in range(people)
    ]
    for each in asked:
        await on.begun(each)
    await asyncio.sleep(SETTLE / 3)
    found = on.contender.memory
    on.claude.release(gate)
    for each in asked:
        await on.complete(each)
    await asyncio.sleep(SETTLE / 3)
    return found


async def billing(on: Stage, size: Size) -> Samples:
    """One long conversation, billed by the double's cache against the least that it could have cost."""
    on.many_allowed()
    on.claude.forget()
    on.claude.forget_cache()
    await on.converse(on.channels[-1], size.billed_turns, 400)
    least = on.claude.least_possible([each for each in on.claude.requests if each.model == MODEL])
    main = CATALOGUE[MODEL].price
    paid = sum(
        on.claude.billed(model).input_units(CATALOGUE[model].price)
        * CATALOGUE[model].price.input
        / main.input
        for model in {each.model for each in on.claude.requests}
    )
    return {"billed": [paid / least], "input": [paid / 1e3]}


@asynccontextmanager
async def both(names: Iterable[Name]) -> AsyncIterator[list[Stage]]:
    """Stages for all contenders, warmed up; while one plays, the others rest."""
    async with AsyncExitStack() as stack:
        stages = [await stack.enter_async_context(stage(name)) for name in names]
        for on in stages:
            await on.warm_up()
        yield stages
