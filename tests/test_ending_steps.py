"""The steps after an end, one by one: what each says, and what becomes of one that cannot be done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import texts
from bot.cards import Card, Kind, Verb
from bot.court import Court
from bot.errors import Forbidden, PlatformError, ThreadGone
from bot.store.schema import ending
from bot.turn import Asked
from bot.types import Category, Closing, Mode, Person, Reason, Standing, State, Step
from tests.fakes.house import ANN, BEN, MO
from tests.fakes.model import end, warn
from tests.race_kit import Scene, open_scene

GONE = "the thread is gone"


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_scene(tmp_path / "adieu.db") as opened:
        yield opened


async def last(scene: Scene) -> Closing:
    here = await scene.house.conversation(scene.thread)
    found = await scene.house.store.endings.last(here.id)
    assert found is not None
    return found


async def bens_end(scene: Scene) -> None:
    """Ben, who did not start it, wants to be left alone."""
    house = scene.house
    await house.assistant.ask_to_end(house.ref(scene.thread), BEN, id="i1")
    await house.press(BEN, Verb.END, scene.thread)


def line(scene: Scene, words: str) -> Card:
    return next(card for card in scene.platform.cards(scene.thread, Kind.LINE) if words in card.text)


async def test_each_step_is_posted_once_and_under_a_key_of_its_own(scene: Scene) -> None:
    """E29."""
    await scene.end()
    ours = [each for each in scene.platform.asked if each[1].startswith("e")]
    assert ours == [("beside", "eb1", False), ("post notice", "en1", False), ("tell", "et1", False)]
    assert scene.platform.closed == [("Conversation ended: the person asked for it and confirmed", False)]


@pytest.mark.parametrize(
    ("step", "key"), [("beside", "eb1"), ("post notice", "en1"), ("tell", "et1"), ("post line", "eo1")]
)
async def test_a_step_that_may_have_had_its_effect_looks_for_itself_before_it_is_done_again(
    scene: Scene, step: str, key: str
) -> None:
    """E29, I4: exactly once as far as people can see."""
    out = step == "post line"
    scene.platform.fail.append((step, PlatformError("the answer was lost")))
    if out:
        scene.platform.fail.insert(0, ("post line", PlatformError("the question stays as it is")))
    await (bens_end(scene) if out else scene.end())
    assert [each for each in scene.platform.asked if each[1] == key] == [
        (step, key, False),
        (step, key, True),
    ]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (Reason.ABUSE, "Conversation ended: abusive messages went on after a warning"),
        (Reason.EXTREME_HARM, "Conversation ended: requests for extreme harm went on after a warning"),
    ],
)
async def test_the_platforms_log_says_why_without_a_word_of_what_was_written(
    scene: Scene, reason: Reason, said: str
) -> None:
    """E30."""
    house, category = scene.house, Category(reason.value)
    for _ in range(2):
        await house.write(ANN, "silly bot", scene.thread)
    house.model.says(warn(category))
    await house.write(ANN, "silly bot", scene.thread)
    house.model.says(end(reason))
    await house.write(ANN, "silly bot", scene.thread)
    assert scene.platform.closed == [(said, False)]
    assert (await last(scene)).ending.reason is reason


async def test_where_controls_cannot_stand_beside_the_ending_goes_on(scene: Scene) -> None:
    """E30."""
    scene.platform.fail.append(("beside", Forbidden("no", permission="Send Messages")))
    await scene.end()
    closing = await last(scene)
    assert (closing.beside, closing.degraded, closing.step) == ("", "", Step.TOLD)
    assert scene.platform.locked == {scene.thread}


@pytest.mark.parametrize(
    ("permission", "why"),
    [
        ("Send Messages", "the notice could not be posted (Send Messages)"),
        ("", "the notice could not be posted (no)"),
    ],
)
async def test_a_notice_that_may_not_be_posted_is_told_to_the_moderators(
    scene: Scene, permission: str, why: str
) -> None:
    """E30, I5: the conversation is ended all the same, and the case says degraded."""
    scene.platform.fail.append(("post notice", Forbidden("no", permission=permission)))
    await scene.end()
    assert (await last(scene)).degraded == why
    assert why in scene.platform.told[0].text
    assert await scene.house.state(scene.thread) is State.ENDED
    assert scene.platform.closed == [], "what nobody was told of is not locked without a word"


@pytest.mark.parametrize(("permission", "why"), [("Manage Threads", "Manage Threads"), ("", "no")])
async def test_a_lock_that_is_forbidden_names_what_is_missing(
    scene: Scene, permission: str, why: str
) -> None:
    """E30."""
    scene.platform.fail.append(("close", Forbidden("no", permission=permission)))
    await scene.end()
    assert (await last(scene)).degraded == f"missing permission {why}"


async def test_moderators_who_may_not_be_told_keep_nothing_from_ending(scene: Scene) -> None:
    """E29."""
    scene.platform.fail.append(("tell", Forbidden("no", permission="Send Messages")))
    await scene.end()
    assert await scene.house.state(scene.thread) is State.ENDED
    assert scene.platform.told == []
    assert scene.house.clock.slept == []


@pytest.mark.parametrize("step", ["beside", "post notice", "close"])
async def test_a_thread_that_is_gone_ends_the_steps_in_it_and_the_moderators_hear_of_it(
    scene: Scene, step: str
) -> None:
    """E29, E37."""
    scene.platform.fail.append((step, ThreadGone("gone")))
    await scene.end()
    closing = await last(scene)
    assert (closing.degraded, closing.step) == (GONE, Step.TOLD)
    assert f"Not locked: {GONE}." in scene.platform.told[0].text


async def test_a_channel_of_the_moderators_that_is_gone_makes_no_ending_degraded(scene: Scene) -> None:
    """E29."""
    scene.platform.fail.append(("tell", ThreadGone("gone")))
    await scene.end()
    closing = await last(scene)
    assert (closing.degraded, closing.step) == ("", Step.TOLD)
    assert scene.platform.locked == {scene.thread}


async def test_somebody_who_leaves_a_thread_that_is_gone_is_out_all_the_same(scene: Scene) -> None:
    """E13, E29: and no moderator hears of it."""
    house = scene.house
    why = select(ending.c.degraded)
    await house.assistant.ask_to_end(house.ref(scene.thread), BEN, id="i1")
    scene.platform.gone.add(scene.thread)
    await house.press(BEN, Verb.END, scene.thread)
    people = await house.assistant.participants((await house.conversation(scene.thread)).id)
    assert [one.standing for one in people if one.person.id == "ben"] == [Standing.OUT]
    assert await house.store.endings.unfinished() == []
    assert await house.store.endings._database.read(lambda c: c.execute(why).scalars().all()) == [GONE]
    assert scene.platform.told == []


async def test_who_leaves_is_named_in_the_line_that_says_so(scene: Scene) -> None:
    """E7, E13."""
    await bens_end(scene)
    assert line(scene, "I no longer answer").text.startswith(
        "I no longer answer Ben in this thread, as asked."
    )
    assert scene.platform.closed == []
    assert "tell" not in scene.platform.steps


async def test_a_line_that_may_not_be_posted_keeps_nobody_in(scene: Scene) -> None:
    """E13, E29."""
    house = scene.house
    await house.assistant.ask_to_end(house.ref(scene.thread), BEN, id="i1")
    scene.platform.fail += [("post line", PlatformError("down")), ("post line", Forbidden("no"))]
    await house.press(BEN, Verb.END, scene.thread)
    assert await house.store.endings.unfinished() == []


async def test_at_the_end_every_open_question_is_answered_each_in_its_way(scene: Scene) -> None:
    """E10, E29: confirmed for whoever ended it, pointless for the others."""
    house = scene.house
    here = await house.conversation(scene.thread)
    await house.assistant.ask_to_end(house.ref(scene.thread), BEN, id="i1")
    asked = {one.person.id: one.confirming for one in await house.assistant.participants(here.id)}
    await scene.end()
    bens = asked["ben"]
    assert bens is not None
    cards = scene.platform.cards(scene.thread, Kind.LINE)
    assert texts.answered(here, bens, yes=None, reader=BEN) in cards
    assert len([card for card in cards if card.text == texts.answered(here, bens, yes=True).text]) == 1
    people = await house.assistant.participants(here.id)
    assert [one.confirming for one in people] == [None, None]


async def test_the_question_to_somebody_else_stays_open_where_one_person_leaves(scene: Scene) -> None:
    """E7, E13, I7."""
    house = scene.house
    await house.assistant.ask_to_end(house.ref(scene.thread), ANN, id="i0")
    await bens_end(scene)
    people = await house.assistant.participants((await house.conversation(scene.thread)).id)
    assert {one.person.id: one.confirming is None for one in people} == {"ann": False, "ben": True}
    assert len(scene.platform.cards(scene.thread, Kind.CONFIRMATION)) == 1


@pytest.mark.parametrize(("who", "leave"), [(ANN, False), (BEN, True), (MO, False)])
async def test_the_question_says_whether_the_chat_ends_or_only_ones_own_part(
    scene: Scene, who: Person, *, leave: bool
) -> None:
    """E9, E13: the model's request asks in the same words as the command."""
    person = who
    house = scene.house
    house.model.says(end())
    await house.write(person, "@adieu end this chat", scene.thread, addressed=True)
    here = await house.conversation(scene.thread)
    (card,) = scene.platform.cards(scene.thread, Kind.CONFIRMATION)
    assert card == texts.confirmation(here, person, card.nonce, leave=leave)
    assert scene.platform.asked[-1] == ("post confirmation", f"c{card.nonce}", False)


