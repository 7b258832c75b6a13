"""What people say of an ending reaches the moderators once, whatever fails in between (E35)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.cards import Card, Verb
from bot.errors import Forbidden, PlatformError, ThreadGone
from bot.store import Store
from bot.store.database import Database
from bot.store.feedback import Feedback
from bot.types import State
from tests.crisis_kit import Crash, TellingPlatform
from tests.fakes.house import ANN, House, open_house


@dataclass
class Listening(TellingPlatform):
    """Writes down whether each word to the moderators was said to have been tried before."""

    again: list[bool] = field(default_factory=list)

    async def tell(self, workspace: str, card: Card, *, key: str, again: bool = False) -> bool:
        self.again.append(again)
        return await super().tell(workspace, card, key=key, again=again)


class Forgetful(Feedback):
    """The process dies between telling the moderators and recording it."""

    async def told(self, cause: str) -> None:
        raise Crash(cause)


class ForgetfulStore(Store):
    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.feedback = Forgetful(database)


async def ended(house: House) -> int:
    """A conversation that Ann has ended, as the moderators know by now."""
    thread = await house.mention(ANN, "hello")
    await house.assistant.ask_to_end(house.ref(thread), ANN, id="i1")
    await house.press(ANN, Verb.END, thread)
    assert await house.state(thread) is State.ENDED
    house.platform.told.clear()
    return (await house.conversation(thread)).id


def told(platform: Listening, words: str) -> int:
    """How often the moderators read these words."""
    return sum(words in card.text for card in platform.told)


async def appealed(path: Path, platform: Listening) -> None:
    """Ann appeals, and the process dies before this is over."""
    async with open_house(path, platform=platform) as house:
        here = await ended(house)
        platform.dies_at = "tell"
        said = await house.assistant.appeal(here, ANN, "I was joking", id="a1")
        assert said.done
        await house.engine.idle()
    assert told(platform, "I was joking") == 0


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_an_appeal_that_was_kept_right_before_a_crash_reaches_the_moderators(tmp_path: Path) -> None:
    """E35: and it does so once, whatever number of starts follow."""
    path, platform = tmp_path / "adieu.db", Listening()
    await appealed(path, platform)
    for _ in range(2):
        async with open_house(path, platform=platform) as house:
            await house.assistant.resume()
            await house.engine.idle()
    assert told(platform, "Ann appeals") == told(platform, "I was joking") == 1
    assert platform.again == [False, False, True], "the ending, the appeal, and once more after the crash"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_what_was_told_and_not_recorded_is_not_read_twice(tmp_path: Path) -> None:
    """E35: a post by the same key that looks for its own earlier self."""
    path, platform = tmp_path / "adieu.db", Listening()
    async with open_house(path, platform=platform, record=ForgetfulStore) as house:
        await house.assistant.feedback(await ended(house), ANN, "too early", wrong=True, id="f1")
        await house.engine.idle()
    async with open_house(path, platform=platform) as house:
        await house.assistant.resume()
        await house.engine.idle()
        assert await house.store.feedback.untold() == []
    assert told(platform, "too early") == 1
    assert platform.again[-2:] == [False, True]


async def test_while_the_platform_fails_the_person_has_their_answer_and_the_moderators_hear_later(
    tmp_path: Path,
) -> None:
    """E35."""
    platform = Listening()
    async with open_house(tmp_path / "adieu.db", platform=platform) as house:
        here = await ended(house)
        platform.again.clear()
        platform.fail = [("tell", PlatformError("down"))] * 3
        said = await house.assistant.feedback(here, ANN, "too early", wrong=True, id="f1")
        assert said.done
        assert told(platform, "too early") == 0
        await house.engine.idle()
        assert told(platform, "too early") == 1
        assert platform.again == [False, True, True, True]


@pytest.mark.parametrize("error", [Forbidden("no"), ThreadGone("gone")])
async def test_where_the_moderators_cannot_be_told_it_is_kept_and_not_tried_for_ever(
    tmp_path: Path, error: PlatformError
) -> None:
    """E35."""
    platform = Listening()
    async with open_house(tmp_path / "adieu.db", platform=platform) as house:
        here = await ended(house)
        platform.fail = [("tell", error)]
        await house.assistant.feedback(here, ANN, "too early", wrong=True, id="f1")
        await house.engine.idle()
        assert told(platform, "too early") == 0
        assert await house.store.feedback.of(here) == [("ann", "wrong", "too early")]
        assert await house.store.feedback.untold() == []
