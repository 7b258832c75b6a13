"""An answer that an end interrupts: what was asked and said stays in the history of whoever goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.errors import PlatformError
from bot.types import State
from tests.fakes.house import ANN, MO, House, open_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path / "adieu.db") as opened:
        yield opened


async def interrupted(house: House) -> str:
    """A thread that a moderator has locked in the middle of an answer."""
    house.model.says("Boats have", asyncio.Event())
    await house.send(ANN, "tell me about boats", "t1", opens=True)
    await house.model.reached.wait()
    await house.assistant.locked(house.ref("t1"), by=MO.id)
    await house.engine.idle()
    assert await house.state("t1") is State.ENDED
    return "t1"


async def test_a_reopened_chat_knows_what_was_asked_and_said_before_the_interruption(house: House) -> None:
    """E36, I6."""
    thread = await interrupted(house)
    await house.assistant.reopen(house.ref(thread), MO)
    await house.engine.idle()
    await house.write(ANN, "go on", thread)
    (exchange,) = house.model.prompts[-1].history
    assert "tell me about boats" in exchange.input
    assert exchange.reply.startswith("Boats have")


async def test_where_nobody_could_write_down_what_was_said_the_question_stays(house: House) -> None:
    """E36, I6: the end stands in the rows, and the platform failed (or the program died) right behind it."""
    house.platform.fail = [("finish", PlatformError("down"))]
    thread = await interrupted(house)
    assert house.assistant._care._watches == {}, "a conversation at rest keeps nothing in memory"
    await house.assistant.reopen(house.ref(thread), MO)
    await house.engine.idle()
    await house.write(ANN, "go on", thread)
    (exchange,) = house.model.prompts[-1].history
    assert "tell me about boats" in exchange.input


async def test_a_question_that_is_deleted_meanwhile_is_not_in_it(house: House) -> None:
    """Of an interrupted turn, too, only what its author has left there stays."""
    thread = await interrupted(house)
    await house.assistant.deleted(house.ref(thread), "general", thread)
    await house.assistant.reopen(house.ref(thread), MO)
    await house.engine.idle()
    await house.write(ANN, "go on", thread)
    (exchange,) = house.model.prompts[-1].history
    assert "boats" not in exchange.input
