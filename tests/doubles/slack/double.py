"""The double: one aiohttp server on one port of this machine that behaves like Slack."""

import asyncio
import json
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl

from aiohttp import web

from .acting import Acting
from .api import PREFIX, Api
from .app import App
from .base import Parts
from .breaking import Breaking
from .building import Building
from .calls import Desk
from .clock import Clock, RealClock
from .errors import Refused
from .events import Events
from .faults import Faults
from .interactions import Interactions
from .limits import Limits
from .messages import Messages
from .oauth import OAuth
from .parcels import Office
from .removing import Removing
from .sockets import SocketMode
from .streams import Streams
from .threads import Threads
from .tokens import Token
from .using import Using
from .watching import Watching
from .webhooks import Webhooks
from .world import World

SOCKET_PATH = "/link"
AUTHORIZE_PATH = "/oauth/v2/authorize"


class SlackDouble(Building, Acting, Using, Removing, Watching, Breaking):
    """Slack, as far as an app can tell; an async context manager.

    `app` holds what the app's settings page holds. Everything reaches the app by Socket Mode, unless
    `request_url` is set (or `deliver_by("http")` chosen). With a `clock` of your own, deadlines, retries,
    triggers, streams and rate limits follow it. `seed` fixes every choice left to chance.
    """

    def __init__(
        self,
        app: App | None = None,
        *,
        clock: Clock | None = None,
        rate_limits: bool = True,
        seed: int = 1,
    ) -> None:
        self.clock: Clock = clock or RealClock()
        app = app or App()
        world = World(app=app, clock=self.clock, seed=seed)
        office = Office(self.clock, world.changed)
        events = Events(world, office)
        messages = Messages(world, events)
        sockets = SocketMode(app, self.clock, office, world.random)
        oauth = OAuth(world)
        desk = Desk(
            world=world,
            events=events,
            messages=messages,
            streams=Streams(world, messages),
            threads=Threads(world),
            interactions=Interactions(world, messages, office),
            sockets=sockets,
            limits=Limits(self.clock, enabled=rate_limits),
        )
        office.carrier = sockets
        webhooks = Webhooks(app, self.clock, office, world.now)
        api = Api(desk, oauth, Faults())
        super().__init__(Parts(world, desk, api, oauth, office, sockets, webhooks))
        world.tokens[app.app_token] = Token(app.app_token, "app", frozenset({"connections:write"}))
        self._runner: web.ServerRunner | None = None
        self.port = 0

    @property
    def base_url(self) -> str:
        """Where the server listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        """What to use in place of https://slack.com/api/."""
        return f"{self.base_url}{PREFIX}"

    @property
    def authorize_url(self) -> str:
        """What to use in place of https://slack.com/oauth/v2/authorize."""
        return f"{self.base_url}{AUTHORIZE_PATH}"

    @property
    def request_url(self) -> str:
        """The one URL of the app for events, interactivity and commands; setting it chooses HTTP."""
        return self.webhooks.urls.get("events_api", "")

    @request_url.setter
    def request_url(self, url: str) -> None:
        self.webhooks.aim(url)
        self.deliver_by("http")

    async def __aenter__(self) -> Self:
        self._runner = web.ServerRunner(web.Server(self._handle, access_log=None), shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = int(self._runner.addresses[0][1])
        self.world.base_url = self.base_url
        self.sockets.url = f"ws://127.0.0.1:{self.port}{SOCKET_PATH}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.faults.clear()
        await self.stop()

    async def stop(self) -> None:
        """Stop listening and close everything, keeping the state: `start` brings it back on the same port."""
        await self.webhooks.close()
        await self.sockets.drop()
        if self._runner is not None:
            await asyncio.shield(self._runner.cleanup())
            self._runner = None

    async def start(self) -> None:
        """Listen again after `stop`."""
        await self.__aenter__()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if path.startswith(PREFIX):
            return await self.api.handle(request)
        if path == SOCKET_PATH:
            return await self.sockets.handle(request)
        if path == AUTHORIZE_PATH:
            return self.oauth.authorize(request)
        if path.startswith("/response/"):
            return await self._respond(request)
        return self._file(request)

    async def _respond(self, request: web.BaseRequest) -> web.StreamResponse:
        text = await request.text()
        body = dict(parse_qsl(text)) if request.content_type != "application/json" else json.loads(text)
        if "payload" in body:
            body = json.loads(body["payload"])
        try:
            self.desk.interactions.respond(request.path, body)
        except Refused as refused:
            return web.json_response(refused.body, status=refused.status)
        return web.Response(text="ok")

    def _file(self, request: web.BaseRequest) -> web.StreamResponse:
        stored = self.world.stored.get(request.path)
        if stored is None:
            return web.Response(status=404)
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        token = self.world.tokens.get(bearer)
        if token is None or token.state != "valid" or "files:read" not in token.scopes:
            # Slack sends the unknown to its sign-in page.
            return web.Response(status=302, headers={"Location": f"{self.base_url}/signin"})
        return web.Response(body=stored[0], content_type=stored[1].split(";")[0])
