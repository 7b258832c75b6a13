"""What a message is to the open questions, each person's own: a yes, a no, or nothing at all (E10)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from bot import texts
from bot.cards import Kind
from bot.store import Done, Store, Work
from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.types import Person, Standing, State
from tests.crisis_kit import turns_kept
from tests.fakes.house import ANN, BEN, House, open_house
from tests.fakes.model import end

KIM = Person("kim", "Kim", locale="de")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path / "adieu.db") as opened:
        yield opened


async def standings(house: House, thread: str) -> dict[str, Standing]:
    people = await house.assistant.participants((await house.conversation(thread)).id)
    return {one.person.id: one.standing for one in people}


@pytest.mark.parametrize("anns", ["open", "closed"])
async def test_a_yes_is_heard_whatever_somebody_else_was_asked_before(house: House, anns: str) -> None:
    """E10, I7."""
    thread = await house.mention(ANN, "hello")
    await house.assistant.ask_to_end(house.ref(thread), ANN, id="i1")
    if anns == "closed":
        await house.write(ANN, "no, where were we?", thread)
    await house.assistant.ask_to_end(house.ref(thread), BEN, id="i2")
    await house.write(BEN, "yes", thread, addressed=True)
    assert await standings(house, thread) == {
        "ann": Standing.CONFIRMING if anns == "open" else Standing.CLEAR,
        "ben": Standing.OUT,
    }


async def test_a_yes_in_words_is_kept_as_a_message_without_a_reply(house: House) -> None:
    """E10: whoever reopens the chat finds no words of ours that nobody has read."""
    thread = await house.mention(ANN, "hello")
    await house.assistant.ask_to_end(house.ref(thread), ANN, id="i1")
    await house.write(ANN, "yes", thread)
    here = await house.conversation(thread)
    assert here.state is State.ENDED
    assert [state for state, _, _ in await turns_kept(house)] == ["done", "done"]
    lines = await house.store.directory.transcript(here.id, 10)
    assert [(author, text) for _, author, text in lines] == [("ann", "hello"), ("", "ok"), ("ann", "yes")]


async def test_whoever_says_no_reads_in_their_own_language_that_it_goes_on(house: House) -> None:
    """E10."""
    thread = await house.mention(ANN, "hello")
    await house.assistant.ask_to_end(house.ref(thread), KIM, id="i1")
    here = await house.conversation(thread)
    (asked,) = [one.confirming for one in await house.assistant.participants(here.id) if one.confirming]
    await house.write(KIM, "@adieu nein", thread, addressed=True)
    (line,) = house.platform.cards(thread, Kind.LINE)
    assert line == texts.answered(here, asked, yes=False, reader=KIM)
    assert line.language == "de"


class FullInbox(Inbox):
    """The end of a turn cannot be written down, once."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.failures: list[OSError] = []

    async def finish(self, work: Work, done: Done, now: datetime) -> Work | None:
        if self.failures:
            raise self.failures.pop()
        return await super().finish(work, done, now)


class FullStore(Store):
    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.inbox = self.full = FullInbox(database)


async def test_the_words_that_asked_for_the_end_are_no_yes_when_their_turn_is_taken_again(
    tmp_path: Path,
) -> None:
    """E9, E10: the disk was full behind the question; a yes is a later message."""
    async with open_house(tmp_path / "adieu.db", record=FullStore) as house:
        assert isinstance(house.store, FullStore)
        thread = await house.mention(ANN, "hello")
        house.store.full.failures = [OSError("disk full")]
        for _ in range(2):
            house.model.says(end())
        await house.write(ANN, "end chat", thread)
        assert house.store.full.failures == []
        assert await house.state(thread) is State.ACTIVE
        assert await standings(house, thread) == {"ann": Standing.CONFIRMING}
        assert len(house.platform.cards(thread, Kind.CONFIRMATION)) == 1
