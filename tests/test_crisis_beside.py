"""Care beside everything else: other chats, a step of an end that is on its way, a place of another name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.cards import Kind, Verb
from bot.ports import Press
from bot.store import Store
from bot.store.database import Database
from bot.store.endings import Endings
from bot.store.inbox import Inbox
from bot.store.late import Late
from bot.types import Closing, Conversation, Message, Person, Risk, State, ThreadRef
from tests.clock import FakeClock
from tests.crisis_kit import PLAIN, WORDS, TellingPlatform, cued, held, helped, texts_kept
from tests.fakes.filtering import Filtering
from tests.fakes.house import ANN, BEN, MO, open_house
from tests.race_kit import Scene, SlowPlatform, open_scene
from tests.test_crisis_ended import ended


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_scene(tmp_path / "adieu.db") as opened:
        yield opened


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_words_that_nobody_had_looked_at_before_a_crash_count_although_the_detector_is_down(
    tmp_path: Path,
) -> None:
    """E14: the message is kept, and the process dies before anything is done about it."""
    path, clock, platform = tmp_path / "adieu.db", FakeClock(), TellingPlatform(dies_at="open")
    async with open_house(path, platform=platform, clock=clock) as house:
        await house.mention(ANN, PLAIN)
    async with open_house(path, platform=platform, clock=clock) as house:
        house.detector.risk = RuntimeError("down")
        await house.assistant.resume()
        await house.engine.idle()
        assert await held(house, "m1")
        assert helped(house, "m1") == 1


async def test_words_in_a_turn_that_an_end_overtook_count_at_a_new_start_although_the_detector_is_down(
    tmp_path: Path,
) -> None:
    """E14, E19: kept, and never taken up; nobody had read them when the process died."""
    path, platform = tmp_path / "adieu.db", SlowPlatform()
    async with open_house(path, platform=platform) as house:
        thread = await house.mention(ANN, "hello")
        await house.assistant.ask_to_end(house.ref(thread), BEN, id="i1")
        busy = platform.waits("post line", done=True)
        card = platform.control(thread, Verb.END)
        await house.assistant.press(
            Press("i2", Verb.END, card.conversation, card.nonce, BEN, house.ref(thread))
        )
        await busy.reached.wait()
        await house.write(ANN, PLAIN, thread, wait=False)
        await house.assistant.locked(house.ref(thread), by=MO.id)
        assert not await held(house, thread)
    async with open_house(path, platform=platform) as house:
        house.detector.risk = RuntimeError("down")
        await house.assistant.resume()
        await house.engine.idle()
        assert await held(house, thread)
        assert helped(house, thread) == 1
        assert await house.state(thread) is State.ACTIVE


async def test_a_card_looks_whether_it_is_there_already(scene: Scene) -> None:
    """E17: shown before a crash, and not noted, it stands once."""
    await scene.house.write(ANN, PLAIN, scene.thread)
    assert [each for each in scene.platform.asked if each[0] == "post crisis"] == [
        ("post crisis", "h2", True)
    ]


async def test_a_card_that_takes_its_time_keeps_no_other_chat_waiting(scene: Scene) -> None:
    """E17."""
    house = scene.house
    other = await house.mention(BEN, "hello")
    gate = scene.platform.waits("post crisis")
    await house.write(ANN, PLAIN, scene.thread, wait=False)
    await gate.reached.wait()
    shown = scene.platform.waits("post crisis", done=True)
    await house.write(BEN, PLAIN, other, wait=False)
    await shown.reached.wait()
    assert (helped(house, scene.thread), helped(house, other)) == (0, 1)
    shown.open.set()
    gate.open.set()
    await house.engine.idle()
    assert helped(house, scene.thread) == 1


async def test_the_card_is_in_the_language_of_whoever_needs_it(scene: Scene) -> None:
    """E17: not of whoever started the thread."""
    ola = Person("ola", "Ola", locale="pl")
    await scene.house.write(ola, "@adieu Chcę umrzeć", scene.thread, addressed=True)
    (card,) = scene.platform.cards(scene.thread, Kind.CRISIS)
    assert card.language == "pl"


async def test_a_plainer_card_is_in_that_language_too(tmp_path: Path) -> None:
    """E17: where the helplines of the person's country are not let through."""
    ola = Person("ola", "Ola", locale="pl")
    async with open_house(tmp_path / "adieu.db", platform=Filtering(words={"116 123"})) as house:
        thread = await house.mention(ANN, "hello")
        await house.write(ola, "@adieu Chcę umrzeć", thread, addressed=True)
        (card,) = house.platform.cards(thread, Kind.CRISIS)
        assert card.language == "pl"


async def test_a_thread_that_never_ended_is_not_opened(scene: Scene) -> None:
    """E19."""
    await scene.house.write(ANN, PLAIN, scene.thread)
    assert scene.platform.reopened == []


async def test_a_thread_that_was_reopened_is_not_opened_again_for_an_ordinary_message(scene: Scene) -> None:
    """E19, E36."""
    await scene.end()
    await scene.house.assistant.reopen(scene.house.ref(scene.thread), MO)
    await scene.house.engine.idle()
    before = len(scene.platform.reopened)
    await scene.house.write(ANN, "how do tides work?", scene.thread)
    assert len(scene.platform.reopened) == before


