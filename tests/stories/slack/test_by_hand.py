"""What people do with a whole channel: its chats end, the record says who, nothing is tried for ever."""

from __future__ import annotations

import pytest

from tests.doubles.claude import Script, Text
from tests.stories.slack.kit import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def remove(stage: Stage, how: str) -> None:
    """Mo archives or deletes the channel, or takes the bot out of it."""
    act = {
        "archived": stage.slack.archive,
        "deleted": stage.slack.delete_channel,
        "taken out": stage.slack.take_out,
    }
    await act[how](stage.mo, stage.channel)


@pytest.mark.parametrize("how", ["archived", "deleted", "taken out"])
async def test_with_its_channel_a_chat_ends_and_the_record_names_the_moderator(
    stage: Stage, how: str
) -> None:
    """E29, E37, I5."""
    root = await stage.chat(stage.ann, "hello there, my friend")
    await remove(stage, how)
    told = await stage.card(stage.log, "has ended")
    for words in ("A moderator closed this thread", "the thread is gone"):
        assert words in told.shown
    await stage.program.until(lambda: stage.program.told("ending", step="told"))
    [(state, reason, by)] = stage.program.rows(
        "select conversation.state, ending.reason, ending.by from conversation join ending"  # noqa: S608 - ours
        f" on ending.conversation_id = conversation.id where thread = '{root.ts}'"
    )
    assert (state, reason, by) == ("ended", "moderator", stage.mo.id)


@pytest.mark.parametrize("how", ["archived", "taken out"])
async def test_an_answer_under_way_ends_with_its_channel(stage: Stage, how: str) -> None:
    """E37."""
    stage.model(Script([Text("Two tides ", gate_after="gone"), Text("a day.")]))
    root = await stage.mention(stage.ann, "how many tides are there?")
    await stage.visible(root, "Two tides")
    await remove(stage, how)
    await stage.card(stage.log, "has ended")
    stage.claude.release("gone")
    await stage.slack.settled()
    living = "select count(*) from conversation where active_turn is not null"
    assert stage.program.rows(living) == [(0,)]
    # Elsewhere everything goes on.
    await stage.chat(stage.ann, "hello in another place", stage.slack.channel(members=[stage.ann]))
