"""The contract of the Adapter port as tests. Subclass `AdapterContract`, give it a `probe`, and it runs.

    class TestDiscord(AdapterContract):
        @pytest.fixture
        async def probe(self) -> AsyncIterator[Probe]: ...

A probe owns an adapter on a platform that works, and can look at that platform from outside.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Protocol

import pytest

from bot.cards import Button, Card, Kind, Verb
from bot.errors import ThreadGone
from bot.ports import Adapter
from bot.types import Conversation, Person
from tests.program import PATIENCE

CARD = Card(Kind.CONFIRMATION, "End this chat?", "For good.", 1, "n1", (Button("End chat", Verb.END),))
OTHER = Card(Kind.LINE, "", "We keep talking.", 1)
NOTICE = Card(Kind.NOTICE, "This conversation has ended", "Nothing was deleted.", 1, "e1")


class Probe(Protocol):
    """A platform seen from outside. What it tells is what people see, our own messages only."""

    adapter: Adapter

    async def asked(self) -> Conversation:
        """Somebody has asked for a chat; its thread is not there yet."""
        ...

    async def take_away(self, here: Conversation, message: str) -> bool:
        """Somebody deletes a message of ours; False where nobody can."""
        ...

    async def texts(self, here: Conversation) -> list[str]:
        """The texts of our replies in the thread, oldest first."""
        ...

    async def cards(self, here: Conversation) -> list[str]:
        """The texts of our cards in the thread, oldest first."""
        ...

    async def working(self, here: Conversation) -> bool:
        """Whether a reply in the thread still looks as if we were at it."""
        ...

    async def locked(self, here: Conversation) -> bool:
        """Whether people are kept from writing there."""
        ...

    async def threads(self) -> int:
        """How many threads there are."""
        ...

    async def remove(self, here: Conversation) -> None:
        """Delete the thread by hand."""
        ...

    async def forget(self) -> None:
        """So much time passes that the platform no longer recognises a repeated post by itself."""
        ...


class AdapterContract:
    """What every adapter promises, one sentence a test."""

    async def _opened(self, probe: Probe) -> Conversation:
        here = await probe.asked()
        return replace(here, thread=await probe.adapter.open(here, "hello"), opened=True)

    async def test_the_language_of_a_workspace_that_nobody_knows_is_no_trouble(self, probe: Probe) -> None:
        assert await probe.adapter.locale("nowhere") == ""

    async def test_opening_makes_one_thread_however_often_it_is_asked(self, probe: Probe) -> None:
        before = await probe.threads()
        here = await probe.asked()
        refs = {await probe.adapter.open(here, "hello", again=again) for again in (False, True, False)}
        assert len(refs) == 1
        assert await probe.threads() == before + 1

    async def test_a_finished_reply_stands_there_complete_without_a_sign_of_work(self, probe: Probe) -> None:
        here = await self._opened(probe)
        placed = Placed()
        async with probe.adapter.reply(here, "t1", (), placed.note) as stream:
            stream.show("Two tides")
            stream.show("Two tides a")
            ids = await stream.finish("Two tides a day.")
            assert await stream.finish("Two tides a day.") == ids
        assert await probe.texts(here) == ["Two tides a day."]
        assert placed.newest == ids != ()
        assert not await probe.working(here)

    async def test_a_reply_can_be_finished_without_having_been_shown(self, probe: Probe) -> None:
        here = await self._opened(probe)
        async with probe.adapter.reply(here, "t1", (), Placed().note) as stream:
            await stream.finish("All at once.")
        assert await probe.texts(here) == ["All at once."]

    async def test_a_reply_is_taken_up_in_place(self, probe: Probe) -> None:
        here = await self._opened(probe)
        placed = Placed()
        async with probe.adapter.reply(here, "t1", (), placed.note) as stream:
            stream.show("Half")
            async with asyncio.timeout(PATIENCE):
                await placed.some.wait()
        async with probe.adapter.reply(here, "t1", placed.newest, placed.note) as stream:
            assert await stream.finish("Half and whole.") == placed.newest
        assert await probe.texts(here) == ["Half and whole."]
        assert not await probe.working(here)

    async def test_a_reply_that_a_crash_left_unnoted_is_found_when_told_to_look(self, probe: Probe) -> None:
        here = await self._opened(probe)
        placed = Placed()
        async with probe.adapter.reply(here, "t1", (), placed.note) as stream:
            stream.show("Half")
            async with asyncio.timeout(PATIENCE):
                await placed.some.wait()
        await probe.forget()
        async with probe.adapter.reply(here, "t1", (), placed.note, again=True) as stream:
            assert await stream.finish("Another answer.") == placed.newest
        assert await probe.texts(here) == ["Another answer."]
        assert not await probe.working(here)

    async def test_finishing_with_none_keeps_the_text_and_takes_the_sign_of_work_away(
        self, probe: Probe
    ) -> None:
        here = await self._opened(probe)
        placed = Placed()
        async with probe.adapter.reply(here, "t1", (), placed.note) as stream:
            stream.show("As far as it came")
            async with asyncio.timeout(PATIENCE):
                await placed.some.wait()
        async with probe.adapter.reply(here, "e1", placed.newest, placed.note) as stream:
            assert await stream.finish(None) == placed.newest
        assert await probe.texts(here) == ["As far as it came"]
        assert not await probe.working(here)

    async def test_a_long_reply_loses_no_word(self, probe: Probe) -> None:
        here = await self._opened(probe)
        text = " ".join(f"word{number}" for number in range(1500))
        async with probe.adapter.reply(here, "t1", (), Placed().note) as stream:
            stream.show(text[:5000])
            ids = await stream.finish(text)
        assert " ".join(await probe.texts(here)).split() == text.split()
        assert len(ids) == len(await probe.texts(here))

    async def test_the_same_key_posts_one_card(self, probe: Probe) -> None:
        here = await self._opened(probe)
        ids = {await probe.adapter.post(here.thread, CARD, key="c1") for _ in range(3)}
        assert len(ids) == 1
        assert len(await probe.cards(here)) == 1

    async def test_long_after_a_post_finds_its_earlier_self_when_told_to_look(self, probe: Probe) -> None:
        here = await self._opened(probe)
        first = await probe.adapter.post(here.thread, CARD, key="c1")
        await probe.forget()
        assert await probe.adapter.post(here.thread, CARD, key="c1", again=True) == first
        assert len(await probe.cards(here)) == 1

    async def test_a_card_takes_the_place_of_another(self, probe: Probe) -> None:
        here = await self._opened(probe)
        first = await probe.adapter.post(here.thread, CARD, key="c1")
        assert await probe.adapter.post(here.thread, OTHER, key="a1", instead=first) == first
        assert await probe.cards(here) == [OTHER.text]

    async def test_a_message_of_ours_stands_until_somebody_deletes_it(self, probe: Probe) -> None:
        """E5."""
        here = await self._opened(probe)
        card = await probe.adapter.post(here.thread, CARD, key="c1")
        assert await probe.adapter.stands(here.thread, card)
        if await probe.take_away(here, card):
            assert not await probe.adapter.stands(here.thread, card)

    async def test_an_ended_thread_is_locked_and_can_be_opened_again(self, probe: Probe) -> None:
        here = await self._opened(probe)
        await probe.adapter.post(here.thread, NOTICE, key="en1")
        for _ in range(2):
            assert (await probe.adapter.close(here, reason="over", archive=False)).degraded == ""
            assert await probe.locked(here)
        assert await probe.cards(here) == [NOTICE.text]
        for _ in range(2):
            await probe.adapter.reopen(here.thread, reason="again")
            assert not await probe.locked(here)

    async def test_controls_beside_are_posted_once(self, probe: Probe) -> None:
        here = await self._opened(probe)
        links = {await probe.adapter.beside(here, CARD, key="eb1", again=again) for again in (False, True)}
        assert len(links) == 1

    async def test_moderators_are_told_or_the_adapter_says_that_there_is_no_place(self, probe: Probe) -> None:
        here = await self._opened(probe)
        first = await probe.adapter.tell(here.thread.workspace, CARD, key="et1")
        assert await probe.adapter.tell(here.thread.workspace, CARD, key="et1", again=True) is first

    async def test_reminders_never_fail_on_a_thread_that_is_there(self, probe: Probe) -> None:
        here = await self._opened(probe)
        for card in (OTHER, None):
            await probe.adapter.remind(here.thread, Person("1", "Ann"), "1", card)

    async def test_a_deleted_thread_is_gone_for_every_action(self, probe: Probe) -> None:
        here = await self._opened(probe)
        await probe.remove(here)
        with pytest.raises(ThreadGone):
            await probe.adapter.post(here.thread, CARD, key="c1")
        with pytest.raises(ThreadGone):
            await probe.adapter.close(here, reason="over", archive=False)
        with pytest.raises(ThreadGone):
            async with probe.adapter.reply(here, "t1", (), Placed().note) as stream:
                await stream.finish("Hello?")


class Placed:
    """Takes note of a reply's message ids."""

    def __init__(self) -> None:
        self.newest: tuple[str, ...] = ()
        self.some = asyncio.Event()

    async def note(self, ids: tuple[str, ...]) -> None:
        self.newest = ids
        self.some.set()
