"""The audit log: the whole history of a conversation without a word of what was written."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, select, update

from bot.cards import Verb
from bot.store.schema import audit, conversation, participant
from bot.types import Reason, Risk
from tests.fakes.house import ANN, BEN, MO, House, open_house
from tests.fakes.model import end, warn
from tests.proof.replay import differences, replay

RUDE = "silly bot, says somebody"


async def eventful(house: House) -> str:
    """A thread that has been through every state, with people who have had every standing."""
    thread = await house.mention(ANN, RUDE)
    for _ in range(2):
        await house.write(ANN, RUDE, thread)
    house.model.says(warn())
    await house.write(ANN, RUDE, thread)
    await house.assistant.ask_to_end(house.ref(thread), BEN, id="i1")
    await house.press(BEN, Verb.END, thread)
    await house.write(BEN, "@adieu here I am again", thread, addressed=True)
    house.model.says(end(Reason.ABUSE))
    await house.write(ANN, RUDE, thread)
    await house.assistant.reopen(house.ref(thread), MO)
    await house.assistant.ask_to_end(house.ref(thread), ANN, id="i2")
    await house.press(ANN, Verb.KEEP, thread)
    await house.assistant.ask_to_end(house.ref(thread), ANN, id="i3")
    house.detector.risk = Risk.YES
    await house.write(BEN, "@adieu words of crisis", thread, addressed=True)
    house.detector.risk = Risk.NONE
    await house.assistant.release(house.ref(thread), MO)
    await house.assistant.locked(house.ref(thread), by="mo")
    await house.engine.idle()
    return thread


async def test_replaying_the_log_gives_the_same_states_and_standings(tmp_path: Path) -> None:
    """I9."""
    async with open_house(tmp_path / "adieu.db") as house:
        await eventful(house)
        read = house.store.holds._database.read
        assert await read(lambda c: list(differences(c))) == []
        log = await read(replay)
        assert log.states == {1: "ended"}
        causes = await read(lambda c: {row.cause for row in c.execute(select(audit))})
        assert causes >= {
            "began", "warned abuse", "asked to end", "user_request", "came back", "abuse", "finished",
            "reopened", "kept talking", "crisis", "helplines shown", "hold released", "moderator",
        }  # fmt: skip


async def test_a_change_that_the_log_does_not_tell_of_is_seen(tmp_path: Path) -> None:
    """I9."""

    def tamper(c: Connection) -> None:
        c.execute(update(conversation).values(state="active"))
        c.execute(update(participant).where(participant.c.person_id == "ann").values(standing="out"))

    async with open_house(tmp_path / "adieu.db") as house:
        await eventful(house)
        database = house.store.holds._database
        await database.write(tamper)
        assert await database.read(lambda c: list(differences(c))) == [
            "conversation 1 is active, the log says ended",
            "ann is out, the log says clear",
        ]


async def test_the_log_has_no_word_that_anybody_wrote(tmp_path: Path) -> None:
    """E29, I8."""
    async with open_house(tmp_path / "adieu.db") as house:
        await eventful(house)
        rows = await house.store.holds._database.read(lambda c: c.execute(select(audit)).all())
        assert rows
        assert not any("silly" in str(value) for row in rows for value in row)
