"""How a reply looks on its way and at its end: long ones, stopped ones, and text that wants to ping."""

from __future__ import annotations

import pytest

from tests.doubles.claude import Script, Text
from tests.stories.kit import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORDS = " ".join(f"word{number}" for number in range(150))


async def test_a_long_reply_goes_on_in_further_messages_with_whole_code_blocks(stage: Stage) -> None:
    code = "\n".join(f"    total += value_of({number})  # line {number}" for number in range(90))
    text = f"{WORDS}\n\n{WORDS}\n\n```python\n{code}\n```\n\n{WORDS} 🙂"
    half = len(text) // 2
    stage.model(Script([Text(text[:half], gate_after="half"), Text(text[half:])]))
    thread = await stage.mention(stage.ann, "a long story, please")
    await stage.visible(thread, "word0 ")
    stage.claude.release("half")
    await stage.until(lambda: "🙂" in "".join(stage.replies(thread)) and stage.settled(thread))
    parts = stage.replies(thread)
    assert len(parts) >= 4
    assert all(len(part) <= 2000 and part.count("```") % 2 == 0 for part in parts)
    told = "\n".join(parts).replace("```python", "").replace("```", "").split()
    assert told == text.replace("```python", "").replace("```", "").split()
    assert all(part.startswith("```python") for part in parts if part.lstrip().startswith("total"))
    assert not any(stage.offers(each) for each in stage.discord.messages(thread))


async def test_stop_keeps_what_was_said_and_the_conversation(stage: Stage) -> None:
    stage.model(Script([Text("Once upon a time ", gate_after="told"), Text("there was a tide.")]))
    thread = await stage.mention(stage.ann, "tell me a story, please")
    reply = await stage.visible(thread, "Once upon a time")
    assert "Only the person who started" in await stage.press(stage.ben, reply, "Stop")
    assert await stage.press(stage.ann, reply, "Stop") == "Stopped."
    await stage.answer(thread, "Once upon a time \n\n*(stopped)*")
    await stage.claude.until(lambda: stage.asked[-1].response.cancelled)
    stage.claude.release("told")
    stage.model("Gladly.")
    await stage.writes(stage.ann, thread, "go on, please do")
    await stage.answer(thread, "Gladly.")
    assert len(stage.replies(thread)) == 2


async def test_a_moderator_may_stop_an_answer_too(stage: Stage) -> None:
    stage.model(Script([Text("Once upon a time ", gate_after="moderated"), Text("there was a tide.")]))
    thread = await stage.mention(stage.ann, "tell me a story, please")
    reply = await stage.visible(thread, "Once upon a time")
    assert await stage.press(stage.mo, reply, "Stop") == "Stopped."
    await stage.visible(thread, "(stopped)")
    stage.claude.release("moderated")


async def test_what_the_model_writes_pings_nobody_while_streaming_or_in_edits(stage: Stage) -> None:
    crew = stage.discord.role(stage.guild, "crew", stage.guild.everyone.permissions, mentionable=True)
    loud = f"@everyone @here {stage.ben.mention} <@&{crew.id}> look here"
    stage.model(Script([Text(loud, gate_after="loud"), Text(f" and again: {loud}")]))
    thread = await stage.mention(stage.ann, "who should look at this?")
    await stage.visible(thread, "@everyone")
    stage.claude.release("loud")
    reply = await stage.answer(thread, f"{loud} and again: {loud}")
    assert len(reply.history) >= 2
    assert not reply.pinged


async def test_a_name_and_a_title_that_want_to_ping_ping_nobody(stage: Stage) -> None:
    """The cards repeat names and titles; the notice, the controls beside and the moderators' card too."""
    loud = stage.discord.person("@everyone **Ann**")
    thread = await stage.chat(loud, f"@everyone look {stage.ben.mention} at this")
    assert "everyone" not in thread.name
    stage.ann = loud
    await stage.ended(loud, thread)


async def test_messages_that_arrive_meanwhile_are_answered_together(stage: Stage) -> None:
    stage.model(Script([Text("One "), Text("moment.", gate_after="busy")]))
    thread = await stage.mention(stage.ann, "my first question")
    await stage.visible(thread, "One")
    await stage.writes(stage.ann, thread, "my second question")
    await stage.writes(stage.ann, thread, "my third question")
    stage.model("Two answers.")
    stage.claude.release("busy")
    await stage.answer(thread, "Two answers.")
    assert stage.replies(thread) == ["One moment.", "Two answers."]
    assert "second" in stage.asked[-1].last_user_text
    assert "third" in stage.asked[-1].last_user_text
