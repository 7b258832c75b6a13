"""Words that a platform does not let through: said in plainer ones, once, and the model is asked once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot import texts
from bot.cards import Card, Kind
from bot.errors import Blocked
from bot.ports import Placed, ReplyStream
from bot.types import Conversation, Person, State, Step, ThreadRef
from tests.fakes.house import ANN, House, open_house
from tests.fakes.model import end
from tests.fakes.platform import FakePlatform, FakeReply

GERMAN = Person("ann", "Ann", locale="de")
BAD = "teapot"


@dataclass
class Filtering(FakePlatform):
    """A platform with a word filter. What is tried again and again is a failure, not a test that hangs."""

    words: set[str] = field(default_factory=lambda: {BAD})
    shut: bool = False
    refused: int = 0

    def check(self, *said: str) -> None:
        if any(word in text.casefold() for word in self.words for text in said):
            self.refused += 1
            assert self.refused < 10, "tried for ever"
            raise Blocked("no such words here")

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
        async with super().reply(conversation, key, earlier, placed, again=again) as stream:
            assert isinstance(stream, FakeReply)
            yield Filtered(stream, self)

    async def open(self, conversation: Conversation, first: str, *, again: bool = False) -> ThreadRef:
        if self.shut:
            raise Blocked("no threads here")
        return await super().open(conversation, first, again=again)

    async def post(
        self, thread: ThreadRef, card: Card, *, key: str, instead: str = "", again: bool = False
    ) -> str:
        self.check(card.title, card.text)
        return await super().post(thread, card, key=key, instead=instead, again=again)

    async def beside(self, conversation: Conversation, card: Card, *, key: str, again: bool = False) -> str:
        self.check(card.title, card.text)
        return await super().beside(conversation, card, key=key, again=again)

    async def tell(self, workspace: str, card: Card, *, key: str, again: bool = False) -> bool:
        self.check(card.title, card.text)
        return await super().tell(workspace, card, key=key, again=again)


@dataclass
class Filtered:
    """A reply whose complete text goes through the filter."""

    inner: FakeReply
    platform: Filtering

    def show(self, text: str) -> None:
        self.inner.show(text)

    async def finish(self, text: str | None) -> tuple[str, ...]:
        self.platform.check(text or "")
        return await self.inner.finish(text)


@pytest.fixture
def platform() -> Filtering:
    return Filtering()


@pytest.fixture
async def house(tmp_path: Path, platform: Filtering) -> AsyncIterator[House]:
    async with open_house(tmp_path / "adieu.db", platform=platform) as opened:
        yield opened


async def test_an_answer_that_is_not_let_through_is_asked_for_once_and_said_to_be_so(
    house: House, platform: Filtering
) -> None:
    house.model.says(f"I am a {BAD}.")
    with capture_logs() as log:
        thread = await house.mention(GERMAN, "what are you?")
    assert platform.replies(thread) == [texts.not_shown("de")]
    assert len(house.model.prompts) == 1
    assert house.clock.slept == [], "no second attempt is waiting"
    (line,) = [each for each in log if each["log_level"] == "error"]
    assert line["thread"] == house.ref(thread).key
    assert line["cause"] == "no such words here"


async def test_the_model_knows_that_its_answer_was_not_seen(house: House, platform: Filtering) -> None:
    house.model.says(f"I am a {BAD}.")
    thread = await house.mention(ANN, "what are you?")
    house.model.says("A kettle.")
    await house.write(ANN, "in other words?", thread)
    (exchange,) = house.model.prompts[-1].history
    assert "what are you?" in exchange.input
    assert exchange.reply == texts.not_shown(ANN)
    assert "what are you?" not in house.model.prompts[-1].input, "it would be answered in the same words"
    assert platform.replies(thread)[-1] == "A kettle."


async def test_an_answer_that_nobody_saw_has_redirected_nobody(house: House) -> None:
    """E3."""
    house.model.says(f"No {BAD} from me. Shall we bake instead?")
    thread = await house.mention(ANN, "hello")
    here = await house.conversation(thread)
    assert await house.store.directory.answered(here.id, 10) == {}
    assert [author for _, author, _ in await house.store.directory.transcript(here.id, 10)] == ["ann"]


async def test_after_a_restart_nothing_of_it_is_tried_again(tmp_path: Path, platform: Filtering) -> None:
    async with open_house(tmp_path / "adieu.db", platform=platform) as house:
        house.model.says(f"I am a {BAD}.")
        await house.mention(ANN, "what are you?")
    refused = platform.refused
    async with open_house(tmp_path / "adieu.db", platform=platform) as house:
        await house.assistant.resume()
        await house.engine.idle()
        assert house.model.prompts == []
    assert platform.refused == refused


async def test_where_no_word_at_all_is_let_through_the_turn_is_over_all_the_same(
    house: House, platform: Filtering
) -> None:
    thread = await house.mention(ANN, "hello")
    platform.words = {""}
    with capture_logs() as log:
        await house.write(ANN, "are you there?", thread)
    assert len(house.model.prompts) == 2
    assert [each["event"] for each in log if each["log_level"] == "error"] == [
        "reply blocked by the platform",
        "reply blocked by the platform",
        "no word let through",
    ]
    platform.words = set()
    await house.write(ANN, "and now?", thread)
    assert platform.replies(thread)[-1] == "ok"


async def test_a_thread_that_the_platform_does_not_let_through_is_said_to_be_impossible(
    house: House, platform: Filtering
) -> None:
    platform.shut = True
    await house.mention(GERMAN, "hello")
    (said,) = platform.cards("general", Kind.APOLOGY)
    assert said.text == texts.thread_impossible("de")
    assert house.model.prompts == []
    begun = await house.assistant.begin(house.ref("x"), GERMAN, id="n1")
    assert begun.text == texts.thread_impossible("de")


async def test_words_before_a_question_that_are_not_let_through_do_not_keep_it_from_being_asked(
    house: House, platform: Filtering
) -> None:
    """E9."""
    thread = await house.mention(ANN, "hello")
    house.model.says(f"Sure, {BAD}.", end())
    await house.write(ANN, "please end this", thread)
    assert platform.cards(thread, Kind.CONFIRMATION)
    assert texts.not_shown(ANN) not in platform.replies(thread)


async def test_an_ending_whose_reply_and_title_are_not_let_through_goes_on_to_its_end(
    house: House, platform: Filtering
) -> None:
    """E28, E29, I5."""
    platform.words = set()
    thread = await house.mention(ANN, f"tell me of the {BAD}")
    platform.words = {BAD}
    await house.assistant.ask_to_end(house.ref(thread), ANN, id="e1")
    await house.write(ANN, "end chat", thread)
    here = await house.conversation(thread)
    last = await house.store.endings.last(here.id)
    assert here.state is State.ENDED
    assert last is not None
    assert last.step is Step.TOLD
    assert last.beside, "the live controls stand there without the title"
    (told,) = platform.told
    assert "…" in told.text
    assert BAD not in told.text
    assert house.clock.slept == [], "no step was tried again"


async def test_a_notice_that_is_not_let_through_is_in_the_record(house: House, platform: Filtering) -> None:
    """E29, E30."""
    thread = await house.mention(ANN, "hello")
    platform.words = {"nothing was deleted"}
    await house.assistant.ask_to_end(house.ref(thread), ANN, id="e1")
    await house.write(ANN, "end chat", thread)
    last = await house.store.endings.last((await house.conversation(thread)).id)
    assert last is not None
    assert last.step is Step.TOLD
    assert "no such words here" in last.degraded


async def test_a_helpline_whose_name_is_not_let_through_leaves_the_directory(
    house: House, platform: Filtering
) -> None:
    """E17: somebody in need is never left with nothing."""
    platform.words = {"988"}
    american = Person("ann", "Ann", locale="en-CA")
    thread = await house.mention(american, "I want to kill myself")
    (card,) = platform.cards(thread, Kind.CRISIS)
    assert "findahelpline.com" in card.text
    assert "988" not in card.text


async def test_a_branch_whose_words_are_not_shown_again_goes_on_all_the_same(
    house: House, platform: Filtering
) -> None:
    """E34."""
    platform.words = set()
    thread = await house.mention(ANN, "hello")
    here = await house.conversation(thread)
    platform.words = {BAD}
    said = await house.assistant.branch(here.id, ANN, 1, f"hello {BAD}", id="b1")
    await house.engine.idle()
    branch = said.go_to.split("/")[-1]
    (opening,) = platform.cards(branch, Kind.WELCOME)
    assert opening.text.startswith("Ann goes on from here")
    assert BAD in house.model.prompts[-1].input
    assert platform.replies(branch) == ["ok"]


async def test_what_was_withdrawn_is_over_where_its_reply_may_not_be_touched_any_more(
    tmp_path: Path, platform: Filtering
) -> None:
    async with open_house(tmp_path / "adieu.db", platform=platform) as house:
        thread = await house.mention(ANN, "hello")
        house.model.says("half an answer", asyncio.Event())
        await house.write(ANN, "and now?", thread, wait=False)
        await house.model.reached.wait()
    async with open_house(tmp_path / "adieu.db", platform=platform) as house:
        await house.assistant.deleted(house.ref(thread), thread, "m2")
        platform.words = {""}
        await house.assistant.resume()
        await house.engine.idle()
        assert platform.refused == 1
        assert house.clock.slept == [], "no second attempt is waiting"
        assert await house.store.inbox.unfinished() == []
