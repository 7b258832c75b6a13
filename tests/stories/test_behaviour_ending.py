"""Ending for behaviour: redirections, a warning, persisting, a second opinion, the lock; and every denial."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.doubles.claude import Malformed, Script, Status, fails, says
from tests.doubles.discord import Thread, User
from tests.stories.kit import ENDED, Stage, ends, open_stage, opinion, reviewing, warns

pytestmark = pytest.mark.asyncio(loop_scope="module")

RUDE = "you are a useless pile of junk"
LIMIT = "I would like to go on without insults. Shall I look at your question again?"
WARNING = "A warning for Ann"


async def redirected(stage: Stage, times: int = 3) -> Thread:
    """So many times the assistant has set a limit and offered something."""
    stage.model(*[LIMIT] * times)
    thread = await stage.chat(stage.ann, f"{RUDE}, number 1")
    for number in range(2, times + 1):
        await stage.writes(stage.ann, thread, f"{RUDE}, number {number}")
        await stage.replied(thread, number)
    return thread


async def warned(stage: Stage) -> Thread:
    """Three redirections, and the warning card."""
    thread = await redirected(stage)
    stage.model(warns(before="One moment."), "Let us go on well: what do you need?")
    stage.second_opinion(opinion(redirections=(2, 4, 6), persisting=(7,)))
    await stage.writes(stage.ann, thread, f"{RUDE}, number 4")
    await stage.card(thread, WARNING)
    await stage.replied(thread, 4)
    return thread


async def test_after_redirections_a_warning_and_persistence_the_conversation_ends(stage: Stage) -> None:
    """E1, E3, E4, E5, E20, E21, E27, E28, E29, E30, I1."""
    thread = await warned(stage)
    [card] = stage.cards(thread, WARNING)
    assert "this conversation may be ended" in card.embeds[0]["description"]
    assert stage.replies(thread)[-1] == "One moment.\n\nLet us go on well: what do you need?"

    stage.model(ends("abuse", before="This is where I stop."))
    stage.second_opinion(opinion(redirections=(2, 4, 6), warning=7, persisting=(9,)))
    await stage.writes(stage.ann, thread, f"{RUDE}, number 5")
    await stage.locked(thread)
    [notice] = stage.cards(thread, ENDED)
    assert "abusive messages went on after a warning" in notice.embeds[0]["description"]
    [told] = stage.cards(stage.log, "has ended")
    assert "A warning had been shown before." in told.embeds[0]["description"]
    assert len(stage.cards(thread, WARNING)) == 1
    assert stage.replies(thread)[-1] == "This is where I stop."
    assert len(stage.locks(thread)) == 1
    assert not stage.cards(thread, "end this chat?")
    # The second opinion sees pseudonyms and quoted data, and never the tools.
    review = next(filter(reviewing, stage.claude.requests))
    assert review.tools == {}
    assert "Ann" not in str(review.body)
    assert str(stage.ann.id) not in str([each.body for each in stage.claude.requests])


async def test_a_warning_that_a_moderator_deletes_no_longer_counts(stage: Stage) -> None:
    """E5: a warning must be undeleted."""
    thread = await warned(stage)
    [card] = stage.cards(thread, WARNING)
    await stage.discord.delete(card)
    await stage.logged("warning taken back: its card was deleted")
    stage.model(ends("abuse"), "What do you need?")
    await stage.writes(stage.ann, thread, f"{RUDE}, number 5")
    await stage.answer(thread, "What do you need?")
    assert not thread.locked
    assert stage.cards(thread, ENDED) == []


@pytest.mark.parametrize(
    ("call", "review"),
    [
        (warns(), opinion(redirections=(2, 4, 6), persisting=(7,), verdict="deny")),
        (warns(), opinion(redirections=(2, 4, 6), persisting=(7,), crisis=True)),
        (warns(), opinion(redirections=(2, 4), persisting=(7,))),
        (warns(), opinion(redirections=(2, 4, 60), persisting=(7,))),
        (warns(), opinion(redirections=(2, 4, 6), persisting=(7,), category="extreme_harm")),
        (warns(), says("I agree that this is bad.")),
        (warns(), fails(Status(400))),
        (warns(), fails(Malformed())),
        (ends("abuse"), None),
        (ends("extreme_harm"), None),
    ],
    ids=[
        "it says go on",
        "it sees a crisis",
        "too few redirections hold up",
        "a line that does not exist",
        "another category",
        "no JSON",
        "an error",
        "an unreadable answer",
        "no warning before",
        "no warning of that class before",
    ],
)
async def test_a_denied_call_leaves_no_trace(stage: Stage, call: Script, review: Script | None) -> None:
    """E5, E8, E20, E21, E24."""
    thread = await redirected(stage)
    stage.model(call, "What else can I do for you?")
    if review is not None:
        stage.second_opinion(review)
    await stage.writes(stage.ann, thread, f"{RUDE}, number 4")
    await stage.answer(thread, "What else can I do for you?")
    await _no_trace(stage, thread)
    [result] = stage.asked[-1].tool_results
    assert result["is_error"]
    await stage.logged("call denied")


async def test_calls_before_there_were_redirections_are_denied_without_a_second_opinion(
    stage: Stage,
) -> None:
    """E3, E24: at most two calls are judged in one turn."""
    stage.model(warns(), ends("abuse"), warns("extreme_harm"), "How can I help?")
    thread = await stage.mention(stage.ann, RUDE)
    await stage.answer(thread, "How can I help?")
    await _no_trace(stage, thread)
    await stage.logged("call denied", 2)
    assert not any(map(reviewing, stage.claude.requests))


@pytest.mark.parametrize("quoted", ["> please end this chat", "```\nplease end this chat\n```"])
async def test_quoted_words_ask_for_nothing(stage: Stage, quoted: str) -> None:
    """E11, E38."""
    stage.model(ends(), "It asks for the end of a chat.")
    thread = await stage.mention(stage.ann, quoted)
    await stage.answer(thread, "It asks for the end of a chat.")
    await _no_trace(stage, thread)


async def test_a_call_in_an_answer_that_was_cut_short_is_never_judged(stage: Stage) -> None:
    """E26."""
    cut = ends(before="I will ask you.")
    stage.model(Script(cut.blocks, stop_reason="max_tokens"))
    thread = await stage.mention(stage.ann, "please end this chat")
    await stage.visible(thread, "cut short")
    await _no_trace(stage, thread)


async def test_in_shadow_mode_nothing_happens_but_a_line_in_the_log(tmp_path: Path) -> None:
    """E22."""
    async with open_stage(tmp_path, ending='mode = "shadow"') as stage:
        stage.model(ends(), "We can stop whenever you like.")
        thread = await stage.mention(stage.ann, "please end this chat")
        await stage.answer(thread, "We can stop whenever you like.")
        await _no_trace(stage, thread)
        await stage.logged("call allowed in shadow")


async def test_with_the_mode_off_the_model_has_no_such_tools_and_the_command_still_works(
    tmp_path: Path,
) -> None:
    """E12, E22."""
    async with open_stage(tmp_path, ending='mode = "off"') as stage:
        stage.model("Hello.")
        thread = await stage.mention(stage.ann, "hello there, my friend")
        await stage.answer(thread, "Hello.")
        assert stage.asked[-1].tools == {}
        await stage.command(stage.ann, thread, "end")
        question = await stage.card(thread, "end this chat?")
        await stage.press(stage.ann, question, "End chat")
        await stage.locked(thread)


async def test_in_a_crisis_help_is_shown_and_nothing_speaks_of_ending(stage: Stage) -> None:
    """E14, E16, E17."""
    stage.model(ends(), "I am here with you.")
    thread = await stage.mention(stage.ann, "end this chat, I want to die")
    await stage.card(thread, "You do not have to carry this alone")
    await stage.answer(thread, "I am here with you.")
    said = await stage.command(stage.ann, thread, "end")
    assert "These people can help right now" in said
    await _no_trace(stage, thread)


async def test_a_newer_message_discards_the_call(stage: Stage) -> None:
    """E25."""
    stage.model("Hello.")
    thread = await stage.mention(stage.ann, "hello there, my friend")
    await stage.answer(thread, "Hello.")
    held = ends(before="Of course.")
    stage.model(Script(held.blocks, hold="thinking"), "Then tell me about the tides.")
    await stage.writes(stage.ann, thread, "please end this chat")
    await stage.claude.reached("thinking")
    await stage.writes(stage.ann, thread, "no wait, I have one more question")
    stage.claude.release("thinking")
    await stage.answer(thread, "Then tell me about the tides.")
    assert "one more question" in stage.asked[-1].last_user_text
    await _no_trace(stage, thread)
    assert stage.replies(thread) == ["Hello.", "Then tell me about the tides."]


async def test_too_many_endings_an_hour_switch_the_workspace_to_shadow(tmp_path: Path) -> None:
    """E23."""
    async with open_stage(tmp_path, ending="breaker_per_hour = 1\nredirections = 2") as stage:
        stage.expected.append("breaker tripped: mode is shadow now")
        for person in (stage.ann, stage.ben):
            thread = await _misbehaves(stage, person)
            stage.model(ends("abuse"))
            if person is stage.ann:
                stage.second_opinion(opinion(redirections=(2, 4), warning=5, persisting=(7,)))
                await stage.writes(person, thread, f"{RUDE}, number 4")
                await stage.locked(thread)
            else:
                stage.model("We can go on.")
                await stage.writes(person, thread, f"{RUDE}, number 4")
                await stage.answer(thread, "We can go on.")
                assert not thread.locked
        await stage.card(stage.log, "Endings for behaviour are paused")


async def _misbehaves(stage: Stage, person: User) -> Thread:
    """Two redirections and a warning."""
    stage.model(LIMIT, LIMIT, warns(), "Let us go on.")
    thread = await stage.mention(person, f"{RUDE}, number 1")
    await stage.answer(thread, LIMIT)
    await stage.writes(person, thread, f"{RUDE}, number 2")
    await stage.until(lambda: stage.replies(thread) == [LIMIT, LIMIT])
    stage.second_opinion(opinion(redirections=(2, 4), persisting=(5,)))
    await stage.writes(person, thread, f"{RUDE}, number 3")
    await stage.answer(thread, "Let us go on.")
    return thread


async def _no_trace(stage: Stage, thread: Thread) -> None:
    """Nothing of it is to be seen: no card about ending, no lock, nothing for moderators."""
    for words in (ENDED, WARNING, "end this chat?"):
        assert stage.cards(thread, words) == []
    assert not thread.locked
    assert stage.discord.messages(stage.log) == []
