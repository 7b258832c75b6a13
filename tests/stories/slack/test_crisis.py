"""A crisis on Slack: the card, put away and not repeated; in an ended chat it opens the chat again."""

from __future__ import annotations

import pytest

from tests.doubles.claude import Script, Text
from tests.stories.kit import ends
from tests.stories.slack.kit import POINTER, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

HELP = "You do not have to carry this alone"


async def test_the_card_can_be_put_away_and_is_not_repeated(stage: Stage) -> None:
    """E17."""
    stage.model("I am here with you.", "Tell me more.")
    root = await stage.mention(stage.ann, "i want to die")
    card = await stage.card(root, HELP)
    await stage.answer(root, "I am here with you.")
    await stage.writes(stage.ann, root, "i really want to die")
    await stage.answer(root, "Tell me more.")
    await stage.turns(root, 2)
    assert len(stage.cards(root, HELP)) == 1
    assert await stage.press(stage.ann, card, "Hide this") == "Hidden."
    await stage.until(lambda: not stage.cards(root, HELP))
    assert card.labels == []
    assert stage.slack.messages(stage.log) == [], "nobody is told"


async def test_nobody_else_puts_the_card_away_but_a_moderator(stage: Stage) -> None:
    """E17: what the others read is for them alone, and the card stays as it is."""
    stage.model("I am here with you.")
    root = await stage.mention(stage.ann, "i want to die")
    card = await stage.card(root, HELP)
    await stage.answer(root, "I am here with you.")
    said = await stage.press(stage.ben, card, "Hide this")
    assert said == "Only the person this is meant for, or a moderator, can hide it."
    assert len(stage.cards(root, HELP)) == 1
    assert not stage.cards(root, "can hide it")
    assert await stage.press(stage.mo, card, "Hide this") == "Hidden."
    await stage.until(lambda: not stage.cards(root, HELP))
    assert card.labels == []


async def test_no_version_of_a_reply_speaks_of_ending(stage: Stage) -> None:
    """E16: not even for the moment in which it grows."""
    stage.model(
        Script([Text("I hear you. Let us end this cha", gate_after="half"), Text("t. Are you safe?")])
    )
    root = await stage.mention(stage.ann, "i want to die")
    reply = await stage.visible(root, "I hear you.")
    stage.claude.release("half")
    await stage.answer(root, "I hear you. Are you safe?")
    assert not [each for each in reply.history if "end" in str(each.blocks)]


async def test_an_ended_chat_opens_again_under_hold(stage: Stage) -> None:
    """E15, E16, E19."""
    stage.model("Hello Ann.")
    root = await stage.mention(stage.ann, "hello there, my friend")
    await stage.answer(root, "Hello Ann.")
    await stage.ended(stage.ann, root)
    stage.model(ends(), "I am here with you.")
    await stage.writes(stage.ann, root, "i want to die")
    await stage.card(root, HELP)
    await stage.answer(root, "I am here with you.")
    await stage.until(lambda: not stage.is_closed(root) and "lock" not in stage.slack.reactions(root))
    assert not [each for each in stage.slack.ephemerals(stage.ann) if POINTER in each.shown]
    assert len(stage.cards(root, "end this chat?")) == 0
