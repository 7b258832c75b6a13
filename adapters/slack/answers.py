"""What somebody is told alone: an ephemeral message in the thread, or an answer to their press or command."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import aiohttp
import structlog

from adapters.slack.calls import Calls
from adapters.slack.cards import STILL, draw, markdown, notification
from adapters.slack.failures import Refused, Unanswered
from adapters.slack.inert import inert
from bot.cards import Said
from bot.types import ThreadRef

log = structlog.get_logger(__name__)


class Answers:
    """Tells people things."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def tell(self, thread: ThreadRef, person: str, said: Said) -> None:
        """Tell one person alone; raises `Refused` or `Unanswered` where they could not be told."""
        body = await self.body(thread.workspace, said)
        if body is not None:
            await self._ephemeral(thread, person, body, _inside(thread))

    async def say(self, thread: ThreadRef, person: str, said: Said, response_url: str = "") -> None:
        """Tell one person, in the thread where it can be; that it could not is a line in the log."""
        body = await self.body(thread.workspace, said)
        if body is None:
            return
        inside = _inside(thread)
        try:
            if not inside and response_url:
                await self._respond(response_url, body)
            else:
                await self._ephemeral(thread, person, body, inside)
        except (Refused, Unanswered) as error:
            if inside and response_url and await self._tried(response_url, body):
                return
            log.info("answer not delivered", thread=thread.key, error=str(error))

    async def body(self, workspace: str, said: Said) -> dict[str, Any] | None:
        """What a message holds that says it, None for nothing."""
        link = await self.link(workspace, said.go_to)
        words = "\n".join(part for part in (said.text, link) if part)
        if said.card is None:
            return {"text": notification(words), "blocks": [markdown(inert(words))]} if words else None
        card = draw(said.card)
        return {**card, "blocks": [*([markdown(inert(words))] if words else []), *card["blocks"]]}

    async def link(self, workspace: str, key: str) -> str:
        """A link to the thread that a key names, "" for none."""
        if not key or "://" in key:
            return key
        _platform, workspace_of_key, channel, thread = key.split("/", 3)
        if thread.startswith(ThreadRef.UNOPENED):
            return ""
        try:
            answer = await self._calls.ask(
                workspace_of_key or workspace,
                "chat.getPermalink",
                patient=False,
                channel=channel,
                message_ts=thread,
            )
        except (Refused, Unanswered):
            return ""
        return str(answer.get("permalink") or "")

    async def _ephemeral(self, thread: ThreadRef, person: str, body: dict[str, Any], inside: str) -> None:
        await self._calls.ask(
            thread.workspace,
            "chat.postEphemeral",
            repeat=False,
            channel=thread.channel,
            user=person,
            thread_ts=inside or None,
            **STILL,
            **body,
        )

    async def _tried(self, url: str, body: dict[str, Any]) -> bool:
        try:
            await self._respond(url, body)
        except Unanswered:
            return False
        return True

    async def _respond(self, url: str, body: dict[str, Any]) -> None:
        """Answer through the address that came with a press or command: works where we are no member."""
        told = {"response_type": "ephemeral", "replace_original": False, **body}
        try:
            async with self._calls.clients.session.post(url, json=told) as answer:
                if answer.status >= HTTPStatus.BAD_REQUEST:
                    raise Unanswered(f"response_url answered {answer.status}", perhaps=False)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Unanswered(f"no answer from response_url: {error!r}") from error


def _inside(thread: ThreadRef) -> str:
    return thread.thread if thread.thread != thread.channel else ""
