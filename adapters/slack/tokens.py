"""Who we are in a workspace, and with which token we speak there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext

from adapters.slack.calls import Clients
from adapters.slack.failures import TOKEN, Refused, Unanswered, read
from bot.errors import OperatorError, PlatformError
from bot.ports import Clock

log = structlog.get_logger(__name__)

_LONGEST = 60.0
"""Seconds between two looks at a Slack that cannot be reached."""
COPY_BOT = (
    "Copy the Bot User OAuth Token, which begins with xoxb, from the app's OAuth & Permissions page"
    " into SLACK_BOT_TOKEN."
)
UNKNOWN_BOT = f"Slack does not accept SLACK_BOT_TOKEN ({{error}}). {COPY_BOT}"


@dataclass(frozen=True, slots=True)
class Us:
    """Our user in a workspace."""

    user: str
    bot: str
    workspace: str = ""
    scopes: frozenset[str] = frozenset()
    names: str = ""
    """User and workspace, as people call them."""


class Tokens(Protocol):
    """Knows every workspace that we are in."""

    async def token(self, workspace: str) -> str:
        """The token to speak with; raises Refused("not_installed") where there is none."""
        ...

    async def us(self, workspace: str) -> Us:
        """Our own user there."""
        ...

    async def belongs(self, workspace: str, enterprise: str) -> None:
        """Note that a workspace came to us by its organisation's installation."""
        ...

    async def forget(self, workspace: str, enterprise: str) -> tuple[str, ...]:
        """The installation is gone; the workspaces that went with it."""
        ...

    async def left(self, workspaces: tuple[str, ...], enterprise: str) -> tuple[str, ...]:
        """An organisation has taken workspaces out of its installation; those of them that it had served."""
        ...

    async def check(self) -> None:
        """Raise OperatorError if only the operator can help, PlatformError if Slack cannot be asked."""
        ...


class OneWorkspace:
    """The simple case: one bot token, one workspace."""

    def __init__(self, clients: Clients, token: str) -> None:
        self._clients = clients
        self._token = token
        self._us: Us | None = None

    async def token(self, workspace: str) -> str:
        """The one token."""
        del workspace
        return self._token

    async def us(self, workspace: str) -> Us:
        """Our user, asked for once."""
        del workspace
        if self._us is None:
            with read("auth.test"):
                answer = await self._clients.of(self._token).auth_test()
            scopes = str(answer.headers.get("x-oauth-scopes") or answer.headers.get("X-OAuth-Scopes") or "")
            self._us = Us(
                str(answer["user_id"]),
                str(answer["bot_id"] or ""),
                str(answer["team_id"]),
                frozenset(scope.strip() for scope in scopes.split(",") if scope.strip()),
                f"{answer.get('user', '')} in the workspace {answer.get('team', '')}",
            )
        return self._us

    async def belongs(self, workspace: str, enterprise: str) -> None:
        """Nothing to note: there is one token."""

    async def forget(self, workspace: str, enterprise: str) -> tuple[str, ...]:
        """The workspace itself; its token will be refused from now on."""
        del enterprise
        self._us = None
        return (workspace,)

    async def left(self, workspaces: tuple[str, ...], enterprise: str) -> tuple[str, ...]:
        """None: there is no organisation's installation."""
        del workspaces, enterprise
        return ()

    async def check(self) -> None:
        """Whether the token works."""
        try:
            await self.us("")
        except Refused as error:
            if error.error in TOKEN:
                raise OperatorError(UNKNOWN_BOT.format(error=error.error)) from error
            raise PlatformError(str(error)) from error
        except Unanswered as error:
            raise PlatformError(str(error)) from error


class Authority(AsyncAuthorize):
    """Tells Bolt who we are where an event comes from, without asking Slack each time.

    Bolt's own would acknowledge an event that came while Slack could not be asked: it would be lost.
    """

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._tokens = tokens

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult | None:
        """None where we are not installed; raises PlatformError where that cannot be known now."""
        del user_id, actor_enterprise_id, actor_team_id, actor_user_id
        workspace = str(context.get("workspace") or team_id or enterprise_id or "")
        if enterprise_id and context.is_enterprise_install:
            await self._tokens.belongs(workspace, enterprise_id)
        try:
            us = await self._tokens.us(workspace)
            token = await self._tokens.token(workspace)
        except Refused as error:
            if error.error == "not_installed":
                return None
            raise PlatformError(str(error)) from error
        except Unanswered as error:
            raise PlatformError(str(error)) from error
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=us.user,
            bot_id=us.bot,
            bot_token=token,
        )


async def patiently(
    check: Callable[[], Awaitable[None]], clock: Clock, troubled: Callable[[PlatformError], None]
) -> None:
    """Return once `check` has passed; outages are waited for, and told to `troubled`."""
    wait = 1.0
    while True:
        try:
            await check()
        except PlatformError as error:
            troubled(error)
            log.warning("slack not reached yet", error=str(error))
            await clock.sleep(wait)
            wait = min(_LONGEST, wait * 2)
        else:
            return
