"""The store's contract on what people say of an ending, and on where a branch begins."""

from __future__ import annotations

from bot.render import render
from bot.store import Store
from bot.types import Message, Person
from tests.contracts.test_store import ANN, FRESH, NOW, accept, an_ending, begun, found, message

BEN = Person("ben", "Ben")


async def ended(store: Store) -> int:
    """A conversation that Ann has ended."""
    work = await begun(store)
    assert await store.endings.decide(an_ending(work), ANN, NOW)
    return work.conversation.id


async def keep(store: Store, here: int, kind: str, cause: str, words: str = "why?") -> bool:
    return await store.feedback.keep(here, ANN.id, kind, words, cause=cause, now=NOW)


async def test_what_was_said_of_an_ending_is_owed_to_the_moderators_until_they_were_told(
    store: Store,
) -> None:
    """E35."""
    here = await ended(store)
    assert await keep(store, here, "wrong", "f1")
    assert await keep(store, here, "appeal", "a1", "I was joking")
    assert await store.feedback.untold() == [(here, "f1"), (here, "a1")]
    owed = await store.feedback.owed("a1")
    assert owed is not None
    assert (owed.conversation.id, owed.person, owed.kind, owed.words) == (
        here,
        "ann",
        "appeal",
        "I was joking",
    )
    for _ in range(2):
        await store.feedback.told("a1")
    assert await store.feedback.owed("a1") is None
    assert await keep(store, here, "appeal", "a1", "I was joking"), "the same request again"
    assert await store.feedback.untold() == [(here, "f1")]
    assert await store.feedback.owed("a2") is None


async def test_what_was_said_before_a_reopening_stands_in_nobodys_way(store: Store) -> None:
    """E35, E36."""
    here = await ended(store)
    assert await keep(store, here, "appeal", "a1")
    assert await keep(store, here, "wrong", "f1")
    assert not await keep(store, here, "appeal", "a2", "really")
    assert not await keep(store, here, "wrong", "f2")
    assert await store.reopenings.reopen(here, "mo", NOW)
    assert await keep(store, here, "appeal", "a3")
    assert await keep(store, here, "wrong", "f3")
    assert [words for _, _, words in await store.feedback.of(here)] == ["why?"] * 4


async def test_a_branch_within_a_turn_begins_with_that_turns_earlier_messages(store: Store) -> None:
    """E34: the same ones when it is asked for again, and each for as long as its author leaves it there."""
    await accept(store, message())
    work = await store.inbox.load((await found(store)).id)
    assert work is not None
    await accept(store, message("two", "m2"))
    await accept(store, message("three", "m3", author=BEN))
    await accept(store, message("four", "m4"))
    assert await store.inbox.absorb(work)
    own = await store.branches.own_messages(work.conversation.id, ANN.id)
    assert [each.text for each in own] == ["four", "two", "hello"]
    made = []
    for _ in range(2):
        again = message("four!", "i1", origin="branch:i1", place="")
        made.append(await store.branches.branch(work.conversation.id, own[0].number, again, FRESH.title, NOW))
    one, two = made
    assert one is not None
    assert two is not None
    assert (one.again, two.again) == (False, True)
    assert one.conversation.id == two.conversation.id
    (before,) = await history(store, one.conversation.id)
    assert [before.index(text) for text in ("hello", "two", "three")] == sorted(
        before.index(text) for text in ("hello", "two", "three")
    )
    assert "four" not in before
    await store.deleting.message("fake", "t1", "m2", left, lambda _: "")
    (before,) = await history(store, one.conversation.id)
    assert "two" not in before
    assert "four" not in before


def left(messages: tuple[Message, ...]) -> str:
    return render(messages) or "(deleted)"


async def history(store: Store, conversation: int) -> list[str]:
    """What the model would see before the newest messages of a conversation."""
    work = await store.inbox.load(conversation)
    assert work is not None
    return [exchange.input for exchange in work.history]


async def test_the_authors_of_messages_are_known_within_their_conversation_only(store: Store) -> None:
    """E17, E38."""
    work = await begun(store)
    await accept(store, message("two", "m2", author=BEN))
    assert await store.inbox.absorb(work)
    here = work.conversation.id
    ((mine,), (his,)) = (
        await store.branches.own_messages(here, ANN.id),
        await store.branches.own_messages(here, BEN.id),
    )
    assert await store.directory.authors(here, [mine.number, his.number]) == {"ann", "ben"}
    assert await store.directory.authors(here, [his.number]) == {"ben"}
    assert await store.directory.authors(here + 1, [his.number]) == frozenset()
    assert await store.directory.authors(here, []) == frozenset()
