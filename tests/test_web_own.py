"""One's own messages, forms and moderators' controls, through the page's own interface."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cards import Card, Kind, Said
from bot.types import Mode, ThreadRef
from tests.browser.desk import BEN, FakeDesk, notice, question, talk, written
from tests.browser.site import Site, open_site


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(tmp_path) as opened:
        yield opened


async def own(site: Site, place: str, post: str, person: str = "ann") -> dict[str, object]:
    answer = await site.get(f"/api/own/{place}/{post}?as={person}")
    assert answer.status == 200, answer.text
    return dict(answer.json)


async def test_an_unanswered_message_is_edited_and_the_core_hears_of_it(site: Site) -> None:
    thread = await site.thread()
    post = await site.say("ann", thread.thread, "Helo")
    assert await own(site, thread.thread, post) == {"text": "Helo", "answered": False}
    assert (await site.deed("edit", "ann", thread.thread, post=post, text="Hello")).status == 200
    assert site.desk.edits == [(thread, thread.thread, post, "Hello")]
    [kept] = await site.posts(thread.thread)
    assert (kept["html"], kept["edited"]) == ("<p>Hello</p>\n", True)


async def test_a_message_that_is_being_answered_stays_as_it_is(site: Site) -> None:
    thread = await site.thread("Hello")
    site.desk.answered = [written(thread.thread)]
    assert (await own(site, "general", thread.thread))["answered"] is True
    answer = await site.deed("edit", "ann", "general", post=thread.thread, text="Other words")
    assert answer.status == 409
    assert "branch" in answer.json["error"]
    assert [post["html"] for post in await site.posts("general")] == ["<p>Hello</p>\n"]


@pytest.mark.parametrize(("text", "status"), [("  ", 422), ("a" * 4001, 413)])
async def test_a_message_cannot_become_empty_or_too_long(site: Site, text: str, status: int) -> None:
    thread = await site.thread()
    site.desk.answered = [written(thread.thread)]
    assert (await site.deed("edit", "ann", "general", post=thread.thread, text=text)).status == status
    asked = {"message": thread.thread, "text": text}
    assert (await site.deed("branch", "ann", thread.thread, **asked)).status == status
    assert (site.desk.edits, site.desk.words) == ([], [])


async def test_nobody_touches_what_somebody_else_wrote(site: Site) -> None:
    thread = await site.thread()
    card = await site.adapter.post(thread, question(), key="k")
    fresh = (await site.deed("begin", "ben", "random")).json["go"]
    for place, post in (("general", thread.thread), (thread.thread, card), ("random", fresh)):
        assert (await site.get(f"/api/own/{place}/{post}?as=ben")).status == 404
        assert (await site.deed("edit", "ben", place, post=post, text="x")).status == 404
        assert (await site.deed("delete", "ben", place, post=post)).status == 404
    assert (site.desk.edits, site.desk.deletions) == ([], [])


async def test_in_an_ended_chat_messages_are_branched_from_and_deleted_but_not_edited(site: Site) -> None:
    """E34."""
    thread = await site.thread()
    post = await site.say("ben", thread.thread, "Me too")
    await site.adapter.close(talk(thread), reason="", archive=False)
    assert (await site.get(f"/api/own/{thread.thread}/{post}?as=ben")).status == 409
    assert (await site.deed("edit", "ben", thread.thread, post=post, text="x")).status == 409
    assert (await site.deed("delete", "ben", thread.thread, post=post)).status == 200
    site.desk.answered = [written(thread.thread)]
    assert (await own(site, "general", thread.thread))["answered"] is True


async def test_a_branch_is_a_new_thread_that_begins_with_the_edited_message(site: Site) -> None:
    """E34."""
    thread = await site.thread("Hello")
    site.desk.answered = [written(thread.thread), written("other", author=BEN)]
    listed = (await site.get(f"/api/own/{thread.thread}?as=ann")).json["messages"]
    assert [(one["message"], one["text"]) for one in listed] == [(thread.thread, "Hello")]
    answer = await site.deed("branch", "ann", thread.thread, message=thread.thread, text="Hello, you")
    assert site.desk.words == [("branch", 1, "ann", "7: Hello, you")]
    assert answer.json["go"] not in {"", thread.thread}
    origin = (await site.get(f"/api/place/{answer.json['go']}?as=ann")).json["origin"]
    assert (origin["html"], origin["author"]) == ("<p>Hello, you</p>\n", "ann")
    assert len(await site.posts("general")) == 2


async def test_a_branch_that_cannot_be_says_why(site: Site) -> None:
    thread = await site.thread()
    asked = {"message": thread.thread, "text": "x"}
    assert (await site.deed("branch", "ann", thread.thread, **asked)).status == 409
    assert site.desk.words == []
    site.desk.answered = [written(thread.thread)]
    site.desk.said = Said("You can only branch from a message of your own that is still there.")
    refused = await site.deed("branch", "ann", thread.thread, **asked)
    assert (refused.status, refused.json["error"]) == (409, site.desk.said.text)
    assert (await site.deed("branch", "ann", "general", **asked)).status == 404


async def test_the_message_that_opened_a_branch_has_the_name_that_the_core_gave_it(site: Site) -> None:
    fresh = replace(
        talk(ThreadRef("web", "playground", "general", "new:the-deed-itself"), 3), title="Once more"
    )
    thread = await site.adapter.open(fresh, "Once more")
    opening = Card(Kind.WELCOME, "A branch", "Ann goes on from here:\n> Once more", 3)
    await site.adapter.post(thread, opening, key="o3")
    assert (await site.posts("general"))[0]["message"] == "the-deed-itself"
    await site.deed("delete", "ann", "general", post=thread.thread)
    assert site.desk.deletions == [(thread, "", "the-deed-itself")]
    assert "Once more" not in (await site.get(f"/api/place/{thread.thread}?as=ben")).text
    assert "Once more" not in (await site.get("/api/state?as=ben")).text


async def test_a_deleted_message_is_gone_for_everybody_and_says_so(site: Site) -> None:
    thread = await site.thread("A secret")
    async with site.events("ben") as events:
        assert (await site.deed("delete", "ann", "general", post=thread.thread)).status == 200
        seen = await events.until("post", id=thread.thread)
        assert (await events.until("thread", id=thread.thread))["title"] == "Deleted message"
    assert (seen["html"], seen["deleted"], seen["message"]) == ("", True, "")
    assert site.desk.deletions == [(thread, "general", thread.thread)]
    assert (await site.deed("delete", "ann", "general", post=thread.thread)).status == 404
    for place in ("general", thread.thread):
        assert "secret" not in (await site.get(f"/api/place/{place}?as=ann")).text


async def test_a_message_deleted_before_it_arrived_never_arrives(tmp_path: Path) -> None:
    deaf = FakeDesk()
    deaf.fails = RuntimeError("killed")
    async with open_site(tmp_path, desk=deaf) as site:
        await site.deed("say", "ann", "general", text="A secret", nonce="the-same-one")
        [kept] = await site.posts("general")
        await site.deed("delete", "ann", "general", post=kept["id"])
        assert await site.say("ann", "general", "A secret", nonce="the-same-one") == kept["id"]
    async with open_site(tmp_path) as again:
        assert again.desk.received == []


async def test_words_about_an_ending_go_to_the_core_with_what_the_card_is_about(site: Site) -> None:
    """E35."""
    thread = await site.thread()
    card = await site.adapter.post(thread, notice(4), key="k")
    site.desk.said = Said("Thank you.", done=True)
    for verb, text in (("wrong", ""), ("wrong", "I only joked."), ("appeal", "Please look again.")):
        asked = {"post": card, "verb": verb, "text": text, "conversation": 99}
        assert (await site.deed("words", "ann", thread.thread, **asked)).status == 200
    assert site.desk.words == [
        ("wrong", 4, "ann", ""),
        ("wrong", 4, "ann", "I only joked."),
        ("appeal", 4, "ann", "Please look again."),
    ]
    [told] = [post for post in await site.posts(thread.thread) if post["whisper"]]
    assert told["html"] == "<p>Thank you.</p>\n"


async def test_a_refused_form_stays_open_and_says_why(site: Site) -> None:
    """E35: the page closes a form only when its words have arrived."""
    thread = await site.thread()
    card = await site.adapter.post(thread, notice(4), key="k")
    site.desk.said = Said("Your appeal is already with the moderators.")
    asked = {"post": card, "verb": "appeal", "text": "Please look again.", "conversation": 99}
    answer = await site.deed("words", "ann", thread.thread, **asked)
    assert (answer.status, "already with the moderators" in answer.text) == (409, True)


@pytest.mark.parametrize(
    ("verb", "text", "status"),
    [("appeal", " ", 422), ("wrong", "a" * 1001, 413), ("fine", "x", 422), ("end", "x", 409)],
)
async def test_words_that_do_not_fit_are_refused(site: Site, verb: str, text: str, status: int) -> None:
    thread = await site.thread()
    card = await site.adapter.post(thread, notice(), key="k")
    asked = {"post": card, "verb": verb, "text": text}
    assert (await site.deed("words", "ann", thread.thread, **asked)).status == status
    assert site.desk.words == []


async def test_a_form_speaks_the_language_of_its_card(site: Site) -> None:
    thread = await site.thread()
    await site.adapter.post(thread, replace(notice(), language="ar"), key="k")
    [post] = await site.posts(thread.thread)
    assert (post["card"]["language"], post["card"]["direction"]) == ("ar", "rtl")
    forms = {one["verb"]: one["form"] for one in post["card"]["buttons"]}
    assert forms["new"] is None
    assert set(forms["appeal"]) == {"asks", "which", "send", "cancel"}
    assert forms["appeal"]["asks"] not in {"", "Why should a person look at it again?"}


async def test_only_moderators_see_the_mode_that_is_on(site: Site) -> None:
    """E22."""
    site.desk.mode_now = Mode.SHADOW
    assert (await site.get("/api/mode?as=mo")).json == {"mode": "shadow"}
    assert (await site.get("/api/mode?as=ann")).status == 403


async def test_only_moderators_reopen_release_and_set_the_mode(site: Site) -> None:
    """E18, E22, E36."""
    thread = await site.thread()
    for person, status in (("ann", 403), ("mo", 200)):
        assert (await site.deed("reopen", person, thread.thread)).status == status
        assert (await site.deed("release", person, thread.thread)).status == status
        assert (await site.deed("mode", person, "moderators", mode="shadow")).status == status
    assert [what for what, _, _ in site.desk.by_hand] == ["reopen", "release", "shadow"]
    assert (await site.deed("mode", "mo", thread.thread, mode="loud")).status == 422
    assert (await site.deed("reopen", "mo", "general")).status == 404


async def test_a_hold_taken_off_is_seen_at_once(site: Site) -> None:
    """E18."""
    thread = await site.thread()
    site.desk.hold(thread)
    async with site.events() as events:
        site.desk.conversations[thread.key] = talk(thread)
        await site.deed("release", "mo", thread.thread)
        assert (await events.until("thread"))["hold"] is False


async def test_the_line_above_the_composer_goes_when_the_chat_ends(site: Site) -> None:
    thread = await site.thread()
    site.desk.said = Said("Nothing has changed.")
    await site.say("ann", thread.thread, "/end")
    assert [post["whisper"] for post in await site.posts(thread.thread)] == [True]
    await site.adapter.close(talk(thread), reason="", archive=False)
    assert await site.posts(thread.thread) == []
