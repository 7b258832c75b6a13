"""Where a conversation can be: direct messages, forum posts, and threads opened with a command."""

from __future__ import annotations

import pytest

from tests.doubles.discord import Channel, Interaction, Kind, Message, Thread
from tests.stories.kit import BESIDE, ENDED, Stage, ends

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_direct_message_is_a_conversation_that_ends_and_begins_again(stage: Stage) -> None:
    """E9, E12, E30, E32, E33."""
    here = stage.discord.dm(stage.ann)
    stage.model("Hello Ann.")
    await stage.writes(stage.ann, stage.ann, "hello, just us two")
    await stage.answer(here, "Hello Ann.")
    assert await stage.command(stage.ann, here, "end") == "Please confirm in the thread."
    question = await stage.card(here, "end this chat?")
    await stage.press(stage.ann, question, "End chat")
    notice = await stage.card(here, ENDED)
    assert "Use /new" in notice.embeds[0]["description"]
    asked = len(stage.asked)
    await stage.writes(stage.ann, stage.ann, "are you still there?")
    await stage.card(here, "I no longer read messages here")
    assert len(stage.asked) == asked
    # There is no lock in direct messages: the notice's own button works.
    await stage.press(stage.ann, notice, "Start a new chat")
    await stage.card(here, "A fresh start")
    stage.model("Hello again.")
    await stage.writes(stage.ann, stage.ann, "hello once more")
    await stage.answer(here, "Hello again.")
    assert "just us two" not in str(stage.asked[-1].messages)


async def test_the_new_command_starts_afresh_in_direct_messages(stage: Stage) -> None:
    """E33."""
    here = stage.discord.dm(stage.ann)
    stage.model("Hello Ann.")
    await stage.writes(stage.ann, stage.ann, "hello, just us two")
    await stage.answer(here, "Hello Ann.")
    await stage.command(stage.ann, here, "new")
    await stage.card(here, "A fresh start")
    stage.model("Hello again.")
    await stage.writes(stage.ann, stage.ann, "hello once more")
    await stage.answer(here, "Hello again.")
    assert "just us two" not in str(stage.asked[-1].messages)


async def test_a_new_post_in_a_forum_is_a_conversation(stage: Stage) -> None:
    """E29, E30, E33."""
    stage.model("The tide is out.")
    post = await stage.discord.start_post(stage.ann, stage.forum, "Tides", "when is the tide out?")
    await stage.answer(post, "The tide is out.")
    await stage.ended(stage.ann, post)
    assert len(stage.locks(post)) == 1
    [notice] = stage.cards(post, ENDED)
    await _starts_afresh_alone(stage, notice, stage.forum)


async def test_whoever_takes_no_direct_messages_finds_the_controls_with_a_command(stage: Stage) -> None:
    """E30, E33, E35."""
    assert await stage.command(stage.ann, stage.channel, "ended") == "You have no ended chat here."
    stage.discord.faults.add(path="/users/@me/channels", status=403, code=50007, times=9)
    stage.model("The tide is out.")
    post = await stage.discord.start_post(stage.ann, stage.forum, "Tides", "when is the tide out?")
    await stage.answer(post, "The tide is out.")
    await stage.ended(stage.ann, post)
    [notice] = stage.cards(post, ENDED)
    assert "Use /ended in a channel" in notice.embeds[0]["description"]
    assert stage.offers(notice) == []
    used = await stage.discord.command(stage.ann, stage.channel, "ended")
    await stage.until(lambda: used.message and stage.offers(used.message))
    assert used.message is not None
    assert "This was fine" in stage.offers(used.message)
    assert "Thank you" in await stage.press(stage.ann, used.message, "This was fine")
    await stage.card(stage.log, "feedback")


async def _starts_afresh_alone(stage: Stage, notice: Message, place: Channel) -> None:
    """The controls stand in a direct message, and the notice leads there."""
    [controls] = stage.cards(stage.discord.dm(stage.ann), BESIDE)
    assert str(controls.id) in str(notice.components)
    before = len(stage.discord.threads(place))
    await stage.press(stage.ann, controls, "Start a new chat")
    await stage.until(lambda: len(stage.discord.threads(place)) == before + 1)


async def test_chat_with_a_message_opens_a_thread_and_is_answered(stage: Stage) -> None:
    stage.model("Twice a day.")
    said = await stage.command(stage.ann, stage.channel, "chat", message="how often is high tide?")
    assert "in a moment" in said
    await stage.until(lambda: stage.discord.threads(stage.channel))
    [thread] = stage.discord.threads(stage.channel)
    await stage.answer(thread, "Twice a day.")
    [starter] = stage.discord.said(stage.channel)
    assert "Ann started a chat" in starter
    assert "how often is high tide?" in starter
    await stage.ended(stage.ann, thread)


