"""SIGKILL at each call of a turn and of an ending on Slack, and a restart: nothing lost, nothing doubled."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.doubles.claude import ClaudeDouble, RecordedRequest, Script, Text, says
from tests.doubles.slack import ManualClock
from tests.stories.kit import KEY, answering, calm, detecting, ends
from tests.stories.slack.crash import Crash, HeldSlack, Tale
from tests.stories.slack.kit import DELIVERIES, Delivery, made_app, open_stage

CALLS = 15
"""No story has more calls than this; the last ones are held by none."""


def answer(request: RecordedRequest) -> Script:
    """The same answer to the same question, however often it is asked."""
    if detecting(request):
        return calm(request)
    if "please end this chat now" in request.last_user_text:
        return ends(before="Of course.")
    return says("Hello there.")


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


@pytest.mark.parametrize(("delivery", "after"), [("socket", True), ("http", False)])
async def test_an_ending_that_was_asked_for_survives_a_kill_at_every_call(
    tmp_path: Path, delivery: Delivery, *, after: bool
) -> None:
    """E9, E10, E29, E31, I4, I5."""
    claude, clock = ClaudeDouble(key=KEY), ManualClock() if delivery == "http" else None
    claude.script(answer)
    slack = HeldSlack(made_app(), rate_limits=False, clock=clock)
    async with open_stage(tmp_path, delivery, slack=slack, claude=claude) as stage:
        crash = Crash(stage, slack, clock)
        for at in range(1, CALLS + 1):
            # Some in the Messages tab, with native streams: Slack allows few of them in a minute.
            crash.tale(at, after=after, direct=at <= 10 and at % 2 == DELIVERIES.index(delivery))
        await crash.play(asked)
        assert await stage.program.stop() == 0
        met = [tale.met for tale in crash.tales]
        assert sum(met) >= 10, [tale.hold.methods for tale in crash.tales]
        once = ("end this chat?",)
        found = {each.name: each.problems(["Hello there.", "Of course."], once) for each in crash.tales}
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
