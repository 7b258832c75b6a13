"""Claude and Discord in trouble: tried again where it helps, else one calm sentence; nothing doubled."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.doubles.claude import ClaudeDouble, Cut, NoStop, Script, Status, StreamError, Text, fails, refuses
from tests.doubles.claude.faults import Fault
from tests.doubles.discord import Permission
from tests.stories.kit import KEY, Stage, ends, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

STORY = "Two tides a day come and go, and nobody has to ask them twice."
SORRY = "I can't reach my language model right now."


async def test_an_overloaded_model_is_asked_again_until_it_answers(stage: Stage) -> None:
    stage.model(*[fails(Status(529))] * 2, fails(Status(500)), "Here I am.")
    thread = await stage.mention(stage.ann, "are you there today?")
    await stage.answer(thread, "Here I am.")
    assert stage.replies(thread) == ["Here I am."]
    assert len(stage.asked) == 4


@pytest.mark.parametrize("fault", [Cut(after=3), NoStop(after=3), StreamError(after=3)])
async def test_a_stream_that_breaks_midway_doubles_no_text(stage: Stage, fault: Fault) -> None:
    stage.model(Script([Text(STORY)], fault=fault), STORY)
    thread = await stage.mention(stage.ann, "tell me about tides, please")
    await stage.answer(thread, STORY)
    assert stage.replies(thread) == [STORY]
    texts = [version.content for message in stage.discord.messages(thread) for version in message.history]
    assert all(STORY.startswith(text) for text in texts)


async def test_a_refusal_is_told_calmly_and_kept_out_of_later_history(stage: Stage) -> None:
    """E1: refusing is not ending."""
    stage.model(refuses("cyber", after="Well, "), "Gladly.")
    thread = await stage.mention(stage.ann, "help me with something dark")
    await stage.answer(
        thread, "I can't help with that one. You can put it another way, or ask me something else."
    )
    await stage.writes(stage.ann, thread, "then tell me about tides")
    await stage.answer(thread, "Gladly.")
    assert "something dark" not in str(stage.asked[-1].messages)
    assert not thread.locked


async def test_an_answer_that_reached_its_length_says_so(stage: Stage) -> None:
    stage.model(Script([Text("Two tides and then")], stop_reason="max_tokens"))
    thread = await stage.mention(stage.ann, "tell me about tides, please")
    await stage.answer(thread, "Two tides and then\n\n*(cut short: this answer reached its longest length)*")


async def test_a_request_that_is_rejected_gets_one_calm_sentence_and_one_line_in_the_log(
    stage: Stage,
) -> None:
    stage.expected.append("no answer")
    stage.model(fails(Status(403, "not for you")))
    thread = await stage.mention(stage.ann, "tell me about tides, please")
    await stage.visible(thread, SORRY)
    assert len(stage.replies(thread)) == 1
    await stage.logged("no answer")
    [line] = stage.program.told("no answer")
    assert line["request_id"] == stage.asked[-1].response.request_id
    # The next word finds the earlier one: nothing is lost.
    stage.model("Two a day.")
    await stage.writes(stage.ann, thread, "please try that again")
    await stage.answer(thread, "Two a day.")
    assert "tell me about tides" in stage.asked[-1].last_user_text


async def test_a_wrong_key_ends_the_start_with_code_1_and_the_remedy(tmp_path: Path) -> None:
    async with open_stage(tmp_path, start=False, claude=ClaudeDouble(key=f"another-{KEY}")) as stage:
        await stage.program.start()
        assert await stage.program.ended() == 1
        assert "ANTHROPIC_API_KEY" in stage.program.output
        assert "Traceback" not in stage.program.output


async def test_an_unknown_model_ends_the_start_with_code_1_and_its_name(tmp_path: Path) -> None:
    async with open_stage(tmp_path, start=False, extra='[assistant]\nmodel = "claude-nobody"') as stage:
        await stage.program.start()
        assert await stage.program.ended() == 1
        assert "claude-nobody" in stage.program.output
        assert "Traceback" not in stage.program.output


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("status", [503, "drop", 500])
async def test_answers_that_get_lost_double_no_post(stage: Stage, status: int | str, after: bool) -> None:  # noqa: FBT001
    """E29: from the thread to the moderators, each answer of Discord is lost once."""
    for path in (r"/threads$", r"/messages$", r"/messages/\d+$", r"^/channels/\d+$"):
        for method in ("POST", "PATCH"):
            stage.discord.faults.add(
                path=path,
                method=method,
                status=status,  # type: ignore[arg-type]
                times=2,
                after_effect=after,
            )
    stage.model("Hello there.")
    thread = await stage.mention(stage.ann, "hello, what a stormy day")
    await stage.answer(thread, "Hello there.")
    await stage.ended(stage.ann, thread)
    assert stage.replies(thread) == ["Hello there."]
    assert len(stage.cards(thread, "This conversation has ended")) == 1
    assert len(stage.discord.messages(stage.channel)) == 2
    assert len(stage.discord.messages(stage.log)) == 1
    assert len(stage.discord.threads(stage.channel)) == 1


async def test_a_rate_limit_delays_and_loses_nothing(stage: Stage) -> None:
    stage.discord.faults.add(path=r"/messages", method="POST", status=429, times=2, retry_after=0.3)
    stage.discord.faults.add(path=r"/messages/\d+$", method="PATCH", status=429, times=2, retry_after=0.3)
    stage.model(Script([Text("Two tides ", gate_after="limited"), Text("a day.")]))
    thread = await stage.mention(stage.ann, "how many tides are there?")
    await stage.visible(thread, "Two tides")
    stage.claude.release("limited")
    await stage.answer(thread, "Two tides a day.")
    assert stage.replies(thread) == ["Two tides a day."]


async def test_a_thread_deleted_while_it_is_answered_is_taken_calmly(stage: Stage) -> None:
    """E37."""
    stage.model(Script([Text("Two tides ", gate_after="deleted"), Text("a day.")]))
    thread = await stage.mention(stage.ann, "how many tides are there?")
    await stage.visible(thread, "Two tides")
    await stage.discord.delete_channel(thread, by=stage.mo)
    stage.claude.release("deleted")
    told = await stage.card(stage.log, "has ended")
    assert "the thread is gone" in told.embeds[0]["description"]
    stage.model("Hello.")
    other = await stage.mention(stage.ann, "hello, I am still here")
    await stage.answer(other, "Hello.")


async def test_where_no_thread_may_be_opened_it_says_so_where_it_was_asked(stage: Stage) -> None:
    stage.expected.append("thread not opened")
    stage.discord.deny(stage.channel, stage.discord.bot, Permission.CREATE_PUBLIC_THREADS)
    await stage.writes(stage.ann, stage.channel, "hello, can you hear me?", mention_bot=True)
    await stage.card(stage.channel, "I could not open a thread here")
    assert stage.asked == []


async def test_an_ending_survives_an_outage_in_its_middle(tmp_path: Path) -> None:
    """E29, I5."""
    async with open_stage(tmp_path) as stage:
        thread = await stage.chat(stage.ann, "hello there, my friend")
        stage.model(ends())
        await stage.writes(stage.ann, thread, "please end this chat")
        question = await stage.card(thread, "end this chat?")
        lock = stage.discord.faults.add(
            path=rf"^/channels/{thread.id}$", method="PATCH", status="drop", times=99
        )
        await stage.press(stage.ann, question, "End chat")
        await stage.until(lambda: lock.hits)
        assert not thread.locked
        await stage.discord.stop()
        stage.discord.faults.clear()
        await stage.discord.start()
        await stage.locked(thread)
        assert len(stage.cards(thread, "This conversation has ended")) == 1
        assert len(stage.discord.messages(stage.log)) == 1