async def test_chat_without_a_message_opens_a_thread_with_a_welcome(stage: Stage) -> None:
    said = await stage.command(stage.ann, stage.channel, "chat")
    [thread] = stage.discord.threads(stage.channel)
    assert said.endswith(f"/{thread.id}")
    await stage.card(thread, "A fresh start")
    stage.model("Hello Ann.")
    await stage.writes(stage.ann, thread, "hello from inside")
    await stage.answer(thread, "Hello Ann.")


@pytest.mark.parametrize("message", ["how often is high tide?", None])
async def test_a_private_chat_is_a_private_thread_with_the_person_in_it(
    stage: Stage, message: str | None
) -> None:
    """E30: nothing of its end stands in the channel."""
    options = {"private": True} | ({"message": message} if message else {})
    await stage.command(stage.ann, stage.channel, "chat", **options)
    await stage.until(lambda: stage.discord.threads(stage.channel))
    [thread] = stage.discord.threads(stage.channel)
    assert thread.kind is Kind.PRIVATE_THREAD
    if message is None:
        await stage.card(thread, "A fresh start")
        await stage.writes(stage.ann, thread, "hello from inside")
    await stage.replied(thread, 1 if message is None else 2)
    assert set(thread.members) == {stage.ann.id, stage.discord.bot.id}
    await stage.ended(stage.ann, thread)
    assert stage.discord.said(stage.channel) == []
    [notice] = stage.cards(thread, ENDED)
    await _starts_afresh_alone(stage, notice, stage.channel)
    assert all(each.kind is Kind.PRIVATE_THREAD for each in stage.discord.threads(stage.channel))


async def test_the_new_command_in_a_channel_opens_a_thread(stage: Stage) -> None:
    """E33."""
    await stage.command(stage.ann, stage.channel, "new")
    [thread] = stage.discord.threads(stage.channel)
    await stage.card(thread, "A fresh start")


@pytest.mark.parametrize(("name", "words"), [("help", "`/end`"), ("privacy", "language model")])
async def test_what_is_to_be_known_is_told_to_the_person_alone(stage: Stage, name: str, words: str) -> None:
    assert words in await stage.command(stage.ann, stage.channel, name)
    assert stage.discord.said(stage.channel) == []


async def test_bots_webhooks_and_talk_among_people_are_left_alone(stage: Stage) -> None:
    """E11."""
    thread = await stage.chat(stage.ann, "hello there, my friend")
    asked = len(stage.asked)
    other, hook = stage.discord.person("Other", bot=True), stage.discord.webhook("Hook")
    await stage.writes(other, stage.channel, "hello from a machine", mention_bot=True)
    await stage.writes(hook, thread, "hello from a webhook", mention_bot=True)
    await stage.writes(stage.ben, thread, "hello Ann, how are you?")
    await stage.writes(stage.ben, stage.channel, "nobody talks to a bot here")
    stage.model("To you as well.")
    await stage.writes(stage.ben, thread, "hello to you", mention_bot=True)
    await stage.answer(thread, "To you as well.")
    assert len(stage.asked) == asked + 1
    assert 'from="Ben"' in stage.asked[-1].last_user_text


async def test_somebody_who_asks_is_out_and_the_others_go_on(stage: Stage) -> None:
    """E13."""
    thread = await stage.chat(stage.ann, "hello there, my friend")
    stage.model(ends())
    await stage.writes(stage.ben, thread, "stop talking with me please", mention_bot=True)
    question = await stage.card(thread, "stop answering you")
    await stage.press(stage.ben, question, "Stop answering me")
    await stage.card(thread, "I no longer answer Ben")
    stage.model("Gladly, Ann.")
    await stage.writes(stage.ann, thread, "let us go on then")
    await stage.answer(thread, "Gladly, Ann.")
    assert not thread.locked


async def test_a_thread_that_is_deleted_takes_its_conversation_with_it(stage: Stage) -> None:
    """E37."""
    thread = await stage.chat(stage.ann, "hello there, my friend")
    await stage.discord.delete_channel(thread, by=stage.mo)
    told = await stage.card(stage.log, "has ended")
    assert "the thread is gone" in told.embeds[0]["description"]
    other: Thread = await stage.chat(stage.ann, "hello in another thread")
    assert stage.replies(other)
    assert all(isinstance(each, Interaction) for each in stage.discord.interactions)
