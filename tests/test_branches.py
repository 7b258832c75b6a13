"""A branch begins with everything that stood before its message, also within one turn (E34)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.types import Message, Person
from tests.fakes.house import ANN, BEN, House, open_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path / "adieu.db") as opened:
        yield opened


async def at_once(house: House) -> str:
    """A thread in which three messages were answered together, by one reply, as the second turn."""
    gate = asyncio.Event()
    house.model.says("An answer.", gate)
    thread = "t1"
    await house.send(ANN, "the beginning", thread, opens=True)
    for who, text in ((ANN, "my boat leaks"), (BEN, "which boat?"), (ANN, "the red one")):
        await house.write(who, text, thread, addressed=True, wait=False)
    gate.set()
    await house.engine.idle()
    assert house.platform.replies(thread) == ["An answer.", "ok"]
    return thread


async def own(house: House, thread: str, text: str, who: Person = ANN) -> Message:
    """Somebody's message in a thread, by its words."""
    here = await house.conversation(thread)
    return next(one for one in await house.assistant.own_messages(here.id, who) if one.text == text)


async def branched(house: House, thread: str, text: str, name: str, who: Person = ANN) -> list[str]:
    """Branch from a message; the inputs of the exchanges before it, as the model has them."""
    here, message = await house.conversation(thread), await own(house, thread, text, who)
    await house.assistant.branch(here.id, who, message.number, f"{text}, I mean", id=name)
    await house.engine.idle()
    asked = house.model.prompts[-1]
    assert f"{text}, I mean" in asked.input
    return [exchange.input for exchange in asked.history]


async def test_a_branch_within_a_turn_has_the_earlier_messages_of_that_turn(house: House) -> None:
    """E34: whoever wrote them; not those behind it, and not the answer that they all had."""
    thread = await at_once(house)
    first, second = await branched(house, thread, "the red one", "b1")
    assert "the beginning" in first
    assert second.index("my boat leaks") < second.index("which boat?")
    assert "the red one" not in second
    assert [exchange.reply for exchange in house.model.prompts[-1].history] == ["An answer.", ""]


async def test_a_branch_from_the_first_message_of_a_turn_has_nothing_of_that_turn(house: House) -> None:
    """E34."""
    thread = await at_once(house)
    (only,) = await branched(house, thread, "my boat leaks", "b1")
    assert "the beginning" in only


async def test_a_branch_of_such_a_branch_keeps_them(house: House) -> None:
    """E34."""
    thread = await at_once(house)
    await branched(house, thread, "the red one", "b1")
    before = await branched(house, "b1", "the red one, I mean", "b2")
    assert "my boat leaks" in before[1]
    assert len(before) == 2


async def test_what_is_deleted_later_is_forgotten_there_too_and_nothing_else_comes_with_it(
    house: House,
) -> None:
    """E34: the message that the branch says in another way does not come back either."""
    thread = await at_once(house)
    boat = await own(house, thread, "my boat leaks")
    await branched(house, thread, "the red one", "b1")
    await branched(house, "b1", "the red one, I mean", "b2")
    await house.assistant.deleted(house.ref(thread), thread, boat.message_id)
    for name in ("b1", "b2"):
        await house.write(ANN, "and on", name)
        kept = house.model.prompts[-1].history[1].input
        assert "my boat leaks" not in kept
        assert "which boat?" in kept
        assert "the red one" not in kept
    await house.write(ANN, "and on", thread)
    assert "the red one" in house.model.prompts[-1].history[1].input


async def test_what_was_deleted_before_is_not_in_the_branch(house: House) -> None:
    """E34: where nothing else is left of the turn, nothing stands for it."""
    thread = await at_once(house)
    for who, text in ((ANN, "my boat leaks"), (BEN, "which boat?")):
        message = await own(house, thread, text, who)
        await house.assistant.deleted(house.ref(thread), thread, message.message_id)
    (only,) = await branched(house, thread, "the red one", "b1")
    assert "the beginning" in only
