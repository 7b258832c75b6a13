"""A Slack that misbehaves: duplicates, new sockets, streams that die, limits, and an outage in the middle."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.doubles.claude import Script, Text
from tests.doubles.slack import Person, SlackDouble
from tests.stories.slack.kit import DELIVERIES, POINTER, Delivery, Stage, made_app, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_what_is_delivered_twice_is_answered_once(stage: Stage) -> None:
    root = await stage.mention(stage.ann, "how many tides are there?")
    await stage.slack.settled()
    for _ in range(3):
        stage.slack.replay(root)
    await stage.turns(root, 1)
    late = await stage.writes(stage.ann, root, "and how often is that?")
    await stage.slack.settled()
    stage.slack.replay(late)
    await stage.turns(root, 2)
    stage.slack.replay(root)
    stage.slack.replay(late)
    await stage.slack.settled()
    assert (len(stage.replies(root)), len(stage.asked)) == (2, 2)


async def test_a_stream_that_dies_in_the_middle_is_finished_in_place(stage: Stage) -> None:
    stage.model(Script([Text("Two tides ", gate_after="dies"), Text("a day, roughly.")]))
    root = await stage.slack.say(stage.ann, stage.ann, "how many tides are there?")
    shown = await stage.visible(root, "Two tides")
    stage.slack.desk.streams.finish(shown, "expired")
    stage.claude.release("dies")
    assert await stage.answer(root, "Two tides a day, roughly.") is shown
    assert len(stage.replies(root)) == 1


@pytest.mark.parametrize("status", ["drop", 500])
async def test_answers_that_are_lost_double_nothing(stage: Stage, status: str | int) -> None:
    stage.slack.faults.add(method="chat.postMessage", status=status, after_effect=True)
    stage.slack.faults.add(method="chat.startStream", status=status, after_effect=True)
    stage.model("Two a day.", "Two a day.")
    for root in (
        await stage.mention(stage.ann, "how many tides are there?"),
        await stage.slack.say(stage.ann, stage.ann, "how many tides are there?"),
    ):
        await stage.answer(root, "Two a day.")
        await stage.turns(root, 1)
        assert stage.replies(root) == ["Two a day."]


async def test_a_storm_of_limits_delays_and_loses_nothing(stage: Stage) -> None:
    for method in ("chat.postMessage", "chat.update", "chat.startStream", "agents.sessions.setStatus"):
        stage.slack.faults.add(method=method, status=429, times=2, retry_after=1)
    stage.model("One of them.", "One of them.")
    one = await stage.mention(stage.ann, "how many tides are there?")
    two = await stage.mention(stage.ben, "how many moons are there?")
    for root in (one, two):
        await stage.answer(root, "One of them.")
        assert stage.replies(root) == ["One of them."]


@pytest.mark.parametrize("delivery", DELIVERIES)
async def test_an_outage_in_the_middle_of_an_answer_is_waited_for(tmp_path: Path, delivery: Delivery) -> None:
    async with open_stage(tmp_path, delivery) as stage:
        stage.model(Script([Text("Two tides ", gate_after="out"), Text("a day.")]))
        root = await stage.mention(stage.ann, "how many tides are there?")
        shown = await stage.visible(root, "Two tides")
        await stage.slack.stop()
        stage.claude.release("out")
        await stage.claude.until(lambda: stage.asked[-1].response.outcome == "complete")
        await stage.slack.start()
        assert await stage.answer(root, "Two tides a day.") is shown
        assert stage.replies(root) == ["Two tides a day."]
        if delivery == "socket":
            await stage.slack.connected()
            await stage.program.until(lambda: True)
        assert await stage.program.healthz() == 200


async def test_a_new_socket_in_the_middle_of_a_turn_loses_nothing(tmp_path: Path) -> None:
    async with open_stage(tmp_path, "socket") as stage:
        stage.model(Script([Text("Two tides ", gate_after="new"), Text("a day.")]))
        root = await stage.mention(stage.ann, "how many tides are there?")
        await stage.visible(root, "Two tides")
        connections = stage.slack.count.connections
        stage.slack.refresh_sockets()
        stage.model("Because of the moon.")
        await stage.writes(stage.ann, root, "and why is that so?")
        await stage.slack.connected(times=connections + 1)
        stage.claude.release("new")
        await stage.answer(root, "Because of the moon.")
        await stage.slack.drop_sockets()
        await stage.slack.connected(times=connections + 2)
        await stage.chat(stage.ben, "hello after the cut, my friend")
        assert stage.replies(root) == ["Two tides a day.", "Because of the moon."]


async def test_under_slacks_own_limits_a_crowd_is_answered_completely(tmp_path: Path) -> None:
    slack = SlackDouble(made_app())
    async with open_stage(tmp_path, "socket", slack=slack) as stage:
        crowd: list[Person] = [slack.person(f"Person {number}") for number in range(12)]
        roots = [await slack.say(who, who, f"question number {who.name}") for who in crowd]
        for root in roots:
            await stage.turns(root, 1)
        assert all(len(stage.replies(root)) == 1 for root in roots)


@pytest.mark.parametrize("delivery", DELIVERIES)
async def test_what_was_written_while_nobody_listened_is_answered_once(
    tmp_path: Path, delivery: Delivery
) -> None:
    """E32; Slack itself has given up on it by then."""
    async with open_stage(tmp_path, delivery) as stage:
        root, over = [await stage.chat(who, "hello there, my friend") for who in (stage.ann, stage.mo)]
        await stage.ended(stage.mo, over)
        told, asked = len(stage.slack.ephemerals(stage.mo)), len(stage.asked)
        await stage.program.until(lambda: stage.program.told("ending", step="told"))
        await stage.slack.settled()
        await stage.program.kill()
        await stage.writes(stage.mo, over, "one more thing, please")
        await stage.writes(stage.ann, root, "are you still here, my friend?")
        fresh = await stage.mention(stage.ben, "and what about me, please?")
        assert stage.slack.give_up() == 4  # a mention comes as two events
        for _ in range(2):
            await stage.up()
            await stage.turns(root, 2)
            await stage.turns(fresh, 1)
            await stage.program.until(lambda: stage.program.told("missed messages looked for"))
            assert POINTER in await stage.told(stage.mo, told)
            assert (len(stage.replies(root)), len(stage.replies(fresh))) == (2, 1)
            assert (len(stage.asked) - asked, len(stage.slack.ephemerals(stage.mo)) - told) == (2, 1)
            await stage.program.kill()
        await stage.up()
