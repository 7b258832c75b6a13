"""What AutoMod does not let through on Discord: one calm sentence, one line in the log, and it goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.doubles.claude import Script, Text
from tests.stories.kit import Stage, ends, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

SENTENCE = "My answer was not let through here, perhaps by a word filter. Please ask in another way."


async def test_an_answer_that_automod_blocks_is_one_calm_sentence_and_asked_for_once(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage:
        stage.expected.append("reply blocked by the platform")
        stage.discord.filter_words(stage.guild, "teapot")
        stage.model("Short and stout: a teapot.")
        thread = await stage.mention(stage.ann, "what is short and stout?")
        await stage.answer(thread, SENTENCE)
        await stage.turns(1)
        (line,) = stage.program.told("reply blocked by the platform")
        assert str(thread.id) in line["thread"]
        assert "200000" in line["cause"]
        assert await stage.program.stop() == 0
        await stage.program.start()
        await stage.program.ready()
        stage.model("A kettle, perhaps.")
        await stage.writes(stage.ann, thread, "say it in other words")
        await stage.answer(thread, "A kettle, perhaps.")
        assert stage.replies(thread) == [SENTENCE, "A kettle, perhaps."]
        assert len(stage.asked) == 2
        assert SENTENCE in str(stage.asked[-1].messages)


async def test_what_was_visible_of_a_blocked_answer_makes_room_for_the_sentence(stage: Stage) -> None:
    stage.expected.append("reply blocked by the platform")
    stage.discord.filter_words(stage.guild, "teapot")
    stage.model(Script([Text("Short and stout: ", gate_after="seen"), Text("a teapot.")]))
    thread = await stage.mention(stage.ann, "what is short and stout?")
    await stage.visible(thread, "Short and stout:")
    stage.claude.release("seen")
    await stage.answer(thread, SENTENCE)
    assert stage.replies(thread) == [SENTENCE]
    stage.discord.filter_words(stage.guild)


async def test_a_title_that_automod_blocks_gives_a_thread_with_a_plain_one(stage: Stage) -> None:
    """E28-E30: its ending and the moderators' card do without it, too."""
    stage.discord.filter_words(stage.guild, "teapot")
    stage.model("Gladly.")
    thread = await stage.mention(stage.ann, "tell me of the teapot on the shelf")
    await stage.answer(thread, "Gladly.")
    assert thread.name == "Chat"
    await stage.ended(stage.ann, thread)
    told = stage.cards(stage.log, "has ended")[-1]
    assert "“…”, started by Ann" in told.embeds[0]["description"]
    assert stage.cards(stage.channel, "This chat has ended")
    stage.discord.filter_words(stage.guild)


async def test_words_before_an_end_that_automod_blocks_hold_nothing_up(stage: Stage) -> None:
    """E9, E29."""
    stage.expected.append("reply blocked by the platform")
    thread = await stage.chat(stage.ann, "hello there, my friend")
    stage.discord.filter_words(stage.guild, "teapot")
    stage.model(ends(before="Gladly, my teapot."))
    await stage.writes(stage.ann, thread, "please end this chat")
    question = await stage.card(thread, "end this chat?")
    assert await stage.press(stage.ann, question, "End chat") == "Confirmed."
    await stage.locked(thread)
    assert len(stage.replies(thread)) == 1
    stage.discord.filter_words(stage.guild)
