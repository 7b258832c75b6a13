"""Warnings and endings for behaviour: every key is needed, and doubt goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cards import Kind, Verb
from bot.errors import PlatformError
from bot.ports import Press, Question
from bot.types import BadCall, Category, Next, Reason, Risk, Standing, State, Verdict
from tests.fakes.house import ANN, BEN, MO, House, open_house
from tests.fakes.model import agrees, end, warn


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path / "adieu.db") as opened:
        yield opened


async def redirected(house: House, times: int = 3) -> str:
    """A thread in which Ann was rude and has been redirected so many times."""
    thread = await house.mention(ANN, "silly bot")
    for _ in range(times - 1):
        await house.write(ANN, "silly bot", thread)
    return thread


async def warned(house: House) -> str:
    """The same, and a warning was shown."""
    thread = await redirected(house)
    house.model.says(warn())
    await house.write(ANN, "silly bot", thread)
    assert len(house.platform.cards(thread, Kind.WARNING)) == 1
    return thread


async def standing(house: House, thread: str, who: str = "ann") -> Standing:
    people = await house.assistant.participants((await house.conversation(thread)).id)
    return next((one.standing for one in people if one.person.id == who), Standing.CLEAR)


async def test_the_whole_path_ends_the_conversation_of_its_starter(house: House) -> None:
    """E1, E5, E7, E20."""
    thread = await warned(house)
    house.model.says("I will stop here.", end(Reason.ABUSE))
    await house.write(ANN, "silly bot", thread)
    assert await house.state(thread) is State.ENDED
    assert house.platform.replies(thread)[-1] == "I will stop here."
    assert "after a warning" in house.platform.cards(thread, Kind.NOTICE)[0].text
    assert len(house.platform.told) == 1


@pytest.mark.parametrize("reason", [Reason.ABUSE, Reason.EXTREME_HARM])
async def test_no_ending_for_behaviour_without_a_warning(house: House, reason: Reason) -> None:
    """E5, I1."""
    thread = await redirected(house, 6)
    house.model.says(end(reason))
    await house.write(ANN, "silly bot", thread)
    assert await house.state(thread) is State.ACTIVE
    assert not house.reviewer.asked


async def test_no_warning_before_three_redirections(house: House) -> None:
    """E3."""
    thread = await redirected(house, 2)
    house.model.says(warn())
    await house.write(ANN, "silly bot", thread)
    assert not house.platform.cards(thread, Kind.WARNING)


async def test_redirections_that_the_second_opinion_invents_do_not_count(house: House) -> None:
    """E21: every cited id is checked."""
    thread = await redirected(house)
    house.reviewer.think = lambda question: replace(agrees(question), redirections=(901, 902, 903))
    house.model.says(warn())
    await house.write(ANN, "silly bot", thread)
    assert not house.platform.cards(thread, Kind.WARNING)


async def test_a_warning_for_one_class_does_not_end_for_the_other(house: House) -> None:
    """E5."""
    thread = await warned(house)
    house.model.says(end(Reason.EXTREME_HARM))
    await house.write(ANN, "silly bot", thread)
    assert await house.state(thread) is State.ACTIVE


async def test_the_warning_must_have_been_delivered(house: House) -> None:
    """E4."""
    thread = await redirected(house)
    house.platform.fail.append(("post warning", PlatformError("lost")))
    house.model.says(warn())
    await house.write(ANN, "silly bot", thread)
    assert await standing(house, thread) is Standing.CLEAR


async def test_warning_and_ending_in_one_breath_need_a_later_message(house: House) -> None:
    """E5, E24: the ending needs one later message of the same person."""
    thread = await redirected(house)
    house.model.says(warn(), end(Reason.ABUSE))
    await house.write(ANN, "silly bot", thread)
    assert await house.state(thread) is State.ACTIVE


async def test_a_warning_lapses_after_five_clean_messages(house: House) -> None:
    """E6."""
    thread = await warned(house)
    for _ in range(5):
        await house.write(ANN, "how do tides work?", thread)
    house.model.says(end(Reason.ABUSE))
    await house.write(ANN, "silly bot", thread)
    assert await house.state(thread) is State.ACTIVE
    assert await standing(house, thread) is Standing.CLEAR


async def test_a_warning_lapses_after_a_day(house: House) -> None:
    """E6."""
    thread = await warned(house)
    house.clock.advance(24 * 3600)
    house.model.says(end(Reason.ABUSE))
    await house.write(ANN, "silly bot", thread)
    assert await house.state(thread) is State.ACTIVE


async def test_an_apology_clears_the_warning_without_grudge(house: House) -> None:
    """E6, E5: after it, an ending would need redirections and a warning anew."""
    thread = await warned(house)
    house.model.says(end(Reason.ABUSE))
    await house.write(ANN, "I'm sorry.", thread)
    assert await standing(house, thread) is Standing.CLEAR
    house.model.says(end(Reason.ABUSE))
    await house.write(ANN, "silly bot", thread)
    assert await house.state(thread) is State.ACTIVE


async def test_an_apology_with_more_behind_it_or_by_somebody_else_clears_nothing(house: House) -> None:
    """E6, I7."""
    thread = await warned(house)
    await house.write(ANN, "sorry, but you are a silly bot", thread)
    await house.write(BEN, "@adieu sorry", thread, addressed=True)
    assert await standing(house, thread) is Standing.WARNED


async def test_one_persons_behaviour_never_counts_for_another(house: House) -> None:
    """E7, I7."""
    thread = await warned(house)
    house.model.says(end(Reason.ABUSE))
    await house.write(BEN, "@adieu hello", thread, addressed=True)
    assert await house.state(thread) is State.ACTIVE
    assert await standing(house, thread, "ben") is Standing.CLEAR


async def test_somebody_who_did_not_start_the_thread_is_out_and_the_others_go_on(house: House) -> None:
    """E7, E13."""
    thread = await house.mention(ANN, "hello")
    for _ in range(3):
        await house.write(BEN, "silly bot", thread, addressed=True)
    house.model.says(warn())
    await house.write(BEN, "silly bot", thread, addressed=True)
    house.model.says(end(Reason.ABUSE))
    await house.write(BEN, "silly bot", thread, addressed=True)
    assert await standing(house, thread, "ben") is Standing.OUT
    asked = len(house.model.prompts)
    await house.write(BEN, "hey", thread, addressed=True)
    assert len(house.model.prompts) == asked
    await house.write(ANN, "where were we?", thread)
    assert len(house.model.prompts) == asked + 1


def _no(question: Question) -> Verdict | None:
    return replace(agrees(question), uphold=False)


def _crisis(question: Question) -> Verdict | None:
    return replace(agrees(question), crisis=True)


def _unsure(_question: Question) -> Verdict | None:
    return None


def _fails(_question: Question) -> Verdict | None:
    raise RuntimeError("a bug in the second opinion")


def _other_class(question: Question) -> Verdict | None:
    return replace(agrees(question), category=Category.EXTREME_HARM)


def _other_person(question: Question) -> Verdict | None:
    return replace(agrees(question), person="ben")


def _no_benign_reading(question: Question) -> Verdict | None:
    return replace(agrees(question), benign=" ")


def _nothing_persists(question: Question) -> Verdict | None:
    return replace(agrees(question), persisting=())


async def test_an_ending_needs_redirections_that_hold_up_once_more(house: House) -> None:
    """E21: named again by the second opinion, and checked again."""
    thread = await warned(house)
    house.reviewer.think = lambda question: replace(agrees(question), redirections=(901, 902, 903))
    house.model.says(end(Reason.ABUSE))
    await house.write(ANN, "silly bot", thread)
    assert await house.state(thread) is State.ACTIVE


async def test_a_warning_needs_a_newest_message_that_persists(house: House) -> None:
    """E3, E21."""
    thread = await redirected(house)
    house.reviewer.think = _nothing_persists
    house.model.says(warn())
    await house.write(ANN, "silly bot", thread)
    assert not house.platform.cards(thread, Kind.WARNING)


async def test_what_is_deleted_while_the_second_opinion_is_asked_no_longer_counts(house: House) -> None:
    """E21: not being deleted."""
    thread = await warned(house)
    review = house.reviewer.review

    async def while_reviewing(question: Question) -> Verdict | None:
        newest = f"m{house.count}"
        await house.assistant.deleted(house.ref(thread), thread, newest)
        return await review(question)

    house.reviewer.review = while_reviewing  # type: ignore[method-assign]
    house.model.says(end(Reason.ABUSE))
    await house.write(ANN, "silly bot", thread)
    assert await house.state(thread) is State.ACTIVE


@pytest.mark.parametrize(
    "think",
    [
        _no,
        _crisis,
        _unsure,
        _fails,
        _other_class,
        _other_person,
        _no_benign_reading,
        _nothing_persists,
    ],
)
async def test_any_doubt_of_the_second_opinion_goes_on(house: House, think: object) -> None:
    """E8, E20."""
    thread = await warned(house)
    house.reviewer.think = think  # type: ignore[assignment]
    house.model.says("Well.", end(Reason.ABUSE))
    await house.write(ANN, "silly bot", thread)
    assert await house.state(thread) is State.ACTIVE
    assert house.platform.replies(thread)[-1] == "Well.\n\nok"


@pytest.mark.parametrize("risk", [Risk.POSSIBLE, Risk.YES])
async def test_a_crisis_holds_everything_and_shows_where_help_is(house: House, risk: Risk) -> None:
    """E15-E17, I2."""
    thread = await warned(house)
    house.detector.risk = risk
    house.model.says(end(Reason.ABUSE))
    await house.write(ANN, "words of crisis", thread)
    house.detector.risk = Risk.NONE
    house.model.says(end())
    await house.write(ANN, "end this chat", thread)
    said = await house.assistant.ask_to_end(house.ref(thread), ANN, id="i1")
    assert "end" not in said.text.lower()
    assert await house.state(thread) is State.ACTIVE
    assert not house.platform.cards(thread, Kind.CONFIRMATION)
    assert len(house.platform.cards(thread, Kind.CRISIS)) == 1
    assert "ending" not in house.platform.cards(thread, Kind.CRISIS)[0].text


async def test_a_crisis_cancels_a_pending_confirmation(house: House) -> None:
    """E16."""
    thread = await house.mention(ANN, "hello")
    await house.assistant.ask_to_end(house.ref(thread), ANN, id="i1")
    asked = house.platform.control(thread, Verb.END)
    house.detector.risk = Risk.YES
    await house.write(BEN, "words of crisis", thread, addressed=True)
    assert not house.platform.cards(thread, Kind.CONFIRMATION)
    await house.assistant.press(
        Press("i2", Verb.END, asked.conversation, asked.nonce, ANN, house.ref(thread))
    )
    assert await house.state(thread) is State.ACTIVE


async def test_an_unknown_risk_stops_endings_for_behaviour_but_not_a_persons_own_request(
    house: House,
) -> None:
    """E15."""
    thread = await warned(house)
    house.detector.risk = RuntimeError("down")
    house.model.says(end(Reason.ABUSE))
    await house.write(ANN, "silly bot", thread)
    assert await house.state(thread) is State.ACTIVE
    house.model.says(end())
    await house.write(ANN, "please end this chat", thread)
    await house.press(ANN, Verb.END, thread)
    assert await house.state(thread) is State.ENDED


async def test_off_offers_no_tools(tmp_path: Path) -> None:
    """E22."""
    async with open_house(tmp_path / "adieu.db", mode="off") as house:
        await house.mention(ANN, "hello")
        assert not house.model.prompts[0].tools


async def test_shadow_judges_and_logs_and_does_nothing(tmp_path: Path) -> None:
    """E22."""
    async with open_house(tmp_path / "adieu.db", mode="shadow") as house:
        thread = await redirected(house)
        house.model.says(warn())
        await house.write(ANN, "silly bot", thread)
        house.model.says(end())
        await house.write(ANN, "end this chat", thread)
        assert len(house.reviewer.asked) == 1
        assert not house.platform.cards(thread, Kind.WARNING)
        assert not house.platform.cards(thread, Kind.CONFIRMATION)


async def test_too_many_endings_in_an_hour_switch_the_workspace_to_shadow(house: House) -> None:
    """E23."""
    for _ in range(4):
        thread = await warned(house)
        house.model.says(end(Reason.ABUSE))
        await house.write(ANN, "silly bot", thread)
    assert await house.state(thread) is State.ACTIVE
    assert house.platform.told[-1].title == "Endings for behaviour are paused"


async def test_a_denied_call_leaves_no_trace_and_at_most_two_are_judged(house: House) -> None:
    """E24."""
    thread = await redirected(house, 1)
    for _ in range(3):
        house.model.says(end(Reason.ABUSE))
    house.model.says("Here is your answer.")
    await house.write(ANN, "what is 2 + 2?", thread)
    assert house.platform.replies(thread)[-1] == "Here is your answer."
    assert not [post for post in house.platform.posts.values() if post.card]


async def test_a_newer_message_discards_the_call(house: House) -> None:
    """E25."""
    thread = await warned(house)

    def think(question: Question) -> Verdict | None:
        return agrees(question)

    house.reviewer.think = think
    review = house.reviewer.review

    async def while_reviewing(question: Question) -> Verdict | None:
        await house.write(ANN, "sorry, I did not mean that", thread, wait=False)
        return await review(question)

    house.reviewer.review = while_reviewing  # type: ignore[method-assign]
    house.model.says(end(Reason.ABUSE))
    await house.write(ANN, "silly bot", thread)
    assert await house.state(thread) is State.ACTIVE
    assert "sorry" in house.model.prompts[-1].input
    assert house.platform.replies(thread)[-1] == "ok"


@pytest.mark.parametrize("cut", [Next.CUT, Next.REFUSED, Next.OVERFLOW])
async def test_what_was_cut_is_never_judged(house: House, cut: Next) -> None:
    """E26: the model port hands out no calls of a cut response; the turn ends as an ordinary reply."""
    thread = await warned(house)
    house.model.says("some text", cut)
    await house.write(ANN, "silly bot", thread)
    assert await house.state(thread) is State.ACTIVE


async def test_text_before_the_call_is_posted_and_nothing_is_asked_after_it(house: House) -> None:
    """E27."""
    thread = await warned(house)
    asked = len(house.model.prompts)
    house.model.says("Before.", end(Reason.ABUSE))
    await house.write(ANN, "silly bot", thread)
    assert house.platform.replies(thread)[-1] == "Before."
    assert len(house.model.prompts) == asked + 1


async def test_a_call_that_fits_no_schema_is_denied(house: House) -> None:
    """E8."""
    thread = await house.mention(ANN, "hello")
    house.model.says(BadCall("c1", "end_conversation", "no reason"))
    await house.write(ANN, "and now?", thread)
    assert await house.state(thread) is State.ACTIVE
    assert house.platform.replies(thread)[-1] == "ok"


async def test_a_request_that_stands_only_in_quotes_is_no_request(house: House) -> None:
    """E11, E38."""
    thread = await house.mention(ANN, "hello")
    house.model.says(end())
    await house.write(ANN, "> please end this chat\n```end this chat```", thread)
    assert not house.platform.cards(thread, Kind.CONFIRMATION)


async def test_a_participants_own_request_puts_only_themselves_out(house: House) -> None:
    """E13."""
    thread = await house.mention(ANN, "hello")
    house.model.says(end())
    await house.write(BEN, "@adieu end this chat", thread, addressed=True)
    await house.press(BEN, Verb.END, thread)
    assert await house.state(thread) is State.ACTIVE
    assert await standing(house, thread, "ben") is Standing.OUT
    await house.write(BEN, "@adieu I am back", thread, addressed=True)
    assert await standing(house, thread, "ben") is Standing.CLEAR


async def test_a_moderator_reopens_and_old_steps_cannot_lock_it_again(house: House) -> None:
    """E36."""
    thread = await warned(house)
    house.model.says(end(Reason.ABUSE))
    await house.write(ANN, "silly bot", thread)
    await house.assistant.unlocked(house.ref(thread), by="Mo")
    assert await house.state(thread) is State.ACTIVE
    assert await standing(house, thread) is Standing.CLEAR
    await house.write(ANN, "hello again", thread)
    assert house.platform.replies(thread)[-1] == "ok"
    assert house.platform.locked == set()


async def test_a_thread_locked_by_hand_is_a_moderators_ending(house: House) -> None:
    """E37."""
    thread = await house.mention(ANN, "hello")
    await house.assistant.locked(house.ref(thread), by=MO.id)
    await house.engine.idle()
    here = await house.conversation(thread)
    last = await house.store.endings.last(here.id)
    assert here.state is State.ENDED
    assert last is not None
    assert (last.ending.reason, last.ending.by) == (Reason.MODERATOR, "mo")


async def test_a_thread_that_is_deleted_is_recorded_calmly(house: House) -> None:
    """E37."""
    thread = await house.mention(ANN, "hello")
    house.platform.gone.add(thread)
    await house.write(ANN, "are you there?", thread)
    assert await house.state(thread) is State.ENDED


async def test_without_the_permission_to_lock_the_assistant_itself_refuses(house: House) -> None:
    """E30."""
    house.platform.locks = False
    thread = await house.mention(ANN, "hello")
    await house.assistant.ask_to_end(house.ref(thread), ANN, id="i1")
    await house.press(ANN, Verb.END, thread)
    last = await house.store.endings.last((await house.conversation(thread)).id)
    assert last is not None
    assert last.degraded == "missing permission Manage Threads"
    assert "Not locked" in house.platform.told[0].text
    await house.write(ANN, "hello?", thread)
    assert house.platform.reminders == [("ann", "card")]
