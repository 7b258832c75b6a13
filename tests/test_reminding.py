"""Who writes after the end is told where to go on: never silence at first, never spam."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot import texts
from bot.cards import Verb
from bot.types import Person
from tests.fakes.house import ANN, BEN, MO
from tests.proof.proof import Proof
from tests.proof.world import Weather
from tests.race_kit import Scene, open_scene

HALF_AN_HOUR = 30 * 60


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_scene(tmp_path / "adieu.db") as opened:
        await opened.end()
        yield opened


@pytest.fixture
def proof() -> Iterator[Proof]:
    """The same in virtual time, where everybody comes as far as they can: Ann has ended her chat."""
    game = Proof(redirections=2, habit=(("ok",),))
    game.say("ann", "t1", "unique", addressed=True)
    game.ask("ann", "t1")
    game.press("ann", Verb.END, 0)
    game.loop.advance(1)
    yield game
    game.settle()
    game.close()


def twice(proof: Proof, weather: Weather) -> list[tuple[str, str]]:
    """Two messages while the first one's reminder is on its way; what was shown when it came through."""
    proof.world.weather["remind"].append(weather)
    for text in ("hm", "hello?"):
        proof.say("ann", "t1", text, addressed=True)
    proof.world.open_all()
    proof.loop.still()
    return proof.place.reminders


@pytest.mark.parametrize("weather", [Weather.LATE, Weather.SLOW])
def test_two_messages_within_one_round_trip_bring_one_pointer(proof: Proof, weather: Weather) -> None:
    """E32."""
    assert twice(proof, weather) == [("ann", "card")]


def test_where_the_first_pointer_fails_the_next_message_brings_it(proof: Proof) -> None:
    """E32: never silence the first time, also for a message that came meanwhile."""
    assert twice(proof, Weather.FAIL) == [("ann", "card")]


async def test_a_person_who_is_being_told_keeps_nobody_else_waiting(scene: Scene) -> None:
    """E32: the first message of each person."""
    gate = scene.platform.waits("remind")
    slow = asyncio.ensure_future(scene.house.write(ANN, "hm", scene.thread, wait=False))
    await gate.reached.wait()
    await scene.house.write(BEN, "hello?", scene.thread, addressed=True, wait=False)
    assert scene.platform.reminders == [("ben", "card")]
    gate.open.set()
    await slow
    assert scene.platform.reminders == [("ben", "card"), ("ann", "card")]


async def test_later_messages_bring_a_sign_at_most_every_half_hour(scene: Scene) -> None:
    """E32."""
    for seconds in (0, 1, HALF_AN_HOUR - 2, 1, 1, HALF_AN_HOUR - 2, 1):
        scene.house.clock.advance(seconds)
        await scene.house.write(ANN, "thanks", scene.thread)
    assert scene.platform.reminders == [("ann", "card"), ("ann", "sign"), ("ann", "sign")]


async def test_moderators_are_left_alone(scene: Scene) -> None:
    """E32."""
    await scene.house.write(MO, "@adieu hm", scene.thread, addressed=True)
    assert scene.platform.reminders == []


async def test_a_moderator_whose_own_chat_it_was_is_told_like_anybody(scene: Scene) -> None:
    """E32."""
    thread = await scene.house.mention(MO, "hello")
    await scene.house.assistant.locked(scene.house.ref(thread), by="mo")
    await scene.house.engine.idle()
    await scene.house.write(MO, "hm", thread)
    assert scene.platform.reminders == [("mo", "card")]


async def test_the_pointer_goes_to_the_message_in_the_words_for_its_author(scene: Scene) -> None:
    """E28, E32."""
    here = await scene.house.conversation(scene.thread)
    german = Person("ann", "Ann", locale="de")
    await scene.house.write(german, "na dann", scene.thread)
    message = f"m{scene.house.count}"
    assert scene.platform.shown == [(scene.thread, "ann", message, texts.pointer(here, german))]


async def test_being_told_in_one_thread_keeps_nobody_waiting_in_another(scene: Scene) -> None:
    """E32."""
    other = await scene.house.mention(ANN, "hello")
    await Scene(scene.house, scene.platform, other).end()
    gate = scene.platform.waits("remind")
    slow = asyncio.ensure_future(scene.house.write(ANN, "hm", scene.thread, wait=False))
    await gate.reached.wait()
    await scene.house.write(ANN, "hm", other, wait=False)
    assert [thread for thread, *_ in scene.platform.shown] == [other]
    gate.open.set()
    await slow


@pytest.mark.parametrize(("step", "reminders"), [("post notice", []), ("close", [("ann", "card")])])
async def test_nobody_is_pointed_anywhere_before_the_notice_is_there(
    tmp_path: Path, step: str, reminders: list[tuple[str, str]]
) -> None:
    """E29, E32: until then the notice itself is still to come."""
    async with open_scene(tmp_path / "other.db") as scene:
        gate = scene.platform.waits(step)
        await scene.end(wait=False)
        await gate.reached.wait()
        await scene.house.write(ANN, "hm", scene.thread, wait=False)
        assert scene.platform.reminders == reminders
        gate.open.set()
        await scene.house.engine.idle()


async def test_whoever_is_reminded_when_a_moderator_reopens_is_new_to_the_next_end(scene: Scene) -> None:
    """E32, E36: a pointer to an end that was taken back counts for nothing."""
    gate = scene.platform.waits("remind")
    late = asyncio.ensure_future(scene.house.write(ANN, "hm", scene.thread, wait=False))
    await gate.reached.wait()
    await scene.house.assistant.reopen(scene.house.ref(scene.thread), MO)
    gate.open.set()
    await late
    await scene.house.engine.idle()
    await scene.end()
    await scene.house.write(ANN, "hello?", scene.thread)
    assert scene.platform.reminders == [("ann", "card"), ("ann", "card")]
