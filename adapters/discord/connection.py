"""Stay connected: a fresh client after a dead one, and a clear word when only the operator can help."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import aiohttp
import discord
import structlog

from adapters.discord.client import Client
from bot.errors import OperatorError
from bot.ports import Clock

log = structlog.get_logger(__name__)

UNKNOWN_BOT = (
    "Discord does not accept DISCORD_TOKEN. Reset the token on the application's Bot page"
    " and set the new one."
)
NO_CONTENT = (
    "Discord does not let this bot read messages: switch on 'Message Content Intent'"
    " on the application's Bot page."
)
REFUSED = {
    4004: UNKNOWN_BOT,
    4010: "Discord says that the shard is wrong (4010).",
    4011: "This bot is on too many servers for one connection (4011): it needs sharding.",
    4012: "Discord no longer speaks this version of its interface (4012): update adieu.",
    4013: "Discord does not know the intents we ask for (4013): update adieu.",
    4014: NO_CONTENT,
}
_FIRST, _CAP, _STEADY = 0.5, 30.0, 60.0
_HOPELESS, _RARELY = 60.0, 900.0
_SETTLE = 3.0

Prepare = Callable[[Client], Awaitable[None]]


class Connection:
    """Owns the client of the moment."""

    def __init__(self, token: str, clock: Clock, prepare: Callable[[Client], None]) -> None:
        self._token = token
        self._clock = clock
        self._prepare = prepare
        self._problem = "not started yet"
        self._said = ""
        self.client: Client | None = None

    def health(self) -> str:
        """Why nothing is heard right now, "" while it is."""
        if self.client is not None and not self._problem:
            return self.client.deaf()
        return self._problem

    async def run(self) -> None:
        """Hear until cancelled. What only the operator can mend is said once, and tried again now and then.

        Never given up: an intent is switched on without touching this program. Tried so rarely that Discord's
        limit of sessions a day (beyond it, it resets the token) is far away.
        """
        failures = refusals = 0
        while True:
            began = self._clock.monotonic()
            pause = 0.0
            try:
                await self._once()
                self._problem = "the connection ended"
            except OperatorError as error:
                refusals = self._refused(str(error), refusals)
                pause = min(_RARELY, _HOPELESS * 2 ** (refusals - 1))
            except (OSError, aiohttp.ClientError, discord.HTTPException) as error:
                log.warning("connection lost", error=str(error) or type(error).__name__)
                self._problem = f"connection lost ({type(error).__name__})"
            except Exception as error:
                log.exception("connection lost")
                self._problem = f"connection lost ({type(error).__name__})"
            failures = 0 if self._clock.monotonic() - began > _STEADY else failures + 1
            refusals = refusals if pause else 0
            await self._clock.sleep(pause or min(_CAP, _FIRST * 2 ** min(failures, 10)))

    def _refused(self, problem: str, refusals: int) -> int:
        """Say what the operator must do, but not again and again; how often it was so, with this time."""
        if problem != self._said:
            log.error("discord refuses us", problem=problem)
        self._problem = self._said = problem
        return refusals + 1

    async def _once(self) -> None:
        """One client's life."""
        client = Client(self._clock, on_heard=self._heard)
        async with client:
            self._prepare(client)
            self.client = client
            try:
                await client.start(self._token)
            except discord.LoginFailure as error:
                raise OperatorError(UNKNOWN_BOT) from error
            except discord.PrivilegedIntentsRequired as error:
                raise OperatorError(NO_CONTENT) from error
            except discord.ConnectionClosed as error:
                if error.code in REFUSED:
                    raise OperatorError(REFUSED[error.code]) from error
                raise
            finally:
                self.client = None
                await client.settle(_SETTLE)

    def _heard(self) -> None:
        if self._said:
            log.info("discord takes us again")
        self._problem = self._said = ""
