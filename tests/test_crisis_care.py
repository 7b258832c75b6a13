"""Care: read beside the answer, held and helped, durable against a crash, and released in time (E14-E18)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cards import Kind
from bot.config import Config
from bot.config.model import Crisis
from bot.errors import Forbidden, PlatformError, ThreadGone
from bot.store import Store
from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.types import Person, Reason, Risk, State
from tests.clock import FakeClock
from tests.crisis_kit import (
    PLAIN,
    WORDS,
    TellingPlatform,
    causes,
    cued,
    held,
    helped,
    turns_kept,
)
from tests.fakes.house import ANN, BEN, MO, House, open_house
from tests.fakes.model import FakeModel, end, warn

HOUR = 3600


@pytest.fixture
def platform() -> TellingPlatform:
    return TellingPlatform()


@pytest.fixture
async def house(tmp_path: Path, platform: TellingPlatform) -> AsyncIterator[House]:
    async with open_house(tmp_path / "adieu.db", platform=platform) as opened:
        yield opened


async def in_crisis(house: House, text: str = PLAIN) -> str:
    """A thread in which Ann is in a crisis."""
    thread = await house.mention(ANN, "hello")
    await house.write(ANN, text, thread)
    return thread


# Beside the answer.


async def test_the_card_stands_in_the_thread_also_while_its_place_is_being_noted(
    tmp_path: Path,
) -> None:
    """E17: in the channel everybody would see it."""
    platform = TellingPlatform()

    class SlowInbox(Inbox):
        async def opened(self, conversation_id: int, channel: str, thread: str, key: str) -> None:
            await platform.reached("post crisis")
            await super().opened(conversation_id, channel, thread, key)

    class SlowStore(Store):
        def __init__(self, database: Database) -> None:
            super().__init__(database)
            self.inbox = SlowInbox(database)

    async with open_house(tmp_path / "adieu.db", platform=platform, record=SlowStore) as house:
        thread = await house.mention(ANN, PLAIN)
        assert helped(house, thread) == 1
        assert helped(house, "general") == 0


async def test_an_ordinary_reply_never_waits_for_the_detector(
    house: House, platform: TellingPlatform
) -> None:
    """E14: it adds no time to the reply, and its later answer still counts."""
    detector = cued(house)
    await house.send(ANN, WORDS, "t1", opens=True)
    await platform.reached("finish", 1)
    await house.write(ANN, "and another thing", "t1", wait=False)
    await platform.reached("finish", 2)
    assert platform.replies("t1") == ["ok", "ok"]
    assert helped(house, "t1") == 0
    detector.risk = Risk.YES
    detector.cue.set()
    await house.engine.idle()
    assert await held(house, "t1")
    assert helped(house, "t1") == 1


async def test_it_reads_every_message_with_what_came_before(house: House) -> None:
    """E14."""
    detector = cued(house)
    detector.cue.set()
    thread = await house.mention(ANN, "one")
    for text in ("two", "three", "four", "five"):
        await house.write(ANN, text, thread)
    await house.write(BEN, "@adieu six", thread, addressed=True)
    assert detector.read_ == [("one",), ("two",), ("three",), ("four",), ("five",), ("@adieu six",)]
    assert ["three" in detector.context[0].input, len(detector.context)] == [True, 3]


@pytest.mark.parametrize("mode", ["off", "shadow", "on"])
async def test_care_does_not_depend_on_the_mode(tmp_path: Path, mode: str) -> None:
    """E14, E17, E22."""
    async with open_house(tmp_path / "adieu.db", mode=mode) as house:
        house.detector.risk = Risk.POSSIBLE
        thread = await house.mention(ANN, WORDS)
        assert await held(house, thread)
        assert helped(house, thread) == 1


@pytest.mark.parametrize(("risk", "after"), [(Risk.NONE, State.ENDED), (Risk.YES, State.ACTIVE)])
async def test_a_call_about_behaviour_waits_for_the_detector(
    house: House, platform: TellingPlatform, risk: Risk, after: State
) -> None:
    """E15, I2."""
    thread = await house.mention(ANN, "silly bot")
    for _ in range(2):
        await house.write(ANN, "silly bot", thread)
    house.model.says(warn())
    await house.write(ANN, "silly bot", thread)
    detector = cued(house)
    house.model.says(end(Reason.ABUSE))
    await house.write(ANN, "silly bot", thread, wait=False)
    await detector.asked.wait()
    assert not house.reviewer.asked[1:]
    detector.risk = risk
    detector.cue.set()
    await house.engine.idle()
    assert await house.state(thread) is after


async def test_a_turn_before_this_one_that_is_still_unread_counts_too(
    house: House, platform: TellingPlatform
) -> None:
    """E15, I2: the reply of the first turn is there, the detector's answer is not."""
    thread = await house.mention(ANN, "silly bot")
    for _ in range(3):
        await house.write(ANN, "silly bot", thread)
    first = cued(house)
    replies = len(platform.replies(thread))
    await house.write(ANN, WORDS, thread, wait=False)
    await platform.reached("finish", replies + 1)
    await first.asked.wait()
    second = cued(house)
    second.cue.set()
    house.model.says(warn())
    await house.write(ANN, "silly bot", thread, wait=False)
    await second.asked.wait()
    first.risk = Risk.YES
    first.cue.set()
    await house.engine.idle()
    assert not platform.cards(thread, Kind.WARNING)
    assert helped(house, thread) == 1


