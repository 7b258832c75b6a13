"""During a hold no reply speaks of ending the chat, neither while it grows nor in the history (E16)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.crisis.speech import about_ending
from bot.types import Risk
from tests.crisis_kit import PLAIN, WORDS, TellingPlatform, cued
from tests.fakes.house import ANN, MO, House, open_house
from tests.test_crisis_speech import EVERY, FINE

END = "I have to end this chat."


@pytest.fixture
def platform() -> TellingPlatform:
    return TellingPlatform()


@pytest.fixture
async def house(tmp_path: Path, platform: TellingPlatform) -> AsyncIterator[House]:
    async with open_house(tmp_path / "adieu.db", platform=platform) as opened:
        yield opened


def seen(platform: TellingPlatform, thread: str) -> list[str]:
    """Every text that people have seen in the newest reply, in order."""
    return [post for post in platform.posts.values() if post.thread == thread and not post.card][-1].history


async def test_a_sentence_about_ending_is_never_seen(house: House, platform: TellingPlatform) -> None:
    """E16."""
    thread = await house.mention(ANN, "hello")
    house.model.says("I hear ", "you. I have to ", "end this", " chat. Is somebody", " with you?")
    await house.write(ANN, PLAIN, thread)
    assert platform.replies(thread)[-1] == "I hear you. Is somebody with you?"
    assert not [text for text in seen(platform, thread) if "end" in text]
    await house.write(ANN, "yes", thread)
    assert "end this" not in str(house.model.prompts[-1].history)


@pytest.mark.parametrize(("language", "text"), EVERY)
async def test_letter_by_letter_no_part_of_such_a_sentence_is_ever_seen(
    house: House, platform: TellingPlatform, language: str, text: str
) -> None:
    """E16: in every language, however slowly it is written."""
    before, after = FINE[language][:2]
    thread = await house.mention(ANN, "hello")
    house.model.says(*f"{before} {text} {after}")
    await house.write(ANN, PLAIN, thread)
    whole = f"{before} {after}"
    for shown in [*seen(platform, thread), platform.replies(thread)[-1]]:
        assert "".join(whole.split()).startswith("".join(shown.split()))


async def test_where_nothing_is_left_one_calm_sentence_stands(
    house: House, platform: TellingPlatform
) -> None:
    """E16."""
    thread = await house.mention(ANN, "hello")
    house.model.says(END)
    await house.write(ANN, PLAIN, thread)
    (text,) = platform.replies(thread)[-1:]
    assert text
    assert not about_ending(text)


async def test_a_stopped_answer_keeps_its_whole_sentences(house: House, platform: TellingPlatform) -> None:
    """E16."""
    thread = await house.mention(ANN, "hello")
    gate = asyncio.Event()
    house.model.says("I hear you. I have to end", gate)
    await house.write(ANN, PLAIN, thread, wait=False)
    await house.model.reached.wait()
    await house.assistant.stop(house.ref(thread), ANN)
    await house.engine.idle()
    assert platform.replies(thread)[-1].startswith("I hear you.\n\n")
    assert "end" not in platform.replies(thread)[-1]


async def test_a_hold_that_comes_while_the_answer_is_written_takes_back_what_was_said(
    house: House, platform: TellingPlatform
) -> None:
    """E16: the detector is beside the stream."""
    thread = await house.mention(ANN, "hello")
    detector, gate = cued(house), asyncio.Event()
    house.model.says(f"I hear you. {END} ", gate, "Are you safe?")
    await house.write(ANN, WORDS, thread, wait=False)
    await house.model.reached.wait()
    detector.risk = Risk.YES
    detector.cue.set()
    await platform.reached("post crisis", 1)
    gate.set()
    await house.engine.idle()
    assert platform.replies(thread)[-1] == "I hear you. Are you safe?"


async def test_without_a_hold_every_letter_is_shown_as_it_comes(
    house: House, platform: TellingPlatform
) -> None:
    thread = await house.mention(ANN, "hello")
    house.model.says("I have to ", "end this", " chat.")
    await house.write(ANN, "what would you say?", thread)
    assert seen(platform, thread) == ["I have to ", "I have to end this", "I have to end this chat."]


async def test_after_the_hold_it_is_as_before(house: House, platform: TellingPlatform) -> None:
    """E18."""
    thread = await house.mention(ANN, PLAIN)
    await house.assistant.release(house.ref(thread), MO)
    house.model.says(END)
    await house.write(ANN, "what did you want to say?", thread)
    assert platform.replies(thread)[-1] == END
