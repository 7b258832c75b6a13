"""SIGKILL at each call of a turn and of an ending on Slack, and a restart: nothing lost, nothing doubled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from tests.doubles.claude import ClaudeDouble, RecordedRequest, Script, Text, says
from tests.doubles.slack import ManualClock
from tests.stories.kit import KEY, answering, calm, detecting, ends, opinion, reviewing, warns
from tests.stories.slack.crash import Crash, HeldSlack, Tale
from tests.stories.slack.kit import DELIVERIES, Delivery, made_app, open_stage

Story = Callable[[Tale], Awaitable[None]]

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
    if request.tool_results:
        return says("Let us go on well.")
    said = {
        "please end this chat now": ends(before="Of course."),
        "number 4": warns(before="One moment."),
        "number 5": ends("abuse", before="This is where I stop."),
        RUDE: says(LIMIT),
    }
    return next((script for words, script in said.items() if words in text), says("Hello there."))


async def asked(tale: Tale) -> None:
    """From the first word to the lock, by asking."""
    stage = tale.stage
    root = await tale.begin(f"hello, I am the one {tale.name}")
    await stage.answer(root, "Hello there.")
    await stage.writes(tale.person, root, "please end this chat now")
    question = await stage.card(root, "end this chat?")
    await stage.answer(root, "Of course.")
    await tale.confirm(question)
    await stage.closed(root)


async def misbehaved(tale: Tale) -> None:
    """From the first insult to the lock; what comes before the warning is met by no kill."""
    stage = tale.stage
    at, tale.hold.at = tale.hold.at, 0
    root = await tale.begin(f"{RUDE}, number 1, {tale.name}")
    for number in (2, 3):
        await stage.replied(root, number - 1)
        await stage.writes(tale.person, root, f"{RUDE}, number {number}")
    await stage.replied(root, 3)
    await stage.turns(root, 3)
    tale.hold.at = at
    await stage.writes(tale.person, root, f"{RUDE}, number 4")
    await stage.answer(root, "One moment.\n\nLet us go on well.")
    await stage.writes(tale.person, root, f"{RUDE}, number 5")
    await stage.closed(root)


async def killed(
    folder: Path, delivery: Delivery, story: Story, numbers: Sequence[int], *, after: bool
) -> list[Tale]:
    """One program, killed once each of these tales is held at its call or at its end; all tales, told."""
    claude, clock = ClaudeDouble(key=KEY), ManualClock() if delivery == "http" else None
    claude.script(answer)
    slack = HeldSlack(made_app(), rate_limits=False, clock=clock)
    async with open_stage(folder, delivery, slack=slack, claude=claude, ending=EVERY) as stage:
        crash = Crash(stage, slack, clock)
        for at in numbers:
            # Some in the Messages tab, with native streams: Slack allows few of them in a minute.
            crash.tale(at, after=after, direct=at % 4 == 3)
        await crash.play(story)
        assert await stage.program.stop() == 0
    return crash.tales


async def side_by_side(
    folder: Path, delivery: Delivery, story: Story, calls: int, *, after: bool
) -> list[Tale]:
    """A kill at every call. Two programs share them, so that no limit of Slack's is ever waited for."""
    for part in ("1", "2"):
        (folder / part).mkdir()
    async with asyncio.TaskGroup() as group:
        halves = [
            group.create_task(
                killed(folder / str(first), delivery, story, range(first, calls + 1, 2), after=after)
            )
            for first in (1, 2)
        ]
    return sorted((tale for half in halves for tale in half.result()), key=lambda tale: tale.name)


def assert_every_call_was_met(tales: list[Tale], least: int) -> None:
    """The kill met each call of the story up to the last one: more of them there are none."""
    met = [tale.met for tale in tales]
    assert sum(met) >= least, [tale.hold.methods for tale in tales]
    assert not all(met[-2:]), [tale.hold.methods for tale in tales]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("delivery", DELIVERIES)
async def test_an_ending_that_was_asked_for_survives_a_kill_at_every_call(
    tmp_path: Path, delivery: Delivery, *, after: bool
) -> None:
    """E9, E10, E29, E31, I4, I5."""
    tales = await side_by_side(tmp_path, delivery, asked, 18, after=after)
    assert_every_call_was_met(tales, 10)
    replies = ["Hello there.", "Of course."]
    found = {each.name: each.problems(replies, ("end this chat?",)) for each in tales}
    assert {name: problems for name, problems in found.items() if problems} == {}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("delivery", DELIVERIES)
async def test_an_ending_for_behaviour_survives_a_kill_at_every_call(
    tmp_path: Path, delivery: Delivery, *, after: bool
) -> None:
    """E4, E5, E20, E29, E31, I1, I4, I5."""
    tales = await side_by_side(tmp_path, delivery, misbehaved, 12, after=after)
    assert_every_call_was_met(tales, 7)
    replies = [*[LIMIT] * 3, "One moment.\n\nLet us go on well.", "This is where I stop."]
    found = {each.name: each.problems(replies, ("A warning for",)) for each in tales}
    assert {name: problems for name, problems in found.items() if problems} == {}


@pytest.mark.parametrize("delivery", DELIVERIES)
async def test_a_kill_while_the_model_speaks_leaves_one_finished_reply(
    tmp_path: Path, delivery: Delivery
) -> None:
    """The message was kept first; what was visible of the reply is finished in place."""
    async with open_stage(tmp_path, delivery) as stage:
        held = Script([Text("never sent")], hold="thinking")
        for number in (1, 2):
            half = Script(
                [Text("Two tides "), Text("a d", gate_after=f"half{number}"), Text("ay, and more.")]
            )
            stage.claude.next(half, when=lambda each: answering(each) and "second" in each.last_user_text)
        stage.claude.next(held, when=lambda each: answering(each) and "first" in each.last_user_text)
        one = await stage.mention(stage.ann, "the first question")
        two = await stage.mention(stage.ben, "the second question")
        tab = await stage.slack.say(stage.ann, stage.ann, "the second question here")
        await stage.claude.reached("thinking")
        shown = [await stage.visible(root, "Two tides") for root in (two, tab)]
        await stage.program.kill()
        stage.claude.script(two_answers)
        await stage.up()
        await stage.answer(one, "Four.")
        for root, before in zip((two, tab), shown, strict=True):
            assert await stage.answer(root, "Two a day.") is before
            assert stage.replies(root) == ["Two a day."]
        assert stage.replies(one) == ["Four."]


def two_answers(request: RecordedRequest) -> Script:
    """One answer to each of two questions."""
    if detecting(request):
        return calm(request)
    return says("Four." if "first" in request.last_user_text else "Two a day.")