@pytest.mark.parametrize("error", [RuntimeError("a bug"), TimeoutError()])
async def test_a_detector_that_fails_is_unknown_and_holds_nothing(house: House, error: Exception) -> None:
    """E8, E15."""
    house.detector.risk = error
    thread = await house.mention(ANN, "hello")
    assert not await held(house, thread)
    assert helped(house, thread) == 0
    assert await turns_kept(house) == [("done", "unknown", True)]


async def test_a_turn_that_is_tried_again_is_read_once(house: House, platform: TellingPlatform) -> None:
    detector = cued(house)
    detector.cue.set()
    platform.fail = [("finish", PlatformError("lost"))] * 2
    await house.mention(ANN, "hello")
    assert detector.read_ == [("hello",)]


async def test_deleted_and_empty_messages_are_not_sent_anywhere(house: House) -> None:
    detector = cued(house)
    detector.cue.set()
    await house.mention(ANN, "  ")
    assert detector.read_ == []
    assert await turns_kept(house) == [("done", "none", True)]


# Words alone.


async def test_plain_words_hold_at_once_and_nobody_is_asked(house: House) -> None:
    """E14, E16: the model is told in the same turn, and its calls lead to nothing."""
    thread = await house.mention(ANN, "hello")
    detector = cued(house)
    house.model.says("I am here.", end())
    await house.write(ANN, f"{PLAIN}, end this chat", thread)
    assert "Somebody here may be in a crisis" in house.model.prompts[1].input
    assert detector.read_ == []
    assert not house.platform.cards(thread, Kind.CONFIRMATION)
    assert helped(house, thread) == 1


async def test_a_detector_that_sees_nothing_lowers_nothing(house: House) -> None:
    """E14: words can only raise."""
    house.detector.risk = Risk.NONE
    assert await held(house, await in_crisis(house))


async def test_with_words_alone_the_small_model_is_never_asked(tmp_path: Path) -> None:
    config = Config(crisis=Crisis(detector="keywords"))
    async with open_house(tmp_path / "adieu.db", config=config) as house:
        thread = await in_crisis(house)
        assert helped(house, thread) == 1


async def test_a_yes_to_an_open_question_ends_nothing_when_the_same_breath_is_a_cry_for_help(
    house: House,
) -> None:
    """E10, E16, I2."""
    thread = await house.mention(ANN, "hello")
    await house.assistant.ask_to_end(house.ref(thread), ANN, id="i1")
    await house.write(ANN, "yes", thread, wait=False)
    await house.write(ANN, PLAIN, thread)
    assert await house.state(thread) is State.ACTIVE
    assert await held(house, thread)


# The card.


async def test_the_card_rests_for_two_hours(house: House) -> None:
    """E17."""
    thread = await in_crisis(house)
    house.clock.advance(2 * HOUR - 60)
    await house.write(ANN, PLAIN, thread)
    assert helped(house, thread) == 1
    house.clock.advance(60)
    await house.write(ANN, PLAIN, thread)
    assert helped(house, thread) == 2


async def test_nobody_is_told_and_nothing_is_counted(house: House) -> None:
    """E17: no penalty, no report."""
    await in_crisis(house)
    assert house.platform.told == []
    assert "warned abuse" not in await causes(house)


async def test_the_card_shows_the_lines_of_the_persons_country(house: House) -> None:
    """E17."""
    pole = Person("ola", "Ola", locale="pl")
    thread = await house.mention(pole, "Chcę umrzeć")
    (card,) = house.platform.cards(thread, Kind.CRISIS)
    assert "116 123" in card.text
    assert "988" not in card.text


