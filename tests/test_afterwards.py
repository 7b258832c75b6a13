"""After an ending: branches, feedback and appeals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import texts
from bot.cards import Kind, Verb
from bot.ports import Press
from bot.types import State
from tests.fakes.house import ANN, BEN, MO, House, open_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path / "adieu.db") as opened:
        yield opened


async def ended(house: House) -> str:
    """A thread with three exchanges, ended by Ann."""
    thread = await house.mention(ANN, "one")
    await house.write(ANN, "two", thread)
    await house.write(ANN, "three", thread)
    await house.assistant.ask_to_end(house.ref(thread), ANN, id="i1")
    await house.press(ANN, Verb.END, thread)
    assert await house.state(thread) is State.ENDED
    return thread


async def test_a_branch_goes_on_from_an_edited_message_with_the_history_before_it(house: House) -> None:
    """E34."""
    thread = await ended(house)
    here = await house.conversation(thread)
    own = await house.assistant.own_messages(here.id, ANN)
    assert [message.text for message in own] == ["three", "two", "one"]
    said = await house.assistant.branch(here.id, ANN, own[0].number, "three, but better", id="b1")
    await house.engine.idle()
    assert said.go_to == "fake/harbour/general/b1"
    prompt = house.model.prompts[-1]
    assert [item.reply for item in prompt.history] == ["ok", "ok"]
    assert "three, but better" in prompt.input
    assert house.platform.replies("b1") == ["ok"]
    assert "three, but better" in house.platform.cards("b1", Kind.WELCOME)[0].text
    assert await house.state(thread) is State.ENDED


async def test_a_branch_from_before_the_summary_has_the_exchanges_that_it_was_made_of(house: House) -> None:
    """E34: the history before the message, and nothing of what came after it."""
    thread = await house.mention(ANN, "one")
    for text in ("two", "three", "four"):
        await house.write(ANN, text, thread)
    here = await house.conversation(thread)
    own = {each.text: each for each in await house.assistant.own_messages(here.id, ANN)}
    summarised = own["three"].turn
    assert summarised is not None
    await house.store.inbox.compact(here.id, "one, two and three", summarised)
    await house.assistant.branch(here.id, ANN, own["three"].number, "three, but better", id="b1")
    await house.engine.idle()
    asked = house.model.prompts[-1]
    assert asked.summary == ""
    assert [each.input.count("one") + 2 * each.input.count("two") for each in asked.history] == [1, 2]
    await house.assistant.branch(here.id, ANN, own["four"].number, "four, but better", id="b2")
    await house.engine.idle()
    assert house.model.prompts[-1].summary == "one, two and three"
    assert house.model.prompts[-1].history == ()


async def test_the_same_branch_asked_for_twice_is_one(house: House) -> None:
    """E34."""
    thread = await ended(house)
    here = await house.conversation(thread)
    number = (await house.assistant.own_messages(here.id, ANN))[0].number
    for _ in range(2):
        await house.assistant.branch(here.id, ANN, number, "again", id="b1")
        await house.engine.idle()
    assert house.platform.replies("b1") == ["ok"]


async def test_a_branch_can_be_branched_and_lives_on(house: House) -> None:
    """E34."""
    thread = await ended(house)
    here = await house.conversation(thread)
    number = (await house.assistant.own_messages(here.id, ANN))[-1].number
    await house.assistant.branch(here.id, ANN, number, "from the start", id="b1")
    await house.engine.idle()
    assert house.model.prompts[-1].history == ()
    await house.write(ANN, "and on", "b1")
    assert len(house.model.prompts[-1].history) == 1


async def test_nobody_branches_from_somebody_elses_message(house: House) -> None:
    """E34, E38."""
    thread = await ended(house)
    here = await house.conversation(thread)
    number = (await house.assistant.own_messages(here.id, ANN))[0].number
    said = await house.assistant.branch(here.id, BEN, number, "mine now", id="b1")
    assert said.go_to == ""
    assert await house.assistant.own_messages(here.id, BEN) == ()


async def test_a_message_of_another_conversation_is_no_place_to_branch_from(house: House) -> None:
    """E34, E38: nothing of one thread ever comes into a branch of another."""
    one, other = await ended(house), await house.mention(ANN, "elsewhere")
    number = (await house.assistant.own_messages((await house.conversation(one)).id, ANN))[0].number
    said = await house.assistant.branch((await house.conversation(other)).id, ANN, number, "mix", id="b1")
    assert said.go_to == ""


async def test_a_deleted_message_is_no_place_to_branch_from(house: House) -> None:
    """E34."""
    thread = await ended(house)
    here = await house.conversation(thread)
    newest = (await house.assistant.own_messages(here.id, ANN))[0]
    await house.assistant.deleted(house.ref(thread), thread, newest.message_id)
    said = await house.assistant.branch(here.id, ANN, newest.number, "again", id="b1")
    assert said.go_to == ""


async def test_what_is_deleted_is_forgotten_in_every_branch_of_it(house: House) -> None:
    """E34: also in a branch of a branch; what others wrote stays."""
    thread = await ended(house)
    for source, name in ((thread, "b1"), ("b1", "b2")):
        here = await house.conversation(source)
        own = await house.assistant.own_messages(here.id, ANN)
        await house.assistant.branch(here.id, ANN, own[0].number, f"more in {name}", id=name)
        await house.engine.idle()
    await house.assistant.deleted(house.ref(thread), "general", thread)
    for name in (thread, "b1", "b2"):
        await house.assistant.reopen(house.ref(name), MO)
        await house.write(ANN, "and on", name)
        inputs = [exchange.input for exchange in house.model.prompts[-1].history]
        assert inputs[0] == "(deleted by its author)"
        assert "two" in inputs[1]


async def test_feedback_is_kept_and_shown_to_the_moderators(house: House) -> None:
    """E35."""
    thread = await ended(house)
    here = await house.conversation(thread)
    for _ in range(2):
        await house.assistant.feedback(here.id, ANN, "too early", wrong=True, id="f1")
    await house.engine.idle()
    assert await house.store.feedback.of(here.id) == [("ann", "wrong", "too early")]
    assert "too early" in house.platform.told[-1].text


async def test_the_same_feedback_again_tells_nobody_again(house: House) -> None:
    """E35."""
    thread = await ended(house)
    here, told = await house.conversation(thread), len(house.platform.told)
    for press in ("f1", "f2", "f3"):
        said = await house.assistant.feedback(here.id, ANN, "", wrong=True, id=press)
        assert said.text == texts.thanks()
    await house.assistant.feedback(here.id, ANN, "I had only asked", wrong=True, id="f4")
    await house.engine.idle()
    assert len(house.platform.told) == told + 2


async def test_there_is_no_feedback_on_a_chat_that_never_ended(house: House) -> None:
    """E35."""
    thread = await house.mention(ANN, "hello")
    here = await house.conversation(thread)
    said = await house.assistant.feedback(here.id, ANN, "wrong!", wrong=True, id="f1")
    assert (said.done, house.platform.told) == (False, [])
    assert await house.store.feedback.of(here.id) == []


async def test_a_form_hears_whether_its_words_were_taken_and_that_they_were_cut(house: House) -> None:
    """E35: nothing is lost or cut in silence."""
    thread = await ended(house)
    here, desk = await house.conversation(thread), house.assistant
    taken = await desk.feedback(here.id, ANN, "x" * 1001, wrong=True, id="f1")
    assert taken.done
    assert "Only its first 1000 characters were kept." in taken.text
    assert (await house.store.feedback.of(here.id))[0][2] == "x" * 1000
    short = await desk.appeal(here.id, ANN, "x" * 1000, id="a1")
    assert short.done
    assert "Only its first" not in short.text
    for said in (
        await desk.appeal(here.id, ANN, "again", id="a2"),
        await desk.appeal(here.id, BEN, "not mine", id="a3"),
        await desk.feedback(here.id, BEN, "not mine", wrong=True, id="f2"),
        await desk.branch(here.id, ANN, 1, "x" * 4001, id="b1"),
        await desk.branch(here.id, BEN, 1, "not mine", id="b2"),
    ):
        assert not said.done


async def test_the_buttons_beside_fine_go_on_working(house: House) -> None:
    """E35."""
    thread = await ended(house)
    here = await house.conversation(thread)
    said = await house.assistant.press(Press("p1", Verb.FINE, here.id, "beside", ANN, here.thread))
    assert (said.text, said.done) == (texts.thanks(), False)


async def test_an_appeal_is_open_once_at_a_time(house: House) -> None:
    """E35."""
    thread = await ended(house)
    here = await house.conversation(thread)
    first = await house.assistant.appeal(here.id, ANN, "I was joking", id="a1")
    second = await house.assistant.appeal(here.id, ANN, "really", id="a2")
    assert "A person will decide" in first.text
    assert "already" in second.text
    assert len(await house.store.feedback.of(here.id)) == 1


async def test_after_a_reopening_there_is_another_end_to_appeal_and_to_speak_of(house: House) -> None:
    """E35, E36: the reopening was the answer to what was said of the former one."""
    thread = await ended(house)
    here = await house.conversation(thread)
    for number in ("1", "2"):
        told = len(house.platform.told)
        wrong = await house.assistant.feedback(here.id, ANN, "", wrong=True, id=f"f{number}")
        appeal = await house.assistant.appeal(here.id, ANN, "I was joking", id=f"a{number}")
        await house.engine.idle()
        assert wrong.done
        assert appeal.done
        assert len(house.platform.told) == told + 2
        await house.assistant.reopen(house.ref(thread), MO)
        await house.engine.idle()
        await house.assistant.ask_to_end(house.ref(thread), ANN, id=f"e{number}")
        await house.press(ANN, Verb.END, thread)


async def test_an_appeal_comes_within_180_days_and_from_somebody_concerned(house: House) -> None:
    """E35."""
    thread = await ended(house)
    here = await house.conversation(thread)
    await house.assistant.appeal(here.id, BEN, "not mine", id="a1")
    house.clock.advance(181 * 24 * 3600)
    await house.assistant.appeal(here.id, ANN, "late", id="a2")
    assert await house.store.feedback.of(here.id) == []
