"""What is deleted on Slack: a warning without its card no longer counts."""

from __future__ import annotations

import pytest

from tests.stories.kit import ends, opinion, warns
from tests.stories.slack.kit import ENDED, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

RUDE = "you are a useless pile of junk"
LIMIT = "I would like to go on without insults. Shall I look at your question again?"


async def test_a_warning_that_was_deleted_no_longer_counts(stage: Stage) -> None:
    """E5: a warning must be undeleted."""
    stage.model(LIMIT, LIMIT, LIMIT)
    root = await stage.chat(stage.ann, f"{RUDE}, number 1")
    for number in (2, 3):
        await stage.writes(stage.ann, root, f"{RUDE}, number {number}")
        await stage.turns(root, number)
    stage.model(warns(), "Let us go on well: what do you need?")
    stage.second_opinion(opinion(redirections=(2, 4, 6), persisting=(7,)))
    await stage.writes(stage.ann, root, f"{RUDE}, number 4")
    card = await stage.card(root, "A warning for Ann")
    await stage.turns(root, 4)

    await stage.slack.delete(card)
    await stage.program.until(lambda: stage.program.told("warning taken back: its card was deleted"))
    stage.model(ends("abuse"), "What do you need?")
    await stage.writes(stage.ann, root, f"{RUDE}, number 5")
    await stage.answer(root, "What do you need?")
    assert not stage.is_closed(root)
    assert stage.cards(root, ENDED) == []
