"""The store's contract, on SQLite and (where its programs are installed) on a real PostgreSQL."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import OperatorError
from bot.store import Done, Fresh, Store, Work, open_store
from bot.types import (
    Category,
    Confirming,
    Conversation,
    Ending,
    Incoming,
    Message,
    Person,
    Reason,
    Risk,
    Standing,
    State,
    Step,
    ThreadRef,
    Warned,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ANN = Person("ann", "Ann", locale="en-GB")
THREAD = ThreadRef("fake", "harbour", "general", "t1")
FRESH = Fresh("You are adieu.", "claude-opus-5-5", "Hello")


def message(text: str = "hello", message_id: str = "m1", **changes: object) -> Incoming:
    base = Incoming(THREAD, "general" if message_id == "m1" else "t1", message_id, ANN, text, NOW)
    return replace(base, **changes)  # type: ignore[arg-type]


def everybody(*_args: object) -> bool:
    return True


async def accept(store: Store, incoming: Incoming) -> str:
    return (await store.inbox.accept(incoming, FRESH, everybody, NOW)).outcome


async def delete(store: Store, message_id: str, place: str = "general") -> bool:
    """A message is deleted on the platform."""

    def left(messages: tuple[Message, ...]) -> str:
        return "|".join(each.text for each in messages if not each.deleted)

    def untitled(here: Conversation) -> str:
        return f"Chat with {here.starter.name}"

    return await store.deleting.message("fake", place, message_id, left, untitled)


async def begun(store: Store) -> Work:
    """A conversation with one turn under way."""
    accepted = await store.inbox.accept(message(), FRESH, everybody, NOW)
    work = accepted.work or await store.inbox.load((await found(store)).id)
    assert work is not None
    return work


async def found(store: Store) -> Conversation:
    here = await store.directory.find(THREAD.key)
    assert here is not None
    return here


def an_ending(work: Work, **changes: object) -> Ending:
    here = work.conversation
    return replace(Ending(here.id, here.version, Reason.USER_REQUEST, "ann", NOW, by="ann"), **changes)  # type: ignore[arg-type]


DONE = Done("done", "asked", "answered")


async def test_a_message_is_kept_once(store: Store) -> None:
    assert [await accept(store, message()) for _ in range(3)] == ["taken", "duplicate", "duplicate"]


async def test_deliveries_of_one_message_at_the_same_time_are_kept_once(store: Store) -> None:
    outcomes = await asyncio.gather(*(accept(store, message()) for _ in range(8)))
    assert sorted(outcomes) == ["duplicate"] * 7 + ["taken"]


async def test_the_same_id_in_another_place_is_another_message(store: Store) -> None:
    await accept(store, message())
    assert await accept(store, message("more", place="t1", opens=False)) == "taken"


async def test_a_turn_that_was_handed_over_is_the_one_that_is_loaded_after_a_restart(store: Store) -> None:
    accepted = await store.inbox.accept(message(), FRESH, everybody, NOW)
    loaded = await store.inbox.load((await found(store)).id)
    assert loaded is not None
    if accepted.work is not None:
        assert accepted.work == replace(loaded, turn=replace(loaded.turn, attempts=1))
    again = await store.inbox.accept(message("two", "m2"), FRESH, everybody, NOW)
    assert again.work is None, "a turn is under way"
    await store.inbox.finish(loaded, DONE, NOW)
    third = await store.inbox.accept(message("three", "m3"), FRESH, everybody, NOW)
    assert third.work is None, "the second message has claimed the next turn"


async def test_a_message_that_opens_nothing_and_belongs_nowhere_is_ignored(store: Store) -> None:
    assert await accept(store, message(opens=False)) == "ignored"
    assert await accept(store, message()) == "taken", "and nothing of it was kept"


async def test_turns_are_serial_and_waiting_messages_become_the_next_one(store: Store) -> None:
    work = await begun(store)
    await accept(store, message("two", "m2"))
    await accept(store, message("three", "m3"))
    again = await store.inbox.load(work.conversation.id)
    assert again is not None
    assert again.turn.id == work.turn.id
    handed = await store.inbox.finish(work, DONE, NOW)
    following = await store.inbox.load(work.conversation.id)
    assert following is not None
    assert [item.text for item in following.turn.messages] == ["two", "three"]
    assert [(item.input, item.reply) for item in following.history] == [("asked", "answered")]
    if handed is not None:
        assert handed == replace(following, turn=replace(following.turn, attempts=1))
    assert await store.inbox.finish(following, DONE, NOW) is None
    assert await store.inbox.load(work.conversation.id) is None


async def test_a_stale_worker_writes_nothing(store: Store) -> None:
    work = await begun(store)
    await store.inbox.finish(work, DONE, NOW)
    await accept(store, message("two", "m2"))
    assert await store.inbox.finish(work, Done("done", "stale", "stale"), NOW) is None
    following = await store.inbox.load(work.conversation.id)
    assert following is not None
    assert following.history[0].reply == "answered"


async def test_a_failed_turns_messages_are_taken_along_by_the_next(store: Store) -> None:
    work = await begun(store)
    await store.inbox.finish(work, Done("failed", "asked", ""), NOW)
    await accept(store, message("two", "m2"))
    following = await store.inbox.load(work.conversation.id)
    assert following is not None
    assert [item.text for item in following.turn.messages] == ["hello", "two"]
    assert following.history == ()


async def test_refused_turns_are_kept_out_of_the_history(store: Store) -> None:
    work = await begun(store)
    await store.inbox.finish(work, Done("refused", "asked", "no"), NOW)
    await accept(store, message("two", "m2"))
    following = await store.inbox.load(work.conversation.id)
    assert following is not None
    assert following.history == ()


async def test_what_was_placed_and_how_often_it_was_tried_survives(store: Store) -> None:
    work = await begun(store)
    await store.inbox.placed(work.turn.id, ("p1", "p2"))
    again = await store.inbox.load(work.conversation.id)
    assert again is not None
    assert (again.turn.placed, again.turn.attempts) == (("p1", "p2"), 2)
    assert await store.inbox.unfinished() == [work.conversation.id]


async def test_an_edit_counts_only_before_the_turn(store: Store) -> None:
    work = await begun(store)
    await accept(store, message("tow", "m2"))
    await store.inbox.edit("fake", "t1", "m2", "two")
    await store.inbox.edit("fake", "general", "m1", "changed")
    await store.inbox.finish(work, DONE, NOW)
    following = await store.inbox.load(work.conversation.id)
    assert following is not None
    assert [item.text for item in following.turn.messages] == ["two"]


async def test_a_deleted_message_is_forgotten_in_the_history_too(store: Store) -> None:
    work = await begun(store)
    await store.inbox.finish(work, Done("done", "hello", "answered"), NOW)
    assert await delete(store, "m1")
    await accept(store, message("two", "m2"))
    following = await store.inbox.load(work.conversation.id)
    assert following is not None
    assert following.history[0].input == ""


async def test_the_title_goes_with_the_message_that_it_was_made_from(store: Store) -> None:
    await begun(store)
    await accept(store, message("two", "m2"))
    assert await delete(store, "m2", place="t1")
    assert (await found(store)).title == "Hello", "it was not made from that one"
    assert await delete(store, "m1")
    assert (await found(store)).title == "Chat with Ann"
    assert not await delete(store, "m9")


async def test_the_title_of_a_chat_that_began_without_a_message_stays(store: Store) -> None:
    await store.inbox.begin(message("", "i1", origin="new:i1"), FRESH, NOW)
    await accept(store, message())
    assert await delete(store, "m1")
    assert (await found(store)).title == "Hello"


async def test_a_summary_that_may_keep_deleted_words_is_given_up(store: Store) -> None:
    work = await begun(store)
    await store.inbox.finish(work, Done("done", "hello", "answered"), NOW)
    await accept(store, message("two", "m2"))
    following = await store.inbox.load(work.conversation.id)
    assert following is not None
    await store.inbox.compact(work.conversation.id, "They said hello.", work.turn.id)
    await store.deleting.message("fake", "t1", "m2", lambda _: "", lambda _: "")
    assert (await found(store)).summary == "They said hello.", "the second message is not in it"
    await store.deleting.message("fake", "general", "m1", lambda _: "(deleted)", lambda _: "")
    assert (await found(store)).summary == ""
    again = await store.inbox.load(work.conversation.id)
    assert again is not None
    assert [(item.input, item.reply) for item in again.history] == [("(deleted)", "answered")]


async def test_a_conversation_without_a_message_is_begun_once(store: Store) -> None:
    first = message("", "i1", thread=replace(THREAD, thread="new:i1"), origin="new:i1")
    begun_ = [await store.inbox.begin(first, FRESH, NOW) for _ in range(2)]
    one, two = [each.conversation for each in begun_]
    assert one.id == two.id
    assert [each.again for each in begun_] == [False, True]
    await store.inbox.opened(one.id, "general", "t9", replace(THREAD, thread="t9").key)
    assert (await store.inbox.begin(first, FRESH, NOW)).conversation.opened


async def test_an_ending_is_decided_once_a_version(store: Store) -> None:
    """I4."""
    work = await begun(store)
    assert await store.endings.decide(an_ending(work), ANN, NOW, (work, DONE))
    assert not await store.endings.decide(an_ending(work), ANN, NOW)
    assert (await found(store)).state is State.ENDING
    assert await accept(store, message("two", "m2")) == "ended"


async def test_a_thread_is_open_until_its_ending_has_closed_it(store: Store) -> None:
    """What is written in it while the program is down is found in one list or the other."""
    work = await begun(store)
    assert await store.endings.decide(an_ending(work), ANN, NOW, (work, DONE))
    before = NOW - timedelta(hours=1)
    assert [here.id for here in await store.directory.living("fake", before)] == [work.conversation.id]
    assert await store.directory.ended("fake", before) == ()


async def test_a_newer_message_or_a_hold_or_a_newer_version_stops_an_ending(store: Store) -> None:
    """E25, I2."""
    work = await begun(store)
    await accept(store, message("two", "m2"))
    assert not await store.endings.decide(an_ending(work), ANN, NOW, (work, DONE))
    assert await store.inbox.absorb(work)
    work = (await store.inbox.load(work.conversation.id)) or work
    assert [item.text for item in work.turn.messages] == ["hello", "two"]
    assert await store.holds.raised(work.turn.id, Risk.YES, NOW + timedelta(hours=1), NOW)
    assert not await store.endings.decide(an_ending(work), ANN, NOW, (work, DONE))
    held = an_ending(work, version=work.conversation.version + 1)
    assert not await store.endings.decide(held, ANN, NOW, (work, DONE))
    assert not await store.endings.decide(held, ANN, NOW + timedelta(hours=2), (work, DONE))
    assert await store.holds.release(work.conversation.id, "mo", NOW)
    assert not await store.endings.decide(an_ending(work), ANN, NOW, (work, DONE)), "of an older version"
    released = an_ending(work, version=work.conversation.version + 2)
    assert await store.endings.decide(released, ANN, NOW, (work, DONE))


async def test_an_ending_goes_its_steps_in_order_and_each_once(store: Store) -> None:
    """E29."""
    work = await begun(store)
    await store.endings.decide(an_ending(work), ANN, NOW, (work, DONE))
    opened = await store.endings.closing(work.conversation.id)
    assert opened is not None
    closing = opened[1]
    assert await store.endings.step(closing.id, Step.NOTICED, notice="p1")
    assert not await store.endings.step(closing.id, Step.BESIDE, beside="late")
    assert await store.endings.unfinished() == [work.conversation.id]
    assert await store.endings.step(closing.id, Step.TOLD)
    assert await store.endings.unfinished() == []
    last = await store.endings.last(work.conversation.id)
    assert last is not None
    assert (last.notice, last.beside, (await found(store)).state) == ("p1", "", State.ENDED)


async def test_reopening_voids_the_former_endings_steps(store: Store) -> None:
    """E36."""
    work = await begun(store)
    await store.endings.decide(an_ending(work), ANN, NOW, (work, DONE))
    opened = await store.endings.closing(work.conversation.id)
    assert opened is not None
    assert await store.reopenings.reopen(work.conversation.id, "mo", NOW)
    assert await store.endings.closing(work.conversation.id) is None
    assert not await store.endings.step(opened[1].id, Step.CLOSED)
    assert (await found(store)).state is State.ACTIVE


async def test_a_reopening_is_owed_to_people_until_they_have_seen_it(store: Store) -> None:
    """E36."""
    work = await begun(store)
    here = work.conversation.id
    await store.endings.decide(an_ending(work), ANN, NOW, (work, DONE))
    opened = await store.endings.closing(here)
    assert opened is not None
    closing = opened[1].id
    assert await store.endings.stands(closing)
    assert (await store.reopenings.owed(here), await store.reopenings.unshown()) == (None, [])
    assert await store.reopenings.reopen(here, "mo", NOW, name="Mo")
    assert not await store.reopenings.reopen(here, "mo", NOW, name="Mo")
    assert not await store.endings.stands(closing)
    owed = await store.reopenings.owed(here)
    assert owed is not None
    assert (owed[0].id, *owed[1:]) == (here, closing, "Mo")
    assert await store.reopenings.unshown() == [here]
    await store.reopenings.shown(closing)
    assert (await store.reopenings.owed(here), await store.reopenings.unshown()) == (None, [])


async def test_a_reopening_is_no_longer_owed_where_the_conversation_has_ended_again(store: Store) -> None:
    """E36, E37."""
    work = await begun(store)
    here = work.conversation.id
    await store.endings.decide(an_ending(work), ANN, NOW, (work, DONE))
    await store.reopenings.reopen(here, "mo", NOW, name="Mo")
    again = replace(an_ending(work), version=(await found(store)).version, reason=Reason.MODERATOR)
    assert await store.endings.decide(again, Person("mo", "Mo"), NOW)
    assert await store.reopenings.unshown() == []


async def test_an_ending_by_press_stops_the_running_turn_and_keeps_what_it_placed(store: Store) -> None:
    work = await begun(store)
    await store.inbox.placed(work.turn.id, ("p1",))
    await store.endings.decide(an_ending(work), ANN, NOW)
    opened = await store.endings.closing(work.conversation.id)
    assert opened is not None
    assert opened[1].placed == ("p1",)
    assert await store.inbox.load(work.conversation.id) is None


async def test_one_person_out_leaves_the_conversation_active(store: Store) -> None:
    """E13."""
    work = await begun(store)
    assert await store.endings.decide(an_ending(work, out=True), ANN, NOW, (work, DONE))
    people = await store.people.participants(work.conversation.id)
    assert (people[0].standing, (await found(store)).state) == (Standing.OUT, State.ACTIVE)


async def test_standings_come_back_as_they_were_kept(store: Store) -> None:
    work = await begun(store)
    here = work.conversation
    warned = Warned("ann", Category.ABUSE, "p1", NOW, 1, redirections=(1, 2, 3))
    assert await store.people.warn(here.id, ANN, warned, NOW)
    await store.people.count_clean(here.id, [("ann", 2)])
    asked = Confirming("ann", "nonce", NOW + timedelta(minutes=10))
    assert await store.people.ask(here.id, ANN, asked, NOW)
    for nonce, card in (("nonce", "p2"), ("another", "p3")):
        await store.people.shown(here.id, "ann", nonce, card)
    (known,) = await store.people.participants(here.id)
    newest = work.turn.messages[-1].number
    assert known.warned == replace(warned, clean=2)
    assert known.confirming == replace(asked, card="p2", after=newest)
    assert known.standing is Standing.CONFIRMING
    assert not await store.people.unask(here.id, "ann", "another", NOW)
    assert await store.people.unask(here.id, "ann", "nonce", NOW)
    assert (await store.people.participants(here.id))[0].standing is Standing.WARNED


async def test_a_hold_stops_warnings_and_questions_and_cancels_open_ones(store: Store) -> None:
    """E16, I2."""
    work = await begun(store)
    here = work.conversation
    asked = Confirming("ann", "nonce", NOW + timedelta(minutes=10), "p2")
    await store.people.ask(here.id, ANN, asked, NOW)
    assert await store.holds.raised(work.turn.id, Risk.YES, NOW + timedelta(hours=24), NOW)
    assert (await store.people.participants(here.id))[0].confirming is None
    assert not await store.people.ask(here.id, ANN, asked, NOW)
    assert not await store.people.warn(here.id, ANN, Warned("ann", Category.ABUSE, "p", NOW, 1), NOW)
    assert not await store.people.may_warn(here.id, "ann", NOW)


async def test_settings_are_a_workspaces_own(store: Store) -> None:
    for value in ("shadow", "on", "on"):
        await store.directory.set("fake/harbour", "mode", value, by="mo", now=NOW)
    assert await store.directory.setting("fake/harbour", "mode") == "on"
    assert await store.directory.setting("fake/other", "mode") == ""


async def test_every_change_of_a_setting_is_audited_and_goes_when_the_workspace_is_erased(
    store: Store,
) -> None:
    """E22, I8."""
    for value, was in (("shadow", ""), ("shadow", "shadow"), ("off", "shadow"), ("", "off")):
        assert await store.directory.set("fake/harbour", "mode", value, by="mo", now=NOW) == was
    assert await store.directory.changes("fake/harbour") == [
        (NOW, "mo", "mode", "", "shadow"),
        (NOW, "mo", "mode", "shadow", "off"),
        (NOW, "mo", "mode", "off", ""),
    ]
    assert await store.directory.changes("fake/other") == []
    await store.directory.erase("fake", "harbour")
    assert await store.directory.changes("fake/harbour") == []


async def test_the_shelf_keeps_documents_in_the_order_of_their_keys(store: Store) -> None:
    for key in ("b/2", "a/1", "b/1"):
        await store.shelf.put("web", key, {"key": key})
    await store.shelf.put("web", "a/1", {"key": "changed"})
    assert await store.shelf.get("web", "a/1") == {"key": "changed"}
    assert [key for key, _ in await store.shelf.all("web", "b/")] == ["b/1", "b/2"]
    await store.shelf.remove("web", "b/1")
    assert await store.shelf.get("web", "b/1") is None
    assert await store.shelf.all("discord") == []


async def test_opening_it_again_finds_everything(url: str) -> None:
    async with open_store(url) as store:
        await accept(store, message())
    async with open_store(url) as store:
        assert await store.up_to_date()
        assert (await found(store)).starter == Person("ann", "Ann", locale="en-GB")
        assert await accept(store, message()) == "duplicate"


async def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r"store\.url: the folder .* does not exist"):
        async with open_store(f"sqlite:///{tmp_path / 'missing' / 'adieu.db'}"):
            pass
