"""A turn that comes with its message and is also found in the rows is answered once, as a first attempt."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.ports import Placed, ReplyStream
from bot.store import Store, Work
from bot.types import Closing, Conversation
from tests.fakes.house import ANN, open_house
from tests.fakes.platform import FakePlatform


@dataclass
class Remembering(FakePlatform):
    """Writes down whether each reply was said to have been tried before."""

    again: list[bool] = field(default_factory=list)

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
        self.again.append(again)
        async with super().reply(conversation, key, earlier, placed, again=again) as stream:
            yield stream


class Interrupted(Store):
    """Something happens, once, between the end of a turn and the look for the next one."""

    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def take(self, conversation_id: int) -> Work | tuple[Conversation, Closing] | None:
        happens, self.meanwhile = self.meanwhile, None
        if happens is not None:
            await happens()
        return await super().take(conversation_id)


async def test_a_message_between_two_turns_is_answered_once_and_not_as_a_second_attempt(
    tmp_path: Path,
) -> None:
    """E29: a second attempt would look for its own earlier self, and take an equal reply for it."""
    platform = Remembering()
    async with open_house(tmp_path / "adieu.db", platform=platform, record=Interrupted) as house:
        house.model.says("The same.")
        house.model.says("The same.")
        assert isinstance(house.store, Interrupted)
        house.store.meanwhile = lambda: house.send(ANN, "and two?", "t1", message_id="m2")
        await house.send(ANN, "one?", "t1", opens=True)
        await house.engine.idle()
        assert house.platform.replies("t1") == ["The same.", "The same."]
        assert platform.again == [False, False]
        assert len(house.model.prompts) == 2
