"""Where other machines can reach the playground, nothing but health is seen without the password."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bot.errors import OperatorError
from tests.browser.site import Answer, Site, config, open_site
from tests.clock import FakeClock

PASSWORD = "open sesame"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - on purpose: it is what the password is for


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def site(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Site]:
    async with open_site(tmp_path, config(host=EVERYWHERE, password=PASSWORD), clock=clock) as opened:
        yield opened


async def enter(site: Site, password: str) -> Answer:
    page = (await site.get("/sign-in")).text
    token = re.search(r'name="token" value="(\w+)"', page)
    assert token
    form = urlencode({"password": password, "token": token[1]}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return await site.post("/sign-in", form, form="yes", **headers)


async def test_only_health_and_the_sign_in_are_open(site: Site) -> None:
    for path, status in {
        "/healthz": 200,
        "/sign-in": 200,
        "/static/base.css": 200,
        "/": 303,
        "/t/1": 303,
        "/static/main.js": 303,
        "/api/state?as=ann": 401,
        "/events?as=ann": 401,
    }.items():
        assert (await site.get(path)).status == status, path
    assert (await site.post("/api/say", {"as": "ann"})).status == 401


async def test_the_password_opens_everything(site: Site) -> None:
    answer = await enter(site, PASSWORD)
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert (await site.get("/")).status == 200
    await site.say("ann", "general", "hello")


async def test_a_forged_or_old_cookie_opens_nothing(site: Site, clock: FakeClock) -> None:
    good = (await enter(site, PASSWORD)).headers["Set-Cookie"].partition(";")[0]
    site.http.cookie_jar.clear()
    assert (await site.get("/", Cookie=good)).status == 200
    for bad in (good[:-1] + "x", good.replace("=", "=9", 1), "adieu_session=", "adieu_session=a.b.c"):
        assert (await site.get("/", Cookie=bad)).status == 303
    clock.advance(15 * 24 * 3600)
    assert (await site.get("/", Cookie=good)).status == 303


async def test_a_new_password_signs_everybody_out(tmp_path: Path) -> None:
    async with open_site(tmp_path, config(password=PASSWORD)) as site:
        good = (await enter(site, PASSWORD)).headers["Set-Cookie"].partition(";")[0]
    async with open_site(tmp_path, config(password=PASSWORD)) as site:
        assert (await site.get("/", Cookie=good)).status == 200
    async with open_site(tmp_path, config(password="another")) as site:
        assert (await site.get("/", Cookie=good)).status == 303


async def test_guessing_is_slowed_down(site: Site, clock: FakeClock) -> None:
    for _ in range(5):
        assert (await enter(site, "guess")).status == 403
    slowed = await enter(site, PASSWORD)
    assert (slowed.status, slowed.headers["Retry-After"]) == (429, "60")
    assert "wait 60 seconds" in slowed.text
    clock.advance(61)
    assert (await enter(site, PASSWORD)).status == 303


async def test_a_sign_in_from_another_site_is_refused(site: Site) -> None:
    form = urlencode({"password": PASSWORD, "token": "0"}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await site.post("/sign-in", form, form="yes", **headers)).status == 403


async def test_signing_out_closes_the_door(site: Site) -> None:
    await enter(site, PASSWORD)
    token = re.search(r'name="token" value="(\w+)"', (await site.get("/")).text)
    assert token
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    left = await site.post("/sign-out", urlencode({"token": token[1]}).encode(), form="yes", **headers)
    assert left.status == 303
    assert (await site.get("/")).status == 303


async def test_a_password_is_asked_for_on_this_machine_too_where_it_is_set(tmp_path: Path) -> None:
    """A reverse proxy on the same machine makes loopback reachable."""
    async with open_site(tmp_path, config(password=PASSWORD)) as site:
        assert (await site.get("/", Host="chat.example")).status == 303


async def test_without_a_password_other_machines_are_not_let_in(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="ADIEU_WEB_PASSWORD"):
        async with open_site(tmp_path, config(host=EVERYWHERE)):
            pass
