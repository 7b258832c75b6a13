"""The store's contract for what care needs: holds, late messages, and what was deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.store import Done, Store, Work
from bot.store.schema import audit
from bot.types import Category, Confirming, Reason, Risk, Standing, State, Warned
from tests.contracts.test_store import ANN, NOW, THREAD, accept, an_ending, begun, found, message

UNTIL = NOW + timedelta(hours=24)
LATER = UNTIL + timedelta(seconds=1)
DONE = Done("done", "hello", "answered")
WARNED = Warned("ann", Category.ABUSE, "card", NOW, 1, redirections=(1, 2, 3))


async def turn(store: Store, message_id: str) -> Work:
    """One more message of Ann's, under way."""
    await accept(store, message("more", message_id))
    work = await store.inbox.load((await found(store)).id)
    assert work is not None
    return work


async def shown(store: Store, work: Work) -> datetime | None:
    """When helplines were last shown there, as the next crisis learns it."""
    await store.holds.raised(work.turn.id, Risk.YES, UNTIL, NOW)
    owed = await store.holds.owed(work.turn.id)
    assert owed is not None
    return owed[1]


async def ended(store: Store) -> Work:
    """A conversation that has ended at Ann's own wish."""
    work = await begun(store)
    await store.inbox.finish(work, DONE, NOW)
    here = await found(store)
    ending = replace(an_ending(work), version=here.version, reason=Reason.USER_REQUEST, by="ann")
    assert await store.endings.decide(ending, ANN, NOW)
    return work


async def causes(store: Store) -> list[str]:
    query = select(audit.c.cause).order_by(audit.c.id)
    return await store.holds._database.read(lambda c: list(c.execute(query).scalars()))


async def test_a_crisis_sets_the_hold_cancels_the_question_and_owes_the_card(store: Store) -> None:
    """E15, E16, E17."""
    work = await begun(store)
    asked = Confirming("ann", "nonce", NOW + timedelta(minutes=10))
    assert await store.people.ask(work.conversation.id, ANN, asked, NOW)
    await store.people.shown(work.conversation.id, "ann", "nonce", "p1")
    held = await store.holds.raised(work.turn.id, Risk.YES, UNTIL, NOW)
    assert held is not None
    assert [each.card for each in held.cancelled] == ["p1"]
    assert held.conversation.held(NOW)
    assert held.conversation.version > work.conversation.version
    owed = await store.holds.owed(work.turn.id)
    assert owed is not None
    assert owed[1] is None, "none was shown here before"
    await store.holds.carded(work.turn.id, NOW)
    assert await store.holds.owed(work.turn.id) is None
    assert await shown(store, work) == NOW


async def test_a_card_that_cannot_be_shown_is_owed_no_longer_and_was_not_shown(store: Store) -> None:
    """E17."""
    work = await begun(store)
    await store.holds.raised(work.turn.id, Risk.YES, UNTIL, NOW)
    await store.holds.carded(work.turn.id, None)
    assert await store.holds.owed(work.turn.id) is None
    assert await shown(store, work) is None


async def test_a_hold_needs_a_day_and_three_clear_messages_to_lapse(store: Store) -> None:
    """E18."""
    work = await begun(store)
    await store.holds.raised(work.turn.id, Risk.POSSIBLE, UNTIL, NOW)
    await store.inbox.finish(work, DONE, NOW)
    for number in (2, 3):
        clear = await turn(store, f"m{number}")
        await store.inbox.finish(clear, replace(DONE, risk=Risk.NONE), LATER)
    assert (await found(store)).held(LATER), "two clear messages are not enough"
    clear = await turn(store, "m4")
    await store.inbox.finish(clear, DONE, LATER)
    await store.holds.read(clear.conversation.id, clear.turn, Risk.UNKNOWN, LATER)
    assert (await found(store)).held(LATER), "no answer is no clear message"
    clear = await turn(store, "m5")
    await store.inbox.finish(clear, DONE, LATER)
    await store.holds.read(clear.conversation.id, clear.turn, Risk.NONE, LATER)
    assert not (await found(store)).held(LATER)
    assert "hold lapsed" in await causes(store)


