"""The real slack-bolt app, pointed at a double, as async context managers."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from .double import SlackDouble
from .state import Team


def web_client(double: SlackDouble, team: Team | None = None, **options: Any) -> AsyncWebClient:
    """The real client with a team's bot token."""
    return AsyncWebClient(token=double.token(team or double.only_team()), base_url=double.api_url, **options)


class Listener:
    """A Bolt app that keeps all it hears, in order, and answers with what a test hangs on it."""

    def __init__(self, double: SlackDouble, **options: Any) -> None:
        self.double = double
        options.setdefault("client", web_client(double))
        self.app = AsyncApp(signing_secret=double.app.signing_secret, **options)
        self.heard: list[dict[str, Any]] = []
        self.app.use(self._hear)

    async def _hear(self, body: dict[str, Any], next: Any) -> None:
        self.heard.append(body)
        self.double.world.changed()
        await next()

    def events(self, kind: str) -> list[dict[str, Any]]:
        """The events heard of one type, bodies only."""
        return [each["event"] for each in self.heard if each.get("event", {}).get("type") == kind]

    async def hear(self, kind: str, *, count: int = 1) -> dict[str, Any]:
        """Wait for the `count`-th event of this type."""
        await self.double.until(lambda: len(self.events(kind)) >= count)
        return self.events(kind)[count - 1]

    def acknowledge_all(self) -> None:
        """Listen to everything, so that nothing stays without acknowledgement."""

        async def done() -> None:
            pass

        for kind in self.double.app.events:
            self.app.event(kind.partition(".")[0])(done)


@contextlib.asynccontextmanager
async def socket_app(listener: Listener, **options: Any) -> AsyncIterator[AsyncSocketModeHandler]:
    """Run a Bolt app in Socket Mode."""
    double = listener.double
    handler = AsyncSocketModeHandler(listener.app, double.app.app_token, **options)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        await double.connected()
        yield handler
    finally:
        tasks = [handler.client.message_processor, handler.client.message_receiver]
        tasks.append(handler.client.current_session_monitor)
        await handler.close_async()  # type: ignore[no-untyped-call]
        waiting = [task for task in tasks if task is not None]
        await asyncio.gather(*waiting, return_exceptions=True)


@contextlib.asynccontextmanager
async def http_app(listener: Listener, path: str = "/slack/events") -> AsyncIterator[str]:
    """Serve a Bolt app over HTTP with its own aiohttp adapter, and aim the double at it."""

    async def handle(request: web.Request) -> web.Response:
        bolt_request = await to_bolt_request(request)
        return await to_aiohttp_response(await listener.app.async_dispatch(bolt_request))

    async with serving(path, handle) as url:
        listener.double.request_url = url
        yield url


@contextlib.asynccontextmanager
async def serving(path: str, handle: Any) -> AsyncIterator[str]:
    """Serve one handler on a free port; gives its URL."""
    application = web.Application()
    application.router.add_route("*", path, handle)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}{path}"
    finally:
        await runner.cleanup()


def form_payload(body: str) -> Any:
    """The JSON within an interaction's form body."""
    from urllib.parse import parse_qs  # noqa: PLC0415  # used by this one only

    return json.loads(parse_qs(body)["payload"][0])
