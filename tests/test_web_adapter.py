"""The playground as a platform: bot.ports.Adapter, seen through its pages' own interface."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cards import Card, Kind
from bot.errors import ThreadGone
from bot.ports import Closed
from bot.types import ThreadRef
from tests.browser.desk import ANN, MO, FakeDesk, notice, question, talk
from tests.browser.site import Site, open_site

GONE = ThreadRef("web", "playground", "general", "0000000000000000")


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(tmp_path) as opened:
        yield opened


async def nothing(_: tuple[str, ...]) -> None:
    return


async def test_a_message_in_a_channel_opens_a_thread_of_the_same_id(site: Site) -> None:
    thread = await site.thread("What is a fjord?")
    [incoming] = site.desk.received
    assert (incoming.thread, incoming.place, incoming.message_id) == (thread, "general", thread.thread)
    assert (incoming.opens, incoming.addressed, incoming.author) == (True, True, ANN)
    [listed] = (await site.state())["threads"]
    assert (listed["id"], listed["title"], listed["ended"]) == (thread.thread, "What is a fjord?", False)


async def test_opening_the_same_conversation_again_opens_nothing_new(site: Site) -> None:
    fresh = talk(ThreadRef("web", "playground", "random", "new:1"), 7)
    first = await site.adapter.open(fresh, "")
    assert await site.adapter.open(fresh, "", again=True) == first
    assert len((await site.state())["threads"]) == 1
    assert len(await site.posts("random")) == 1


async def test_a_message_in_a_thread_is_addressed_when_it_mentions_or_replies(site: Site) -> None:
    thread = await site.thread()
    card = await site.adapter.post(thread, question(), key="c")
    for text, reply_to, addressed in (("hi", "", False), ("hey @Adieu!", "", True), ("hi", card, True)):
        await site.say("ben", thread.thread, text, reply_to=reply_to)
        assert site.desk.received[-1].addressed is addressed
        assert site.desk.received[-1].opens is False
        assert site.desk.received[-1].thread == thread


async def test_a_card_with_the_same_key_is_posted_once(site: Site) -> None:
    thread = await site.thread()
    first = await site.adapter.post(thread, question(), key="k")
    assert await site.adapter.post(thread, question(), key="k", again=True) == first
    [post] = await site.posts(thread.thread)
    assert [button["verb"] for button in post["card"]["buttons"]] == ["end", "keep"]


async def test_a_card_takes_the_place_of_another(site: Site) -> None:
    thread = await site.thread()
    first = await site.adapter.post(thread, question(), key="k")
    line = Card(Kind.LINE, "", "Confirmed.")
    assert await site.adapter.post(thread, line, key="l", instead=first) == first
    assert await site.adapter.post(thread, line, key="l", instead=first, again=True) == first
    [post] = await site.posts(thread.thread)
    assert post["card"]["kind"] == "line"


async def test_a_thread_that_is_not_there_is_gone(site: Site) -> None:
    for deed in (
        site.adapter.post(GONE, question(), key="k"),
        site.adapter.close(talk(GONE), reason="", archive=False),
        site.adapter.reopen(GONE, reason=""),
        site.adapter.remind(GONE, ANN, "1", None),
    ):
        with pytest.raises(ThreadGone):
            await deed


async def test_a_reply_is_seen_while_it_grows_and_finished_in_place(site: Site) -> None:
    thread = await site.thread()
    placed: list[tuple[str, ...]] = []

    async def note(ids: tuple[str, ...]) -> None:
        placed.append(ids)

    async with (
        site.events() as events,
        site.adapter.reply(talk(thread), "t1", (), note) as reply,
    ):
        await events.until("post", running=True, html="")
        reply.show("Hello **wor")
        growing = await events.until("post", running=True)
        assert growing["html"] == "<p>Hello <strong>wor</strong></p>\n"
        ids = await reply.finish("Hello **world**")
        assert await reply.finish("Hello **world**") == ids
        done = await events.until("post", running=False)
    assert done["html"] == "<p>Hello <strong>world</strong></p>\n"
    assert placed == [ids] == [(done["id"],)]
    [kept] = await site.posts(thread.thread)
    assert kept == done


async def test_a_burst_of_words_is_shown_in_few_bites(site: Site) -> None:
    thread = await site.thread()
    async with site.events() as events:
        async with site.adapter.reply(talk(thread), "t1", (), nothing) as reply:
            for count in range(500):
                reply.show("word " * (count + 1))
                await asyncio.sleep(0)
            await reply.finish("word " * 500)
        await events.until("post", running=False)
    assert len([kind for kind, _ in events.seen if kind == "post"]) < 12


async def test_a_reply_left_unfinished_stays_and_is_taken_up_again(site: Site) -> None:
    thread = await site.thread()
    async with site.adapter.reply(talk(thread), "t1", (), nothing) as reply:
        reply.show("Half a")
    [half] = await site.posts(thread.thread)
    assert (half["html"], half["running"], half["broken"]) == ("<p>Half a</p>\n", False, True)
    async with site.adapter.reply(talk(thread), "t1", (), nothing) as reply:
        assert await reply.finish("Half a loaf") == (half["id"],)
    async with site.adapter.reply(talk(thread), "t2", (half["id"],), nothing) as reply:
        assert await reply.finish("A whole loaf") == (half["id"],)
    [whole] = await site.posts(thread.thread)
    assert (whole["html"], whole["broken"]) == ("<p>A whole loaf</p>\n", False)


async def test_a_reply_without_words_leaves_nothing(site: Site) -> None:
    thread = await site.thread()
    async with site.adapter.reply(talk(thread), "t1", (), nothing) as reply:
        assert await reply.finish(None) == ()
    assert await site.posts(thread.thread) == []


async def test_a_stopped_reply_keeps_what_was_shown(site: Site) -> None:
    thread = await site.thread()
    async with site.adapter.reply(talk(thread), "t1", (), nothing) as reply:
        reply.show("As far as here")
        [post_id] = await reply.finish(None)
    [post] = await site.posts(thread.thread)
    assert (post["id"], post["html"]) == (post_id, "<p>As far as here</p>\n")


async def test_what_is_said_after_a_warning_stands_below_it(site: Site) -> None:
    """E4: the warning is read first, also where the signs of work stood above it."""
    thread = await site.thread()
    warning = Card(Kind.WARNING, "A warning for Ann", "It may be ended.")
    async with site.adapter.reply(talk(thread), "t1", (), nothing) as reply:
        await site.adapter.post(thread, warning, key="w")
        dots = [post["running"] for post in await site.posts(thread.thread)]
        assert dots == [False, True]
        await site.adapter.post(thread, warning, key="w")
        reply.show("Let us go on.")
        (own,) = await reply.finish("Let us go on.")
    last = (await site.posts(thread.thread))[-1]
    assert (last["id"], last["running"]) == (own, False)
    assert "Let us go on." in last["html"]
    async with site.adapter.reply(talk(thread), "t1", (), nothing) as again:
        assert await again.finish("Let us go on.") == (own,)


async def test_a_reply_that_can_be_read_stays_above_a_warning(site: Site) -> None:
    thread = await site.thread()
    async with site.adapter.reply(talk(thread), "t1", (), nothing) as reply:
        reply.show("Before it.")
        await site.adapter.post(thread, Card(Kind.WARNING, "A warning", "It may be ended."), key="w")
        await reply.finish("Before it.")
    assert "Before it." in (await site.posts(thread.thread))[-2]["html"]


async def test_stop_names_the_running_reply(site: Site) -> None:
    thread = await site.thread()
    async with site.adapter.reply(talk(thread, 5), "turn-9", (), nothing):
        [post] = await site.posts(thread.thread)
        await site.deed("press", "ann", thread.thread, post=post["id"], verb="stop")
    [press] = site.desk.presses
    assert (press.verb, press.conversation, press.nonce, press.message_id) == (
        "stop",
        5,
        "turn-9",
        post["id"],
    )
    late = await site.deed("press", "ann", thread.thread, post=post["id"], verb="stop")
    assert late.status == 200
    assert len(site.desk.presses) == 1


async def test_a_closed_thread_takes_no_message_until_it_is_reopened(site: Site) -> None:
    thread = await site.thread()
    for _ in range(2):
        assert await site.adapter.close(talk(thread), reason="asked", archive=True) == Closed()
    assert [listed["ended"] for listed in (await site.state())["threads"]] == [True]
    refused = await site.deed("say", "ann", thread.thread, text="one more thing")
    assert refused.status == 409
    assert "has ended" in refused.json["error"]
    assert len(site.desk.received) == 1
    for _ in range(2):
        await site.adapter.reopen(thread, reason="a moderator")
    await site.say("ann", thread.thread, "one more thing")


async def test_a_reminder_is_a_card_for_one_person_then_a_sign(site: Site) -> None:
    thread = await site.thread()
    late = await site.say("ben", thread.thread, "too late")
    for _ in range(2):
        await site.adapter.remind(thread, talk(thread).starter, late, notice())
    assert [post["only_you"] for post in await site.posts(thread.thread, "ann")] == [False, True]
    assert len(await site.posts(thread.thread, "ben")) == 1
    await site.adapter.remind(thread, ANN, late, None)
    assert (await site.posts(thread.thread))[0]["unread"] is True


async def test_moderators_are_told_where_only_they_look(site: Site) -> None:
    card = Card(Kind.MODERATORS, "Conversation 1 has ended", "", 1)
    for _ in range(2):
        assert await site.adapter.tell("playground", card, key="case-1") is True
    assert len(await site.posts("moderators", MO.id)) == 1
    assert (await site.get("/api/place/moderators?as=ann")).status == 404
    names = [channel["id"] for channel in (await site.state("ann"))["channels"]]
    assert names == ["general", "random"]


async def test_nothing_is_needed_beside_a_thread(site: Site) -> None:
    thread = await site.thread()
    assert await site.adapter.beside(talk(thread), notice(), key="b") == ""


async def test_the_hold_is_seen_with_the_card_that_comes_with_it(site: Site) -> None:
    thread = await site.thread()
    async with site.events() as events:
        site.desk.hold(thread)
        await site.adapter.post(thread, Card(Kind.CRISIS, "Help is there", ""), key="h")
        assert (await events.until("thread"))["hold"] is True


async def test_a_restart_loses_nothing(tmp_path: Path) -> None:
    async with open_site(tmp_path) as site:
        thread = await site.thread()
        await site.adapter.post(thread, question(), key="k")
        async with site.adapter.reply(talk(thread), "t1", (), nothing) as reply:
            await reply.finish("An answer.")
        await site.adapter.close(talk(thread), reason="asked", archive=False)
        before = await site.posts(thread.thread), (await site.state())["threads"]
    async with open_site(tmp_path, desk=site.desk) as again:
        assert (await again.posts(thread.thread), (await again.state())["threads"]) == before
        assert await again.say("ann", "general", "later") > thread.thread


async def test_a_message_that_a_crash_kept_from_the_core_is_handed_over_at_the_next_start(
    tmp_path: Path,
) -> None:
    deaf = FakeDesk()
    deaf.fails = RuntimeError("killed")
    async with open_site(tmp_path, desk=deaf) as site:
        assert (await site.deed("say", "ann", "general", text="Anybody there?")).status == 500
        [kept] = await site.posts("general")
    async with open_site(tmp_path) as again:
        assert [one.message_id for one in again.desk.received] == [kept["id"]]
    async with open_site(tmp_path) as third:
        assert third.desk.received == []
