"""Native streams: one message that Slack itself lets grow while one person watches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import structlog

from adapters.slack.calls import Calls
from adapters.slack.failures import GONE, Limited, Refused, Unanswered
from adapters.slack.posts import Place, named
from adapters.slack.sessions import Sessions, Status
from adapters.slack.streams import Streams

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Part:
    """One message. `shown` is what it shows, None where that is not known for sure.

    `live` says that Slack is streaming it; None for one taken up, of which that is not known.
    """

    ts: str
    shown: str | None = None
    live: bool | None = None
    stop: bool | None = None


class Native:
    """The streams of one reply. Only in direct messages: a stream is live for one viewer only."""

    def __init__(self, place: Place, person: str, calls: Calls, sessions: Sessions, streams: Streams) -> None:
        self._place = place
        self._person = person
        self._calls = calls
        self._sessions = sessions
        self._streams = streams
        self.rested = False
        """Whether ending the last stream has also taken the session off `processing`."""

    @property
    def possible(self) -> bool:
        """Whether text goes out in a native stream, if all goes well."""
        workspace, channel, _thread = self._place
        return (
            channel.startswith("D") and self._sessions.stoppable(workspace) and self._streams.work(workspace)
        )

    async def begin(self, content: str) -> Part | None:
        """Begin a stream; None where a plain post is the better way now. Raises Unanswered, perhaps begun."""
        workspace, channel, thread = self._place
        if not (
            self.possible
            and self._calls.room(workspace, "chat.startStream")
            and self._calls.room(workspace, "chat.stopStream")
        ):
            return None
        try:
            answer = await self._calls.ask(
                workspace,
                "chat.startStream",
                patient=False,
                repeat=False,
                channel=channel,
                thread_ts=thread,
                markdown_text=content,
                recipient_user_id=self._person,
                recipient_team_id=workspace,
            )
        except Limited:
            return None
        except Refused as error:
            if error.error in GONE:
                raise
            self._streams.refuse(workspace, error)
            return None
        return Part(str(answer["ts"]), content, live=True, stop=False)

    async def grow(
        self, part: Part, content: str, key: str, *, whole: bool, last: bool, patient: bool
    ) -> bool:
        """Let a stream grow, and end it with `whole`; False where it has to be edited from now on."""
        if part.shown is None or not content.startswith(part.shown):
            await self.end(part, key)
            return False
        more = content[len(part.shown) :]
        try:
            if more and (not whole or not self._calls.room(self._place[0], "chat.stopStream")):
                await self._ask("chat.appendStream", part, patient=patient, markdown_text=more)
                part.shown, more = content, ""
            if whole:
                extra: dict[str, Any] = {"markdown_text": more} if more else {}
                extra |= {"session_status": Status.ACTIVE.value} if last else {}
                await self._ask("chat.stopStream", part, metadata=named(key), **extra)
                part.shown, part.live = content, False
                self.rested = last
        except Limited:
            raise
        except (Refused, Unanswered) as error:
            # It was ended from outside, has grown too old, or nobody knows what it shows: write it anew.
            # A no may also be about the words alone, and then it is a stream still.
            log.info("native stream left", ts=part.ts, error=str(error))
            part.shown = part.live = None
            if isinstance(error, Unanswered) and not patient:
                raise
            await self.end(part, key)
            return False
        return True

    async def end(self, part: Part, key: str) -> None:
        """See that Slack no longer streams a message. Repeating it is harmless."""
        workspace, channel, _thread = self._place
        if channel.startswith("D") and part.live is not False:
            try:
                await self._calls.ask(
                    workspace, "chat.stopStream", channel=channel, ts=part.ts, metadata=named(key)
                )
            except Refused as error:
                log.debug("was no stream any more", ts=part.ts, error=error.error)
        part.live = False

    async def _ask(self, method: str, part: Part, *, patient: bool = True, **arguments: Any) -> None:
        workspace, channel, _thread = self._place
        await self._calls.ask(
            workspace, method, patient=patient, repeat=False, channel=channel, ts=part.ts, **arguments
        )
