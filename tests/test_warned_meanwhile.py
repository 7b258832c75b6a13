"""A warning that a newer message overtakes: nobody sees a card that does not count (E25)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.cards import Kind
from bot.types import Person
from tests.fakes.house import ANN, BEN, open_house
from tests.fakes.model import warn


@pytest.mark.parametrize("who", [ANN, BEN])
async def test_a_call_that_a_newer_message_overtakes_posts_no_card(tmp_path: Path, who: Person) -> None:
    """E25, E4: what is shown is what counts."""
    async with open_house(tmp_path / "adieu.db") as house:
        thread = await house.mention(ANN, "you fool")
        for _ in range(2):
            await house.write(ANN, "you fool", thread)
        called = asyncio.Event()
        house.model.says("Let us talk about boats.", called, warn())
        await house.write(ANN, "you fool", thread, wait=False)
        await house.model.reached.wait()
        await house.write(who, "sorry, that was unfair", thread, addressed=True, wait=False)
        called.set()
        await house.engine.idle()
        assert house.platform.cards(thread, Kind.WARNING) == []
        people = await house.assistant.participants((await house.conversation(thread)).id)
        assert all(one.warned is None for one in people)
