"""Modes of a workspace, set by a moderator and by the operator while the program runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot import texts
from bot.cards import Kind
from bot.types import Mode, State
from tests.fakes.house import ANN, MO, open_house
from tests.program import adieu


async def test_a_mode_takes_effect_with_the_next_turn(tmp_path: Path) -> None:
    """E22."""
    async with open_house(tmp_path / "adieu.db") as house:
        thread = await house.mention(ANN, "one")
        assert house.model.prompts[-1].tools
        said = await house.assistant.set_mode(house.ref(thread), MO, Mode.OFF)
        assert said.text == texts.mode_off()
        await house.write(ANN, "two", thread)
        assert not house.model.prompts[-1].tools
        await house.assistant.set_mode(house.ref(thread), MO, Mode.ON)
        await house.write(ANN, "three", thread)
        assert house.model.prompts[-1].tools


@pytest.mark.parametrize("mode", list(Mode))
async def test_only_a_moderator_sets_it_and_every_change_is_audited(tmp_path: Path, mode: Mode) -> None:
    """E22."""
    async with open_house(tmp_path / "adieu.db") as house:
        ref = house.ref("t1")
        refused = await house.assistant.set_mode(ref, ANN, mode)
        assert refused.text == texts.mode_moderators_only()
        assert await house.store.directory.changes("fake/harbour") == []
        await house.assistant.set_mode(ref, MO, mode)
        ((_, who, what, before, after),) = await house.store.directory.changes("fake/harbour")
        assert (who, what, before, after) == ("mo", "mode", "", mode.value)


async def test_in_a_direct_message_nobody_moderates(tmp_path: Path) -> None:
    """E22."""
    async with open_house(tmp_path / "adieu.db") as house:
        ref = replace(house.ref("d1"), workspace="", channel="d1")
        said = await house.assistant.set_mode(ref, MO, Mode.OFF)
        assert said.text == texts.mode_moderators_only()


async def test_the_operators_off_holds_everywhere_and_says_so(tmp_path: Path) -> None:
    """E22."""
    async with open_house(tmp_path / "adieu.db", mode="off") as house:
        said = await house.assistant.set_mode(house.ref("t1"), MO, Mode.ON)
        assert said.text == texts.mode_off_everywhere()
        await house.mention(ANN, "one")
        assert not house.model.prompts[-1].tools


async def test_the_operator_sees_and_sets_it_while_the_program_runs(tmp_path: Path) -> None:
    """E22."""

    async def mode(*words: str) -> str:
        result = await adieu("mode", "fake/harbour", *words, folder=tmp_path)
        assert result.code == 0, result.err
        return result.out

    async with open_house(tmp_path / "adieu.db") as house:
        assert await mode() == "fake/harbour: on (default)\n"
        assert (await mode("off")).startswith("fake/harbour: off\n")
        await house.mention(ANN, "one")
        assert not house.model.prompts[-1].tools
        shown = await mode("default")
        assert shown.startswith("fake/harbour: on (default)\n")
        assert "default -> off by operator" in shown
        assert "off -> default by operator" in shown
        await house.mention(ANN, "two")
        assert house.model.prompts[-1].tools


@pytest.mark.parametrize("words", [("harbour",), ("fake/",), ("fake/harbour", "loud"), ()])
async def test_a_slip_at_the_command_line_changes_nothing(tmp_path: Path, words: tuple[str, ...]) -> None:
    result = await adieu("mode", *words, folder=tmp_path)
    assert result.code == 2
    assert not (tmp_path / "adieu.db").exists()


async def test_a_platform_that_is_not_there_is_noted(tmp_path: Path) -> None:
    """E22."""
    slip = await adieu("mode", "dicord/1234", folder=tmp_path)
    assert "no platform is called 'dicord' here" in slip.err
    assert "discord" in slip.err
    assert (await adieu("mode", "discord/1234", folder=tmp_path)).err == ""


async def test_ended_threads_are_those_that_ended_lately(tmp_path: Path) -> None:
    """E36: an adapter looks at them after it was down."""
    async with open_house(tmp_path / "adieu.db") as house:
        ended, living = await house.mention(ANN, "one"), await house.mention(ANN, "two")
        await house.assistant.locked(house.ref(ended), by="mo")
        await house.engine.idle()
        assert await house.state(ended) is State.ENDED
        desk = house.assistant
        assert [here.thread.thread for here in await desk.ended_threads("fake")] == [ended]
        assert [here.thread.thread for here in await desk.open_threads("fake")] == [living]
        assert await desk.ended_threads("other") == ()
        house.clock.advance(3 * 24 * 3600)
        assert await desk.ended_threads("fake") == ()


async def test_the_record_of_a_reopening_has_the_id_and_the_thread_the_name(tmp_path: Path) -> None:
    """E36."""
    async with open_house(tmp_path / "adieu.db") as house:
        known, stranger = await house.mention(ANN, "one"), await house.mention(ANN, "two")
        for thread, by in ((known, "ann"), (stranger, "1573469363686604806")):
            await house.assistant.locked(house.ref(thread), by=by)
            await house.engine.idle()
            await house.assistant.unlocked(house.ref(thread), by=by)
            await house.engine.idle()
        assert house.platform.cards(known, Kind.LINE)[-1].text.startswith("Ann opened this conversation")
        said = house.platform.cards(stranger, Kind.LINE)[-1].text
        assert said.startswith("A moderator opened this conversation")


async def test_one_message_is_found_by_its_id_however_old_it_is(tmp_path: Path) -> None:
    """E34."""
    async with open_house(tmp_path / "adieu.db") as house:
        thread = await house.mention(ANN, "the first")
        for number in range(26):
            await house.write(ANN, f"message {number}", thread)
        here = await house.conversation(thread)
        assert len(await house.assistant.own_messages(here.id, ANN)) == 25
        (found,) = await house.assistant.own_messages(here.id, ANN, message_id=thread)
        assert found.text == "the first"
        assert await house.assistant.own_messages(here.id, MO, message_id=thread) == ()
