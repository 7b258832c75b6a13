"""A warning in the court: what the second opinion may look at, and what the model hears of its card."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cards import Kind, Verb
from bot.court import LOOK_BACK, Court
from bot.errors import PlatformError
from bot.guard import GO_ON
from bot.ports import Press
from bot.tools import DELIVERED
from bot.types import BadCall, Category, Mode, Reason, Risk, Standing, State
from tests.fakes.house import ANN, BEN, House, open_house
from tests.fakes.model import agrees, end, warn
from tests.race_kit import Scene, open_scene


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_scene(tmp_path / "adieu.db") as opened:
        yield opened


async def redirected(house: House, thread: str, times: int) -> None:
    for _ in range(times):
        await house.write(ANN, "silly bot", thread)


async def standing(house: House, thread: str, who: str) -> Standing:
    people = await house.assistant.participants((await house.conversation(thread)).id)
    return next((one.standing for one in people if one.person.id == who), Standing.CLEAR)


def heard(house: House) -> tuple[tuple[str, str], ...]:
    """What the model was told of its last calls."""
    return house.model.prompts[-1].steps[-1].results


def posted(scene: Scene) -> list[tuple[str, bool]]:
    """The key of each warning that was posted, and whether an earlier one may have had its effect."""
    return [(key, again) for step, key, again in scene.platform.asked if step == "post warning"]


async def test_the_model_reads_that_its_card_is_shown(scene: Scene) -> None:
    """E4: and only the first post of it may be made without looking for an earlier one."""
    await redirected(scene.house, scene.thread, 2)
    scene.house.model.says(warn())
    await redirected(scene.house, scene.thread, 1)
    assert heard(scene.house) == (("call-warn", DELIVERED),)
    assert [again for _, again in posted(scene)] == [False]


async def test_of_a_card_that_counts_no_more_when_it_stands_the_model_reads_nothing(scene: Scene) -> None:
    """E4, E24, E25: something newer came while it was being posted."""
    house = scene.house
    await redirected(house, scene.thread, 2)
    gate = scene.platform.waits("post warning", done=True)
    house.model.says(warn())
    await house.write(ANN, "silly bot", scene.thread, wait=False)
    await gate.reached.wait()
    await house.write(BEN, "hello", scene.thread, addressed=True, wait=False)
    gate.open.set()
    await house.engine.idle()
    asked = next(prompt for prompt in house.model.prompts if prompt.steps)
    assert asked.steps[-1].results == (("call-warn", GO_ON),)
    assert await standing(house, scene.thread, "ann") is Standing.CLEAR


async def test_a_card_that_may_be_there_already_looks_for_itself(scene: Scene) -> None:
    """E4: the turn is taken again, the warning stands once."""
    house = scene.house
    await redirected(house, scene.thread, 2)
    lost = PlatformError("the answer was lost")
    scene.platform.fail += [("post warning", lost), ("finish", lost)]
    for says in ((warn(),), ("ok",), (warn(),)):
        house.model.says(*says)
    await redirected(house, scene.thread, 1)
    first, second = posted(scene)
    assert (first[1], second[1]) == (False, True)
    assert first[0] == second[0]
    assert len(scene.platform.cards(scene.thread, Kind.WARNING)) == 1


async def test_a_card_about_something_else_is_never_taken_for_the_one_that_was_lost(scene: Scene) -> None:
    """E4, E5: in the same turn, tried again, the model names the other class."""
    house = scene.house
    await redirected(house, scene.thread, 2)
    lost = PlatformError("the answer was lost")
    scene.platform.fail += [("post warning", lost), ("finish", lost)]
    for says in ((warn(),), ("ok",), (warn(Category.EXTREME_HARM),)):
        house.model.says(*says)
    await redirected(house, scene.thread, 1)
    first, second = posted(scene)
    assert first[0] != second[0]


async def test_a_card_to_somebody_else_is_never_taken_for_the_one_that_was_lost(scene: Scene) -> None:
    """E4, E7: in the same turn, tried again, the words of the first person are deleted."""
    house = scene.house
    for who in (ANN, BEN):
        for _ in range(3):
            await house.write(who, "silly bot", scene.thread, addressed=True)
    work = await house.store.holds.work(7)
    assert work is not None
    for who in (ANN, BEN):
        said = tuple(replace(each, author=who) for each in work.turn.messages)
        taken = replace(work, turn=replace(work.turn, messages=said))
        risk = asyncio.create_task(house.detector.read(said, ()))
        house.reviewer.think = lambda asked, said=said: replace(agrees(asked), persisting=(said[0].number,))
        await Court(house.assistant._parts, taken, Mode.ON, risk).hear(warn())
    first, second = posted(scene)
    assert first[0] != second[0]


async def test_who_has_left_meanwhile_is_shown_no_warning(scene: Scene) -> None:
    """E4, E13: what is shown is what counts."""
    house = scene.house
    for _ in range(3):
        await house.write(BEN, "silly bot", scene.thread, addressed=True)
    thread = house.ref(scene.thread)

    async def leaves() -> None:
        await house.assistant.ask_to_end(thread, BEN, id="i1")
        card = scene.platform.control(scene.thread, Verb.END)
        await house.assistant.press(Press("i2", Verb.END, card.conversation, card.nonce, BEN, thread))

    house.reviewer.meanwhile = leaves
    house.model.says(warn())
    await house.write(BEN, "@adieu hm", scene.thread, addressed=True)
    assert await standing(house, scene.thread, "ben") is Standing.OUT
    assert posted(scene) == []


async def test_a_hold_that_comes_while_the_second_opinion_is_asked_lets_no_warning_be_shown(
    scene: Scene,
) -> None:
    """E16, I2."""
    house = scene.house
    await redirected(house, scene.thread, 2)
    now = house.clock.now()
    house.reviewer.meanwhile = lambda: house.store.holds.raised(1, Risk.YES, now + timedelta(days=1), now)
    house.model.says(warn())
    await redirected(house, scene.thread, 1)
    assert posted(scene) == []
    assert heard(house) == (("call-warn", GO_ON),)


async def test_a_call_that_fits_no_schema_has_a_result_like_any_other(scene: Scene) -> None:
    """E8, I6: the model reads what is wrong, and goes on."""
    scene.house.model.says(BadCall("c1", "end_conversation", "no reason"))
    await redirected(scene.house, scene.thread, 1)
    assert heard(scene.house) == (("c1", "That call does not fit its schema. Go on helping as usual."),)


async def test_redirections_that_never_were_are_no_error_and_no_redirections(scene: Scene) -> None:
    """E8, E21, E24: the model reads that it is not possible, and goes on."""
    house = scene.house
    await redirected(house, scene.thread, 2)
    house.reviewer.think = lambda question: replace(agrees(question), redirections=(901, 902, 903))
    house.model.says(warn())
    await redirected(house, scene.thread, 1)
    assert heard(house) == (("call-warn", GO_ON),)
    assert posted(scene) == []


@pytest.mark.parametrize("ending", [False, True])
async def test_a_redirection_whose_cause_is_deleted_meanwhile_no_longer_counts(
    scene: Scene, *, ending: bool
) -> None:
    """E3, E21: of three there are two left."""
    house = scene.house
    first = await house.mention(ANN, "silly bot")
    await redirected(house, first, 2)
    if ending:
        house.model.says(warn())
        await redirected(house, first, 1)
        for number in (4, 5):  # what came with the warning is no redirection more
            await house.assistant.deleted(house.ref(first), first, f"m{number}")
    house.reviewer.meanwhile = lambda: house.assistant.deleted(house.ref(first), "general", first)
    house.model.says(end(Reason.ABUSE) if ending else warn())
    await redirected(house, first, 1)
    assert await standing(house, first, "ann") is (Standing.WARNED if ending else Standing.CLEAR)
    assert await house.state(first) is State.ACTIVE
    assert len(house.reviewer.asked) == 1 + ending


async def test_redirections_are_told_from_messages_by_what_they_are_not_by_their_number(
    scene: Scene,
) -> None:
    """E21: in a store with more messages than turns no number of a turn is one of these messages."""
    house = scene.house
    gate = scene.platform.waits("never")
    house.model.says("one ", gate.open, "moment")
    await house.write(BEN, "@adieu hello", scene.thread, addressed=True, wait=False)
    await house.model.reached.wait()
    for _ in range(9):
        await house.write(BEN, "@adieu hello", scene.thread, addressed=True, wait=False)
    gate.open.set()
    await house.engine.idle()
    thread = await house.mention(ANN, "silly bot")
    await redirected(house, thread, 2)
    house.model.says(warn())
    await redirected(house, thread, 1)
    assert await standing(house, thread, "ann") is Standing.WARNED


async def test_only_the_newest_exchanges_are_looked_at(scene: Scene) -> None:
    """E3, E21: what was long ago neither warns nor is read again."""
    house = scene.house
    await redirected(house, scene.thread, 2)
    for number in range(LOOK_BACK):
        await house.write(BEN, f"@adieu hello {number}", scene.thread, addressed=True)
    house.model.says(warn())
    await redirected(house, scene.thread, 1)
    assert house.reviewer.asked == []
    house.model.says(warn())
    await house.write(BEN, "@adieu hello", scene.thread, addressed=True)
    (question,) = house.reviewer.asked
    assert len(question.lines) == 2 * LOOK_BACK - 1


async def test_where_the_mode_is_off_a_call_that_is_made_all_the_same_leads_to_nothing(
    tmp_path: Path,
) -> None:
    """E22: the tools are not even offered."""
    async with open_house(tmp_path / "adieu.db", mode="off") as house:
        house.model.says(end())
        thread = await house.mention(ANN, "end this chat")
        assert not house.platform.cards(thread, Kind.CONFIRMATION)
        assert house.platform.replies(thread) == ["ok"]