async def test_a_thread_that_ended_is_opened_with_a_calm_reason(scene: Scene) -> None:
    """E19."""
    await scene.end()
    await scene.house.write(ANN, PLAIN, scene.thread)
    assert set(scene.platform.reopened) == {"Somebody may be in a crisis"}


class Looking(Endings):
    """Tells when somebody looks whether there was an ending."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.looked = asyncio.Event()

    async def last(self, conversation_id: int) -> Closing | None:
        found = await super().last(conversation_id)
        self.looked.set()
        return found


class LookingStore(Store):
    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.endings = self.looking = Looking(database)


async def test_a_lock_that_is_on_its_way_when_a_crisis_shows_is_undone_and_not_overtaken(
    tmp_path: Path,
) -> None:
    """E19: the detector answers while the platform still locks."""
    platform = SlowPlatform()
    async with open_house(tmp_path / "adieu.db", platform=platform, record=LookingStore) as house:
        assert isinstance(house.store, LookingStore)
        detector = cued(house)
        scene = Scene(house, platform, "t1")
        await house.send(ANN, WORDS, "t1", opens=True)
        await detector.asked.wait()
        closing = platform.waits("close")
        await scene.end(wait=False)
        await closing.reached.wait()
        house.store.looking.looked.clear()
        detector.risk = Risk.YES
        detector.cue.set()
        await house.store.looking.looked.wait()
        for _ in range(20):  # whoever does not wait for the lock has opened the thread by now
            await asyncio.sleep(0)
        closing.open.set()
        await house.engine.idle()
        assert await house.state("t1") is State.ACTIVE
        assert platform.locked == set()
        assert helped(house, "t1") == 1


class FullDisk(Late):
    """What has been read cannot be written down at first."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.failures = [OSError("disk full"), OSError("disk full")]

    async def forget(self, messages: tuple[Message, ...]) -> None:
        if self.failures:
            raise self.failures.pop()
        await super().forget(messages)

    async def revive(
        self, conversation_id: int, messages: tuple[Message, ...], risk: Risk, until: datetime, now: datetime
    ) -> bool:
        if self.failures:
            raise self.failures.pop()
        return await super().revive(conversation_id, messages, risk, until, now)


class FullStore(Store):
    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.late = FullDisk(database)


@pytest.mark.parametrize(("risk", "after"), [(Risk.YES, State.ACTIVE), (Risk.NONE, State.ENDED)])
async def test_what_was_read_after_the_end_is_done_although_the_disk_was_full(
    tmp_path: Path, risk: Risk, after: State
) -> None:
    """E19: reopened, or forgotten."""
    async with open_house(tmp_path / "adieu.db", record=FullStore) as house:
        thread = await ended(house)
        house.detector.risk = risk
        await house.write(ANN, WORDS, thread)
        assert await house.state(thread) is after
        assert (WORDS in await texts_kept(house)) is (risk is Risk.YES)
        assert house.clock.slept == [1.0, 2.0]


async def test_a_message_after_the_end_is_read_once_although_another_comes_meanwhile(tmp_path: Path) -> None:
    """E19."""
    async with open_house(tmp_path / "adieu.db") as house:
        thread = await ended(house)
        detector = cued(house)
        await house.write(ANN, WORDS, thread, wait=False)
        await detector.asked.wait()
        await house.write(ANN, "and thanks", thread, wait=False)
        for _ in range(20):  # whoever does not see that somebody reads already has asked by now
            await texts_kept(house)
        detector.cue.set()
        await house.engine.idle()
        assert detector.read_ == [(WORDS,), ("and thanks",)]
        assert await texts_kept(house) == ["hello"]


class Naming(TellingPlatform):
    """A platform on which a thread gets its name when it is opened."""

    async def open(self, conversation: Conversation, first: str, *, again: bool = False) -> ThreadRef:
        opened = await super().open(conversation, first, again=again)
        return replace(opened, thread=f"opened-{opened.thread}")


@pytest.mark.parametrize("words", [PLAIN, WORDS])
async def test_reply_and_card_stand_in_the_thread_by_its_new_name_while_that_is_being_noted(
    tmp_path: Path, words: str
) -> None:
    """E17."""
    platform = Naming()

    class SlowInbox(Inbox):
        async def opened(self, conversation_id: int, channel: str, thread: str, key: str) -> None:
            await platform.reached("post crisis")
            await super().opened(conversation_id, channel, thread, key)

    class SlowStore(Store):
        def __init__(self, database: Database) -> None:
            super().__init__(database)
            self.inbox = SlowInbox(database)

    async with open_house(tmp_path / "adieu.db", platform=platform, record=SlowStore) as house:
        house.detector.risk = Risk.YES
        await house.mention(ANN, words)
        assert helped(house, "opened-m1") == 1
        assert platform.replies("opened-m1") == ["ok"]
        assert [post.thread for post in platform.posts.values()] == ["opened-m1"] * 2
