"""SIGKILL at each step of a turn and of an ending, and a restart: nothing lost, nothing doubled."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.doubles.claude import ClaudeDouble, RecordedRequest, Script, Text, says
from tests.doubles.discord import DiscordDouble
from tests.stories.crash import Crash, Tale
from tests.stories.kit import (
    KEY,
    TOKEN,
    answering,
    calm,
    detecting,
    ends,
    open_stage,
    opinion,
    reviewing,
    warns,
)

RUDE = "you are a useless pile of junk"
LIMIT = "I would like to go on without insults. Shall I look at your question again?"
EVERY = "breaker_per_hour = 1000"


def answer(request: RecordedRequest) -> Script:
    """The same answer to the same question, however often it is asked."""
    text = request.last_user_text
    if reviewing(request):
        if "number 5" in text:
            return opinion(redirections=(2, 4, 6), warning=7, persisting=(9,))
        return opinion(redirections=(2, 4, 6), persisting=(7,))
    if detecting(request):
        return calm(request)
    said = {
        "please end this chat": ends(before="Of course."),
        "number 4": warns(before="One moment."),
        "number 5": ends("abuse", before="This is where I stop."),
        RUDE: says(LIMIT),
    }
    if request.tool_results:
        return says("Let us go on well.")
    return next((script for words, script in said.items() if words in text), says("Hello there."))


async def asked(tale: Tale) -> None:
    """From the first word to the lock, by asking."""
    stage = tale.stage
    thread = await tale.begin(f"hello, I am the one {tale.name}")
    await stage.answer(thread, "Hello there.")
    await stage.writes(tale.person, thread, "please end this chat")
    question = await stage.card(thread, "end this chat?")
    await stage.answer(thread, "Of course.")
    await tale.confirm(question)
    await stage.until(lambda: thread.locked and stage.cards(stage.log, f"“{thread.name}”"))


@pytest.mark.parametrize("kills", [1, 2])
async def test_an_asked_for_ending_survives_a_kill_at_every_request_to_discord(
    tmp_path: Path, kills: int
) -> None:
    """E9, E10, E29, E30, I4, I5."""
    claude, discord = ClaudeDouble(key=KEY), DiscordDouble(TOKEN, rate_limits=False)
    claude.script(answer)
    async with open_stage(tmp_path, claude=claude, discord=discord) as stage:
        crash = Crash(stage)
        for at in range(1, 20):
            crash.tale(at, after=False)
            crash.tale(at, after=True)
        await crash.play(asked, kills=kills)
        assert await stage.program.stop() == 0
        once = ("end this chat?",)
        found = {each.name: each.problems(["Hello there.", "Of course."], once) for each in crash.tales}
        assert_every_request_was_met(crash, 13)
        assert {name: problems for name, problems in found.items() if problems} == {}


def assert_every_request_was_met(crash: Crash, least: int) -> None:
    """The kill met each request of the story, up to the last one: more of them there are none."""
    met = [tale.met for tale in crash.tales]
    assert sum(met) >= 2 * least
    assert crash.count > 1 or not any(met[-2:])


async def misbehaved(tale: Tale) -> None:
    """From the first insult to the lock; what comes before the warning is met by no kill."""
    stage = tale.stage
    at, tale.hold.at = tale.hold.at, 0
    thread = await tale.begin(f"{RUDE}, number 1, {tale.name}")
    for number in (2, 3):
        await stage.replied(thread, number - 1)
        await stage.writes(tale.person, thread, f"{RUDE}, number {number}")
    await stage.replied(thread, 3)
    tale.hold.seen, tale.hold.at = 0, at
    await stage.writes(tale.person, thread, f"{RUDE}, number 4")
    await stage.answer(thread, "One moment.\n\nLet us go on well.")
    await stage.writes(tale.person, thread, f"{RUDE}, number 5")
    await stage.until(lambda: thread.locked and stage.cards(stage.log, f"“{thread.name}”"))


async def test_an_ending_for_behaviour_survives_a_kill_at_every_request_to_discord(tmp_path: Path) -> None:
    """E4, E5, E29, I1, I4, I5."""
    claude, discord = ClaudeDouble(key=KEY), DiscordDouble(TOKEN, rate_limits=False)
    claude.script(answer)
    async with open_stage(tmp_path, claude=claude, discord=discord, ending=EVERY) as stage:
        crash = Crash(stage)
        for at in range(1, 16):
            crash.tale(at, after=False)
            crash.tale(at, after=True)
        await crash.play(misbehaved)
        assert await stage.program.stop() == 0
        assert_every_request_was_met(crash, 7)
        replies = [*[LIMIT] * 3, "One moment.\n\nLet us go on well.", "This is where I stop."]
        found = {each.name: each.problems(replies, ("A warning for",)) for each in crash.tales}
        assert {name: problems for name, problems in found.items() if problems} == {}


def two_answers(request: RecordedRequest) -> Script:
    """One answer to each of two questions."""
    if detecting(request):
        return calm(request)
    return says("Four." if "first" in request.last_user_text else "Two a day.")


async def test_a_kill_while_the_model_speaks_leaves_one_finished_reply(tmp_path: Path) -> None:
    """The message was kept first; what was visible of the reply is finished in place."""
    async with open_stage(tmp_path) as stage:
        held = Script([Text("never sent")], hold="thinking")
        half = Script([Text("Two tides "), Text("a d", gate_after="half"), Text("ay, and then some.")])
        stage.claude.next(held, when=lambda each: answering(each) and "first" in each.last_user_text)
        stage.claude.next(half, when=lambda each: answering(each) and "second" in each.last_user_text)
        one = await stage.mention(stage.ann, "the first question", stage.discord.text_channel(name="one"))
        two = await stage.mention(stage.ben, "the second question", stage.discord.text_channel(name="two"))
        await stage.claude.reached("thinking")
        shown = await stage.visible(two, "Two tides")
        assert stage.offers(shown) == ["Stop"]
        await stage.program.kill()
        # Nobody hears this one now; it is found in the thread's history.
        late = await stage.writes(stage.ann, one, "and one more thing, please")
        stage.claude.script(two_answers)
        await stage.program.start()
        await stage.program.ready()
        assert await stage.program.healthz() == 200
        await stage.answer(one, "Four.")
        assert await stage.answer(two, "Two a day.") is shown
        await stage.until(
            lambda: (
                len(stage.replies(one)) in {1, 2}
                and any("one more thing" in each.last_user_text for each in stage.asked)
            )
        )
        assert await stage.program.stop() == 0
        assert stage.replies(two) == ["Two a day."]
        assert len([each for each in stage.discord.messages(one) if stage.offers(each)]) == 0
        assert late.id


async def test_a_stop_in_the_middle_of_a_turn_ends_in_time_and_the_turn_is_taken_up_again(
    tmp_path: Path,
) -> None:
    """SIGTERM: exit code 0, and no answer is waited for longer than the grace that it has."""
    async with open_stage(tmp_path) as stage:
        stage.model(Script([Text("Two tides ", gate_after="half"), Text("a day.")]))
        thread = await stage.mention(stage.ann, "how many tides are there?")
        shown = await stage.visible(thread, "Two tides")
        assert await stage.program.stop() == 0
        stage.claude.release("half")
        stage.model("Two tides a day, roughly.")
        await stage.program.start()
        assert await stage.answer(thread, "Two tides a day, roughly.") is shown
        await stage.program.ready()
        assert stage.replies(thread) == ["Two tides a day, roughly."]


async def test_a_turn_that_can_finish_in_time_is_finished_before_the_stop(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage:
        stage.model(Script([Text("Two tides ", gate_after="half"), Text("a day.")]))
        thread = await stage.mention(stage.ann, "how many tides are there?")
        await stage.visible(thread, "Two tides")
        stopping = asyncio.create_task(stage.program.stop())
        await stage.program.until(lambda: stage.program.told("finishing running turns"))
        stage.claude.release("half")
        assert await stopping == 0
        assert stage.replies(thread) == ["Two tides a day."]
        assert not any(stage.offers(each) for each in stage.discord.messages(thread))
