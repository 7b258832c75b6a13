"""A fresh start or a branch is opened once and answered once, whatever fails in between (E33, E34)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot import texts
from bot.cards import Kind, Said
from bot.errors import Blocked, Forbidden, PlatformError
from bot.store import Store
from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.types import Conversation, ThreadRef
from tests.crisis_kit import Crash
from tests.fakes.house import ANN, House, open_house
from tests.fakes.platform import FakePlatform


@dataclass
class Literal(FakePlatform):
    """Makes a thread at each call, unless it is told to look for its earlier self; `lost` answers get lost.

    `gate` keeps a thread from being opened until the test lets it.
    """

    made: list[str] = field(default_factory=list)
    lost: int = 0
    opening: asyncio.Event = field(default_factory=asyncio.Event)
    gate: asyncio.Event | None = None

    async def open(self, conversation: Conversation, first: str, *, again: bool = False) -> ThreadRef:
        origin = conversation.thread.thread
        if not origin.startswith(ThreadRef.UNOPENED):
            return await super().open(conversation, first, again=again)
        self._enter("open")
        self.opening.set()
        if self.gate is not None:
            await self.gate.wait()
        if not (again and origin in self.made):
            self.made.append(origin)
        if self.lost:
            self.lost -= 1
            raise PlatformError("the thread is there, its answer is not")
        return replace(
            conversation.thread, thread=f"{origin.removeprefix(ThreadRef.UNOPENED)}.{len(self.made)}"
        )


class Forgetful(Inbox):
    """The process dies between opening a thread and recording where it is."""

    async def opened(self, conversation_id: int, channel: str, thread: str, key: str) -> None:
        if "." in thread:
            raise Crash(thread)
        await super().opened(conversation_id, channel, thread, key)


class ForgetfulStore(Store):
    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.inbox = Forgetful(database)


async def branch(house: House, name: str = "b1") -> Said:
    """Ann goes on from her only message in another way."""
    here = await house.conversation("m1")
    (own,) = await house.assistant.own_messages(here.id, ANN)
    return await house.assistant.branch(here.id, ANN, own.number, "hello again", id=name)


def answers(house: House) -> list[tuple[str, str]]:
    """Where there are replies, besides the first thread."""
    return [(post.thread, post.text) for post in house.platform.posts.values() if not post.card][1:]


async def test_a_branch_whose_opening_got_lost_is_opened_once_and_answered_once(tmp_path: Path) -> None:
    """E34: the person hears that it is on its way, and their words are in it."""
    platform = Literal(lost=2)
    async with open_house(tmp_path / "adieu.db", platform=platform) as house:
        await house.mention(ANN, "hello")
        said = await branch(house)
        assert (said.text, said.go_to, said.done) == (texts.on_its_way(), "", True)
        await house.engine.idle()
        assert platform.made == ["new:b1"]
        assert answers(house) == [("b1.1", "ok")]
        assert "hello again" in house.model.prompts[-1].input


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_branch_that_was_opened_right_before_a_crash_is_found_again(tmp_path: Path) -> None:
    """E34: and not opened anew by the next start."""
    path, platform = tmp_path / "adieu.db", Literal()
    async with open_house(path, platform=platform, record=ForgetfulStore) as house:
        await house.mention(ANN, "hello")
        with pytest.raises(Crash):
            await branch(house)
    async with open_house(path, platform=platform) as house:
        await house.assistant.resume()
        await house.engine.idle()
        assert platform.made == ["new:b1"]
        assert answers(house) == [("b1.1", "ok")]
        assert len(house.platform.cards("b1.1", Kind.WELCOME)) == 1


async def test_a_branch_asked_for_again_while_it_is_being_opened_is_the_same_one(tmp_path: Path) -> None:
    """E34: the platform delivers a form twice."""
    platform = Literal(gate=asyncio.Event())
    async with open_house(tmp_path / "adieu.db", platform=platform) as house:
        await house.mention(ANN, "hello")
        first = asyncio.create_task(branch(house))
        await platform.opening.wait()
        second = asyncio.create_task(branch(house))
        assert platform.gate is not None
        platform.gate.set()
        assert (await first).go_to == (await second).go_to == "fake/harbour/general/b1.1"
        await house.engine.idle()
        assert platform.made == ["new:b1"]
        assert answers(house) == [("b1.1", "ok")]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (Forbidden("no", permission="Create Threads"), texts.no_thread),
        (Blocked("a word"), texts.thread_impossible),
    ],
)
async def test_a_branch_that_can_never_be_opened_gives_the_words_back_and_is_not_tried_for_ever(
    tmp_path: Path, error: PlatformError, sentence: texts.Sentence
) -> None:
    """E34."""
    async with open_house(tmp_path / "adieu.db", platform=Literal()) as house:
        await house.mention(ANN, "hello")
        house.platform.fail = [("open", error)] * 2
        said = await branch(house)
        assert (said.text, said.done) == (sentence(), False)
        await house.engine.idle()
        assert house.platform.steps.count("open") == 3
        assert answers(house) == []


async def test_a_new_chat_asked_for_again_after_its_answer_got_lost_is_the_same_one(tmp_path: Path) -> None:
    """E33: the same press, delivered again."""
    platform = Literal(lost=1)
    async with open_house(tmp_path / "adieu.db", platform=platform) as house:
        said = await house.assistant.begin(house.ref("t1"), ANN, id="i1")
        assert said.text == texts.no_thread_now()
        for _ in range(2):
            said = await house.assistant.begin(house.ref("t1"), ANN, id="i1")
            assert said.go_to == "fake/harbour/general/i1.1"
        assert platform.made == ["new:i1"]
        assert len(platform.cards("i1.1", Kind.WELCOME)) == 1


async def test_a_new_chat_that_nobody_could_welcome_is_one_all_the_same(tmp_path: Path) -> None:
    """E33: told that it did not work, people would open a second one."""
    async with open_house(tmp_path / "adieu.db", platform=Literal()) as house:
        house.platform.fail = [("post welcome", PlatformError("down"))]
        said = await house.assistant.begin(house.ref("t1"), ANN, id="i1")
        assert said.go_to == "fake/harbour/general/i1.1"
        await house.write(ANN, "hello", "i1.1")
        assert house.platform.replies("i1.1") == ["ok"]


async def test_a_new_chat_in_which_nothing_may_be_written_says_so(tmp_path: Path) -> None:
    """E33."""
    async with open_house(tmp_path / "adieu.db", platform=Literal()) as house:
        house.platform.fail = [("post welcome", Forbidden("no", permission="Send Messages in Threads"))]
        said = await house.assistant.begin(house.ref("t1"), ANN, id="i1")
        assert (said.text, said.go_to) == (texts.no_thread(), "")
