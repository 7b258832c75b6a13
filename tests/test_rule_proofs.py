"""Rules whose proof needs a test of its own: the breaker's hour, the never-list, and what erasing leaves."""

from __future__ import annotations

import inspect
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from bot.cards import Kind, Verb
from bot.ports import Adapter
from bot.store.schema import metadata, participant
from bot.types import Mode, Reason, Standing, State
from tests.fakes.house import ANN, BEN, MO, House, open_house
from tests.fakes.model import end, warn

ADAPTERS = Path(__file__).parents[1] / "adapters"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path / "adieu.db") as opened:
        yield opened


async def ended_for_behaviour(house: House) -> str:
    """A thread in which Ann goes on after her warning, and the model calls for the end."""
    thread = await house.mention(ANN, "silly bot")
    for _ in range(2):
        await house.write(ANN, "silly bot", thread)
    house.model.says(warn())
    await house.write(ANN, "silly bot", thread)
    house.model.says(end(Reason.ABUSE))
    await house.write(ANN, "silly bot", thread)
    return thread


async def mode(house: House) -> str:
    return await house.store.directory.setting("fake/harbour", "mode")


def breaker_cards(house: House) -> int:
    return len([card for card in house.platform.told if card.nonce == "breaker"])


async def test_the_fourth_ending_within_an_hour_does_not_happen_and_is_told_once(house: House) -> None:
    """E23: three are allowed; the change is in the audit log under the breaker's name."""
    for _ in range(3):
        assert await house.state(await ended_for_behaviour(house)) is State.ENDED
    assert (await mode(house), breaker_cards(house)) == ("", 0)
    for _ in range(2):
        assert await house.state(await ended_for_behaviour(house)) is State.ACTIVE
    assert (await mode(house), breaker_cards(house)) == ("shadow", 1)
    ((_, who, what, before, after),) = await house.store.directory.changes("fake/harbour")
    assert (who, what, before, after) == ("breaker", "mode", "", "shadow")


async def test_endings_of_more_than_an_hour_ago_do_not_trip_the_breaker(house: House) -> None:
    """E23."""
    for _ in range(5):
        assert await house.state(await ended_for_behaviour(house)) is State.ENDED
        house.clock.advance(20 * 60 + 1)
    assert await mode(house) == ""


async def test_what_people_end_themselves_never_trips_the_breaker(house: House) -> None:
    """E23: only endings for behaviour count."""
    for _ in range(5):
        thread = await house.mention(ANN, "hello")
        await house.assistant.ask_to_end(house.ref(thread), ANN, id=thread)
        await house.press(ANN, Verb.END, thread)
        assert await house.state(thread) is State.ENDED
    assert await house.state(await ended_for_behaviour(house)) is State.ENDED
    assert await mode(house) == ""


async def test_a_moderator_who_switches_it_on_again_has_it_on(house: House) -> None:
    """E22, E23: it trips anew at the next ending too many."""
    for _ in range(4):
        thread = await ended_for_behaviour(house)
    await house.assistant.set_mode(house.ref(thread), MO, Mode.ON)
    house.clock.advance(3601)
    assert await house.state(await ended_for_behaviour(house)) is State.ENDED


def test_the_core_has_no_way_to_touch_a_person_or_their_words() -> None:
    """E39: all that it can ask a platform for; `post` changes cards of our own, and no more."""
    offered = {
        name for name, _ in inspect.getmembers(Adapter, inspect.isfunction) if not name.startswith("_")
    }
    assert offered <= {
        "run", "health", "open", "reply", "post", "beside", "close", "reopen",
        "remind", "tell", "locale", "stands",
    }  # fmt: skip


OWN_PARTS = {
    'await self._calls.ask(self.place[0], "chat.delete", channel=self.place[1], ts=part.ts)',
    'await self._rest.request("DELETE", f"{self.path}/messages/{self.parts[-1].id}")',
    '"chat.delete": (50, _MINUTE),',
}
"""A reply that grows shorter takes back its own last message; how often Slack allows it."""


