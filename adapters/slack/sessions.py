"""What Slack shows of our being at work: the status of the agent session, or less where Slack offers less."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import structlog

from adapters.slack.calls import Calls
from adapters.slack.failures import GONE, Refused, Unanswered
from bot.types import ThreadRef

log = structlog.get_logger(__name__)

_NO_STOP = "missing_agent_session_stopped_event_subscription"
_TITLE = 200
_PASSING = GONE | {"user_not_found", "not_in_channel", "invalid_thread_ts"}
"""Refusals that are about one thread and say nothing about the workspace."""


class Status(StrEnum):
    """A session's status, in Slack's words."""

    ACTIVE = "active"
    PROCESSING = "processing"
    CLOSED = "closed"


class Way(StrEnum):
    """How a status can be shown in a workspace, best first."""

    SESSION = "session"
    ASSISTANT = "assistant"
    NOTHING = "nothing"


class Sessions:
    """Sets statuses. A status is a courtesy: whatever Slack says to it, nothing fails."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._ways: dict[str, Way] = {}
        self._no_stop: set[str] = set()

    def way(self, workspace: str) -> Way:
        """The best way that has not been refused yet."""
        return self._ways.get(workspace, Way.SESSION)

    def stoppable(self, workspace: str) -> bool:
        """Whether Slack itself shows a Stop button there, so that we need not."""
        return self.way(workspace) is Way.SESSION and workspace not in self._no_stop

    async def set(
        self, thread: ThreadRef, status: Status, *, title: str = "", person: str = "", patient: bool = True
    ) -> bool:
        """Show a status; whether Slack shows it now."""
        while (way := self.way(thread.workspace)) is not Way.NOTHING:
            try:
                await self._set(way, thread, status, title, person, patient=patient)
            except Unanswered as error:
                log.info("status not shown", thread=thread.key, status=status.value, error=str(error))
                return False
            except Refused as error:
                if error.error in _PASSING:
                    log.info("status not shown", thread=thread.key, status=status.value, error=error.error)
                    return False
                self._give_up(thread.workspace, way, error)
            else:
                return True
        return False

    async def _set(
        self, way: Way, thread: ThreadRef, status: Status, title: str, person: str, *, patient: bool
    ) -> None:
        place: dict[str, Any] = {"channel_id": thread.channel, "thread_ts": thread.thread}
        if way is Way.ASSISTANT:
            words = "is thinking..." if status is Status.PROCESSING else ""
            await self._calls.ask(
                thread.workspace, "assistant.threads.setStatus", patient=patient, status=words, **place
            )
            return
        about: dict[str, Any] = ({"title": title[:_TITLE]} if title else {}) | (
            {"initiator_user_id": person} if person else {}
        )
        answer = await self._calls.ask(
            thread.workspace,
            "agents.sessions.setStatus",
            patient=patient,
            status=status.value,
            **place,
            **about,
        )
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
                "status is shown in another way", workspace=workspace, way=following.value, error=error.error
            )
