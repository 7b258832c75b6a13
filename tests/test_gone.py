"""A thread that is gone: the conversation that finds it out ends, and nothing is kept for nobody."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from bot.cards import Verb
from bot.types import Incoming, Reason, State, ThreadRef
from tests.crisis_kit import PLAIN, texts_kept
from tests.fakes.house import ANN, open_house
from tests.fakes.platform import FakePlatform

DIRECT = ThreadRef("fake", "", "d1", "d1")


@dataclass
class Blocked(FakePlatform):
    """A direct message whose person has blocked us; it comes back before a test would go on for ever."""

    tried: int = 0

    def _enter(self, step: str, thread: str = "") -> None:
        self.tried += thread in self.gone
        if self.tried > 5:
            self.gone.clear()
        super()._enter(step, thread)


async def test_an_older_chat_in_a_direct_message_that_is_gone_ends_itself_and_no_newer_one(
    tmp_path: Path,
) -> None:
    """E37: the newer chat of the same place is untouched, and nothing is tried again and again."""
    platform = Blocked()
    async with open_house(tmp_path / "adieu.db", platform=platform) as house:
        answer = asyncio.Event()
        house.model.says("half", answer)
        first = Incoming(DIRECT, "d1", "m1", ANN, "hello", house.clock.now())
        await house.assistant.receive(first)
        await house.model.reached.wait()
        (older,) = await house.assistant.mine("fake", "", ANN.id)
        await house.assistant.begin(DIRECT, ANN, id="i1")
        platform.gone.add("d1")
        answer.set()
        await house.engine.idle()
        newer, ended = await house.assistant.mine("fake", "", ANN.id)
        assert (newer.state, ended.id, ended.state) == (State.ACTIVE, older.id, State.ENDED)
        last = await house.store.endings.last(older.id)
        assert last is not None
        assert (last.ending.reason, last.degraded) == (Reason.MODERATOR, "the thread is gone")
        assert len(house.model.prompts) == 1


async def test_what_was_waiting_when_its_thread_was_deleted_is_read_and_not_kept(tmp_path: Path) -> None:
    """E19, E37: nobody answers it any more, and no text of it stays."""
    async with open_house(tmp_path / "adieu.db") as house:
        house.model.says("half", asyncio.Event())
        await house.send(ANN, "hello", "t1", opens=True)
        await house.model.reached.wait()
        await house.write(ANN, "and my secret", "t1", wait=False)
        house.platform.gone.add("t1")
        await house.assistant.gone(house.ref("t1"), by="mo")
        await house.engine.idle()
        assert await house.state("t1") is State.ENDED
        assert await texts_kept(house) == ["hello"]


async def test_a_cry_for_help_in_a_thread_that_is_gone_keeps_nothing_in_memory(tmp_path: Path) -> None:
    """E19: it cannot be opened again; the conversation rests, and what was read of it with it."""
    async with open_house(tmp_path / "adieu.db") as house:
        thread = await house.mention(ANN, "hello")
        await house.assistant.ask_to_end(house.ref(thread), ANN, id="i1")
        await house.press(ANN, Verb.END, thread)
        house.platform.gone.add(thread)
        await house.write(ANN, PLAIN, thread)
        assert await house.state(thread) is State.ENDED
        assert house.assistant._care._watches == {}