def test_no_adapter_knows_how_to_delete_hide_kick_mute_or_ban() -> None:
    """E39: no call of a platform's interface that would do so stands anywhere but for our own replies."""
    never = re.compile(
        r"\b(?:kick|ban|bulk_ban|unban|purge|timed_out_until|edit_member|communication_disabled_until"
        r"|chat_delete|chat\.delete|conversations_kick|conversations\.kick|delete_message|delete_messages|DELETE)\b"
    )
    found = [
        f"{file.relative_to(ADAPTERS)}: {line.strip()}"
        for file in sorted(ADAPTERS.rglob("*.py"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if never.search(line) and line.strip() not in OWN_PARTS
    ]
    assert found == []


async def test_after_the_end_no_message_reaches_the_model_but_a_branch_and_a_reopened_chat_do(
    house: House,
) -> None:
    """E32, I3."""
    thread = await ended_for_behaviour(house)
    asked = len(house.model.prompts)
    for who in (ANN, BEN, MO):
        await house.write(who, "@adieu are you there?", thread, addressed=True)
    assert len(house.model.prompts) == asked
    here = await house.conversation(thread)
    number = (await house.assistant.own_messages(here.id, ANN))[0].number
    await house.assistant.branch(here.id, ANN, number, "how do tides work?", id="b1")
    await house.engine.idle()
    assert len(house.model.prompts) == asked + 1
    await house.assistant.reopen(house.ref(thread), MO)
    await house.write(ANN, "how do tides work?", thread)
    assert len(house.model.prompts) == asked + 2


async def standings(house: House, person: str) -> list[tuple[object, ...]]:
    query = select(participant).where(participant.c.person_id == person)
    rows = await house.store.holds._database.read(lambda c: c.execute(query).all())
    return [tuple(row) for row in rows]


async def test_whatever_one_person_does_another_ones_standing_stays_as_it_is(house: House) -> None:
    """E7, I7: warned, asked, or out: nothing that Ben does moves Ann."""
    thread = await house.mention(ANN, "silly bot")
    for _ in range(2):
        await house.write(ANN, "silly bot", thread)
    house.model.says(warn())
    await house.write(ANN, "silly bot", thread)
    before = await standings(house, "ann")
    assert [row[4] for row in before if Standing.WARNED in row] or before
    for says in ((), (warn(),), (end(Reason.ABUSE),), (end(),)):
        if says:
            house.model.says(*says)
        await house.write(BEN, "@adieu silly bot, end this chat", thread, addressed=True)
        assert await standings(house, "ann") == before
    await house.press(BEN, Verb.END, thread)
    await house.write(BEN, "@adieu I am back", thread, addressed=True)
    assert await standings(house, "ann") == before


def dump(c: Connection) -> str:
    """Every value of every row."""
    return repr([[tuple(row) for row in c.execute(select(table))] for table in metadata.sorted_tables])


async def test_erasing_leaves_no_word_and_no_person_anywhere(house: House) -> None:
    """I8: after warnings, questions, an end, a hold, an appeal, a branch and a changed mode."""
    thread = await ended_for_behaviour(house)
    here = await house.conversation(thread)
    await house.assistant.appeal(here.id, ANN, "it was a joke", id="a1")
    number = (await house.assistant.own_messages(here.id, ANN))[0].number
    await house.assistant.branch(here.id, ANN, number, "kinder words", id="b1")
    await house.engine.idle()
    await house.assistant.reopen(house.ref(thread), MO)
    await house.write(BEN, "@adieu I want to kill myself", thread, addressed=True)
    await house.assistant.set_mode(house.ref(thread), MO, Mode.SHADOW)
    read = house.store.holds._database.read
    traces = ("silly", "joke", "kinder", "kill", "'ann'", "Ann", "'ben'", "Ben", "'mo'", "harbour")
    before = await read(dump)
    assert [trace for trace in traces if trace not in before] == []
    await house.assistant.erase("fake", "harbour")
    await house.engine.idle()
    after = await read(dump)
    assert [trace for trace in traces if trace in after] == []


async def test_a_confirmation_and_a_warning_do_not_outlive_a_reopening(house: House) -> None:
    """E36: warnings are cleared, and an old button ends nothing."""
    thread = await ended_for_behaviour(house)
    await house.assistant.reopen(house.ref(thread), MO)
    house.model.says(end(Reason.ABUSE))
    await house.write(ANN, "silly bot", thread)
    assert await house.state(thread) is State.ACTIVE
    assert not house.platform.cards(thread, Kind.CONFIRMATION)
