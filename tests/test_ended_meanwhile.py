"""An end that is decided between a message and its answer: the model is never asked for that answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cards import Verb
from bot.ports import Placed, Press, ReplyStream
from bot.types import Conversation, Person, State
from tests.fakes.house import ANN, BEN, MO, House, open_house
from tests.race_kit import Gate, SlowPlatform


@dataclass
class SlowToAnswer(SlowPlatform):
    """A platform on which also the beginning of a reply can be held back."""

    @asynccontextmanager
    async def reply(
        self,
        conversation: Conversation,
        key: str,
        earlier: tuple[str, ...],
        placed: Placed,
        *,
        again: bool = False,
    ) -> AsyncIterator[ReplyStream]:
        await self._pass(self.before, "reply")
        async with super().reply(conversation, key, earlier, placed, again=again) as stream:
            yield stream


@pytest.fixture
def platform() -> SlowToAnswer:
    return SlowToAnswer()


@pytest.fixture
async def house(tmp_path: Path, platform: SlowToAnswer) -> AsyncIterator[House]:
    async with open_house(tmp_path / "adieu.db", platform=platform) as opened:
        yield opened


async def press_end(house: House, who: Person, thread: str) -> None:
    """A press on the open question, without waiting for what comes of it."""
    card = house.platform.control(thread, Verb.END)
    press = Press(house._id(), Verb.END, card.conversation, card.nonce, who, house.ref(thread))
    await house.assistant.press(press)


async def busy_leaving(house: House, platform: SlowToAnswer, thread: str) -> Gate:
    """Ben leaves, and the platform takes its time to say so: the thread's only worker waits for it."""
    await house.assistant.ask_to_end(house.ref(thread), BEN, id="i1")
    gate = platform.waits("post line", done=True)  # the first line is the answered question
    await press_end(house, BEN, thread)
    await gate.reached.wait()
    return gate


async def test_an_end_while_the_reply_is_being_prepared_comes_before_the_model(
    house: House, platform: SlowToAnswer
) -> None:
    """I3: the person has confirmed the end, and the turn that had begun asks nobody any more."""
    thread = await house.mention(ANN, "hello")
    gate = platform.waits("reply")
    await house.write(ANN, "one more thing", thread, wait=False)
    await gate.reached.wait()
    await house.assistant.ask_to_end(house.ref(thread), ANN, id="i1")
    await press_end(house, ANN, thread)
    gate.open.set()
    await house.engine.idle()
    assert await house.state(thread) is State.ENDED
    assert len(house.model.prompts) == 1, "only the first message was answered"
    assert platform.replies(thread) == ["ok"], "and no reply says that it was stopped before its first word"


async def test_a_lock_by_hand_stops_a_turn_that_is_handed_over_and_still_waits(
    house: House, platform: SlowToAnswer
) -> None:
    """I3, E37: the turn came with its message, and the thread was locked before anybody could take it up."""
    thread = await house.mention(ANN, "hello")
    gate = await busy_leaving(house, platform, thread)
    await house.write(ANN, "are you there?", thread, wait=False)
    await house.assistant.locked(house.ref(thread), by=MO.id)
    gate.open.set()
    await house.engine.idle()
    assert await house.state(thread) is State.ENDED
    assert len(house.model.prompts) == 1, "only the first message was answered"


async def test_a_message_that_is_deleted_before_its_turn_is_taken_up_is_not_answered(
    house: House, platform: SlowToAnswer
) -> None:
    """E39: what somebody took back is not read to the model out of memory."""
    thread = await house.mention(ANN, "hello")
    gate = await busy_leaving(house, platform, thread)
    await house.send(ANN, "my secret", thread, message_id="m9")
    await house.assistant.deleted(house.ref(thread), thread, "m9")
    gate.open.set()
    await house.engine.idle()
    assert all("my secret" not in prompt.input for prompt in house.model.prompts)