async def test_a_card_that_cannot_be_posted_now_is_posted_later_and_the_reply_waits_for_nothing(
    house: House, platform: TellingPlatform
) -> None:
    """E17."""
    platform.fail = [("post crisis", PlatformError("down"))] * 3
    thread = await in_crisis(house)
    assert helped(house, thread) == 1
    assert platform.replies(thread)[-1] == "ok"
    assert house.clock.slept == [1.0, 2.0, 4.0]


@pytest.mark.parametrize("error", [Forbidden("no"), ThreadGone("gone")])
async def test_a_card_that_can_never_be_posted_is_let_go(
    house: House, platform: TellingPlatform, error: Exception
) -> None:
    thread = await house.mention(ANN, "hello")
    platform.fail = [("post crisis", error)]
    await house.write(ANN, PLAIN, thread)
    assert helped(house, thread) == 0
    assert await held(house, thread)
    assert (await turns_kept(house))[-1] == ("done", "yes", True)


async def test_where_no_thread_can_be_opened_the_card_stands_where_the_person_asked(
    house: House, platform: TellingPlatform
) -> None:
    """E17."""
    platform.fail = [("open", Forbidden("no", permission="Create Threads"))]
    await house.mention(ANN, PLAIN)
    assert helped(house, "general") == 1


# A crash at any line.


async def test_what_was_not_read_before_a_crash_is_read_after_it(
    tmp_path: Path, platform: TellingPlatform
) -> None:
    """E14: the reply is complete, the detector's answer never came."""
    path, model, clock = tmp_path / "adieu.db", FakeModel(), FakeClock()
    async with open_house(path, platform=platform, model=model, clock=clock) as house:
        cued(house)
        await house.send(ANN, WORDS, "t1", opens=True)
        await house.write(ANN, "second", "t1", wait=False)
        await platform.reached("finish", 2)
    async with open_house(path, platform=platform, model=model, clock=clock) as house:
        house.detector.risk = Risk.YES
        await house.assistant.resume()
        await house.engine.idle()
        assert await held(house, "t1")
        assert helped(house, "t1") == 1
        assert {(risk, cared) for _, risk, cared in await turns_kept(house)} == {("yes", True)}
    async with open_house(path, platform=platform, model=model, clock=clock) as house:
        detector = cued(house)
        await house.assistant.resume()
        await house.engine.idle()
        assert detector.read_ == []
        assert helped(house, "t1") == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_card_that_is_owed_before_a_crash_is_shown_after_it_and_nobody_is_asked_again(
    tmp_path: Path, platform: TellingPlatform
) -> None:
    """E17."""
    path, clock = tmp_path / "adieu.db", FakeClock()
    async with open_house(path, platform=platform, clock=clock) as house:
        house.detector.risk = Risk.POSSIBLE
        platform.dies_at = "post crisis"
        await house.mention(ANN, WORDS)
        assert await held(house, "m1")
        assert (await turns_kept(house))[-1] == ("done", "possible", False)
    async with open_house(path, platform=platform, clock=clock) as house:
        detector = cued(house)
        await house.assistant.resume()
        await house.engine.idle()
        assert helped(house, "m1") == 1
        assert detector.read_ == []
        assert (await turns_kept(house))[-1] == ("done", "possible", True)


async def test_what_the_detector_cannot_read_at_a_new_start_either_is_unknown(
    tmp_path: Path, platform: TellingPlatform
) -> None:
    """E15."""
    path, clock = tmp_path / "adieu.db", FakeClock()
    async with open_house(path, platform=platform, clock=clock) as house:
        cued(house)
        await house.send(ANN, "hello", "t1", opens=True)
        await platform.reached("finish", 1)
    async with open_house(path, platform=platform, clock=clock) as house:
        house.detector.risk = RuntimeError("down")
        await house.assistant.resume()
        await house.engine.idle()
        assert await turns_kept(house) == [("done", "unknown", True)]


async def test_erasing_while_the_detector_reads_leaves_nothing_behind(
    house: House, platform: TellingPlatform
) -> None:
    """I8."""
    detector = cued(house)
    await house.send(ANN, WORDS, "t1", opens=True)
    await platform.reached("finish", 1)
    await house.assistant.erase("fake", "harbour")
    detector.risk = Risk.YES
    detector.cue.set()
    await house.engine.idle()
    assert await house.assistant.find(house.ref("t1")) is None
    assert helped(house, "t1") == 0


# The hold and its end.


async def clear(house: House, thread: str, times: int) -> None:
    for _ in range(times):
        await house.write(ANN, "how do tides work?", thread)


