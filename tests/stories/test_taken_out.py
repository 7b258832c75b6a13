"""Taken out of a server in the middle of an answer, and taken in again: calm, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

from tests.doubles.claude import Script, Text
from tests.doubles.discord.permissions import BOT
from tests.stories.kit import open_stage


async def test_taken_out_in_the_middle_of_an_answer_it_gives_up_and_goes_on_when_it_is_back(
    tmp_path: Path,
) -> None:
    async with open_stage(tmp_path) as stage:
        stage.expected.append("reply not posted")
        stage.model(Script([Text("Two tides ", gate_after="out"), Text("a day.")]))
        thread = await stage.mention(stage.ann, "how many tides are there?")
        await stage.visible(thread, "Two tides")
        stage.discord.leave(stage.discord.bot, stage.guild)
        await stage.logged("taken out of a server")
        stage.claude.release("out")
        await stage.turns(1)
        (line,) = stage.program.told("turn finished")
        assert line["state"] == "failed"
        assert stage.program.told("platform failed, trying again") == []
        assert await stage.program.stop() == 0
        await stage.program.start()
        await stage.program.ready()
        assert len(stage.asked) == 1, "nobody asks for words that nobody may see"
        stage.model("Two, as a rule.")
        stage.discord.join(stage.discord.bot, stage.guild, BOT)
        await stage.logged("caught up", 2)
        await stage.writes(stage.ann, thread, "are you back?")
        await stage.answer(thread, "Two, as a rule.")
        assert "how many tides" in str(stage.asked[-1].messages[-1])
