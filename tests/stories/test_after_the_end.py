"""What people do after an end, and moderators at any time: with the program itself, on Discord."""

from __future__ import annotations

import pytest

from adapters.discord.commands import BRANCH
from tests.doubles.discord import Interaction, Message, Thread, User
from tests.stories.kit import BESIDE, ENDED, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def submitted(stage: Stage, who: User, asked: Interaction, words: str) -> str:
    """Fill in the form; what the person is told."""
    assert asked.modal, stage.dump()
    return await stage._told(await stage.discord.submit(who, asked, {"words": words}))


async def branch_of(stage: Stage, told: str) -> Thread:
    """The thread that an answer links to."""
    number = int(told.rsplit("/", 1)[1])
    found = stage.discord.world.channels[number]
    assert isinstance(found, Thread)
    return found


async def menu(stage: Stage, who: User, beside: Message) -> Message:
    """The menu of one's own messages."""
    pressed = await stage.discord.press(who, beside, "Branch")
    await stage.until(lambda: pressed.message and pressed.message.components)
    assert pressed.message
    return pressed.message


async def test_an_ended_chat_is_branched_from_beside_and_goes_on_in_a_thread_of_its_own(stage: Stage) -> None:
    """E30, E34."""
    thread = await stage.chat(stage.ann, "why two tides?")
    await stage.ended(stage.ann, thread)
    beside = await stage.card(stage.channel, BESIDE)
    shown = await menu(stage, stage.ann, beside)
    (select,) = shown.components[0]["components"]
    first = select["options"][-1]
    assert first["label"] == "why two tides?"
    chosen = await stage.discord.press(stage.ann, shown, select["custom_id"], [first["value"]])
    stage.model("Because of the sun, too.")
    branch = await branch_of(stage, await submitted(stage, stage.ann, chosen, "why two tides a day?"))
    await stage.answer(branch, "Because of the sun, too.")
    assert stage.cards(branch, "why two tides a day?")
    assert thread.locked
    assert not branch.locked


async def test_a_living_chat_is_branched_from_the_menu_of_a_message(stage: Stage) -> None:
    """E34."""
    thread = await stage.chat(stage.ann, "one")
    stage.model("Second answer.")
    second = await stage.writes(stage.ann, thread, "two")
    await stage.answer(thread, "Second answer.")
    used = await stage.discord.command(stage.ann, thread, BRANCH, target=second)
    stage.model("Third answer.")
    branch = await branch_of(stage, await submitted(stage, stage.ann, used, "two, but better"))
    await stage.answer(branch, "Third answer.")
    assert len(stage.asked[-1].messages) == 3
    assert not thread.locked


async def test_feedback_and_an_appeal_reach_the_moderators_and_reopening_answers_them(stage: Stage) -> None:
    """E35, E36."""
    thread = await stage.chat(stage.ann, "hello")
    await stage.ended(stage.ann, thread)
    beside = await stage.card(stage.channel, BESIDE)
    asked = await stage.discord.press(stage.ann, beside, "This was wrong")
    assert "kept" in await submitted(stage, stage.ann, asked, "I did not mean it.")
    await stage.card(stage.log, "I did not mean it.")
    asked = await stage.discord.press(stage.ann, beside, "Appeal")
    assert "A person will decide" in await submitted(stage, stage.ann, asked, "Please look again.")
    appeal = await stage.card(stage.log, "Please look again.")
    asked = await stage.discord.press(stage.ben, beside, "This was wrong")
    assert "took part" in await submitted(stage, stage.ben, asked, "I only watched.")
    assert await stage.press(stage.mo, appeal, "Reopen") == "Reopened."
    await stage.until(lambda: not thread.locked)


async def test_a_moderator_reopens_by_command_in_the_locked_thread(stage: Stage) -> None:
    """E36."""
    thread = await stage.chat(stage.ann, "hello")
    await stage.ended(stage.ann, thread)
    assert await stage.command(stage.mo, thread, "reopen") == "Reopened."
    await stage.until(lambda: not thread.locked)
    stage.model("Back again.")
    await stage.writes(stage.ann, thread, "and now?")
    await stage.answer(thread, "Back again.")


async def test_the_mode_of_the_server_is_changed_for_the_next_turn(stage: Stage) -> None:
    """E22."""
    thread = await stage.chat(stage.ann, "one")
    assert stage.asked[-1].tools
    try:
        assert "neither warn nor end" in await stage.command(stage.mo, thread, "ending mode", mode="off")
        stage.model("Without tools.")
        await stage.writes(stage.ann, thread, "two")
        await stage.answer(thread, "Without tools.")
        assert not stage.asked[-1].tools
    finally:
        await stage.command(stage.mo, thread, "ending mode", mode="on")
    stage.model("With tools.")
    await stage.writes(stage.ann, thread, "three")
    await stage.answer(thread, "With tools.")
    assert stage.asked[-1].tools


async def test_a_lock_and_an_unlock_while_the_program_is_down_count(stage: Stage) -> None:
    """E36, E37."""
    living, over = await stage.chat(stage.ann, "one"), await stage.chat(stage.ann, "two")
    await stage.ended(stage.ann, over)
    assert await stage.program.stop() == 0
    await stage.discord.lock(living, by=stage.mo)
    await stage.discord.unlock(over, by=stage.mo)
    await stage.program.start()
    await stage.program.ready()
    await stage.card(living, ENDED)
    await stage.card(over, "opened this conversation again")
    stage.model("Here I am.")
    await stage.writes(stage.ann, over, "and now?")
    await stage.answer(over, "Here I am.")


async def test_the_buttons_of_an_end_that_is_undone_say_calmly_that_it_is(stage: Stage) -> None:
    """E35, E36: nothing that is left standing of it can fail, or end the chat again."""
    thread = await stage.chat(stage.ann, "hello")
    await stage.ended(stage.ann, thread)
    beside = await stage.card(stage.channel, BESIDE)
    told = await stage.card(stage.log, "has ended")
    assert await stage.command(stage.mo, thread, "reopen") == "Reopened."
    await stage.until(lambda: not thread.locked)
    assert await stage.press(stage.mo, told, "Reopen") == "This conversation is open already."
    await stage.until(lambda: stage.offers(told) == [])
    asked = await stage.discord.press(stage.ann, beside, "Appeal")
    said = await submitted(stage, stage.ann, asked, "Please look again.")
    assert said.startswith("This conversation is open; there is nothing to appeal.")
    assert (await stage.press(stage.ann, beside, "This was fine")).startswith("Thank you.")
    assert await branch_of(stage, await stage.press(stage.ann, beside, "Start a new chat")) is not thread
    stage.model("Here I am.")
    await stage.writes(stage.ann, thread, "and now?")
    await stage.answer(thread, "Here I am.")
