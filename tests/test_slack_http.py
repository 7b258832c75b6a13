"""Slack over HTTP: signed events, and the pages with which workspaces add the app."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import uvicorn
from structlog.testing import capture_logs

from bot.config.model import Secrets
from bot.errors import OperatorError
from tests.clock import FakeClock
from tests.doubles.slack import Person, SlackDouble
from tests.slack_kit import KEY, FakeShelf, Kit, conversation, made

MANY = {"slack_client_id": "111.222", "slack_client_secret": "client-secret", "adieu_encryption_key": KEY}


@asynccontextmanager
async def served(app: Any, *, root_path: str = "") -> AsyncIterator[str]:
    """Serve an ASGI application on a port of its own."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="error", lifespan="off", root_path=root_path)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve([listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def over_http(double: SlackDouble, **more: Any) -> AsyncIterator[tuple[Kit, str]]:
    async with made(double, mode="http", **more) as kit, served(kit.mounts["/slack"]) as url:
        double.request_url = f"{url}/slack/events"
        yield kit, url


@pytest.fixture
async def double() -> AsyncIterator[SlackDouble]:
    async with SlackDouble(rate_limits=False) as double:
        yield double


async def test_signed_events_are_heard_and_acknowledged(double: SlackDouble) -> None:
    double.team()
    ann = double.person("Ann")
    async with over_http(double) as (kit, url):
        assert await double.verify_url(f"{url}/slack/events")
        await double.say(ann, ann, "hello")
        await double.settled()
        assert [heard.text for heard in kit.desk.received] == ["hello"]
        channel = double.channel()
        await double.command(ann, channel, "/adieu", "help")
        await double.until(lambda: double.ephemerals(ann))


async def test_what_could_not_be_kept_is_delivered_again(double: SlackDouble) -> None:
    double.team()
    ann = double.person("Ann")
    async with over_http(double) as (kit, _url):
        kit.desk.failing = 1
        await double.say(ann, ann, "hello")
        await double.until(lambda: kit.desk.received)
        assert double.deliveries[0].status == 500


async def test_unsigned_and_old_requests_are_refused(double: SlackDouble) -> None:
    double.team()
    ann = double.person("Ann")
    async with over_http(double) as (kit, url), aiohttp.ClientSession() as session:
        async with session.post(f"{url}/slack/events", json={"type": "event_callback"}) as answer:
            assert answer.status == 401
        double.webhooks.skew = -600
        await double.say(ann, ann, "from ten minutes ago")
        await double.until(lambda: double.deliveries and double.deliveries[0].status)
        assert double.deliveries[0].status == 401
        assert kit.desk.received == []


async def test_that_slack_holds_events_back_is_acknowledged_and_told_to_the_operator(
    double: SlackDouble,
) -> None:
    """It comes without an event in it; a refusal would count against the app."""
    team = double.team()
    told = {
        "token": "t",
        "type": "app_rate_limited",
        "team_id": team.id,
        "minute_rate_limited": 1,
        "api_app_id": "A1",
    }
    async with over_http(double) as (_kit, url):
        body = json.dumps(told)
        headers = {"Content-Type": "application/json", **double.webhooks.signed(body)}
        with capture_logs() as logs:
            assert (await double.webhooks.call(f"{url}/slack/events", body, headers))[0] == "ok"
        assert [line["workspace"] for line in logs if "holds events back" in line["event"]] == [team.id]


async def test_the_mount_works_wherever_it_is_mounted_and_knows_only_its_pages(double: SlackDouble) -> None:
    double.team()
    async with made(double, mode="http") as kit:
        async with served(kit.mounts["/slack"], root_path="/slack") as url:
            assert await double.verify_url(f"{url}/events")
        async with served(kit.mounts["/slack"]) as url, aiohttp.ClientSession() as session:
            for path in ("/slack/install", "/slack/other", "/"):
                async with session.get(f"{url}{path}") as answer:
                    assert answer.status == 404
    assert kit.mounts == {}


async def test_a_socket_alone_opens_no_pages(double: SlackDouble) -> None:
    double.team()
    async with made(double) as kit:
        assert kit.mounts == {}


