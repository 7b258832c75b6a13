"""Where a conversation can be on Slack, and what else there is: Messages tab, command, App Home."""

from __future__ import annotations

import pytest

from tests.doubles.claude import Script, Text
from tests.stories.slack.kit import ENDED, POINTER, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_messages_tab_streams_natively_ends_and_begins_again(stage: Stage) -> None:
    """E12, E31, E32, E33."""
    tab = stage.slack.dm(stage.ann)
    await stage.slack.open_home(stage.ann, tab="messages")
    await stage.until(lambda: stage.slack.assistant(tab).prompts)
    stage.model(Script([Text("Two tides ", gate_after="half"), Text("a day.")]))
    root = await stage.slack.say(stage.ann, stage.ann, "how many tides are there?")
    shown = await stage.visible(root, "Two tides")
    assert shown.stream is not None
    assert not shown.is_complete
    stage.claude.release("half")
    assert await stage.answer(root, "Two tides a day.") is shown
    await stage.turns(root, 1)
    before, asked = len(stage.slack.ephemerals(stage.ann)), len(stage.asked)
    await stage.writes(stage.ann, root, "end this chat")
    assert await stage.told(stage.ann, before) == "Please confirm in the thread."
    assert await stage.press(stage.ann, await stage.card(root, "end this chat?"), "End chat") == "Confirmed."
    await stage.closed(root)
    before = len(stage.slack.ephemerals(stage.ann))
    await stage.writes(stage.ann, root, "are you still there?")
    pointer = await stage.told(stage.ann, before)
    assert POINTER in pointer
    # Nobody needs to mention anybody there.
    for told in (pointer, stage.cards(root, ENDED)[0].shown):
        assert "Write in the Messages tab" in told
        assert "ention me" not in told
    assert len(stage.asked) == asked
    # Another message at the top level is another chat.
    stage.model("Hello again.")
    fresh = await stage.slack.say(stage.ann, stage.ann, "hello once more, my friend")
    await stage.answer(fresh, "Hello again.")
    assert "tides" not in str(stage.asked[-1].messages)


async def test_the_home_lists_open_and_ended_chats_of_the_person_alone(stage: Stage) -> None:
    living = await stage.chat(stage.ann, "a chat that goes on for long")
    over = await stage.chat(stage.ann, "a chat that is over soon")
    await stage.chat(stage.ben, "somebody else's chat entirely")
    await stage.ended(stage.ann, over)
    await stage.slack.open_home(stage.ann)
    await stage.until(lambda: stage.slack.home(stage.ann))
    home = stage.slack.home(stage.ann)
    assert home is not None
    opened, ended = home.shown.split("My ended chats")
    assert "a chat that goes on for long" in opened
    assert f"p{living.ts.replace('.', '')}" in opened
    assert "a chat that is over soon" in ended
    assert "somebody else" not in home.shown


@pytest.mark.parametrize(("text", "words"), [("help", "End this chat"), ("privacy", "language model")])
async def test_what_is_to_be_known_is_told_to_the_person_alone(stage: Stage, text: str, words: str) -> None:
    before = len(stage.slack.ephemerals(stage.ann))
    await stage.slack.command(stage.ann, stage.channel, "/adieu", text)
    assert words in await stage.told(stage.ann, before)
    assert stage.slack.said(stage.channel) == []


async def test_the_command_new_opens_a_thread(stage: Stage) -> None:
    """E33."""
    await stage.slack.command(stage.ann, stage.channel, "/adieu", "new")
    await stage.until(lambda: stage.slack.messages(stage.channel, by=stage.slack.bot, threads=False))
    [root] = stage.slack.messages(stage.channel, by=stage.slack.bot, threads=False)
    await stage.card(root, "A fresh start")
    stage.model("Hello Ann.")
    await stage.writes(stage.ann, root, "hello from inside here")
    await stage.answer(root, "Hello Ann.")


async def test_the_native_stop_keeps_what_was_said(stage: Stage) -> None:
    stage.model(Script([Text("Once upon a time ", gate_after="told"), Text("there was a tide.")]))
    root = await stage.slack.say(stage.ann, stage.ann, "tell me a story, please")
    await stage.visible(root, "Once upon a time")
    await stage.slack.stop_session(stage.ann, root)
    await stage.visible(root, "(stopped)")
    stage.claude.release("told")
    session = stage.slack.session(root)
    await stage.until(lambda: session is not None and session.status == "active")
    assert len(stage.replies(root)) == 1
    assert stage.cards(root, ENDED) == []


async def test_what_the_model_writes_pings_nobody_while_streaming_or_in_edits(stage: Stage) -> None:
    loud = f"<!channel> <!here> @everyone {stage.ben.mention} look here, at what the tide has brought us all"
    for place in (stage.channel, stage.slack.dm(stage.ann)):
        gate = f"loud {place.id}"
        stage.model(Script([Text(loud, gate_after=gate), Text(f" and again: {loud}")]))
        root = await stage.slack.say(
            place, stage.ann, "who should look at this?", mention_bot=not place.is_dm
        )
        await stage.visible(root, "look here")
        stage.claude.release(gate)
        await stage.visible(root, "and again")
        await stage.turns(root, 1)


async def test_bots_and_talk_among_people_are_left_alone(stage: Stage) -> None:
    """E11."""
    root = await stage.chat(stage.ann, "hello there, my friend")
    asked = len(stage.asked)
    other = stage.slack.other_bot("Other")
    stage.channel.members[other.id] = other
    await stage.slack.say(stage.channel, other, "hello from a machine", mention_bot=True)
    await stage.writes(other, root, "hello from a machine", mention=True)
    await stage.writes(stage.ben, root, "hello Ann, how are you?")
    stage.model("To you as well.")
    await stage.writes(stage.ben, root, "hello to you", mention=True)
    await stage.answer(root, "To you as well.")
    assert len(stage.asked) == asked + 1
    assert 'from="Ben"' in stage.asked[-1].last_user_text