@pytest.mark.parametrize(
    ("before", "hours", "after", "on"),
    [
        (0, 24, 0, True),
        (0, 24, 2, True),
        (3, 0, 0, True),
        (3, 23, 0, True),
        (2, 24, 0, True),
        (3, 24, 0, False),
        (0, 24, 3, False),
        (1, 25, 2, False),
    ],
)
async def test_a_hold_lapses_after_a_day_and_three_clear_messages(
    house: House, before: int, hours: int, after: int, *, on: bool
) -> None:  # fmt: skip
    """E18: both."""
    thread = await in_crisis(house)
    await clear(house, thread, before)
    house.clock.advance(hours * HOUR)
    await clear(house, thread, after)
    assert await held(house, thread) is on
    said = await house.assistant.ask_to_end(house.ref(thread), ANN, id="i1")
    assert bool(house.platform.cards(thread, Kind.CONFIRMATION)) is not on
    assert (said.card is not None) is on
    assert ("hold lapsed" in await causes(house)) is not on


async def test_a_new_sign_begins_the_hold_anew(house: House) -> None:
    """E18."""
    thread = await in_crisis(house)
    await clear(house, thread, 3)
    house.clock.advance(23 * HOUR)
    await house.write(ANN, PLAIN, thread)
    house.clock.advance(2 * HOUR)
    assert await held(house, thread)
    house.clock.advance(22 * HOUR)
    await clear(house, thread, 2)
    assert await held(house, thread)
    await clear(house, thread, 1)
    assert not await held(house, thread)


async def test_a_message_that_nobody_could_read_is_not_clear(house: House) -> None:
    """E15, E18."""
    thread = await in_crisis(house)
    house.clock.advance(24 * HOUR)
    house.detector.risk = RuntimeError("down")
    await clear(house, thread, 5)
    assert await held(house, thread)


async def test_a_moderator_takes_the_hold_off_and_nobody_else_does(house: House) -> None:
    """E18."""
    thread = await in_crisis(house)
    assert "moderator" in (await house.assistant.release(house.ref(thread), ANN)).text
    assert await held(house, thread)
    await house.assistant.release(house.ref(thread), MO)
    assert not await held(house, thread)
    assert (await house.assistant.release(house.ref(thread), MO)).done
    assert (await causes(house)).count("hold released") == 1


async def test_a_release_in_a_place_without_a_chat_says_so(house: House) -> None:
    assert (await house.assistant.release(house.ref("nowhere"), MO)).text


async def test_every_change_of_the_hold_is_in_the_audit_log_without_a_word_of_a_message(house: House) -> None:
    """E18: actor, cause, before, after."""
    thread = await in_crisis(house)
    await house.assistant.release(house.ref(thread), MO)
    await house.write(ANN, PLAIN, thread)
    house.clock.advance(24 * HOUR)
    await clear(house, thread, 3)
    told = [cause for cause in await causes(house) if cause != "began"]
    assert told == ["crisis", "helplines shown", "hold released", "crisis", "hold lapsed"]


async def test_abuse_changes_nothing_during_a_hold(house: House) -> None:
    """E16."""
    thread = await in_crisis(house)
    for _ in range(4):
        await house.write(ANN, "silly bot", thread)
    house.model.says(warn())
    await house.write(ANN, "silly bot", thread)
    house.model.says(end(Reason.ABUSE))
    await house.write(ANN, "silly bot", thread)
    assert await house.state(thread) is State.ACTIVE
    assert not house.platform.cards(thread, Kind.WARNING)
    assert house.reviewer.asked == []


async def test_the_hold_is_on_for_everybody_in_the_thread(house: House) -> None:
    """E15: on the whole conversation."""
    thread = await in_crisis(house)
    house.model.says(end())
    await house.write(BEN, "@adieu end this chat", thread, addressed=True)
    assert not house.platform.cards(thread, Kind.CONFIRMATION)


async def test_a_later_sign_takes_the_buttons_of_an_open_question_away(
    house: House, platform: TellingPlatform
) -> None:
    """E16: the question came before the detector's answer."""
    detector = cued(house)
    await house.send(ANN, WORDS, "t1", opens=True)
    await platform.reached("finish", 1)
    await house.assistant.ask_to_end(house.ref("t1"), ANN, id="i1")
    assert platform.cards("t1", Kind.CONFIRMATION)
    detector.risk = Risk.POSSIBLE
    detector.cue.set()
    await house.engine.idle()
    assert not platform.cards("t1", Kind.CONFIRMATION)
    assert not [
        card for card in platform.cards("t1", Kind.LINE) if card.buttons or "end" in card.text.lower()
    ]
