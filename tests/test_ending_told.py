"""Who reads what of a question and of an end: in whose language, under whose name, and in which place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot import texts
from bot.cards import Kind, Verb
from bot.store import Store
from bot.store.database import Database
from bot.store.people import People
from bot.types import Confirming, Person, Risk
from tests.fakes.filtering import BAD, Filtering
from tests.fakes.house import ANN, House, open_house
from tests.race_kit import Scene, open_scene

KIM = Person("kim", "Kim", moderator=True, locale="de")
"""A moderator, and not the one who started the thread."""


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_scene(tmp_path / "adieu.db") as opened:
        yield opened


async def kims_end(scene: Scene) -> None:
    house = scene.house
    await house.assistant.ask_to_end(house.ref(scene.thread), KIM, id="i1")
    await house.press(KIM, Verb.END, scene.thread)


async def test_the_moderators_read_in_their_workspaces_language_who_ended_it(scene: Scene) -> None:
    """E29."""
    scene.platform.language = "fr"
    await kims_end(scene)
    here = await scene.house.conversation(scene.thread)
    closing = await scene.house.store.endings.last(here.id)
    assert closing is not None
    assert scene.platform.told == [texts.moderators(here, closing, KIM, locale="fr")]
    assert scene.platform.workspaces == ["harbour", "harbour"]


async def test_the_moderators_read_it_in_their_language_also_where_its_title_is_not_let_through(
    tmp_path: Path,
) -> None:
    """E29."""
    platform = Filtering(language="fr")
    platform.words = set()
    async with open_house(tmp_path / "adieu.db", platform=platform) as house:
        thread = await house.mention(ANN, f"tell me of the {BAD}")
        platform.words = {BAD}
        await house.assistant.ask_to_end(house.ref(thread), ANN, id="i1")
        await house.press(ANN, Verb.END, thread)
        (told,) = platform.told
        assert (told.language, BAD in told.text) == ("fr", False)


async def test_the_notice_names_who_ended_it(scene: Scene) -> None:
    """E28."""
    await kims_end(scene)
    here = await scene.house.conversation(scene.thread)
    closing = await scene.house.store.endings.last(here.id)
    assert closing is not None
    (notice,) = scene.platform.cards(scene.thread, Kind.NOTICE)
    assert notice == texts.notice(here, closing, KIM)
    assert "Kim" in notice.text


async def test_the_live_controls_stand_beside_this_conversation(scene: Scene) -> None:
    """E30."""
    await scene.end()
    here = await scene.house.conversation(scene.thread)
    assert scene.platform.controls == [(here.id, texts.beside(here))]


async def test_an_older_question_is_closed_in_the_language_of_whoever_was_asked(scene: Scene) -> None:
    """E10."""
    house = scene.house
    await house.assistant.ask_to_end(house.ref(scene.thread), KIM, id="i1")
    here = await house.conversation(scene.thread)
    (older,) = [one.confirming for one in await house.assistant.participants(here.id) if one.confirming]
    await house.assistant.ask_to_end(house.ref(scene.thread), KIM, id="i2")
    (line,) = scene.platform.cards(scene.thread, Kind.LINE)
    assert line == texts.answered(here, older, yes=None, reader=KIM)
    assert line.language == "de"


async def test_a_question_that_an_end_makes_pointless_says_so_in_the_language_of_whoever_was_asked(
    scene: Scene,
) -> None:
    """E10, E29."""
    house = scene.house
    await house.assistant.ask_to_end(house.ref(scene.thread), KIM, id="i1")
    here = await house.conversation(scene.thread)
    (asked,) = [one.confirming for one in await house.assistant.participants(here.id) if one.confirming]
    await scene.end()
    assert texts.answered(here, asked, yes=None, reader=KIM) in scene.platform.cards(scene.thread, Kind.LINE)


async def test_who_asks_for_the_end_is_told_to_confirm_it(scene: Scene) -> None:
    """E12."""
    said = await scene.house.assistant.ask_to_end(scene.house.ref(scene.thread), ANN, id="i1")
    here = await scene.house.conversation(scene.thread)
    assert said.text == texts.please_confirm(ANN, here)


class HoldFirst(People):
    """A hold comes right before the question would be on record."""

    house: House

    async def ask(self, conversation_id: int, person: Person, confirming: Confirming, now: datetime) -> bool:
        await self.house.store.holds.raised(1, Risk.YES, now + timedelta(days=1), now)
        return await super().ask(conversation_id, person, confirming, now)


class HoldFirstStore(Store):
    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.people = self.held = HoldFirst(database)


async def test_a_hold_that_comes_before_the_question_is_posted_leaves_everything_as_it_is(
    tmp_path: Path,
) -> None:
    """E12, E16: no question, and nobody reads that there is one."""
    async with open_house(tmp_path / "adieu.db", record=HoldFirstStore) as house:
        assert isinstance(house.store, HoldFirstStore)
        house.store.held.house = house
        thread = await house.mention(ANN, "hello")
        said = await house.assistant.ask_to_end(house.ref(thread), ANN, id="i1")
        here = await house.conversation(thread)
        assert said.text == texts.nothing_changed(ANN, here)
        assert not house.platform.cards(thread, Kind.CONFIRMATION)
