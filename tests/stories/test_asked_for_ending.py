"""The whole story: a mention, a thread, a streamed answer, a request to end, the lock, a fresh start."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.doubles.claude import Script, Text
from tests.doubles.discord import Message, Permission, Refused, Thread, conformance
from tests.stories.kit import BESIDE, ENDED, Stage, ends, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.skipif(not conformance.SPEC.exists(), reason=conformance.MISSING)
async def test_a_conversation_is_held_ended_by_asking_and_started_afresh(stage: Stage) -> None:
    """E9, E10, E13, E27, E28, E29, E30, E32, E33, E39."""
    thread = await _held(stage)
    question = await _asked_back(stage, thread)
    asked = len(stage.asked)
    assert await stage.press(stage.ann, question, "End chat") == "Confirmed."
    beside = await _closed_in_order(stage, thread, question)
    await _left_alone(stage, thread)
    await _started_afresh(stage, beside, thread)
    assert len(stage.asked) == asked + 1


async def _held(stage: Stage) -> Thread:
    """A mention opens a thread; the first words are visible while the model still speaks."""
    stage.model(Script([Text("Two tides ", gate_after="half"), Text("a day.")]))
    thread = await stage.mention(stage.ann, "how many tides are there?")
    assert thread.name == "how many tides are there?"
    first = await stage.visible(thread, "Two tides")
    assert stage.offers(first) == ["Stop"]
    stage.claude.release("half")
    assert await stage.answer(thread, "Two tides a day.") is first
    stage.model("Because of the moon.")
    await stage.writes(stage.ann, thread, "why is that so?")
    await stage.answer(thread, "Because of the moon.")
    said = [each["role"] for each in stage.asked[-1].messages]
    assert said == ["user", "assistant", "user"]
    return thread


async def _asked_back(stage: Stage, thread: Thread) -> Message:
    """The model asks for the end, the person is asked; somebody else's press is refused politely."""
    stage.model(ends(before="Of course."))
    await stage.writes(stage.ann, thread, "please end this chat")
    question = await stage.card(thread, "end this chat?")
    await stage.answer(thread, "Of course.")
    for somebody in (stage.ben, stage.mo):
        assert "Only the person who was asked" in await stage.press(somebody, question, "End chat")
    assert stage.offers(question) == ["End chat", "Keep talking"]
    assert not thread.locked
    return question


async def _closed_in_order(stage: Stage, thread: Thread, question: Message) -> Message:
    """Controls beside, notice, one lock without a name, moderators; the live controls."""
    await stage.locked(thread)
    [notice] = stage.cards(thread, ENDED)
    for words in ("Ann asked for it", "Nothing was deleted", "nobody was banned"):
        assert words in notice.embeds[0]["description"]
    [lock] = stage.locks(thread)
    assert lock.body == {"locked": True, "archived": False}
    assert thread.audit_reasons[-1].startswith("Conversation ended: the person asked for it")
    assert thread.name == "how many tides are there?"
    [beside] = stage.cards(stage.channel, BESIDE)
    [told] = stage.cards(stage.log, "has ended")
    assert stage.offers(told) == ["Reopen"]
    assert stage.discord.link(notice, "Start a new chat").endswith(str(beside.id))
    assert beside.now.time <= notice.now.time <= lock.time <= told.now.time
    assert stage.offers(question) == []
    return beside


async def _left_alone(stage: Stage, thread: Thread) -> None:
    """Only moderators can write into a locked thread, and there they are left alone."""
    with pytest.raises(Refused):
        await stage.writes(stage.ann, thread, "one more thing, please")
    await stage.writes(stage.mo, thread, "closing words from a moderator")


async def _started_afresh(stage: Stage, beside: Message, thread: Thread) -> None:
    """At once, in the same channel, without anything of the former conversation."""
    standing = stage.discord.messages(thread)
    said = await stage.press(stage.ann, beside, "Start a new chat")
    fresh = stage.discord.threads(stage.channel)[-1]
    assert fresh is not thread
    assert said == f"Here is your new chat.\nhttps://discord.com/channels/{stage.guild.id}/{fresh.id}"
    await stage.card(fresh, "A fresh start")
    stage.model("Hello again, Ann.")
    await stage.writes(stage.ann, fresh, "hello again")
    await stage.answer(fresh, "Hello again, Ann.")
    assert "tides" not in str(stage.asked[-1].messages)
    assert stage.discord.messages(thread) == standing
    assert not any(each.deleted or each.reactions for each in standing)


async def test_a_yes_in_words_ends_it_and_no_model_is_asked(stage: Stage) -> None:
    """E10."""
    thread = await stage.chat(stage.ann, "hello there, my friend")
    stage.model(ends())
    await stage.writes(stage.ann, thread, "end the conversation please")
    await stage.card(thread, "end this chat?")
    asked = len(stage.asked)
    await stage.writes(stage.ann, thread, "Yes!")
    await stage.locked(thread)
    assert len(stage.asked) == asked


