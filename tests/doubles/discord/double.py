"""The double: one aiohttp server on one port of this machine that behaves like Discord."""

import asyncio
from types import TracebackType
from typing import Self

from aiohttp import web

from .acting import Acting
from .base import Parts
from .breaking import Breaking
from .building import Building
from .clock import Clock, RealClock
from .commands import Commands
from .faults import Faults
from .gateway import Gateway
from .interactions import Interactions
from .messages import Messages
from .ratelimits import RateLimits
from .rest import PREFIX, Rest
from .routes import Desk
from .threads import Threads
from .using import Using
from .watching import Watching
from .world import Intent, World

GATEWAY_PATH = "/gateway"
_CONTENT, _CONTENT_LIMITED = 1 << 18, 1 << 19
_MEMBERS_LIMITED = 1 << 15


class DiscordDouble(Building, Acting, Using, Watching, Breaking):
    """Discord, as far as an app can tell; an async context manager.

    `message_content`, `members` and `presences` are the portal's settings for the privileged intents: they
    decide which IDENTIFY is refused (4014) and, for content, what REST shows. `limited` chooses the flag that
    smaller apps have. With a `clock` of your own, deadlines, nonces and rate limits follow it.
    """

    def __init__(
        self,
        token: str = "double-token",  # noqa: S107  # made up
        *,
        message_content: bool = True,
        members: bool = False,
        presences: bool = False,
        limited: bool = True,
        clock: Clock | None = None,
        rate_limits: bool = True,
    ) -> None:
        self.token = token
        self.clock: Clock = clock or RealClock()
        world = World(clock=self.clock, message_content=message_content)
        privileged = (
            (Intent.MESSAGE_CONTENT if message_content else 0)
            | (Intent.GUILD_MEMBERS if members else 0)
            | (Intent.GUILD_PRESENCES if presences else 0)
        )
        messages = Messages(world)
        gateway = Gateway(world, token, privileged=privileged)
        flags = (_CONTENT_LIMITED if limited else _CONTENT) if message_content else 0
        desk = Desk(
            world=world,
            messages=messages,
            threads=Threads(world, messages),
            commands=Commands(world),
            interactions=Interactions(world, messages),
            gateway=gateway,
            application_flags=flags | (_MEMBERS_LIMITED if members else 0),
        )
        gateway.application_flags = desk.application_flags
        limits = RateLimits(self.clock, enabled=rate_limits)
        super().__init__(Parts(world, desk, gateway, Rest(desk, token, limits, Faults())))
        self._runner: web.ServerRunner | None = None
        self.port = 0

    @property
    def base_url(self) -> str:
        """Where the server listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        """What to use in place of https://discord.com/api/v10."""
        return f"{self.base_url}{PREFIX}"

    @property
    def gateway_url(self) -> str:
        """What to use in place of wss://gateway.discord.gg/."""
        return f"ws://127.0.0.1:{self.port}{GATEWAY_PATH}"

    async def __aenter__(self) -> Self:
        self._runner = web.ServerRunner(web.Server(self._handle, access_log=None), shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = int(self._runner.addresses[0][1])
        self.gateway.url = self.gateway_url
        self.world.base_url = self.base_url
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.faults.clear()
        await self.stop()

    async def stop(self) -> None:
        """Stop listening and close everything, keeping the state: `start` brings it back on the same port."""
        await self.gateway.drop(resumable=True, code=1001)
        if self._runner is not None:
            await asyncio.shield(self._runner.cleanup())
            self._runner = None

    async def start(self) -> None:
        """Listen again after `stop`."""
        await self.__aenter__()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if path.startswith(PREFIX):
            return await self.rest.handle(request)
        if path.rstrip("/") == GATEWAY_PATH:
            return await self.gateway.handle(request)
        stored = self.world.attachments.get(path)
        if stored is not None:
            return web.Response(body=stored[0], content_type=stored[1].split(";")[0])
        return web.json_response({"message": "404: Not Found", "code": 0}, status=404)
