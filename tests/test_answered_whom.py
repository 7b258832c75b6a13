"""Whom a reply has answered: only that counts as a redirection of somebody (E3, E7)."""

from __future__ import annotations

from pathlib import Path

from bot.cards import Kind
from tests.fakes.filtering import BAD, Filtering
from tests.fakes.house import ANN, BEN, open_house
from tests.fakes.model import warn


async def test_a_reply_to_somebody_else_is_no_redirection_of_who_got_none(tmp_path: Path) -> None:
    """E3, E7, I1: what Ben was told nobody could see, and what Ann was told next was not said to him."""
    async with open_house(tmp_path / "adieu.db", platform=Filtering()) as house:
        thread = await house.mention(ANN, "hello")
        for _ in range(3):
            house.model.says(f"No {BAD} from me. Shall we bake instead?")
            await house.write(BEN, "you fool", thread, addressed=True)
            await house.write(ANN, "and boats?", thread)
        house.model.says(warn())
        await house.write(BEN, "you fool", thread, addressed=True)
        assert house.platform.cards(thread, Kind.WARNING) == []
        assert house.reviewer.asked == [], "it is not even worth a second opinion"
