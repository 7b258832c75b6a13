"""The story of a conversation, through the real core and store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cards import Kind, Verb
from bot.ports import Received
from bot.types import State
from tests.fakes.house import ANN, BEN, MO, House, open_house
from tests.fakes.model import end


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path / "adieu.db") as opened:
        yield opened


async def test_a_mention_opens_a_thread_and_is_answered(house: House) -> None:
    house.model.says("Hello ", "Ann.")
    thread = await house.mention(ANN, "hello")
    assert house.platform.replies(thread) == ["Hello Ann."]
    assert house.platform.steps == ["open", "reply", "finish"]


async def test_a_follow_up_sees_what_was_said_before(house: House) -> None:
    thread = await house.mention(ANN, "hello")
    await house.write(ANN, "and now?", thread)
    past = house.model.prompts[1].history
    assert [(item.input, item.reply) for item in past] == [(house.model.prompts[0].input, "ok")]


async def test_a_message_delivered_twice_is_answered_once(house: House) -> None:
    thread = await house.mention(ANN, "hello")
    assert await house.send(ANN, "hello", thread, opens=True) is Received.DUPLICATE
    await house.engine.idle()
    assert len(house.model.prompts) == 1


async def test_messages_that_arrive_meanwhile_are_taken_together_as_the_next_turn(house: House) -> None:
    gate = asyncio.Event()
    house.model.says("first", gate)
    await house.send(ANN, "one", "t1", opens=True)
    await house.model.reached.wait()
    await house.write(ANN, "two", "t1", wait=False)
    await house.write(ANN, "three", "t1", wait=False)
    gate.set()
    await house.engine.idle()
    assert house.platform.replies("t1") == ["first", "ok"]
    assert "two" in house.model.prompts[1].input
    assert "three" in house.model.prompts[1].input


async def test_only_the_starter_is_answered_unless_others_address_the_assistant(house: House) -> None:
    thread = await house.mention(ANN, "hello")
    assert await house.write(BEN, "nice bot", thread) is Received.IGNORED
    assert await house.write(BEN, "@adieu and me?", thread, addressed=True) is Received.TAKEN


async def test_asked_to_end_it_asks_back_and_ends_on_the_same_persons_press(house: House) -> None:
    """E9, E10, E29."""
    thread = await house.mention(ANN, "hello")
    house.model.says("Sure.", end())
    await house.write(ANN, "please end this chat", thread)
    assert await house.state(thread) is State.ACTIVE
    assert "press" not in (await house.press(BEN, Verb.END, thread)).text
    assert await house.state(thread) is State.ACTIVE
    house.platform.steps.clear()
    await house.press(ANN, Verb.END, thread)
    assert await house.state(thread) is State.ENDED
    assert house.platform.locked == {thread}
    order = [s for s in house.platform.steps if s in {"beside", "post notice", "close", "tell"}]
    assert order == ["beside", "post notice", "close", "tell"]
    assert len(house.platform.cards(thread, Kind.NOTICE)) == 1


async def test_a_clear_yes_in_words_ends_it_without_asking_the_model(house: House) -> None:
    """E10."""
    thread = await house.mention(ANN, "hello")
    house.model.says(end())
    await house.write(ANN, "end the conversation please", thread)
    asked = len(house.model.prompts)
    await house.write(ANN, "Yes!", thread)
    assert await house.state(thread) is State.ENDED
    assert len(house.model.prompts) == asked


@pytest.mark.parametrize("words", ["no", "what happens to my files?", "> yes", "yes?", "```yes```"])
async def test_anything_but_a_clear_yes_cancels(house: House, words: str) -> None:
    """E10, E11."""
    thread = await house.mention(ANN, "hello")
    house.model.says(end())
    await house.write(ANN, "end this chat", thread)
    await house.write(ANN, words, thread)
    assert await house.state(thread) is State.ACTIVE
    people = await house.assistant.participants((await house.conversation(thread)).id)
    assert all(person.confirming is None for person in people)


async def test_silence_for_ten_minutes_cancels(house: House) -> None:
    """E10."""
    thread = await house.mention(ANN, "hello")
    house.model.says(end())
    await house.write(ANN, "end this chat", thread)
    house.clock.advance(10 * 60)
    await house.press(ANN, Verb.END, thread)
    assert await house.state(thread) is State.ACTIVE


async def test_after_the_end_nothing_reaches_the_model_and_the_person_is_pointed_on_once(
    house: House,
) -> None:
    """E32."""
    thread = await house.mention(ANN, "hello")
    await house.assistant.ask_to_end(house.ref(thread), ANN, id="i1")
    await house.press(ANN, Verb.END, thread)
    asked = len(house.model.prompts)
    for _ in range(3):
        assert await house.write(ANN, "hello?", thread) is Received.ENDED
    house.clock.advance(31 * 60)
    await house.write(ANN, "hello??", thread)
    await house.write(MO, "closing words", thread)
    assert house.platform.reminders == [("ann", "card"), ("ann", "sign")]
    assert len(house.model.prompts) == asked


async def test_a_fresh_start_opens_a_thread_at_once(house: House) -> None:
    """E33."""
    thread = await house.mention(ANN, "hello")
    await house.assistant.ask_to_end(house.ref(thread), ANN, id="i1")
    await house.press(ANN, Verb.END, thread)
    said = await house.assistant.begin(house.ref(thread), ANN, id="i2")
    assert said.go_to == "fake/harbour/general/i2"
    assert len(house.platform.cards("i2", Kind.WELCOME)) == 1
    await house.write(ANN, "again", "i2")
    assert house.platform.replies("i2") == ["ok"]


async def test_stop_keeps_what_was_said_and_the_conversation(house: House) -> None:
    house.model.says("half an ans", asyncio.Event())
    await house.send(ANN, "tell me", "t1", opens=True)
    await house.model.reached.wait()
    here = await house.conversation("t1")
    assert house.assistant._under_way.stop(here.id)
    await house.engine.idle()
    assert house.platform.replies("t1") == ["half an ans\n\n*(stopped)*"]
    assert house.model.cancelled == 1
    await house.write(ANN, "go on", "t1")
    assert house.platform.replies("t1")[-1] == "ok"


async def test_end_pressed_while_an_answer_runs_ends_at_once(house: House) -> None:
    house.model.says("a long ans", asyncio.Event())
    await house.send(ANN, "tell me", "t1", opens=True)
    await house.model.reached.wait()
    await house.assistant.ask_to_end(house.ref("t1"), ANN, id="i1")
    await house.press(ANN, Verb.END, "t1")
    assert await house.state("t1") is State.ENDED
    assert not any(post.working for post in house.platform.posts.values())


async def test_closing_right_after_a_promise_ends_and_leaves_the_work_to_the_rows(tmp_path: Path) -> None:
    async with open_house(tmp_path / "closing.db") as first:
        await first.send(ANN, "hello", "t1", opens=True)
    async with open_house(tmp_path / "closing.db") as again:
        await again.assistant.resume()
        await again.engine.idle()
        assert again.platform.replies("t1") == ["ok"]
