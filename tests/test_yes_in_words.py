"""A yes in words, and what somebody else does in the same moment (E10, I7)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cards import Verb
from bot.ports import Press
from bot.types import Person, State
from tests.fakes.house import ANN, BEN, House
from tests.race_kit import Gate, Scene, open_scene

CAT = Person("cat", "Cat")


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_scene(tmp_path / "adieu.db") as opened:
        yield opened


async def press(house: House, who: Person, verb: Verb, thread: str) -> str:
    """A press on the newest open question; what is said to that person."""
    card = house.platform.control(thread, verb)
    pressed = Press(house._id(), verb, card.conversation, card.nonce, who, house.ref(thread))
    return (await house.assistant.press(pressed)).text


async def asked_while_busy(scene: Scene) -> Gate:
    """Ann is asked whether to end; then the thread's worker is busy showing that Ben has left."""
    house = scene.house
    await house.assistant.ask_to_end(house.ref(scene.thread), BEN, id="i1")
    gate = scene.platform.waits("post line", done=True)
    await press(house, BEN, Verb.END, scene.thread)
    await gate.reached.wait()
    await house.assistant.ask_to_end(house.ref(scene.thread), ANN, id="i2")
    return gate


async def test_a_yes_is_not_lost_because_somebody_else_writes_in_the_same_moment(scene: Scene) -> None:
    """I7, E10: only the person's own next message answers the question."""
    house, thread = scene.house, scene.thread
    gate = await asked_while_busy(scene)
    await house.write(ANN, "yes", thread, wait=False)
    await house.write(CAT, "what about me?", thread, addressed=True, wait=False)
    gate.open.set()
    await house.engine.idle()
    assert await house.state(thread) is State.ENDED
    assert len(house.model.prompts) == 1, "only the first message was answered"


async def test_a_second_thought_in_the_same_moment_keeps_the_chat(scene: Scene) -> None:
    """E10, E25: what the same person writes behind the yes is heard before anything ends."""
    house, thread = scene.house, scene.thread
    gate = await asked_while_busy(scene)
    await house.write(ANN, "yes", thread, wait=False)
    await house.write(ANN, "no wait, how does it work?", thread, wait=False)
    gate.open.set()
    await house.engine.idle()
    assert await house.state(thread) is State.ACTIVE
    assert "no wait" in house.model.prompts[-1].input


async def test_keep_talking_comes_too_late_when_the_end_is_confirmed(scene: Scene) -> None:
    """E10: the card is still open while the ending is on its way; nobody is told what is not so."""
    house, thread = scene.house, scene.thread
    await house.assistant.ask_to_end(house.ref(thread), ANN, id="i1")
    gate = scene.platform.waits("post line")  # the card that says what became of the question
    await press(house, ANN, Verb.END, thread)
    await gate.reached.wait()
    assert await press(house, ANN, Verb.KEEP, thread) == "This conversation has already ended."
    gate.open.set()
    await house.engine.idle()
    assert await house.state(thread) is State.ENDED
    changes = await house.store.people.participants((await house.conversation(thread)).id)
    assert all(one.confirming is None for one in changes)
