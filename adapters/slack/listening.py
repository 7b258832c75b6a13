"""Bolt, put together by hand: one listener for each kind of delivery, nothing read from the environment."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from http import HTTPStatus
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.response import BoltResponse

from adapters.slack.calls import Clients
from adapters.slack.ears import Ears
from adapters.slack.events import workspace_of
from adapters.slack.hands import Hands
from adapters.slack.many import own_environment
from adapters.slack.tokens import Authority, Tokens
from bot.ports import Clock

log = structlog.get_logger(__name__)

_IN_TIME = 2.0
"""Slack wants an answer within three seconds: work that takes longer goes on behind it."""
_ANY = re.compile(r".+")

Next = Callable[[], Awaitable[object]]


class Later:
    """Owns what goes on after Slack has had its answer."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __call__(self, work: Coroutine[Any, Any, None]) -> None:
        """Wait for work, but not too long. What fails in time is raised here."""
        task = self.keep(work)
        patience = asyncio.ensure_future(self._clock.sleep(_IN_TIME))
        try:
            await asyncio.wait({task, patience}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            patience.cancel()
        if task.done():
            task.result()

    def keep(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Let work go on by itself."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    async def close(self) -> None:
        """Stop what still runs."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception():
            log.warning("work behind an answer failed", error=repr(task.exception()))


async def _located(body: dict[str, Any], context: AsyncBoltContext, next: Next) -> BoltResponse | None:
    """Say where something happened in our words: for an organisation's installation Bolt does not know.

    That Slack holds events back is told without an event; Bolt has no listener for it.
    """
    if body.get("type") == "app_rate_limited":
        log.warning("slack holds events back: more than 30,000 in an hour", workspace=workspace_of(body))
        return BoltResponse(status=HTTPStatus.OK)
    context["workspace"] = workspace_of(body)
    await next()
    return None


def bolt(
    clients: Clients, tokens: Tokens, ears: Ears, hands: Hands, later: Later, *, signing_secret: str
) -> AsyncApp:
    """The app. Without a signing secret it can only be used over a socket."""
    with own_environment():
        app = AsyncApp(
            name="adieu",
            logger=logging.getLogger("slack_bolt.adieu"),
            process_before_response=True,  # kept first, acknowledged then
            signing_secret=signing_secret or "unused",
            request_verification_enabled=bool(signing_secret),
            client=clients.make(),
            before_authorize=_located,
            authorize=Authority(tokens),  # type: ignore[arg-type]  # Bolt takes its own kind as well
            ignoring_self_events_enabled=False,  # it would drop people's deletions of our messages
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )

    async def event(body: dict[str, Any]) -> None:
        await ears.event(body)

    async def action(body: dict[str, Any], ack: AsyncAck) -> None:
        await later(hands.action(body))
        await ack()

    async def shortcut(body: dict[str, Any], ack: AsyncAck) -> None:
        await later(hands.shortcut(body))
        await ack()

    async def command(body: dict[str, Any], ack: AsyncAck) -> None:
        await later(hands.command(body))
        await ack()

    async def form(body: dict[str, Any], ack: AsyncAck) -> None:
        await later(hands.form(body))
        await ack()

    async def nothing(ack: AsyncAck) -> None:
        await ack()

    app.event(_ANY)(event)
    app.action(_ANY)(action)
    app.shortcut(_ANY)(shortcut)
    app.command(_ANY)(command)
    app.view_submission(_ANY)(form)
    app.options(_ANY)(nothing)
    return app
