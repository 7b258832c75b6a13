"""Whoever has left a shared thread by their own wish comes back with a mention (E13, E33)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cards import Verb
from bot.ports import Received
from bot.types import Participant, Reason, Standing
from tests.fakes.house import ANN, BEN, House, open_house
from tests.fakes.model import end, warn


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path / "adieu.db") as opened:
        yield opened


async def ben(house: House, thread: str) -> Participant:
    people = await house.assistant.participants((await house.conversation(thread)).id)
    return next(one for one in people if one.person.id == BEN.id)


async def warned(house: House) -> str:
    """A thread of Ann's in which Ben has been warned."""
    thread = await house.mention(ANN, "hello")
    for _ in range(3):
        await house.write(BEN, "you fool", thread, addressed=True)
    house.model.says(warn())
    await house.write(BEN, "you fool", thread, addressed=True)
    assert (await ben(house, thread)).standing is Standing.WARNED
    return thread


async def test_somebody_who_was_warned_and_then_left_by_themselves_may_come_back(house: House) -> None:
    """E13: as the line says that is posted when they leave; the warning stays what it was."""
    thread = await warned(house)
    await house.assistant.ask_to_end(house.ref(thread), BEN, id="i1")
    await house.press(BEN, Verb.END, thread)
    assert (await ben(house, thread)).standing is Standing.OUT
    assert await house.write(BEN, "me again", thread, addressed=True) is Received.TAKEN
    known = await ben(house, thread)
    assert (known.standing, known.warned is not None) == (Standing.WARNED, True)


async def test_somebody_who_is_out_for_their_behaviour_stays_out(house: House) -> None:
    """E7."""
    thread = await warned(house)
    house.model.says(end(Reason.ABUSE))
    await house.write(BEN, "you fool", thread, addressed=True)
    assert (await ben(house, thread)).standing is Standing.OUT
    assert await house.write(BEN, "me again", thread, addressed=True) is Received.IGNORED
    assert (await ben(house, thread)).standing is Standing.OUT
