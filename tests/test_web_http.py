"""The web port over a real socket: health, the page's interface, and what it refuses."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse

from bot.cards import Button, Card, Kind, Said, Verb
from bot.errors import OperatorError, PlatformError
from tests.browser.desk import FakeDesk, notice, question, talk
from tests.browser.site import Site, config, open_site
from tests.program import PATIENCE


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(tmp_path) as opened:
        yield opened


async def test_health_is_good_while_every_platform_is_heard(tmp_path: Path) -> None:
    reasons = {"web": "", "discord": ""}
    async with open_site(tmp_path, health=reasons) as site:
        assert (await site.get("/healthz")).status == 200
        reasons["discord"] = "no connection for 40 s"
        answer = await site.get("/healthz")
        assert (answer.status, answer.json["reasons"]) == (503, {"discord": "no connection for 40 s"})


async def test_without_the_playground_there_is_only_health(tmp_path: Path) -> None:
    async with open_site(tmp_path, config(playground=False)) as site:
        assert (await site.get("/healthz")).status == 200
        front = await site.get("/")
        assert front.status == 200
        assert "playground = true" in front.text
        for path in ("/api/state?as=ann", "/events?as=ann", "/c/general"):
            assert (await site.get(path)).status == 404


async def test_every_answer_carries_the_policy(site: Site) -> None:
    for path in ("/", "/healthz", "/static/base.css", "/api/state?as=ann", "/nowhere", "/api/state?as=eve"):
        headers = (await site.get(path)).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


async def test_the_page_holds_no_inline_script_or_style(site: Site) -> None:
    page = (await site.get("/")).text
    assert "style=" not in page
    assert "<style" not in page
    assert page.count("<script") == page.count('<script type="module" src="/static/')


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::1"])
async def test_another_name_for_this_machine_is_not_answered(site: Site, host: str) -> None:
    assert (await site.get("/api/state?as=ann", Host=host)).status in {400, 421}


@pytest.mark.parametrize("host", ["localhost:1234", "127.0.0.1", "[::1]:80"])
async def test_names_of_this_machine_are_answered_on_any_port(site: Site, host: str) -> None:
    assert (await site.get("/api/state?as=ann", Host=host)).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Adieu-Token": "0" * 64},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
    ],
)
async def test_a_deed_from_another_site_is_refused(site: Site, headers: dict[str, str]) -> None:
    token = {"X-Adieu-Token": (await site.state())["token"]} if headers.get("X-Adieu-Token") is None else {}
    asked = {"as": "ann", "place": "general", "text": "hi", "nonce": "12345678"}
    sent = headers if not headers or "X-Adieu-Token" in headers else token | headers
    assert (await site.post("/api/say", asked, **sent)).status == 403
    assert site.desk.received == []


async def test_what_is_no_small_json_object_is_refused(site: Site) -> None:
    token = {"X-Adieu-Token": (await site.state())["token"]}
    for value, status in ((["a"], 400), ({"as": "ann"}, 422), ({"x": "y" * 70_000}, 413)):
        assert (await site.post("/api/say", value, **token)).status == status
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await site.post("/api/say", {}, **token, **form)).status == 415
    eve = {"as": "eve", "place": "general", "text": "hi", "nonce": "12345678"}
    assert (await site.post("/api/say", eve, **token)).status == 422


async def test_a_message_that_is_too_long_is_refused_in_words(site: Site) -> None:
    answer = await site.deed("say", "ann", "general", text="a" * 4001)
    assert answer.status == 413
    assert answer.json["error"] == ("Too long: 4001 of at most 4000 characters. Nothing was sent.")
    await site.say("ann", "general", "😀" * 4000)


async def test_a_message_sent_again_after_a_lost_answer_is_one_message(site: Site) -> None:
    first = await site.say("ann", "general", "hello", nonce="the-same-one")
    assert await site.say("ann", "general", "hello", nonce="the-same-one") == first
    assert len(await site.posts("general")) == 1
    assert {one.message_id for one in site.desk.received} == {first}


async def test_a_message_that_the_core_could_not_take_is_kept_and_can_be_sent_again(tmp_path: Path) -> None:
    desk = FakeDesk()
    desk.fails = PlatformError("busy")
    async with open_site(tmp_path, desk=desk) as site:
        answer = await site.deed("say", "ann", "general", text="hello", nonce="the-same-one")
        assert answer.status == 503
        desk.fails = None
        post = await site.say("ann", "general", "hello", nonce="the-same-one")
        assert [one.message_id for one in desk.received] == [post]


async def test_commands_are_carried_out_and_other_slashes_are_text(site: Site) -> None:
    thread = await site.thread()
    site.desk.said = Said("Please confirm.")
    await site.say("ann", thread.thread, "/end")
    assert site.desk.asked == [(thread, talk(thread).starter)]
    [told] = [post for post in await site.posts(thread.thread) if post["whisper"]]
    assert (told["html"], told["only_you"]) == ("<p>Please confirm.</p>\n", True)
    await site.say("ann", thread.thread, "/endless summer")
    assert site.desk.received[-1].text == "/endless summer"
    assert not [post for post in await site.posts(thread.thread) if post["whisper"]]


async def test_new_starts_a_chat_and_can_ask_at_once(site: Site) -> None:
    thread = await site.thread()
    answer = await site.deed("say", "ann", thread.thread, text="/new and what now?")
    fresh = answer.json["go"]
    assert fresh not in {"", thread.thread}
    assert (site.desk.received[-1].text, site.desk.received[-1].place) == ("and what now?", fresh)
    again = await site.deed("begin", "ben", "random")
    listed = {one["id"]: one for one in (await site.state())["threads"]}
    assert listed[again.json["go"]]["channel"] == "random"


async def test_help_speaks_of_ending_except_under_a_hold(site: Site) -> None:
    """E16."""
    thread = await site.thread()
    await site.say("ann", thread.thread, "/help")
    assert "/end" in (await site.posts(thread.thread))[-1]["html"]
    site.desk.hold(thread)
    await site.say("ann", thread.thread, "/help")
    assert "/end" not in (await site.posts(thread.thread))[-1]["html"]


async def test_privacy_says_what_is_kept_to_whoever_asks_alone(site: Site) -> None:
    thread = await site.thread()
    await site.say("ben", thread.thread, "/privacy")
    told = (await site.posts(thread.thread, "ben"))[-1]
    assert told["only_you"]
    for word in ("What I keep", "Who else sees it", "Deleting"):
        assert word in told["html"]
    assert await site.posts(thread.thread, "ann") == []
    assert len(site.desk.received) == 1, "it is no message"


async def test_a_press_is_about_what_was_kept_and_not_what_the_page_says(site: Site) -> None:
    thread = await site.thread()
    card = await site.adapter.post(thread, question(4, "secret"), key="k")
    site.desk.said = Said("Only the person who was asked can answer this.")
    await site.deed("press", "ben", thread.thread, post=card, verb="end", conversation=99, card="x")
    [press] = site.desk.presses
    assert (press.conversation, press.nonce, press.person.id, press.thread) == (4, "secret", "ben", thread)
    assert [post["whisper"] for post in await site.posts(thread.thread, "ben")] == [False, True]
    assert len(await site.posts(thread.thread, "ann")) == 1


async def test_used_controls_are_gone_and_pressing_them_again_is_refused(site: Site) -> None:
    thread = await site.thread()
    card = await site.adapter.post(thread, question(), key="k")
    site.desk.said = Said("Kept open.", done=True)
    await site.deed("press", "ann", thread.thread, post=card, verb="keep")
    assert (await site.posts(thread.thread))[0]["card"]["buttons"] == []
    assert (await site.deed("press", "ann", thread.thread, post=card, verb="keep")).status == 409
    assert (await site.deed("press", "ann", thread.thread, post=card, verb="new")).status == 409


async def test_buttons_in_an_ended_thread_work(site: Site) -> None:
    thread = await site.thread()
    card = await site.adapter.post(thread, notice(), key="k")
    await site.adapter.close(talk(thread), reason="asked", archive=False)
    assert (await site.deed("press", "ann", thread.thread, post=card, verb="new")).status == 200
    assert [press.verb for press in site.desk.presses] == ["new"]


async def test_a_card_put_away_is_away_for_that_person_only(site: Site) -> None:
    thread = await site.thread()
    card = await site.adapter.post(thread, Card(Kind.CRISIS, "Help is there", "…"), key="k")
    await site.deed("put-away", "ann", thread.thread, post=card, hidden=True)
    assert [(await site.posts(thread.thread, who))[0]["hidden"] for who in ("ann", "ben")] == [True, False]
    await site.deed("put-away", "ann", thread.thread, post=card, hidden=False)
    assert (await site.posts(thread.thread))[0]["hidden"] is False


async def test_a_card_that_is_meant_for_somebody_else_stays_and_only_who_pressed_is_told(site: Site) -> None:
    """E17"""
    thread = await site.thread()
    shown = Card(Kind.CRISIS, "Help is there", "…", 1, "12", (Button("Hide this", Verb.DISMISS),))
    card = await site.adapter.post(thread, shown, key="k")
    site.desk.said = Said("Only the person this is meant for, or a moderator, can hide it.")
    await site.deed("press", "ben", thread.thread, post=card, verb="dismiss")
    kept, told = await site.posts(thread.thread, "ben")
    assert (kept["hidden"], [button["verb"] for button in kept["card"]["buttons"]]) == (False, ["dismiss"])
    assert told["only_you"]
    assert len(await site.posts(thread.thread, "ann")) == 1
    site.desk.said = Said("Hidden.", done=True)
    await site.deed("press", "ann", thread.thread, post=card, verb="dismiss")
    assert [(await site.posts(thread.thread, who))[0]["hidden"] for who in ("ann", "ben")] == [True, False]


async def test_only_moderators_lock_by_hand_and_the_core_hears_of_it(site: Site) -> None:
    thread = await site.thread()
    assert (await site.deed("lock", "ann", thread.thread, locked=True)).status == 403
    assert (await site.deed("lock", "mo", thread.thread, locked=True)).status == 200
    assert (await site.state())["threads"][0]["ended"] is True
    assert (await site.deed("lock", "mo", thread.thread, locked=False)).status == 200
    assert site.desk.by_hand == [("locked", thread, "Mo"), ("unlocked", thread, "Mo")]


async def test_places_that_do_not_exist_are_said_so(site: Site) -> None:
    assert (await site.get("/api/place/nowhere?as=ann")).status == 404
    for place in ("nowhere", "moderators"):
        assert (await site.deed("say", "ann", place, text="hi")).status == 404
    assert (await site.deed("say", "mo", "moderators", text="hi")).status == 409


async def test_long_threads_are_read_page_by_page(site: Site) -> None:
    thread = await site.thread()
    for count in range(203):
        await site.adapter.post(thread, Card(Kind.LINE, "", str(count)), key=str(count))
    newest = (await site.get(f"/api/place/{thread.thread}?as=ann")).json
    assert (len(newest["posts"]), newest["more"]) == (200, True)
    before = newest["posts"][0]["id"]
    rest = (await site.get(f"/api/place/{thread.thread}?as=ann&before={before}")).json
    assert (len(rest["posts"]), rest["more"]) == (3, False)


async def test_a_page_hears_what_changes_and_only_what_is_for_it(site: Site) -> None:
    thread = await site.thread()
    async with site.events("ann") as ann, site.events("mo") as mo:
        await site.adapter.tell("playground", Card(Kind.MODERATORS, "For Mo", ""), key="m")
        await site.adapter.remind(thread, talk(thread).starter, thread.thread, notice())
        await site.adapter.close(talk(thread), reason="", archive=False)
        assert (await mo.until("post", place="moderators"))["card"]["title"] == "For Mo"
        assert (await ann.until("post", only_you=True))["place"] == thread.thread
        await ann.until("thread", ended=True)
        await mo.until("thread", ended=True)
    assert not [data for kind, data in ann.seen if data.get("place") == "moderators"]
    assert not [data for kind, data in mo.seen if data.get("only_you")]


async def test_a_reconnected_page_is_greeted_so_that_it_fetches_again(site: Site) -> None:
    async with site.http.get(f"{site.url}/events?as=ann", headers={"Last-Event-ID": "7"}) as response:
        async with asyncio.timeout(PATIENCE):
            assert b"event: hello" in await response.content.readuntil(b"data: {}\n")


async def test_other_adapters_are_served_under_their_prefix_by_any_name(site: Site) -> None:
    site.context.mounts["/slack"] = PlainTextResponse("heard")
    answer = await site.get("/slack/events", Host="adieu.example")
    assert (answer.status, answer.text) == (200, "heard")
    assert (await site.get("/slackers")).status == 404


async def test_a_port_in_use_is_told_with_its_remedy(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OperatorError, match=r"choose another \[web\] port"):
            async with open_site(tmp_path, config(port=port)):
                pass


async def test_an_address_of_another_machine_is_told_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="this machine has no such address"):
        async with open_site(tmp_path, config(host="192.0.2.1", password="open sesame")):
            pass


async def test_it_stops_at_once_although_pages_are_open(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_site(tmp_path) as site:
        response = await site.http.get(f"{site.url}/events?as=ann")
    response.close()
    assert "graceful shutdown exceeded" not in caplog.text, "nobody waits for a page that stays open"
