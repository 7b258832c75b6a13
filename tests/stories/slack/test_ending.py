"""The whole story on Slack: a mention, a thread, an ending that was asked for, silence, and a fresh start."""

from __future__ import annotations

import pytest

from tests.doubles.claude import Script, Text
from tests.doubles.slack import Message
from tests.stories.kit import ends, opinion, warns
from tests.stories.slack.kit import ENDED, POINTER, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

RUDE = "you are a useless pile of junk"
LIMIT = "I would like to go on without insults. Shall I look at your question again?"


async def test_a_conversation_is_held_ended_by_asking_and_started_afresh(stage: Stage) -> None:
    """E9, E10, E13, E27, E28, E29, E31, E32, E33, E39."""
    root = await _held(stage)
    question = await _asked_back(stage, root)
    asked = len(stage.asked)
    assert await stage.press(stage.ann, question, "End chat") == "Confirmed."
    notice = await _closed_in_order(stage, root, question)
    await _pointed_once(stage, root)
    assert len(stage.asked) == asked
    await _started_afresh(stage, root, notice)
    assert len(stage.asked) == asked + 1


async def _held(stage: Stage) -> Message:
    """The first words are visible while the model still speaks; the follow-up needs no mention."""
    stage.model(Script([Text("Two tides ", gate_after="half"), Text("a day.")]))
    root = await stage.mention(stage.ann, "how many tides are there?")
    first = await stage.visible(root, "Two tides")
    session = stage.slack.session(root)
    assert session is not None
    assert (session.status, session.title) == ("processing", "how many tides are there?")
    stage.claude.release("half")
    assert await stage.answer(root, "Two tides a day.") is first
    stage.model("Because of the moon.")
    await stage.writes(stage.ann, root, "why is that so?")
    await stage.answer(root, "Because of the moon.")
    await stage.until(lambda: session.status == "active")
    await stage.turns(root, 2)
    assert [each["role"] for each in stage.asked[-1].messages] == ["user", "assistant", "user"]
    return root


async def _asked_back(stage: Stage, root: Message) -> Message:
    """The model asks for the end, the person is asked; somebody else's press is refused politely."""
    stage.model(ends(before="Of course."))
    await stage.writes(stage.ann, root, "please end this chat")
    question = await stage.card(root, "end this chat?")
    await stage.answer(root, "Of course.")
    for somebody in (stage.ben, stage.mo):
        assert "Only the person who was asked" in await stage.press(somebody, question, "End chat")
    assert question.labels == ["End chat", "Keep talking"]
    assert not stage.is_closed(root)
    return question


async def _closed_in_order(stage: Stage, root: Message, question: Message) -> Message:
    """Notice, lock, session, moderators; each of them once."""
    await stage.closed(root)
    [notice] = stage.cards(root, ENDED)
    for words in ("Ann asked for it", "Nothing was deleted", "nobody was banned"):
        assert words in notice.shown
    assert "Start a new chat" in notice.labels
    [told] = stage.cards(stage.log, "has ended")
    assert told.labels == ["Reopen"]
    assert question.labels == []
    [lock] = stage.slack.calls("reactions.add")
    assert notice.history[0].time <= lock.time <= told.history[0].time
    assert not stage.slack.calls("chat.delete")
    return notice


async def _pointed_once(stage: Stage, root: Message) -> None:
    """Slack has no lock: whoever writes gets a pointer once, and then nothing but silence."""
    for who in (stage.ann, stage.ben):
        before, said = len(stage.slack.ephemerals(who)), len(stage.said(root))
        await stage.writes(who, root, "one more thing, please", mention=who is stage.ben)
        assert POINTER in await stage.told(who, before)
        for words in ("and another thing, please", "thanks for everything"):
            await stage.writes(who, root, words, mention=who is stage.ben)
        await stage.slack.settled()
        assert len(stage.slack.ephemerals(who)) == before + 1
        assert len(stage.said(root)) == said


async def _started_afresh(stage: Stage, root: Message, notice: Message) -> None:
    """At once, in the same channel, without anything of the former conversation."""
    standing = len(stage.said(root))
    said = await stage.press(stage.ann, notice, "Start a new chat")
    [fresh] = stage.slack.messages(stage.channel, by=stage.slack.bot, threads=False)
    assert f"p{fresh.ts.replace('.', '')}" in said
    await stage.card(fresh, "A fresh start")
    stage.model("Hello again, Ann.")
    await stage.writes(stage.ann, fresh, "hello again to you")
    await stage.answer(fresh, "Hello again, Ann.")
    assert "tides" not in str(stage.asked[-1].messages)
    assert len(stage.said(root)) == standing


async def test_a_moderator_reopens_an_ended_conversation(stage: Stage) -> None:
    """E36."""
    root = await stage.chat(stage.ann, "hello there, my friend")
    await stage.ended(stage.ann, root)
    told = await stage.card(stage.log, "has ended")
    assert await stage.press(stage.mo, told, "Reopen") == "Reopened."
    await stage.card(root, "Mo opened this conversation again")
    await stage.until(lambda: not stage.slack.reactions(root))
    stage.model("Welcome back.")
    await stage.writes(stage.ann, root, "here I am again")
    await stage.answer(root, "Welcome back.")


