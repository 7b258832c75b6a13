"""What Slack shows of our being at work: the status of the agent session, or less where Slack offers less."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from functools import partial
from typing import Any

import structlog

from adapters.slack.calls import Calls, backoff
from adapters.slack.failures import GONE, Limited, Refused, Unanswered
from adapters.slack.latest import Keep, Latest, Wish
from bot.ports import Clock
from bot.types import ThreadRef

log = structlog.get_logger(__name__)

_NO_STOP = "missing_agent_session_stopped_event_subscription"
_TITLE = 200
_PASSING = GONE | {"user_not_found", "not_in_channel", "invalid_thread_ts"}
"""Refusals that are about one thread and say nothing about the workspace."""
_DEADLINE = 120.0


class Status(StrEnum):
    """A session's status, in Slack's words."""

    ACTIVE = "active"
    PROCESSING = "processing"
    CLOSED = "closed"


_ENDINGS = 10
"""So many calls of the limit are kept for endings, which must never wait behind courtesies."""
_TURN = 600.0
"""A thread that has been at work for longer is not waited for."""


class Way(StrEnum):
    """How a status can be shown in a workspace, best first. Its value is Slack's method."""

    SESSION = "agents.sessions.setStatus"
    ASSISTANT = "assistant.threads.setStatus"
    NOTHING = ""


class Sessions:
    """Sets statuses. A status is a courtesy: whatever Slack says to it, nothing fails.

    The statuses of one thread reach Slack one after the other. While one waits for room under the rate limit,
    a newer one takes its place.
    """

    def __init__(self, calls: Calls, clock: Clock, keep: Keep) -> None:
        self._calls = calls
        self._clock = clock
        self._latest = Latest(clock, keep)
        self._ways: dict[str, Way] = {}
        self._no_stop: set[str] = set()
        self._working: dict[ThreadRef, float] = {}

    def way(self, workspace: str) -> Way:
        """The best way that has not been refused yet."""
        return self._ways.get(workspace, Way.SESSION)

    def stoppable(self, workspace: str) -> bool:
        """Whether Slack itself shows a Stop button there, so that we need not."""
        return self.way(workspace) is Way.SESSION and workspace not in self._no_stop

    def working(self, thread: ThreadRef) -> bool:
        """Whether a thread may be shown as at work, by what this process has asked for."""
        return thread in self._working

    def rested(self, thread: ThreadRef) -> None:
        """Note that something else has taken a thread's session off `processing`."""
        self._working.pop(thread, None)

    def wish(
        self, thread: ThreadRef, status: Status, *, title: str = "", person: str = ""
    ) -> asyncio.Future[bool]:
        """Show a status next; whether Slack has shown it. Nobody has to wait for it.

        `processing` is shown at once or not at all; the others wait for room.
        """
        about: dict[str, Any] = ({"title": title[:_TITLE]} if title else {}) | (
            {"initiator_user_id": person} if person else {}
        )
        return self._latest.put(thread.key, status, partial(self._bring, thread, status, about))

    async def set(self, thread: ThreadRef, status: Status, *, title: str = "") -> bool:
        """Show a status, and wait for it."""
        return await asyncio.shield(self.wish(thread, status, title=title))

    async def _bring(self, thread: ThreadRef, status: Status, about: dict[str, Any], wish: Wish) -> bool:
        until, attempt = self._clock.monotonic() + _DEADLINE, 0
        while (way := self.way(thread.workspace)) is not Way.NOTHING:
            wait = self._calls.wait(thread.workspace, way.value, self._leaves(thread, status))
            try:
                if not wait:
                    await self._try(way, thread, status, about)
                    return True
            except Limited:
                continue  # noted: there is something to wait for now
            except Unanswered as error:
                wait, why = backoff(attempt), str(error)
                attempt += 1
            except Refused as error:
                if error.error in _PASSING:
                    log.info("status not shown", thread=thread.key, status=status.value, error=error.error)
                    return False
                self._give_up(thread.workspace, way, error)
                continue
            else:
                why = "no room"
            if status is Status.PROCESSING or self._clock.monotonic() + wait > until:
                log.info("status not shown", thread=thread.key, status=status.value, error=why)
                return False
            if not await wish.pause(wait):
                return False
        return False

    def _leaves(self, thread: ThreadRef, status: Status) -> int:
        """How many calls are left to others: whoever is shown at work must be shown at rest as well."""
        if status is Status.CLOSED:
            return 0
        if status is Status.ACTIVE:
            return _ENDINGS
        since = self._clock.monotonic() - _TURN
        working = [
            each
            for each, began in self._working.items()
            if each.workspace == thread.workspace and each != thread and began > since
        ]
        return _ENDINGS + len(working) + 1

    async def _try(self, way: Way, thread: ThreadRef, status: Status, about: dict[str, Any]) -> None:
        """Ask Slack, and keep in mind what it may show from now on."""
        before = self._working.get(thread)
        if status is Status.PROCESSING:
            self._working[thread] = self._clock.monotonic()
        try:
            await self._ask(way, thread, status, about)
        except (Refused, Limited):
            if before is None:
                self._working.pop(thread, None)
            raise
        if status is not Status.PROCESSING:
            self._working.pop(thread, None)

    async def _ask(self, way: Way, thread: ThreadRef, status: Status, about: dict[str, Any]) -> None:
        place = {"channel_id": thread.channel, "thread_ts": thread.thread}
        if way is Way.ASSISTANT:
            words = "is thinking..." if status is Status.PROCESSING else ""
            await self._calls.once(thread.workspace, way.value, status=words, **place)
            return
        answer = await self._calls.once(thread.workspace, way.value, status=status.value, **place, **about)
        warnings = str(answer.get("warning") or "") + str(
            (answer.get("response_metadata") or {}).get("warnings")
        )
        if _NO_STOP in warnings and thread.workspace not in self._no_stop:
            self._no_stop.add(thread.workspace)
            log.warning(
                "no native Stop button: subscribe to agent_session_stopped", workspace=thread.workspace
            )

    def _give_up(self, workspace: str, way: Way, error: Refused) -> None:
        """Go on with the next way, for good and with one line in the log."""
        following = Way.ASSISTANT if way is Way.SESSION else Way.NOTHING
        if self._ways.get(workspace, Way.SESSION) is way:
            self._ways[workspace] = following
            log.warning(
                "status is shown in another way", workspace=workspace, way=following.name, error=error.error
            )
