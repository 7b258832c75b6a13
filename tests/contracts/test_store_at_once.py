"""What happens at the same moment happens once, in some order, and nothing of it is lost (PostgreSQL too)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from bot.store import Store
from bot.store.accepting import keep
from bot.store.people import _ask
from bot.store.postgresql import PostgreSQL
from bot.store.reopenings import reopen_row
from bot.store.rows import lock
from bot.store.turns import finish_turn
from bot.types import Confirming, Conversation, Incoming, Participant, Risk, Step, ThreadRef
from tests.contracts.test_store import ANN, DONE, FRESH, NOW, accept, an_ending, begun, found, message

DIRECT = ThreadRef("fake", "", "d1", "d1")


async def behind(
    store: Store, conversation: int, first: Callable[[Connection], Any], then: Coroutine[Any, Any, Any]
) -> None:
    """`then` begins while somebody holds the conversation's row, who does `first` before letting it go."""
    database = store.inbox._database
    if not isinstance(database, PostgreSQL):
        then.close()
        pytest.skip("SQLite has one writer: nothing begins while somebody else writes")
    waits = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    async with database._engine.begin() as holder:
        await holder.run_sync(lock, conversation)
        late = asyncio.create_task(then)
        waiting = 0
        while not waiting and not late.done():
            waiting = await database.read(lambda c: int(c.execute(waits).scalar_one()))
        await holder.run_sync(first)
    await late


async def test_conversations_that_begin_at_the_same_moment_are_all_begun(store: Store) -> None:
    """The first ones of all share a system prompt that nobody has kept yet."""
    threads = [replace(message().thread, thread=f"t{number}") for number in range(8)]
    came = [message(message_id=f"m{number}", thread=each, place="x") for number, each in enumerate(threads)]
    assert await asyncio.gather(*(accept(store, each) for each in came)) == ["taken"] * 8


async def test_messages_that_open_the_same_thread_at_the_same_moment_open_one_conversation(
    store: Store,
) -> None:
    came = [message(message_id=f"m{number}", thread=DIRECT, place="d1") for number in range(5)]
    assert await asyncio.gather(*(accept(store, each) for each in came)) == ["taken"] * 5
    assert len(await store.directory.mine("fake", "", "ann")) == 1


async def test_a_step_that_is_recorded_behind_a_reopening_revives_nothing(store: Store) -> None:
    """E36: old steps of the former ending can never lock it again."""
    work = await begun(store)
    here = work.conversation.id
    assert await store.endings.decide(an_ending(work), ANN, NOW)
    last = await store.endings.last(here)
    assert last is not None
    await behind(
        store,
        here,
        lambda c: reopen_row(c, here, "mo", NOW),
        store.endings.step(last.id, Step.SETTLED),
    )
    assert await store.endings.closing(here) is None, "no step of the former ending is left to do"


async def test_closing_an_old_question_does_not_take_a_new_one_away(store: Store) -> None:
    """E10: the person has been asked anew while the old card was being closed."""
    work = await begun(store)
    here = work.conversation.id
    until = NOW.replace(hour=13)
    assert await store.people.ask(here, ANN, Confirming("ann", "old", until), NOW)
    assert await store.endings.decide(an_ending(work), ANN, NOW)

    def anew(c: Connection) -> None:
        reopen_row(c, here, "mo", NOW)
        assert _ask(c, here, ANN, Confirming("ann", "new", until), NOW)

    await behind(store, here, anew, store.people.closed(here, "ann", "old"))
    (known,) = await store.people.participants((await found(store)).id)
    assert known.confirming is not None
    assert known.confirming.nonce == "new"


async def test_helplines_that_are_shown_while_the_turn_ends_wait_for_it(store: Store) -> None:
    """E17: neither of the two waits for what the other one holds."""
    work = await begun(store)
    here, turn = work.conversation.id, work.turn.id
    assert await store.holds.raised(turn, Risk.YES, NOW, NOW)
    await behind(store, here, lambda c: finish_turn(c, work, DONE, NOW), store.holds.carded(turn, NOW))
    assert await store.holds.uncared() == []


async def test_a_cry_for_help_that_is_heard_while_a_moderator_reopens_waits_for_it(store: Store) -> None:
    """E19, E36: neither of the two waits for what the other one holds."""
    work = await begun(store)
    here = work.conversation.id
    assert await store.endings.decide(an_ending(work), ANN, NOW)
    await store.late.keep(here, message("help", "m2"))
    late = await store.late.work(here)
    assert late is not None
    crying = store.late.revive(here, late.turn.messages, Risk.YES, NOW, NOW)
    await behind(store, here, lambda c: reopen_row(c, here, "mo", NOW), crying)
    taken = await store.inbox.load(here)
    assert taken is not None
    assert [each.text for each in taken.turn.messages] == ["help"]


async def test_a_late_message_that_comes_twice_at_the_same_moment_is_kept_once(store: Store) -> None:
    """E19."""
    work = await begun(store)
    here = work.conversation.id
    assert await store.endings.decide(an_ending(work), ANN, NOW)
    cry = message("help", "m2")
    await behind(store, here, lambda c: keep(c, here, cry, late=True), store.late.keep(here, cry))
    late = await store.late.work(here)
    assert late is not None
    assert len(late.turn.messages) == 1


async def test_documents_and_settings_that_are_kept_at_the_same_moment_are_kept(store: Store) -> None:
    await asyncio.gather(*(store.shelf.put("fake", "cursor", {"at": number}) for number in range(5)))
    assert await store.shelf.get("fake", "cursor") is not None
    setting = ("fake/harbour", "mode", "shadow")
    await asyncio.gather(*(store.directory.set(*setting, by="mo", now=NOW) for _ in range(5)))
    assert await store.directory.setting("fake/harbour", "mode") == "shadow"
    assert len(await store.directory.changes("fake/harbour")) == 1


async def test_the_same_press_at_the_same_moment_begins_one_chat(store: Store) -> None:
    """E33."""
    pressed = message(message_id="", thread=replace(message().thread, thread="new:i1"), origin="new:i1")
    begun_ = await asyncio.gather(*(store.inbox.begin(pressed, FRESH, NOW) for _ in range(4)))
    assert len({each.conversation.id for each in begun_}) == 1
    assert sorted(each.again for each in begun_) == [False, True, True, True]


async def test_only_a_message_that_is_there_already_is_taken_for_a_duplicate(store: Store) -> None:
    """What failed for another reason is not lost in silence: the platform delivers it again."""
    await accept(store, message())

    def fails(incoming: Incoming, here: Conversation, known: Participant | None) -> bool:
        raise IntegrityError("another key", None, Exception())

    with pytest.raises(IntegrityError):
        await store.inbox.accept(message(message_id="m2"), FRESH, fails, NOW)