async def test_each_question_has_a_nonce_of_its_own(scene: Scene) -> None:
    """E10: a button of an older question answers no newer one, nor anybody else's."""
    house, nonces = scene.house, set()
    for who in (ANN, BEN, ANN):
        house.model.says(end())
        await house.write(who, "@adieu end this chat", scene.thread, addressed=True)
        nonces |= {card.nonce for card in scene.platform.cards(scene.thread, Kind.CONFIRMATION)}
    assert len(nonces) == 3


async def test_a_question_that_may_be_there_already_looks_for_itself(scene: Scene) -> None:
    """E9: the turn is taken again, the question stands once."""
    scene.platform.fail.append(("post confirmation", PlatformError("the answer was lost")))
    for _ in range(2):
        scene.house.model.says(end())
    await scene.house.write(ANN, "end this chat", scene.thread)
    asked = [again for step, _, again in scene.platform.asked if step == "post confirmation"]
    assert asked == [False, True]
    assert len(scene.platform.cards(scene.thread, Kind.CONFIRMATION)) == 1


async def test_a_question_that_may_not_be_posted_is_not_open(scene: Scene) -> None:
    """E9, E10: nobody saw it, so no yes in words answers it."""
    house = scene.house
    scene.platform.fail.append(("post confirmation", Forbidden("no", permission="Send Messages")))
    house.model.says(end())
    await house.write(ANN, "end this chat", scene.thread)
    people = await house.assistant.participants((await house.conversation(scene.thread)).id)
    assert [one.confirming for one in people] == [None]
    await house.write(ANN, "yes", scene.thread)
    assert await house.state(scene.thread) is State.ACTIVE


