"""Many workspaces: their tokens, kept fresh, and the pages with which they add the app."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from logging import Logger, getLogger
from os import environ

import structlog
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store.models.installation import Installation
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.calls import Clients
from adapters.slack.failures import TOKEN, Refused, Unanswered, read
from adapters.slack.installs import Installations
from adapters.slack.manifest import BOT_SCOPES
from adapters.slack.tokens import Us
from bot.config.model import Secrets
from bot.ports import Clock, Shelf

log = structlog.get_logger(__name__)

STATES = "slack.states"
_STATE_LIVES = timedelta(minutes=10)
_FRESH = 2 * 60 * 60.0
"""A token that rotates is renewed when it has less than this left, in seconds."""
_OWN = (
    "SLACK_BOT_TOKEN",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "SLACK_REDIRECT_URI",
    "SLACK_VERIFICATION_TOKEN",
)


class ManyWorkspaces:
    """The tokens of every installation."""

    def __init__(self, clients: Clients, installs: Installations, credentials: Secrets, clock: Clock) -> None:
        self._clients = clients
        self._installs = installs
        self._id = credentials.slack_client_id.get_secret_value()
        self._secret = credentials.slack_client_secret.get_secret_value()
        self._clock = clock
        self._renewing: dict[str, asyncio.Lock] = {}

    async def token(self, workspace: str) -> str:
        """The workspace's token, renewed in time where tokens rotate."""
        found = await self._found(workspace)
        if self._left(found) < _FRESH:
            # The workspaces of an organisation share one token, and what renews it works once.
            whose = str((found.is_enterprise_install and found.enterprise_id) or found.team_id)
            async with self._renewing.setdefault(whose, asyncio.Lock()):
                found = await self._found(workspace)
                if self._left(found) < _FRESH:
                    await self._renew(found)
        return str(found.bot_token)

    async def us(self, workspace: str) -> Us:
        """Our user, as Slack told when the app was added."""
        found = await self._found(workspace)
        return Us(str(found.bot_user_id or ""), str(found.bot_id or ""), workspace)

    async def belongs(self, workspace: str, enterprise: str) -> None:
        """Note that a workspace is served by its organisation's installation."""
        await self._installs.belongs(workspace, enterprise)

    async def forget(self, workspace: str, enterprise: str) -> tuple[str, ...]:
        """Remove the installation."""
        return await self._installs.forget(workspace, enterprise)

    async def left(self, workspaces: tuple[str, ...], enterprise: str) -> tuple[str, ...]:
        """The installation stays, for the others."""
        return await self._installs.left(workspaces, enterprise)

    async def check(self) -> None:
        """Whether the keys open what is kept."""
        await self._installs.readable()

    async def _found(self, workspace: str) -> Installation:
        found = await self._installs.of(workspace)
        if found is None or not found.bot_token:
            raise Refused("a token", "not_installed")
        return found

    def _left(self, found: Installation) -> float:
        if not found.bot_refresh_token or found.bot_token_expires_at is None:
            return float("inf")
        return found.bot_token_expires_at - self._clock.now().timestamp()

    async def _renew(self, found: Installation) -> None:
        """Exchange the refresh token. It works once, so what comes back is kept before anything else."""
        try:
            with read("oauth.v2.access"):
                answer = await self._clients.make().oauth_v2_access(
                    client_id=self._id,
                    client_secret=self._secret,
                    grant_type="refresh_token",
                    refresh_token=found.bot_refresh_token,
                )
        except (Refused, Unanswered) as error:
            gone = isinstance(error, Refused) and error.error in TOKEN
            log.warning("token not renewed", workspace=found.team_id or found.enterprise_id, error=str(error))
            if gone or self._left(found) <= 0:
                raise
            return
        found.bot_token = str(answer["access_token"])
        found.bot_refresh_token = str(answer["refresh_token"])
        found.bot_token_expires_at = int(self._clock.now().timestamp()) + int(answer.get("expires_in") or 0)
        await self._installs.async_save(found)


class States(AsyncOAuthStateStore):
    """What a browser carries through Slack's pages and back: used once, and for ten minutes at most."""

    def __init__(self, shelf: Shelf, clock: Clock) -> None:
        self._shelf = shelf
        self._clock = clock
        self._using = asyncio.Lock()

    @property
    def logger(self) -> Logger:
        """Where the library logs."""
        return getLogger(__name__)

    async def async_issue(self, *_args: object, **_kwargs: object) -> str:
        """Make a new one; what was never used is swept away."""
        now = self._clock.now()
        for old, value in await self._shelf.all(STATES):
            if value["until"] <= now.timestamp():
                await self._shelf.remove(STATES, old)
        state = secrets.token_urlsafe(24)
        await self._shelf.put(STATES, state, {"until": (now + _STATE_LIVES).timestamp()})
        return state

    async def async_consume(self, state: str) -> bool:
        """Whether it was ours and is fresh; it never is again."""
        async with self._using:
            kept = await self._shelf.get(STATES, state) if state else None
            if kept is None:
                return False
            await self._shelf.remove(STATES, state)
        return bool(kept["until"] > self._clock.now().timestamp())


class Flow(AsyncOAuthFlow):
    """The library's pages. How long a token lives is told by our clock, not by the machine's."""

    def __init__(self, clock: Clock, *, client: AsyncWebClient, settings: AsyncOAuthSettings) -> None:
        super().__init__(client=client, settings=settings)
        self._clock = clock

    async def store_installation(self, request: AsyncBoltRequest, installation: Installation) -> None:
        """Keep what a workspace has granted."""
        if installation.bot_token_expires_at is not None:
            life = installation.bot_token_expires_at - int(installation.installed_at)
            installation.bot_token_expires_at = int(self._clock.now().timestamp()) + life
        await super().store_installation(request, installation)


def flow(
    clients: Clients, installs: Installations, credentials: Secrets, shelf: Shelf, clock: Clock
) -> AsyncOAuthFlow:
    """The pages /slack/install and /slack/oauth_redirect."""
    with own_environment():
        settings = AsyncOAuthSettings(
            client_id=credentials.slack_client_id.get_secret_value(),
            client_secret=credentials.slack_client_secret.get_secret_value(),
            scopes=list(BOT_SCOPES),
            user_scopes=[],
            installation_store=installs,
            state_store=States(shelf, clock),
            state_expiration_seconds=int(_STATE_LIVES.total_seconds()),
            authorization_url=f"{clients.base.removesuffix('/').removesuffix('/api')}/oauth/v2/authorize",
        )
        return Flow(clock, client=clients.make(), settings=settings)


@contextmanager
def own_environment() -> Iterator[None]:
    """Keep Slack's library from reading the environment by itself while its objects are made."""
    hidden = {name: environ.pop(name) for name in _OWN if name in environ}
    try:
        yield
    finally:
        environ.update(hidden)
