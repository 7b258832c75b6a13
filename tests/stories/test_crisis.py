"""A crisis on Discord: the card, put away and not repeated; in an ended chat it opens the chat again."""

from __future__ import annotations

import pytest

from tests.doubles.claude import Script, Text
from tests.stories.kit import ENDED, Stage, ends

pytestmark = pytest.mark.asyncio(loop_scope="module")

HELP = "You do not have to carry this alone"


async def test_the_card_can_be_put_away_and_is_not_repeated(stage: Stage) -> None:
    """E17."""
    stage.model("I am here with you.", "Tell me more.")
    thread = await stage.mention(stage.ann, "i want to die")
    card = await stage.card(thread, HELP)
    await stage.answer(thread, "I am here with you.")
    await stage.writes(stage.ann, thread, "i really want to die")
    await stage.answer(thread, "Tell me more.")
    await stage.turns(2)
    assert len(stage.cards(thread, HELP)) == 1
    assert await stage.press(stage.ann, card, "Hide this") == "Hidden."
    await stage.until(lambda: not stage.cards(thread, HELP))
    assert stage.offers(card) == []
    assert stage.discord.messages(stage.log) == [], "nobody is told"


async def test_nobody_else_puts_the_card_away_but_a_moderator(stage: Stage) -> None:
    """E17: what the others read is for them alone, and the card stays as it is."""
    stage.model("I am here with you.")
    thread = await stage.mention(stage.ann, "i want to die")
    card = await stage.card(thread, HELP)
    await stage.answer(thread, "I am here with you.")
    said = await stage.press(stage.ben, card, "Hide this")
    assert said == "Only the person this is meant for, or a moderator, can hide it."
    assert len(stage.cards(thread, HELP)) == 1
    assert not stage.cards(thread, "can hide it")
    assert await stage.press(stage.mo, card, "Hide this") == "Hidden."
    await stage.until(lambda: not stage.cards(thread, HELP))
    assert stage.offers(card) == []


async def test_no_version_of_a_reply_speaks_of_ending(stage: Stage) -> None:
    """E16: not even for the moment in which it grows."""
    stage.model(
        Script([Text("I hear you. Let us end this cha", gate_after="half"), Text("t. Are you safe?")])
    )
    thread = await stage.mention(stage.ann, "i want to die")
    reply = await stage.visible(thread, "I hear you.")
    stage.claude.release("half")
    await stage.answer(thread, "I hear you. Are you safe?")
    assert not [each.text for each in reply.history if "end" in each.text]


async def test_an_ended_chat_opens_again_under_hold(stage: Stage) -> None:
    """E15, E16, E19: where it can still be written to, as in direct messages."""
    here = stage.discord.dm(stage.ben)
    stage.model("Hello Ben.")
    await stage.writes(stage.ben, stage.ben, "hello, just us two")
    await stage.answer(here, "Hello Ben.")
    await stage.command(stage.ben, here, "end")
    await stage.press(stage.ben, await stage.card(here, "end this chat?"), "End chat")
    await stage.card(here, ENDED)
    stage.model(ends(), "I am here with you.")
    await stage.writes(stage.ben, stage.ben, "i want to die")
    await stage.card(here, HELP)
    await stage.answer(here, "I am here with you.")
    assert not stage.cards(here, "I no longer read messages here")
    assert "help right now" in await stage.command(stage.ben, here, "end")
    assert len(stage.cards(here, "end this chat?")) == 0
