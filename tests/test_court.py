"""What the court looks at right before an ending: whether the warning stands, and how many there were."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import texts
from bot.cards import Kind
from bot.types import Reason, Standing, State
from tests.crisis_kit import causes
from tests.fakes.house import ANN
from tests.fakes.model import end, warn
from tests.race_kit import Scene, open_scene


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_scene(tmp_path / "adieu.db") as opened:
        yield opened


async def warned(scene: Scene) -> str:
    """A thread of its own, in which Ann has been warned; the model calls for the end next."""
    house = scene.house
    thread = await house.mention(ANN, "silly bot")
    for _ in range(2):
        await house.write(ANN, "silly bot", thread)
    house.model.says(warn())
    await house.write(ANN, "silly bot", thread)
    house.model.says(end(Reason.ABUSE))
    return thread


async def test_a_warning_whose_card_is_gone_from_the_platform_ends_nothing_and_is_cleared(
    scene: Scene,
) -> None:
    """E5: the card was deleted while nobody listened."""
    house = scene.house
    thread = await warned(scene)
    posts = scene.platform.posts
    (card,) = [post.id for post in posts.values() if post.card and post.card.kind is Kind.WARNING]
    del posts[card]
    await house.write(ANN, "silly bot", thread)
    assert await house.state(thread) is State.ACTIVE
    (ann,) = await house.assistant.participants((await house.conversation(thread)).id)
    assert (ann.standing, ann.warned) == (Standing.CLEAR, None)
    assert "card deleted" in await causes(house)
    assert house.reviewer.asked[-1].ending is False, "no second opinion is asked about it"


async def test_the_breaker_tells_the_moderators_of_this_workspace_once_an_hour(scene: Scene) -> None:
    """E23."""
    house, thread = scene.house, ""
    scene.platform.language = "de"
    for _ in range(4):
        thread = await warned(scene)
        await house.write(ANN, "silly bot", thread)
    assert await house.state(thread) is State.ACTIVE
    assert scene.platform.asked[-1] == ("tell", "b112012", False)
    assert scene.platform.workspaces[-2:] == ["harbour", "harbour"]
    here = await house.conversation(thread)
    assert scene.platform.told[-1] == texts.breaker(here, 3, locale="de")


async def test_the_second_opinion_hears_that_it_is_about_an_ending_and_which_warning_came_before(
    scene: Scene,
) -> None:
    """E20, E21."""
    house = scene.house
    thread = await warned(scene)
    (ann,) = await house.assistant.participants((await house.conversation(thread)).id)
    assert ann.warned is not None
    await house.write(ANN, "silly bot", thread)
    question = house.reviewer.asked[-1]
    assert (question.ending, question.warned_after) == (True, ann.warned.after)
