"""The web adapter on a real socket and a real shelf, with a core that only remembers."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr

from adapters.web.adapter import Playground
from adapters.web.app import create
from bot.clock import SystemClock
from bot.config import Config
from bot.config.model import Assistant, Secrets, Web
from bot.ports import Clock, Context
from bot.store import open_store
from bot.types import ThreadRef
from tests.browser.desk import FakeDesk
from tests.program import PATIENCE


@dataclass
class Answer:
    """An HTTP answer, read to its end."""

    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Site:
    """The running playground, and a browser-like client for it."""

    adapter: Playground
    desk: FakeDesk
    http: aiohttp.ClientSession
    context: Context
    token: str = ""

    @property
    def url(self) -> str:
        return self.adapter.url

    async def get(self, path: str, **headers: str) -> Answer:
        async with self.http.get(self.url + path, headers=headers, allow_redirects=False) as response:
            return Answer(response.status, await response.text(), response.headers)

    async def post(self, path: str, data: Any, **headers: str) -> Answer:
        body = data if isinstance(data, bytes | dict) and headers.get("form") else json.dumps(data)
        headers.pop("form", None)
        headers = {"Content-Type": "application/json"} | headers if isinstance(body, str) else headers
        async with self.http.post(
            self.url + path, data=body, headers=headers, allow_redirects=False
        ) as response:
            return Answer(response.status, await response.text(), response.headers)

    async def deed(self, name: str, person: str, place: str, **details: Any) -> Answer:
        """Do something as the page does it."""
        self.token = self.token or (await self.state())["token"]
        asked = {"as": person, "place": place, "nonce": secrets.token_hex(8)} | details
        return await self.post(f"/api/{name}", asked, **{"X-Adieu-Token": self.token})

    async def say(self, person: str, place: str, text: str, **details: Any) -> str:
        """Write something that is taken; the message's id."""
        answer = await self.deed("say", person, place, text=text, **details)
        assert answer.status == 200, answer.text
        return str(answer.json.get("id", ""))

    async def thread(self, text: str = "Hello") -> ThreadRef:
        """A thread of Ann's in #general."""
        return ThreadRef("web", "playground", "general", await self.say("ann", "general", text))

    async def state(self, person: str = "ann") -> Any:
        return (await self.get(f"/api/state?as={person}")).json

    async def posts(self, place: str, person: str = "ann") -> list[dict[str, Any]]:
        return list((await self.get(f"/api/place/{place}?as={person}")).json["posts"])

    @asynccontextmanager
    async def events(self, person: str = "ann") -> AsyncIterator[Events]:
        """The stream of changes, from its greeting on."""
        async with self.http.get(f"{self.url}/events?as={person}") as response:
            assert response.headers["Content-Type"].startswith("text/event-stream")
            events = Events(response)
            await events.until("hello")
            yield events


class Events:
    """Reads server-sent events."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self.seen: list[tuple[str, dict[str, Any]]] = []

    async def next(self) -> tuple[str, dict[str, Any]]:
        kind, data = "", ""
        async with asyncio.timeout(PATIENCE):
            async for raw in self._response.content:
                line = raw.decode().rstrip("\n")
                if line.startswith("event: "):
                    kind = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    data = line.removeprefix("data: ")
                elif not line and kind:
                    event = (kind, json.loads(data))
                    self.seen.append(event)
                    return event
        raise AssertionError("the stream has ended")

    async def until(self, kind: str, **wanted: Any) -> dict[str, Any]:
        """The next event of this kind with these values."""
        while True:
            found, data = await self.next()
            if found == kind and wanted.items() <= data.items():
                return data


def config(*, host: str = "127.0.0.1", port: int = 0, playground: bool = True, password: str = "") -> Config:
    return Config(
        assistant=Assistant(name="adieu"),
        web=Web(host=host, port=port, playground=playground),
        secrets=Secrets(adieu_web_password=SecretStr(password)),
    )


@asynccontextmanager
async def open_site(
    folder: Path,
    settings: Config | None = None,
    *,
    clock: Clock | None = None,
    health: Mapping[str, str] | None = None,
    desk: FakeDesk | None = None,
) -> AsyncIterator[Site]:
    """Serve the playground from `folder`; opened again there, it is a restart."""
    desk = desk or FakeDesk()
    async with open_store(f"sqlite:///{folder / 'web.db'}") as store:
        reasons = {} if health is None else health
        context = Context(settings or config(), desk, store.shelf, clock or SystemClock(), lambda: reasons)
        # Browsers keep cookies of bare addresses, too.
        jar = aiohttp.CookieJar(unsafe=True)
        async with create(context) as adapter, aiohttp.ClientSession(cookie_jar=jar) as http:
            desk.adapter = adapter
            running = asyncio.create_task(adapter.run())
            try:
                async with asyncio.timeout(PATIENCE):
                    while adapter.health():  # noqa: ASYNC110 - a listening socket has no event to wait for
                        await asyncio.sleep(0)
                yield Site(adapter, desk, http, context)
            finally:
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running
