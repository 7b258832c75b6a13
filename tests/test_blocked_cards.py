"""Cards that a platform does not let through: plainer ones in their place, and no ending is held up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.cards import Kind, Verb
from bot.types import Closing, Person, Standing, State, Step
from tests.fakes.filtering import BAD, Filtering
from tests.fakes.house import ANN, BEN, MO, House, open_house
from tests.fakes.model import end


@pytest.fixture
def platform() -> Filtering:
    return Filtering()


@pytest.fixture
async def house(tmp_path: Path, platform: Filtering) -> AsyncIterator[House]:
    async with open_house(tmp_path / "adieu.db", platform=platform) as opened:
        yield opened


async def ended(house: House, thread: str) -> Closing:
    """Ann ends the chat; what became of the ending, which tried nothing twice."""
    await house.assistant.ask_to_end(house.ref(thread), ANN, id="e1")
    await house.write(ANN, "end chat", thread)
    here = await house.conversation(thread)
    last = await house.store.endings.last(here.id)
    assert here.state is State.ENDED
    assert last is not None
    assert last.step is Step.TOLD
    assert house.clock.slept == [], "no step was tried again"
    return last


async def test_an_ending_whose_reply_and_title_are_not_let_through_goes_on_to_its_end(
    house: House, platform: Filtering
) -> None:
    """E28, E29, I5."""
    platform.words = set()
    thread = await house.mention(ANN, f"tell me of the {BAD}")
    platform.words = {BAD}
    await house.assistant.ask_to_end(house.ref(thread), ANN, id="e1")
    await house.write(ANN, "end chat", thread)
    here = await house.conversation(thread)
    last = await house.store.endings.last(here.id)
    assert here.state is State.ENDED
    assert last is not None
    assert last.step is Step.TOLD
    assert last.beside, "the live controls stand there without the title"
    (told,) = platform.told
    assert "…" in told.text
    assert BAD not in told.text
    assert house.clock.slept == [], "no step was tried again"


async def test_a_notice_that_is_not_let_through_is_in_the_record(house: House, platform: Filtering) -> None:
    """E29, E30."""
    thread = await house.mention(ANN, "hello")
    platform.words = {"nothing was deleted"}
    await house.assistant.ask_to_end(house.ref(thread), ANN, id="e1")
    await house.write(ANN, "end chat", thread)
    last = await house.store.endings.last((await house.conversation(thread)).id)
    assert last is not None
    assert last.step is Step.TOLD
    assert "no such words here" in last.degraded


async def test_a_helpline_whose_name_is_not_let_through_leaves_the_directory(
    house: House, platform: Filtering
) -> None:
    """E17: somebody in need is never left with nothing."""
    platform.words = {"988"}
    american = Person("ann", "Ann", locale="en-CA")
    thread = await house.mention(american, "I want to kill myself")
    (card,) = platform.cards(thread, Kind.CRISIS)
    assert "findahelpline.com" in card.text
    assert "988" not in card.text


async def test_a_branch_whose_words_are_not_shown_again_goes_on_all_the_same(
    house: House, platform: Filtering
) -> None:
    """E34."""
    platform.words = set()
    thread = await house.mention(ANN, "hello")
    here = await house.conversation(thread)
    platform.words = {BAD}
    said = await house.assistant.branch(here.id, ANN, 1, f"hello {BAD}", id="b1")
    await house.engine.idle()
    branch = said.go_to.split("/")[-1]
    (opening,) = platform.cards(branch, Kind.WELCOME)
    assert opening.text.startswith("Ann goes on from here")
    assert BAD in house.model.prompts[-1].input
    assert platform.replies(branch) == ["ok"]


async def test_live_controls_that_are_not_let_through_stand_in_the_notice(
    house: House, platform: Filtering
) -> None:
    """E29, E30."""
    thread = await house.mention(ANN, "hello")
    platform.words = {"can start a new chat here"}
    assert (await ended(house, thread)).beside == ""
    (notice,) = platform.cards(thread, Kind.NOTICE)
    assert any(button.verb for button in notice.buttons)
    assert platform.refused == 2, "once with the title, once without"


async def test_moderators_who_can_be_told_nothing_hold_no_ending_up(
    house: House, platform: Filtering
) -> None:
    """E29."""
    thread = await house.mention(ANN, "hello")
    platform.words = {"started by"}
    with capture_logs() as log:
        assert (await ended(house, thread)).degraded == ""
    assert platform.told == []
    (line,) = [each for each in log if each["event"] == "moderators not told"]
    assert line["cause"] == "no such words here"


async def test_a_lock_that_the_platform_never_makes_is_in_the_record(
    house: House, platform: Filtering
) -> None:
    """E30."""
    thread = await house.mention(ANN, "hello")
    platform.shut = True
    assert (await ended(house, thread)).degraded == "no locks here"


async def test_who_leaves_is_out_also_where_that_may_not_be_said(house: House, platform: Filtering) -> None:
    """E13, E29."""
    thread = await house.mention(ANN, "hello")
    await house.write(BEN, "hello", thread, addressed=True)
    await house.assistant.ask_to_end(house.ref(thread), BEN, id="e1")
    platform.words = {"no longer answer"}
    await house.press(BEN, Verb.END, thread)
    assert platform.refused == 1
    assert house.clock.slept == [], "no step was tried again"
    here = await house.conversation(thread)
    people = await house.store.people.participants(here.id)
    assert {one.person.id: one.standing for one in people}["ben"] is Standing.OUT


async def test_a_reopening_that_may_not_be_shown_is_tried_once(house: House, platform: Filtering) -> None:
    """E36."""
    thread = await house.mention(ANN, "hello")
    await ended(house, thread)
    platform.shut = True
    await house.assistant.reopen(house.ref(thread), MO)
    await house.engine.idle()
    assert house.clock.slept == [], "no second attempt is waiting"
    assert await house.store.reopenings.unshown() == []
    await house.write(ANN, "and now?", thread)
    assert platform.replies(thread)[-1] == "ok"


async def test_a_question_that_is_not_let_through_is_not_open(house: House, platform: Filtering) -> None:
    """E9, E10: nobody confirms what they have not read."""
    thread = await house.mention(ANN, "hello")
    platform.words = {"this is permanent"}
    house.model.says("Sure.", end())
    await house.write(ANN, "please end this", thread)
    await house.write(ANN, "end chat", thread)
    assert await house.state(thread) is State.ACTIVE
    assert house.clock.slept == [], "no second attempt is waiting"


async def test_a_crisis_whose_card_nobody_lets_through_is_held_all_the_same(
    house: House, platform: Filtering
) -> None:
    """E15, E17."""
    thread = await house.mention(ANN, "hello")
    await ended(house, thread)
    platform.words, platform.shut = {"carry this alone"}, True
    await house.write(ANN, "I want to kill myself", thread)
    here = await house.conversation(thread)
    assert here.state is State.ACTIVE
    assert here.held(house.clock.now())
    assert house.clock.slept == [], "no second attempt is waiting"
    assert await house.store.holds.uncared() == []