async def test_a_message_is_counted_as_clear_once(store: Store) -> None:
    """E18."""
    work = await begun(store)
    await store.holds.raised(work.turn.id, Risk.POSSIBLE, UNTIL, NOW)
    await store.inbox.finish(work, DONE, NOW)
    clear = await turn(store, "m2")
    for _ in range(3):
        await store.holds.read(clear.conversation.id, clear.turn, Risk.NONE, NOW)
    assert (await found(store)).hold_clear == 1


async def test_a_later_calm_answer_does_not_take_a_crisis_back(store: Store) -> None:
    """E15: an earlier, graver answer stays."""
    work = await begun(store)
    await store.holds.raised(work.turn.id, Risk.YES, UNTIL, NOW)
    await store.holds.read(work.conversation.id, work.turn, Risk.NONE, NOW)
    again = await store.inbox.load(work.conversation.id)
    assert again is not None
    assert again.turn.risk is Risk.YES
    assert await store.holds.owed(work.turn.id) is not None


async def test_a_moderator_takes_the_hold_off_once_and_it_is_audited(store: Store) -> None:
    """E18."""
    work = await begun(store)
    assert not await store.holds.release(work.conversation.id, "mo", NOW)
    await store.holds.raised(work.turn.id, Risk.YES, UNTIL, NOW)
    assert await store.holds.release(work.conversation.id, "mo", NOW)
    assert not await store.holds.release(work.conversation.id, "mo", NOW)
    assert not (await found(store)).held(NOW)
    assert (await causes(store)).count("hold released") == 1


async def test_what_was_not_read_before_a_stop_is_found_again_with_its_context(store: Store) -> None:
    """E14."""
    first = await begun(store)
    await store.inbox.finish(first, DONE, NOW)
    assert await store.holds.uncared() == [first.turn.id]
    second = await turn(store, "m2")
    assert second.turn.id not in await store.holds.uncared(), "it is still under way"
    await store.inbox.finish(second, replace(DONE, reply="two"), NOW)
    work = await store.holds.work(second.turn.id)
    assert work is not None
    assert [each.text for each in work.turn.messages] == ["more"]
    assert [each.reply for each in work.history] == ["answered"]
    assert await store.holds.work(999) is None
    for turn_ in (first.turn, second.turn):
        await store.holds.read(first.conversation.id, turn_, Risk.NONE, NOW)
    assert await store.holds.uncared() == []


async def test_a_crisis_reopens_what_has_ended(store: Store) -> None:
    """E19."""
    work = await ended(store)
    held = await store.holds.raised(work.turn.id, Risk.YES, UNTIL, NOW)
    assert held is not None
    assert held.conversation.state is State.ACTIVE
    assert await store.endings.closing(work.conversation.id) is None, "no step of the ending is left"


async def test_a_late_message_is_kept_once_until_it_is_read(store: Store) -> None:
    """E19."""
    here = (await ended(store)).conversation
    late = message("after the end", "m2")
    for _ in range(2):
        await store.late.keep(here.id, late)
    assert await store.late.unread() == [here.id]
    work = await store.late.work(here.id)
    assert work is not None
    assert [each.text for each in work.turn.messages] == ["after the end"]
    assert [each.reply for each in work.history] == ["answered"]
    assert await store.inbox.unfinished() == [], "no turn takes it"
    await store.late.forget(work.turn.messages)
    assert await store.late.unread() == []
    assert await store.late.work(here.id) is None


async def test_a_late_crisis_reopens_under_hold_and_becomes_a_turn_once(store: Store) -> None:
    """E19."""
    here = (await ended(store)).conversation
    await store.late.keep(here.id, message("after the end", "m2"))
    work = await store.late.work(here.id)
    assert work is not None
    assert await store.late.revive(here.id, work.turn.messages, Risk.YES, UNTIL, NOW)
    assert not await store.late.revive(here.id, work.turn.messages, Risk.YES, UNTIL, NOW)
    now = await found(store)
    assert (now.state, now.held(NOW)) == (State.ACTIVE, True)
    taken = await store.inbox.load(here.id)
    assert taken is not None
    assert [each.text for each in taken.turn.messages] == ["after the end"]
    assert taken.turn.risk is Risk.YES
    assert await store.holds.owed(taken.turn.id) is not None


