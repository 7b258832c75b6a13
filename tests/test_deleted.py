"""What was deleted on the platform no longer counts: a warning's card, and the words in a title."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cards import Kind
from bot.errors import PlatformError
from bot.ports import Question
from bot.types import Reason, Standing, State, Verdict
from tests.crisis_kit import causes
from tests.fakes.house import ANN, BEN, House, open_house
from tests.fakes.model import agrees, end
from tests.test_behaviour import standing, warned


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path / "adieu.db") as opened:
        yield opened


def card(house: House, thread: str) -> str:
    """The id of the warning's card."""
    kept = house.platform.posts.values()
    (found,) = (one.id for one in kept if one.thread == thread and one.card and one.card.kind is Kind.WARNING)
    return found


async def test_a_warning_whose_card_was_deleted_no_longer_counts(house: House) -> None:
    """E5: undeleted."""
    thread = await warned(house)
    await house.assistant.deleted(house.ref(thread), thread, card(house, thread))
    assert await standing(house, thread) is Standing.CLEAR
    assert (await causes(house)).count("card deleted") == 1
    house.model.says(end(Reason.ABUSE))
    await house.write(ANN, "silly bot", thread)
    assert await house.state(thread) is State.ACTIVE


async def test_a_card_that_was_deleted_while_nobody_listened_ends_nothing(house: House) -> None:
    """E5: it is looked for before the second opinion is asked."""
    thread = await warned(house)
    asked = len(house.reviewer.asked)
    del house.platform.posts[card(house, thread)]
    house.model.says(end(Reason.ABUSE))
    await house.write(ANN, "silly bot", thread)
    assert await house.state(thread) is State.ACTIVE
    assert await standing(house, thread) is Standing.CLEAR
    assert len(house.reviewer.asked) == asked


async def test_where_the_platform_does_not_say_whether_the_card_is_there_it_goes_on(house: House) -> None:
    """E5, E8."""
    thread = await warned(house)
    house.platform.fail.append(("stands", PlatformError("lost")))
    house.model.says(end(Reason.ABUSE))
    await house.write(ANN, "silly bot", thread)
    assert await house.state(thread) is State.ACTIVE
    assert await standing(house, thread) is Standing.WARNED


async def test_any_other_message_of_ours_that_is_deleted_changes_nothing(house: House) -> None:
    """E5."""
    thread = await warned(house)
    reply = next(one.id for one in house.platform.posts.values() if one.card is None)
    await house.assistant.deleted(house.ref(thread), thread, reply)
    assert await standing(house, thread) is Standing.WARNED


async def test_a_card_that_is_deleted_while_the_second_opinion_is_asked_ends_nothing(house: House) -> None:
    """E5, E20, E21."""
    thread = await warned(house)
    asked, think_on = asyncio.Event(), asyncio.Event()

    async def review(question: Question) -> Verdict:
        asked.set()
        await think_on.wait()
        return agrees(question)

    house.reviewer.review = review  # type: ignore[method-assign]
    house.model.says(end(Reason.ABUSE))
    house.model.says("How can I help?")
    await house.write(ANN, "silly bot", thread, wait=False)
    await asked.wait()
    await house.assistant.deleted(house.ref(thread), thread, card(house, thread))
    think_on.set()
    await house.engine.idle()
    assert await house.state(thread) is State.ACTIVE
    assert house.platform.replies(thread)[-1] == "How can I help?"


async def test_the_title_is_forgotten_with_the_opening_message(house: House) -> None:
    """Nothing keeps the words of a message that its author has deleted."""
    thread = await house.mention(ANN, "my secret plan for the party")
    await house.write(ANN, "and the cake", thread)
    assert "secret" in (await house.conversation(thread)).title
    await house.assistant.deleted(house.ref(thread), "general", thread)
    assert (await house.conversation(thread)).title == "Chat with Ann"
    await house.assistant.locked(house.ref(thread), by="mo")
    await house.engine.idle()
    assert "secret" not in house.platform.told[-1].text


async def test_a_later_message_is_deleted_without_the_title(house: House) -> None:
    thread = await house.mention(ANN, "how do tides work?")
    await house.write(BEN, "and the moon?", thread, addressed=True)
    here = await house.conversation(thread)
    (later,) = await house.assistant.own_messages(here.id, BEN)
    await house.assistant.deleted(house.ref(thread), thread, later.message_id)
    assert (await house.conversation(thread)).title == here.title
