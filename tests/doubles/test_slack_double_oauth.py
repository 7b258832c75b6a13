"""Installing by OAuth: codes, organisations, rotation, removal; with the real Bolt flow."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store.async_cacheable_installation_store import (
    AsyncCacheableInstallationStore,
)
from slack_sdk.oauth.installation_store.file import FileInstallationStore
from slack_sdk.oauth.state_store import FileOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack import App, ManualClock, Person, SlackDouble
from tests.doubles.slack.asking import refusal

REDIRECT = "http://127.0.0.1:1/slack/oauth_redirect"


async def consent(double: SlackDouble, person: Person, **more: str) -> dict[str, list[str]]:
    """Go through the consent page; gives what comes back in the redirect."""
    double.oauth.installer = person
    query = {
        "client_id": double.app.client_id,
        "scope": "chat:write,users:read,team:read,channels:read",
        "state": "s1",
    }
    query |= {"redirect_uri": REDIRECT, **more}
    async with (
        aiohttp.ClientSession() as session,
        session.get(double.authorize_url, params=query, allow_redirects=False) as page,
    ):
        assert page.status == 302
        return parse_qs(urlsplit(page.headers["Location"]).query)


def access(double: SlackDouble, **more: str) -> Any:
    """oauth.v2.access with the app's own credentials."""
    credentials = {"client_id": double.app.client_id, "client_secret": double.app.client_secret}
    return AsyncWebClient(base_url=double.api_url).oauth_v2_access(**{**credentials, **more})


async def test_a_code_is_exchanged_once_for_a_token_that_works() -> None:
    async with SlackDouble() as double:
        team = double.team(installed=False)
        ann = double.person("Ann")
        back = await consent(double, ann)
        assert back["state"] == ["s1"]
        code = back["code"][0]
        told = await access(double, code=code, redirect_uri=REDIRECT)
        assert told["team"] == {"id": team.id, "name": team.name}
        assert (told["authed_user"]["id"], told["enterprise"]) == (ann.id, None)
        client = AsyncWebClient(token=told["access_token"], base_url=double.api_url)
        assert (await client.auth_test())["user_id"] == told["bot_user_id"]
        assert await refusal(access(double, code=code, redirect_uri=REDIRECT)) == "invalid_code"
        missing = client.reactions_add(channel="C1", name="lock", timestamp="1.0")
        assert await refusal(missing) == "missing_scope"


async def test_the_wrong_secret_redirect_and_old_codes_are_refused() -> None:
    clock = ManualClock()
    async with SlackDouble(clock=clock) as double:
        double.team(installed=False)
        ann = double.person("Ann")
        code = (await consent(double, ann))["code"][0]
        assert await refusal(access(double, code=code, client_secret="no")) == "bad_client_secret"
        assert await refusal(access(double, code=code, redirect_uri="http://else")) == "bad_redirect_uri"
        old = (await consent(double, ann))["code"][0]
        clock.advance(601)
        assert await refusal(access(double, code=old, redirect_uri=REDIRECT)) == "code_expired"


async def test_saying_no_comes_back_as_access_denied() -> None:
    async with SlackDouble() as double:
        double.team(installed=False)
        double.oauth.denies = True
        back = await consent(double, double.person("Ann"))
        assert back == {"error": ["access_denied"], "state": ["s1"]}


async def test_an_organisation_gets_one_token_for_all_its_teams() -> None:
    async with SlackDouble() as double:
        org = double.org()
        one, two = (double.team(name, org=org, installed=False) for name in ("One", "Two"))
        ann = double.person("Ann", team=one)
        there = double.channel(team=two)
        double.oauth.org_wide = True
        code = (await consent(double, ann))["code"][0]
        told = await access(double, code=code, redirect_uri=REDIRECT)
        assert (told["team"], told["enterprise"]["id"]) == (None, org.id)
        assert told["is_enterprise_install"]
        await double.join(double.bot_in(two), there)
        client = AsyncWebClient(token=told["access_token"], base_url=double.api_url)
        posted = await client.chat_postMessage(channel=there.id, text="x")
        assert posted["channel"] == there.id
        assert (await client.team_info(team=two.id))["team"]["name"] == "Two"
        joined = double.office.parcels[-1].payload
        assert joined["enterprise_id"] == org.id
        assert joined["authorizations"][0]["is_enterprise_install"]


async def test_rotating_tokens_expire_and_are_refreshed_once() -> None:
    clock = ManualClock()
    async with SlackDouble(App(token_rotation=True), clock=clock) as double:
        double.team(installed=False)
        code = (await consent(double, double.person("Ann")))["code"][0]
        told = await access(double, code=code, redirect_uri=REDIRECT)
        assert told["expires_in"] == 43_200
        client = AsyncWebClient(base_url=double.api_url)
        clock.advance(43_200)
        assert await refusal(client.auth_test(token=told["access_token"])) == "token_expired"
        fresh = await access(double, grant_type="refresh_token", refresh_token=told["refresh_token"])
        await client.auth_test(token=fresh["access_token"])
        again = access(double, grant_type="refresh_token", refresh_token=told["refresh_token"])
        assert await refusal(again) == "invalid_refresh_token"


async def test_an_uninstalled_app_is_told_twice_and_hears_no_more() -> None:
    async with SlackDouble() as double:
        team = double.team()
        ann = double.person("Ann")
        channel = double.channel()
        await double.uninstall(team)
        await double.say(channel, ann, "anybody?")
        kinds = [each.payload["event"]["type"] for each in double.office.parcels]
        assert kinds == ["app_uninstalled", "tokens_revoked"]
        double.install(team)
        await double.say(channel, ann, "again")
        assert double.office.parcels[-1].payload["event"]["text"] == "again"


async def test_the_real_bolt_flow_installs_from_page_to_token(tmp_path: Path) -> None:
    async with SlackDouble() as double:
        team = double.team(installed=False)
        ann = double.person("Ann")
        double.oauth.installer = ann
        client = AsyncWebClient(base_url=double.api_url)
        store = FileInstallationStore(base_dir=str(tmp_path), client_id=double.app.client_id)
        settings = AsyncOAuthSettings(
            client_id=double.app.client_id,
            client_secret=double.app.client_secret,
            scopes=["chat:write", "app_mentions:read"],
            redirect_uri=REDIRECT,
            authorization_url=double.authorize_url,
            installation_store=AsyncCacheableInstallationStore(store),
            state_store=FileOAuthStateStore(expiration_seconds=60, base_dir=str(tmp_path)),
            install_page_rendering_enabled=False,
        )
        app = AsyncApp(signing_secret="secret", client=client, oauth_settings=settings)
        flow = app.oauth_flow
        assert flow is not None
        start = await flow.handle_installation(AsyncBoltRequest(body="", headers={}))
        cookie = start.headers["set-cookie"][0].split(";")[0]
        async with (
            aiohttp.ClientSession() as session,
            session.get(start.headers["location"][0], allow_redirects=False) as page,
        ):
            back = urlsplit(page.headers["Location"]).query
        done = await flow.handle_callback(AsyncBoltRequest(body="", query=back, headers={"cookie": [cookie]}))
        assert done.status == 200
        found = await store.async_find_bot(enterprise_id=None, team_id=team.id)
        assert found is not None
        assert (found.bot_token, found.bot_user_id) == (double.token(team), double.bot.id)