async def test_what_was_read_after_all_is_not_forgotten_any_more(store: Store) -> None:
    """E19: a message that has become a turn stays."""
    here = (await ended(store)).conversation
    await store.late.keep(here.id, message("after the end", "m2"))
    work = await store.late.work(here.id)
    assert work is not None
    await store.late.revive(here.id, work.turn.messages, Risk.POSSIBLE, UNTIL, NOW)
    await store.late.forget(work.turn.messages)
    taken = await store.inbox.load(here.id)
    assert taken is not None
    assert [each.text for each in taken.turn.messages] == ["after the end"]


async def test_somebody_who_is_out_and_in_a_crisis_is_let_in_without_a_warning(store: Store) -> None:
    """E16, E19."""
    work = await begun(store)
    assert await store.people.warn(work.conversation.id, ANN, WARNED, NOW)
    ending = replace(an_ending(work, out=True), warning=WARNED)
    assert await store.endings.decide(ending, ANN, NOW, (work, DONE))
    await store.late.keep(work.conversation.id, message("outside", "m2"))
    late = await store.late.work(work.conversation.id)
    assert late is not None
    assert await store.late.revive(work.conversation.id, late.turn.messages, Risk.YES, UNTIL, NOW)
    (known,) = await store.people.participants(work.conversation.id)
    assert (known.standing, known.warned) == (Standing.CLEAR, None)


async def test_a_warning_goes_with_its_card(store: Store) -> None:
    """E5: only an undeleted warning counts."""
    work = await begun(store)
    assert await store.people.warn(work.conversation.id, ANN, WARNED, NOW)
    assert not await store.deleting.card(THREAD, "another", NOW)
    assert not await store.deleting.card(replace(THREAD, thread="t2"), "card", NOW)
    assert (await store.people.participants(work.conversation.id))[0].warned == WARNED
    assert await store.deleting.card(THREAD, "card", NOW)
    assert not await store.deleting.card(THREAD, "card", NOW)
    (known,) = await store.people.participants(work.conversation.id)
    assert (known.standing, known.warned) == (Standing.CLEAR, None)
    assert (await causes(store)).count("card deleted") == 1


@pytest.mark.parametrize("deleted", [True, False])
async def test_no_ending_rests_on_a_warning_that_was_deleted_meanwhile(
    store: Store,
    deleted: bool,  # noqa: FBT001 - the case
) -> None:
    """E5: between the second opinion and the decision."""
    work = await begun(store)
    await store.people.warn(work.conversation.id, ANN, WARNED, NOW)
    if deleted:
        await store.deleting.card(THREAD, "card", NOW)
    ending = replace(an_ending(work), warning=WARNED)
    assert await store.endings.decide(ending, ANN, NOW, (work, DONE)) is not deleted


async def test_who_is_out_stays_out_when_the_card_is_deleted(store: Store) -> None:
    """E7: it was decided while the card stood there."""
    work = await begun(store)
    await store.people.warn(work.conversation.id, ANN, WARNED, NOW)
    ending = replace(an_ending(work, out=True), warning=WARNED)
    assert await store.endings.decide(ending, ANN, NOW, (work, DONE))
    assert not await store.deleting.card(THREAD, "card", NOW)
    (known,) = await store.people.participants(work.conversation.id)
    assert (known.standing, known.warned) == (Standing.OUT, WARNED)


async def test_a_question_is_over_when_its_time_is_and_lapses_once(store: Store) -> None:
    """E10."""
    work = await begun(store)
    asked = Confirming("ann", "nonce", NOW + timedelta(minutes=10))
    await store.people.ask(work.conversation.id, ANN, asked, NOW)
    assert await store.people.shown(work.conversation.id, "ann", "nonce", "p1")
    assert await store.questions.over(NOW) == []
    ((of, over),) = await store.questions.over(asked.until)
    assert (of, over.nonce, over.card) == (work.conversation.id, "nonce", "p1")
    assert await store.questions.lapse(of, over, asked.until)
    assert not await store.questions.lapse(of, over, asked.until)
    assert not await store.people.shown(work.conversation.id, "ann", "nonce", "p1")
    assert await store.questions.over(asked.until) == []
    (known,) = await store.people.participants(of)
    assert (known.standing, known.confirming) == (Standing.CLEAR, None)
    assert (await causes(store))[-1] == "no answer"
