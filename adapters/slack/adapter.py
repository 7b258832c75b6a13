"""Actions out: the Adapter port on Slack."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import structlog

from adapters.slack.answers import Answers
from adapters.slack.cards import STILL, draw, notification
from adapters.slack.catchup import CatchUp
from adapters.slack.events import PLATFORM
from adapters.slack.failures import Refused, plain, translated
from adapters.slack.messages import Messages
from adapters.slack.posts import Place, Posts, named
from adapters.slack.sessions import Sessions, Status
from adapters.slack.stream import Reply
from adapters.slack.streams import Streams
from adapters.slack.tokens import Tokens, patiently
from adapters.slack.wire import Sockets
from bot import texts
from bot.cards import Card, Said
from bot.config.model import Slack as Settings
from bot.errors import PlatformError, ThreadGone
from bot.ports import Clock, Closed, Placed, Shelf
from bot.types import Conversation, Person, ThreadRef

log = structlog.get_logger(__name__)

LOCK = "lock"
_NO_SIGN = frozenset({"message_not_found", "missing_scope"})
"""No reason to say more than that there is no lock on the root: it is gone, or reactions are not allowed."""


class SlackAdapter:
    """An Adapter. What goes wrong on the way is ThreadGone, Forbidden, Blocked or PlatformError."""

    platform = PLATFORM

    def __init__(
        self,
        posts: Posts,
        sessions: Sessions,
        answers: Answers,
        tokens: Tokens,
        shelf: Shelf,
        clock: Clock,
        settings: Settings,
    ) -> None:
        self.posts = posts
        self.sessions = sessions
        self._calls = posts.calls
        self._answers = answers
        self._tokens = tokens
        self._shelf = shelf
        self._clock = clock
        self._settings = settings
        self._streams = Streams(clock)
        self._problem = "not started yet"
        self.sockets: Sockets | None = None
        self.catch_up: CatchUp | None = None

    async def run(self) -> None:
        """Hear Slack until cancelled. OperatorError for a token that cannot work."""
        await self._checked()
        self._problem = ""
        begin = self.catch_up.begin if self.catch_up is not None else lambda: None
        if self.sockets is not None:
            self.sockets.hearing = begin
            await self.sockets.run()
        else:
            begin()
            await asyncio.Event().wait()  # the web port hears for us

    def health(self) -> str:
        """Why Slack is not heard right now."""
        return self._problem or (self.sockets.health() if self.sockets is not None else "")

    async def open(self, conversation: Conversation, first: str, *, again: bool = False) -> ThreadRef:
        """In Slack every message is the root of its thread: only a fresh start needs one of ours."""
        del first
        ref = conversation.thread
        if not ref.thread.startswith(ThreadRef.UNOPENED):
            return ref
        name = texts.name_of(conversation.starter, texts.translator(conversation))
        text = texts.started_a_chat(conversation, name=name)
        shown = {"type": "section", "text": {"type": "plain_text", "text": text}}
        body = {"text": notification(text), "blocks": [shown]}
        place = (ref.workspace, ref.channel, "")
        with translated():
            ts = await self.posts.put(
                place, f"open/{ref.thread.removeprefix(ThreadRef.UNOPENED)}", body, again=again
            )
        return replace(ref, thread=ts)

    def reply(
        self,
        conversation: Conversation,
        key: str,
        earlier: tuple[str, ...],
        placed: Placed,
        *,
        again: bool = False,
    ) -> Reply:
        """Answer in the thread."""
        messages = Messages(
            conversation,
            key,
            earlier,
            placed,
            posts=self.posts,
            sessions=self.sessions,
            streams=self._streams,
            clock=self._clock,
            us=self._tokens.us,
        )
        return Reply(
            conversation,
            key,
            messages,
            sessions=self.sessions,
            shelf=self._shelf,
            clock=self._clock,
            again=again,
        )

    async def post(
        self, thread: ThreadRef, card: Card, *, key: str, instead: str = "", again: bool = False
    ) -> str:
        """Post a card, or turn message `instead` into it."""
        body = draw(card)
        with translated():
            if instead and await self._replace(thread, instead, body, key):
                return instead
            return await self.posts.put(_place(thread), key, body, again=again)

    async def stands(self, thread: ThreadRef, message: str) -> bool:
        """Whether a message is still there."""
        with translated():
            return await self.posts.stands(_place(thread), message)

    async def beside(self, conversation: Conversation, card: Card, *, key: str, again: bool = False) -> str:
        """Nothing: buttons work in ended threads."""
        del conversation, card, key, again
        return ""

    async def close(self, conversation: Conversation, *, reason: str, archive: bool) -> Closed:
        """Close the session and put a lock on the root. That nobody is answered any more is the real lock."""
        del reason, archive
        await self._react("reactions.add", conversation.thread, "already_reacted")
        await self.sessions.set(conversation.thread, Status.CLOSED, title=conversation.title)
        return Closed()

    async def reopen(self, thread: ThreadRef, *, reason: str) -> None:
        """Take the lock away, and the session is active again."""
        del reason
        await self._react("reactions.remove", thread, "no_reaction")
        await self.sessions.set(thread, Status.ACTIVE)

    async def remind(self, thread: ThreadRef, person: Person, message_id: str, card: Card | None) -> None:
        """Tell the person alone, in the thread; a pointer that Slack does not show so is there for all."""
        del message_id
        told = Said("" if card else texts.reminder(person), card)
        with translated():
            try:
                await self._answers.tell(thread, person.id, told)
            except Refused as error:
                if not plain(error):
                    raise
                if card is not None:
                    await self.posts.put(_place(thread), f"remind/{person.id}", draw(card))

    async def locale(self, workspace: str) -> str:
        """Nothing: Slack tells each person's language, and no workspace's."""
        del workspace
        return ""

    async def tell(self, workspace: str, card: Card, *, key: str, again: bool = False) -> bool:
        """Post a card in the moderators' channel, where there is one in this workspace."""
        channel = self._settings.moderator_channel
        if not channel:
            return False
        try:
            with translated():
                await self.posts.put((workspace, channel, ""), f"tell/{key}", draw(card), again=again)
        except ThreadGone as error:
            log.warning("no such moderators' channel", workspace=workspace, channel=channel, error=str(error))
            return False
        return True

    async def _react(self, method: str, thread: ThreadRef, already: str) -> None:
        with translated():
            try:
                await self._calls.ask(
                    thread.workspace, method, channel=thread.channel, timestamp=thread.thread, name=LOCK
                )
            except Refused as error:
                if error.error == already:
                    return
                if error.error not in _NO_SIGN and not plain(error):
                    raise
                log.info("no lock on the root", thread=thread.key, error=error.error)

    async def _replace(self, thread: ThreadRef, message: str, body: dict[str, Any], key: str) -> bool:
        try:
            await self._calls.ask(
                thread.workspace,
                "chat.update",
                channel=thread.channel,
                ts=message,
                metadata=named(key),
                **STILL,
                **body,
            )
        except Refused as error:
            if error.error not in {"message_not_found", "cant_update_message", "edit_window_closed"}:
                raise
            return False
        return True

    async def _checked(self) -> None:
        """Do not begin before Slack knows us; outages are waited for."""
        await patiently(self._tokens.check, self._clock, self._troubled)

    def _troubled(self, error: PlatformError) -> None:
        self._problem = f"Slack cannot be reached ({error})"


def _place(thread: ThreadRef) -> Place:
    """Where a post for a thread goes; thread and channel are the same for a note in the channel itself."""
    return (thread.workspace, thread.channel, thread.thread if thread.thread != thread.channel else "")