async def test_keep_talking_keeps_the_conversation(stage: Stage) -> None:
    """E10."""
    thread = await stage.chat(stage.ann, "hello there, my friend")
    stage.model(ends())
    await stage.writes(stage.ann, thread, "end the conversation please")
    question = await stage.card(thread, "end this chat?")
    assert await stage.press(stage.ann, question, "Keep talking") == "We keep talking."
    await stage.until(lambda: stage.offers(question) == [])
    stage.model("Gladly.")
    await stage.writes(stage.ann, thread, "let us talk about tides")
    await stage.answer(thread, "Gladly.")
    assert not thread.locked


async def test_the_end_command_asks_without_any_model(stage: Stage) -> None:
    """E12, E13."""
    thread = await stage.chat(stage.ann, "hello there, my friend")
    await stage.until(lambda: stage.replies(thread))
    asked = len(stage.asked)
    # Another person's request would put only themselves out.
    assert await stage.command(stage.ben, thread, "end") == "Please confirm in the thread."
    leave = await stage.card(thread, "stop answering you")
    assert stage.offers(leave) == ["Stop answering me", "Keep talking"]
    assert await stage.command(stage.ann, thread, "end") == "Please confirm in the thread."
    question = await stage.card(thread, "end this chat?")
    await stage.press(stage.ann, question, "End chat")
    await stage.locked(thread)
    assert len(stage.asked) == asked
    assert "There is no chat of mine here" in await stage.command(stage.ann, stage.channel, "end")


async def test_a_moderator_reopens_an_ended_conversation(stage: Stage) -> None:
    """E36."""
    thread = await stage.chat(stage.ann, "hello there, my friend")
    await stage.ended(stage.ann, thread)
    told = await stage.card(stage.log, "has ended")
    assert await stage.press(stage.mo, told, "Reopen") == "Reopened."
    await stage.card(thread, "Mo opened this conversation again")
    assert not thread.locked
    stage.model("Welcome back.")
    await stage.writes(stage.ann, thread, "here I am again")
    await stage.answer(thread, "Welcome back.")


async def test_a_thread_unlocked_by_hand_is_a_conversation_again(stage: Stage) -> None:
    """E36."""
    thread = await stage.chat(stage.ann, "hello there, my friend")
    await stage.ended(stage.ann, thread)
    await stage.discord.unlock(thread, by=stage.mo)
    await stage.card(thread, "opened this conversation again")
    stage.model("Welcome back.")
    await stage.writes(stage.ann, thread, "here I am again")
    await stage.answer(thread, "Welcome back.")
    assert not thread.locked


async def test_a_thread_locked_by_hand_is_a_moderators_ending(stage: Stage) -> None:
    """E37."""
    thread = await stage.chat(stage.ann, "hello there, my friend")
    await stage.until(lambda: stage.replies(thread))
    await stage.discord.lock(thread, by=stage.mo)
    await stage.locked(thread)
    [notice] = stage.cards(thread, ENDED)
    assert "A moderator closed this thread." in notice.embeds[0]["description"]
    asked = len(stage.asked)
    await stage.writes(stage.mo, thread, "closing words from a moderator")
    assert len(stage.asked) == asked


async def test_without_manage_threads_it_is_told_once_and_the_bot_itself_refuses(tmp_path: Path) -> None:
    """E30, E32."""
    async with open_stage(tmp_path, bot_permissions=Permission.VIEW_AUDIT_LOG) as stage:
        thread = await stage.chat(stage.ann, "hello there, my friend")
        stage.model(ends())
        await stage.writes(stage.ann, thread, "please end this chat")
        question = await stage.card(thread, "end this chat?")
        assert await stage.press(stage.ann, question, "End chat") == "Confirmed."
        told = await stage.card(stage.log, thread.name)
        assert "Not locked: the permission Manage Threads is missing" in told.embeds[0]["description"]
        assert not thread.locked
        asked = len(stage.asked)
        # They can still write: the first time a pointer, then at most a small sign.
        await stage.writes(stage.ann, thread, "are you still there?")
        pointer = await stage.card(thread, "I no longer read messages here")
        await stage.writes(stage.ann, thread, "but I have a question")
        await stage.writes(stage.mo, thread, "I moderate this place")
        await stage.writes(stage.ben, thread, "and what about me then?", mention_bot=True)
        await stage.card(thread, "I no longer read messages here", more_than=1)
        await stage.press(stage.ann, pointer, "Start a new chat")
        fresh = stage.discord.threads(stage.channel)[-1]
        stage.model("Hello again.")
        await stage.writes(stage.ann, fresh, "hello again")
        await stage.answer(fresh, "Hello again.")
        assert len(stage.asked) == asked + 1
        assert len(stage.cards(stage.log, "")) == 1
        assert len(stage.cards(thread, "I no longer read messages here")) == 2
