"""Who may put a card with helplines away: whom it is meant for, and moderators (E17)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import texts
from bot.cards import Kind, Said, Verb
from bot.errors import Blocked, Forbidden, ModelError
from bot.ports import Press
from bot.putting_away import MOST, meant_for
from bot.types import Message, Person, Risk
from tests.clock import START
from tests.crisis_kit import PLAIN, WORDS, TellingPlatform, held, helped
from tests.fakes.house import ANN, BEN, MO, House, open_house

OLA = Person("ola", "Ola")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path / "adieu.db", platform=TellingPlatform()) as opened:
        yield opened


async def hides(house: House, who: Person, thread: str) -> Said:
    """Press "Hide this" on the card in the thread."""
    (post,) = [
        each
        for each in house.platform.posts.values()
        if each.thread == thread and each.card and each.card.kind is Kind.CRISIS
    ]
    assert post.card is not None
    press = Press(
        f"{who.id} hides",
        Verb.DISMISS,
        post.card.conversation,
        post.card.nonce,
        who,
        house.ref(thread),
        post.id,
    )
    return await house.assistant.press(press)


async def together(house: House, *said: tuple[Person, str]) -> str:
    """A thread of Mo's in which these people's messages are taken together as one turn."""
    gate = asyncio.Event()
    house.model.says("An answer.", gate)
    await house.send(MO, "hello", "t1", opens=True)
    for who, text in said:
        await house.write(who, text, "t1", addressed=True, wait=False)
    gate.set()
    await house.engine.idle()
    assert helped(house, "t1") == 1
    return "t1"


async def test_whoever_it_is_meant_for_puts_it_away(house: House) -> None:
    """E17: dismissible; and the hold stays."""
    thread = await house.mention(ANN, PLAIN)
    said = await hides(house, ANN, thread)
    assert (said.text, said.done) == ("Hidden.", True)
    assert helped(house, thread) == 0
    assert await held(house, thread)


async def test_somebody_else_in_the_thread_reads_one_sentence_and_the_card_stays(house: House) -> None:
    """E16, E17, E38: also where they started the thread."""
    thread = await house.mention(ANN, "hello")
    await house.write(BEN, PLAIN, thread, addressed=True)
    for other in (ANN, OLA):
        said = await hides(house, other, thread)
        assert (said.text, said.done) == (texts.hide_not_yours(), False)
        assert helped(house, thread) == 1
    assert (await hides(house, BEN, thread)).done
    assert helped(house, thread) == 0


async def test_a_moderator_puts_it_away_for_them(house: House) -> None:
    """E17."""
    thread = await house.mention(ANN, PLAIN)
    assert (await hides(house, MO, thread)).done
    assert helped(house, thread) == 0


async def test_of_several_whose_messages_were_read_together_only_who_cried_for_help(house: House) -> None:
    """E17: whoever happened to write in the same moment does not decide it."""
    thread = await together(house, (BEN, "are you a bot?"), (ANN, PLAIN), (OLA, "lunch?"))
    for other in (BEN, OLA):
        assert not (await hides(house, other, thread)).done
    assert (await hides(house, ANN, thread)).done


async def test_where_only_the_detector_understood_it_is_for_all_whom_it_has_read(house: House) -> None:
    """E17."""
    house.detector.risk = Risk.POSSIBLE
    house.model.says("An answer.")
    thread = await house.mention(ANN, WORDS)
    assert not (await hides(house, BEN, thread)).done
    assert (await hides(house, ANN, thread)).done


async def test_it_stays_theirs_when_their_message_is_deleted_or_answered_later(house: House) -> None:
    """E17: a message that could not be answered goes to the next turn, and the card knows it still."""
    house.model.says(ModelError("overloaded"))
    thread = await house.mention(ANN, "hello")
    house.model.says(ModelError("overloaded"))
    await house.write(BEN, PLAIN, thread, addressed=True)
    await house.write(ANN, "are you there?", thread)
    newest = (await house.assistant.own_messages((await house.conversation(thread)).id, BEN))[0]
    await house.assistant.deleted(house.ref(thread), thread, newest.message_id)
    assert not (await hides(house, ANN, thread)).done
    assert (await hides(house, BEN, thread)).done


async def test_where_no_thread_could_be_opened_the_card_is_put_away_where_it_stands(house: House) -> None:
    """E17."""
    house.platform.fail = [("open", Forbidden("no", permission="Create Threads"))]
    await house.mention(ANN, PLAIN)
    house.platform.gone.add("m1")
    assert (await hides(house, ANN, "general")).done
    assert helped(house, "general") == 0


async def test_the_plainer_card_that_a_word_filter_lets_through_is_put_away_like_the_other(
    house: House,
) -> None:
    """E17."""
    house.platform.fail = [("post crisis", Blocked("a word"))]
    thread = await house.mention(ANN, "hello")
    await house.write(BEN, PLAIN, thread, addressed=True)
    assert not (await hides(house, ANN, thread)).done
    assert (await hides(house, BEN, thread)).done


async def test_a_number_from_another_conversation_gives_nobody_a_right(house: House) -> None:
    """E38."""
    thread, other = await house.mention(ANN, PLAIN), await house.mention(BEN, "hello")
    here = await house.conversation(thread)
    (theirs,) = await house.assistant.own_messages((await house.conversation(other)).id, BEN)
    press = Press("p1", Verb.DISMISS, here.id, str(theirs.number), BEN, house.ref(thread), "x")
    assert not (await house.assistant.press(press)).done


async def test_what_one_person_is_shown_alone_has_no_button_for_everybody(house: House) -> None:
    """E12, E16, E17: what stands instead of the question whether to end."""
    thread = await house.mention(ANN, PLAIN)
    said = await house.assistant.ask_to_end(house.ref(thread), ANN, id="i1")
    assert said.card is not None
    assert (said.card.kind, said.card.buttons) == (Kind.CRISIS, ())


def test_a_button_holds_a_message_of_each_and_never_too_many() -> None:
    """E17."""
    everybody = [
        Message(number, f"m{number}", Person(f"p{number % 20}", ""), "hello", START) for number in range(100)
    ]
    held_ = meant_for(tuple(everybody)).split("-")
    assert held_ == [str(number) for number in range(100 - MOST, 100)]
    assert meant_for(()) == ""
