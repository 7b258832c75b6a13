"""The gateway as it is: duplicates, RESUME, new sessions, refusals, an outage, and what was missed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.doubles.claude import Script, Text
from tests.doubles.discord import DiscordDouble
from tests.stories.kit import TOKEN, Stage, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_an_event_that_comes_twice_is_answered_once(stage: Stage) -> None:
    first = await stage.discord.say(stage.channel, stage.ann, "how are you today?", mention_bot=True)
    stage.discord.replay(first)
    thread = await stage.thread_on(first)
    await stage.replied(thread, 1)
    second = await stage.writes(stage.ann, thread, "and what about tomorrow?")
    stage.discord.replay(second)
    await stage.replied(thread, 2)
    for message in (first, second):
        stage.discord.replay(message)
    # What comes behind them is answered: then both have been heard, and left alone.
    await stage.writes(stage.ann, thread, "and the day after that?")
    await stage.replied(thread, 3)
    assert len(stage.asked) == 3
    assert len(stage.discord.threads(stage.channel)) == 1


async def test_what_is_written_during_a_resume_is_answered_once(stage: Stage) -> None:
    thread = await stage.chat(stage.ann, "how are you today?")
    resumed = stage.discord.gateway.count.resumed
    await stage.discord.drop_gateway()
    await stage.writes(stage.ann, thread, "are you there right now?")
    await stage.until(lambda: stage.discord.gateway.count.resumed > resumed)
    await stage.replied(thread, 2)
    assert len(stage.asked) == 2


@pytest.mark.parametrize("how", ["invalid", "forgotten", "cut", "asked"])
async def test_the_connection_comes_back_however_it_went(tmp_path: Path, how: str) -> None:
    async with open_stage(tmp_path) as stage:
        thread = await stage.chat(stage.ann, "how are you today?")
        count = stage.discord.gateway.count
        before = count.identified + count.resumed
        if how == "invalid":
            stage.discord.invalidate()
        elif how == "asked":
            stage.discord.ask_to_reconnect()
        else:
            await stage.discord.drop_gateway(
                resumable=how != "forgotten", code=None if how == "cut" else 4000
            )
        await stage.writes(stage.ann, thread, "are you there right now?")
        await stage.until(lambda: count.identified + count.resumed > before)
        await stage.replied(thread, 2)
        assert len(stage.asked) == 2


async def test_a_running_answer_does_not_mind_a_lost_gateway(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage:
        stage.model(Script([Text("Two tides ", gate_after="lost"), Text("a day.")]))
        thread = await stage.mention(stage.ann, "how many tides are there?")
        shown = await stage.visible(thread, "Two tides")
        await stage.discord.drop_gateway(resumable=False)
        stage.claude.release("lost")
        assert await stage.answer(thread, "Two tides a day.") is shown
        await stage.until(lambda: any(each.session for each in stage.discord.gateway.connections))


async def test_an_event_that_nobody_can_read_ends_nothing(stage: Stage) -> None:
    thread = await stage.chat(stage.ann, "how are you today?")
    stage.discord.dispatch("MESSAGE_CREATE", {"id": "not a number"})
    stage.discord.dispatch("THREAD_UPDATE", {})
    await stage.writes(stage.ann, thread, "are you there right now?")
    await stage.replied(thread, 2)
    stage.discord.dispatches.clear()


async def test_what_was_missed_while_it_was_away_is_answered_and_older_is_left_alone(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage:
        thread = await stage.chat(stage.ann, "how are you today?")
        assert await stage.program.stop() == 0
        missed = await stage.writes(stage.ann, thread, "I wrote while you were away")
        mention = await stage.writes(stage.ben, stage.channel, "and so did I, out here", mention_bot=True)
        await stage.program.start()
        await stage.program.ready()
        await stage.replied(thread, 2)
        other = await stage.thread_on(mention)
        await stage.replied(other, 1)
        assert missed.id < mention.id
        assert len(stage.asked) == 3


async def test_with_catching_up_switched_to_a_minute_what_is_older_is_left_alone(tmp_path: Path) -> None:
    """Older than `catch_up_minutes`: nobody waits for an answer any more."""
    async with open_stage(tmp_path, discord_extra="catch_up_minutes = 1") as stage:
        thread = await stage.chat(stage.ann, "how are you today?")
        assert await stage.program.stop() == 0
        await stage.writes(stage.ann, thread, "I wrote long, long ago")
        stage.grow_older(thread, minutes=2)
        await stage.program.start()
        await stage.program.ready()
        await stage.writes(stage.ann, thread, "and this is from just now")
        await stage.replied(thread, 2)
        assert len(stage.asked) == 2
        assert "long ago" not in stage.asked[-1].last_user_text


async def test_a_gateway_that_refuses_at_first_is_tried_again_and_health_says_so(tmp_path: Path) -> None:
    async with open_stage(tmp_path, start=False) as stage:
        stage.discord.refuse_gateway(2)
        await stage.program.start()
        await stage.until(lambda: stage.discord.gateway.count.refused >= 1)
        await stage.program.until(stage.program.listening)
        assert await stage.program.healthz() == 503
        await stage.program.ready()
        assert await stage.program.healthz() == 200
        await stage.chat(stage.ann, "how are you today?")


async def test_a_whole_outage_loses_nothing(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage:
        thread = await stage.chat(stage.ann, "how are you today?")
        stage.model(Script([Text("Two tides ", gate_after="down"), Text("a day.")]))
        await stage.writes(stage.ann, thread, "how many tides are there?")
        shown = await stage.visible(thread, "Two tides")
        await stage.discord.stop()
        stage.claude.release("down")
        await stage.claude.until(lambda: stage.asked[-1].response.outcome == "complete")
        assert await stage.program.healthz() == 503
        await stage.discord.start()
        assert await stage.answer(thread, "Two tides a day.") is shown
        await stage.until(lambda: any(each.session for each in stage.discord.gateway.connections))
        await stage.writes(stage.ann, thread, "are you there right now?")
        await stage.replied(thread, 3)
        assert stage.replies(thread)[1] == "Two tides a day."


async def test_a_wrong_token_ends_the_start_with_the_remedy(tmp_path: Path) -> None:
    async with open_stage(tmp_path, start=False, discord=DiscordDouble(f"another-{TOKEN}")) as stage:
        stage.expected += ["discord refuses us", "platform given up"]
        await stage.program.start()
        await stage.program.until(lambda: stage.program.told("discord refuses us"))
        [line, *_] = stage.program.told("discord refuses us")
        assert "Reset the token" in line["problem"]