async def added(double: SlackDouble, url: str, person: Person, *, times: int = 1) -> list[int]:
    """Add the app as a browser does; the statuses of coming back."""
    double.oauth.installer = person
    double.app.redirect_urls = [f"{url}/slack/oauth_redirect"]
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        async with session.get(f"{url}/slack/install") as page:
            assert page.status == 200
            cookie = page.headers["Set-Cookie"].split(";")[0]
            html = await page.text()
        link = html.split('href="http', 1)[1].split('"', 1)[0].replace("&amp;", "&")
        link = f"http{link}"
        assert link.startswith(double.authorize_url)
        async with session.get(link, allow_redirects=False) as consent:
            back = consent.headers["Location"]
        statuses = []
        for _ in range(times):
            async with session.get(back, headers={"Cookie": cookie}) as page:
                statuses.append(page.status)
        return statuses


async def many(double: SlackDouble, shelf: FakeShelf, clock: FakeClock | None = None) -> Any:
    return over_http(double, shelf=shelf, secrets=dict(MANY), clock=clock)


async def test_two_workspaces_add_the_app_and_are_answered_each_with_its_own_token(
    double: SlackDouble,
) -> None:
    one, two = double.team("One", installed=False), double.team("Two", installed=False)
    ann, ben = double.person("Ann", team=one), double.person("Ben", team=two)
    shelf = FakeShelf()
    async with await many(double, shelf) as (kit, url):
        assert await added(double, url, ann) == [200]
        assert await added(double, url, ben) == [200]
        asked = len(double.calls("auth.test"))
        for person in (ann, ben):
            root = await double.say(person, person, "hello")
            await double.settled()
            async with kit.adapter.reply(conversation(root), "t1", (), kit.note_placed) as stream:
                await stream.finish(f"Hello {person.name}")
            assert double.said(person, thread=root) == [f"Hello {person.name}"]
        assert [heard.thread.workspace for heard in kit.desk.received] == [one.id, two.id]
        assert len(double.calls("auth.test")) == asked
    kept = str(shelf.rows)
    assert "xoxb" not in kept
    assert "client-secret" not in kept


async def test_what_a_browser_brings_back_works_once_and_not_for_ever(double: SlackDouble) -> None:
    team = double.team("One", installed=False)
    ann = double.person("Ann", team=team)
    clock = FakeClock()
    async with await many(double, FakeShelf(), clock) as (_kit, url):
        assert await added(double, url, ann, times=2) == [200, 401]
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            async with session.get(f"{url}/slack/install") as page:
                cookie = page.headers["Set-Cookie"].split(";")[0]
            clock.advance(timedelta(minutes=11).total_seconds())
            state = cookie.split("=", 1)[1]
            back = f"{url}/slack/oauth_redirect?code=x&state={state}"
            async with session.get(back, headers={"Cookie": cookie}) as page:
                assert page.status == 401
            async with session.get(back) as page:
                assert page.status == 400


async def test_an_organisation_adds_the_app_for_all_its_workspaces(double: SlackDouble) -> None:
    org = double.org()
    one = double.team("One", org=org, installed=False)
    two = double.team("Two", org=org, installed=False)
    ann, ben = double.person("Ann", team=one), double.person("Ben", team=two)
    shelf = FakeShelf()
    double.oauth.org_wide = True
    async with await many(double, shelf) as (kit, url):
        assert await added(double, url, ann) == [200]
        roots = [await double.say(person, person, "hello") for person in (ann, ben)]
        await double.settled()
        assert {heard.thread.workspace for heard in kit.desk.received} == {one.id, two.id}
    async with await many(double, shelf) as (kit, _url):  # after a restart, from what is kept alone
        for root in roots:
            async with kit.adapter.reply(conversation(root), "t1", (), kit.note_placed) as stream:
                await stream.finish("Hello")
        assert [double.said(person) for person in (ann, ben)] == [["Hello"], ["Hello"]]
        await double.uninstall(one)
        await double.until(lambda: ("erase", two.id) in kit.desk.notes)
        assert {workspace for _what, workspace in kit.desk.notes} == {one.id, two.id}
    assert [space for space, _key in shelf.rows if space in {"slack.installations", "slack.teams"}] == []


