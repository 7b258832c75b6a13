"""Answers that a platform does not let through: said to be so, once, and the model is asked once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot import texts
from bot.cards import Kind
from bot.types import Person
from tests.fakes.filtering import BAD, Filtering
from tests.fakes.house import ANN, House, open_house
from tests.fakes.model import end

GERMAN = Person("ann", "Ann", locale="de")


@pytest.fixture
def platform() -> Filtering:
    return Filtering()


@pytest.fixture
async def house(tmp_path: Path, platform: Filtering) -> AsyncIterator[House]:
    async with open_house(tmp_path / "adieu.db", platform=platform) as opened:
        yield opened


async def test_an_answer_that_is_not_let_through_is_asked_for_once_and_said_to_be_so(
    house: House, platform: Filtering
) -> None:
    house.model.says(f"I am a {BAD}.")
    with capture_logs() as log:
        thread = await house.mention(GERMAN, "what are you?")
    assert platform.replies(thread) == [texts.not_shown("de")]
    assert len(house.model.prompts) == 1
    assert house.clock.slept == [], "no second attempt is waiting"
    (line,) = [each for each in log if each["log_level"] == "error"]
    assert line["thread"] == house.ref(thread).key
    assert line["cause"] == "no such words here"


async def test_the_model_knows_that_its_answer_was_not_seen(house: House, platform: Filtering) -> None:
    house.model.says(f"I am a {BAD}.")
    thread = await house.mention(ANN, "what are you?")
    house.model.says("A kettle.")
    await house.write(ANN, "in other words?", thread)
    (exchange,) = house.model.prompts[-1].history
    assert "what are you?" in exchange.input
    assert exchange.reply == texts.not_shown(ANN)
    assert "what are you?" not in house.model.prompts[-1].input, "it would be answered in the same words"
    assert platform.replies(thread)[-1] == "A kettle."


async def test_an_answer_that_nobody_saw_has_redirected_nobody(house: House) -> None:
    """E3."""
    house.model.says(f"No {BAD} from me. Shall we bake instead?")
    thread = await house.mention(ANN, "hello")
    here = await house.conversation(thread)
    assert await house.store.directory.answered(here.id, 10) == {}
    assert [author for _, author, _ in await house.store.directory.transcript(here.id, 10)] == ["ann"]


async def test_after_a_restart_nothing_of_it_is_tried_again(tmp_path: Path, platform: Filtering) -> None:
    async with open_house(tmp_path / "adieu.db", platform=platform) as house:
        house.model.says(f"I am a {BAD}.")
        await house.mention(ANN, "what are you?")
    refused = platform.refused
    async with open_house(tmp_path / "adieu.db", platform=platform) as house:
        await house.assistant.resume()
        await house.engine.idle()
        assert house.model.prompts == []
    assert platform.refused == refused


async def test_where_no_word_at_all_is_let_through_the_turn_is_over_all_the_same(
    house: House, platform: Filtering
) -> None:
    thread = await house.mention(ANN, "hello")
    platform.words = {""}
    with capture_logs() as log:
        await house.write(ANN, "are you there?", thread)
    assert len(house.model.prompts) == 2
    assert [each["event"] for each in log if each["log_level"] == "error"] == [
        "reply blocked by the platform",
        "reply blocked by the platform",
        "no word let through",
    ]
    platform.words = set()
    await house.write(ANN, "and now?", thread)
    assert platform.replies(thread)[-1] == "ok"


async def test_a_thread_that_the_platform_does_not_let_through_is_said_to_be_impossible(
    house: House, platform: Filtering
) -> None:
    platform.shut = True
    await house.mention(GERMAN, "hello")
    (said,) = platform.cards("general", Kind.APOLOGY)
    assert said.text == texts.thread_impossible("de")
    assert house.model.prompts == []
    begun = await house.assistant.begin(house.ref("x"), GERMAN, id="n1")
    assert begun.text == texts.thread_impossible("de")


async def test_words_before_a_question_that_are_not_let_through_do_not_keep_it_from_being_asked(
    house: House, platform: Filtering
) -> None:
    """E9."""
    thread = await house.mention(ANN, "hello")
    house.model.says(f"Sure, {BAD}.", end())
    await house.write(ANN, "please end this", thread)
    assert platform.cards(thread, Kind.CONFIRMATION)
    assert texts.not_shown(ANN) not in platform.replies(thread)


async def test_what_was_withdrawn_is_over_where_its_reply_may_not_be_touched_any_more(
    tmp_path: Path, platform: Filtering
) -> None:
    async with open_house(tmp_path / "adieu.db", platform=platform) as house:
        thread = await house.mention(ANN, "hello")
        house.model.says("half an answer", asyncio.Event())
        await house.write(ANN, "and now?", thread, wait=False)
        await house.model.reached.wait()
    async with open_house(tmp_path / "adieu.db", platform=platform) as house:
        await house.assistant.deleted(house.ref(thread), thread, "m2")
        platform.words = {""}
        await house.assistant.resume()
        await house.engine.idle()
        assert platform.refused == 1
        assert house.clock.slept == [], "no second attempt is waiting"
        assert await house.store.inbox.unfinished() == []