async def test_a_newer_question_to_the_same_person_closes_the_older_one(scene: Scene) -> None:
    """E10: one question is open, and only its buttons are there."""
    house = scene.house
    for id_ in ("i1", "i2"):
        await house.assistant.ask_to_end(house.ref(scene.thread), BEN, id=id_)
    (card,) = scene.platform.cards(scene.thread, Kind.CONFIRMATION)
    people = await house.assistant.participants((await house.conversation(scene.thread)).id)
    assert [one.confirming.nonce for one in people if one.confirming] == [card.nonce]
    asked = [again for step, _, again in scene.platform.asked if step == "post confirmation"]
    assert asked == [False, False]


async def test_two_people_who_ask_within_one_turn_are_asked_by_two_questions(scene: Scene) -> None:
    """E10: a turn that is taken again with somebody's newer message asks them by a card of their own."""
    house, nonces = scene.house, set()
    work = await house.store.holds.work(1)
    assert work is not None
    for who in (ANN, BEN):
        said = tuple(replace(each, author=who) for each in work.turn.messages)
        taken = replace(work, turn=replace(work.turn, messages=said))
        risk = asyncio.create_task(house.detector.read(said, ()))
        ruling = await Court(house.assistant._parts, taken, Mode.ON, risk).hear(end())
        assert isinstance(ruling, Asked)
        assert ruling.person == who
        nonces.add(ruling.confirming.nonce)
        await risk
    assert len(nonces) == 2


async def test_an_interrupted_reply_keeps_its_words_and_loses_its_stop_button(scene: Scene) -> None:
    """E29."""
    house = scene.house
    await house.assistant.ask_to_end(house.ref(scene.thread), ANN, id="i1")
    gate = scene.platform.waits("never")
    house.model.says("Half of ", gate.open, "it.")
    await house.write(BEN, "@adieu tell me", scene.thread, addressed=True, wait=False)
    await house.model.reached.wait()
    await house.press(ANN, Verb.END, scene.thread)
    assert house.platform.replies(scene.thread)[-1] == "Half of \n\n*(stopped)*"
    assert not any(post.working for post in scene.platform.posts.values())