async def test_a_workspace_that_its_organisation_takes_out_is_erased_alone(double: SlackDouble) -> None:
    """The installation and the other workspaces go on; of this one nothing is kept."""
    org = double.org()
    one = double.team("One", org=org, installed=False)
    two = double.team("Two", org=org, installed=False)
    stranger = double.team("Three", installed=False)
    ann, ben = double.person("Ann", team=one), double.person("Ben", team=two)
    shelf = FakeShelf()
    async with await many(double, shelf) as (kit, url):
        assert await added(double, url, double.person("Cem", team=stranger)) == [200]
        double.oauth.org_wide = True
        assert await added(double, url, ann) == [200]
        for person in (ann, ben):
            await double.say(person, person, "hello")
        await double.settled()
        await double.withdraw(one)
        await double.until(lambda: kit.desk.notes)
        assert kit.desk.notes == [("erase", one.id)]
        root = await double.say(ben, ben, "and we?")
        await double.settled()
        async with kit.adapter.reply(conversation(root), "t1", (), kit.note_placed) as stream:
            await stream.finish("Hello")
        assert double.said(ben, thread=root) == ["Hello"]
        assert {key for space, key in shelf.rows if space == "slack.teams"} == {two.id, stranger.id}


async def test_workspaces_of_one_organisation_renew_their_token_together(double: SlackDouble) -> None:
    """A refresh token works once: two workspaces that share it must not both exchange it."""
    double.app.token_rotation = True
    org = double.org()
    one = double.team("One", org=org, installed=False)
    two = double.team("Two", org=org, installed=False)
    ann, ben = double.person("Ann", team=one), double.person("Ben", team=two)
    shelf = FakeShelf()
    clock = FakeClock()
    double.oauth.org_wide = True
    async with await many(double, shelf, clock) as (kit, url):
        assert await added(double, url, ann) == [200]
        for person in (ann, ben):
            await double.say(person, person, "hello")
        await double.settled()
        clock.advance(timedelta(hours=13).total_seconds())
        before = len(double.calls("oauth.v2.access"))
        tokens = kit.adapter._tokens
        first, second = await asyncio.gather(tokens.token(one.id), tokens.token(two.id))
        assert first == second
        assert len(double.calls("oauth.v2.access")) == before + 1


async def test_tokens_that_rotate_are_renewed_in_time_and_once(double: SlackDouble) -> None:
    double.app.token_rotation = True
    team = double.team("One", installed=False)
    ann = double.person("Ann", team=team)
    shelf = FakeShelf()
    clock = FakeClock()
    async with await many(double, shelf, clock) as (_kit, url):
        assert await added(double, url, ann) == [200]
    clock.advance(timedelta(hours=11).total_seconds())
    root = await double.say(ann, ann, "hello")
    async with await many(double, shelf, clock) as (kit, _url):
        tokens = kit.adapter._tokens
        before = len(double.calls("oauth.v2.access"))
        first, *others = await asyncio.gather(*(tokens.token(team.id) for _ in range(5)))
        assert set(others) == {first}
        assert len(double.calls("oauth.v2.access")) == before + 1
        async with kit.adapter.reply(conversation(root), "t1", (), kit.note_placed) as stream:
            await stream.finish("Hello")
        assert double.said(ann) == ["Hello"]


async def test_a_key_that_does_not_open_what_is_kept_is_for_the_operator(double: SlackDouble) -> None:
    team = double.team("One", installed=False)
    shelf = FakeShelf()
    async with await many(double, shelf) as (_kit, url):
        assert await added(double, url, double.person("Ann", team=team)) == [200]
    other = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
    async with made(double, mode="http", shelf=shelf, secrets=MANY | {"adieu_encryption_key": other}) as kit:
        with pytest.raises(OperatorError, match="does not open"):
            await kit.adapter.run()
    both = MANY | {"adieu_encryption_key": f"{other},{KEY}"}
    async with made(double, mode="http", shelf=shelf, secrets=both) as kit:
        assert (await kit.adapter._tokens.token(team.id)).startswith("xoxb")
    assert Secrets.model_validate(both).values()