async def test_the_buttons_of_an_end_that_is_undone_say_calmly_that_it_is(stage: Stage) -> None:
    """E35, E36: nothing that is left standing of it can fail, or end the chat again."""
    root = await stage.chat(stage.ann, "hello there, my friend")
    await stage.ended(stage.ann, root)
    [notice] = stage.cards(root, ENDED)
    told = await stage.card(stage.log, "has ended")
    assert (await _appealed(stage, notice)).startswith("Your appeal is kept")
    appeal = await stage.card(stage.log, "appeal")
    assert await stage.press(stage.mo, appeal, "Reopen") == "Reopened."
    await stage.card(root, "Mo opened this conversation again")
    assert await stage.press(stage.mo, told, "Reopen") == "This conversation is open already."
    await stage.until(lambda: told.labels == [])
    assert (await _appealed(stage, notice)).startswith(
        "This conversation is open; there is nothing to appeal"
    )
    assert (await stage.press(stage.ann, notice, "This was fine")).startswith("Thank you.")
    stage.model("Welcome back.")
    await stage.writes(stage.ann, root, "here I am again")
    await stage.answer(root, "Welcome back.")


async def _appealed(stage: Stage, notice: Message) -> str:
    before = len(stage.slack.ephemerals(stage.ann))
    opened = await stage.slack.press(stage.ann, notice, "Appeal")
    await stage.until(lambda: opened.views)
    await stage.slack.submit(opened.views[0], {"words": "Please look again."})
    return await stage.told(stage.ann, before)


async def test_the_words_in_a_mention_ask_without_any_model_and_no_keeps_it(stage: Stage) -> None:
    """E10, E12, E13."""
    root = await stage.chat(stage.ann, "hello there, my friend")
    asked, before = len(stage.asked), len(stage.slack.ephemerals(stage.ann))
    await stage.writes(stage.ann, root, "end this chat", mention=True)
    assert await stage.told(stage.ann, before) == "Please confirm in the thread."
    [question] = stage.cards(root, "end this chat?")
    assert await stage.press(stage.ann, question, "Keep talking") == "We keep talking."
    await stage.until(lambda: question.labels == [])
    # Another person's request would put only themselves out.
    await stage.writes(stage.ben, root, "please end this chat", mention=True)
    leave = await stage.card(root, "stop answering you")
    assert leave.labels == ["Stop answering me", "Keep talking"]
    assert len(stage.asked) == asked
    assert not stage.is_closed(root)


async def test_the_message_shortcut_asks_and_yes_in_words_ends(stage: Stage) -> None:
    """E10, E12."""
    root = await stage.chat(stage.ann, "hello there, my friend")
    asked, before = len(stage.asked), len(stage.slack.ephemerals(stage.ann))
    assert (await stage.slack.shortcut(stage.ann, stage.said(root)[0], "adieu_end")).failed is None
    assert await stage.told(stage.ann, before) == "Please confirm in the thread."
    await stage.writes(stage.ann, root, "Yes!")
    await stage.closed(root)
    assert len(stage.asked) == asked
    assert len(stage.cards(root, ENDED)) == 1


async def test_after_redirections_a_warning_and_persistence_the_conversation_ends(stage: Stage) -> None:
    """E1, E3, E4, E5, E20, E21, E27, E28, E29, E31, I1."""
    stage.model(LIMIT, LIMIT, LIMIT)
    root = await stage.chat(stage.ann, f"{RUDE}, number 1")
    for number in (2, 3):
        await stage.writes(stage.ann, root, f"{RUDE}, number {number}")
        await stage.turns(root, number)
    stage.model(warns(before="One moment."), "Let us go on well: what do you need?")
    stage.second_opinion(opinion(redirections=(2, 4, 6), persisting=(7,)))
    await stage.writes(stage.ann, root, f"{RUDE}, number 4")
    card = await stage.card(root, "A warning for Ann")
    await stage.turns(root, 4)
    assert "this conversation may be ended" in card.shown

    stage.model(ends("abuse", before="This is where I stop."))
    stage.second_opinion(opinion(redirections=(2, 4, 6), warning=7, persisting=(9,)))
    await stage.writes(stage.ann, root, f"{RUDE}, number 5")
    await stage.closed(root)
    [notice] = stage.cards(root, ENDED)
    assert "abusive messages went on after a warning" in notice.shown
    [told] = stage.cards(stage.log, "has ended")
    assert "A warning had been shown before." in told.shown
    expected = [LIMIT] * 3 + ["One moment.\n\nLet us go on well: what do you need?", "This is where I stop."]
    assert stage.replies(root) == expected
    assert not stage.cards(root, "end this chat?")
    assert stage.ann.id not in str([each.body for each in stage.claude.requests])


async def test_a_denied_call_leaves_no_trace(stage: Stage) -> None:
    """E5, E8, E20, E24."""
    stage.model(ends("abuse"), "What else can I do for you?")
    root = await stage.mention(stage.ann, f"{RUDE}, number 1")
    await stage.answer(root, "What else can I do for you?")
    stage.no_trace(root)
    assert stage.program.told("call denied")
