"""Actions out: the Adapter port on Discord."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any
from urllib.parse import quote

import structlog

from adapters.discord.beside import live_controls
from adapters.discord.cards import draw, nonce_of, plain, same
from adapters.discord.connection import Connection
from adapters.discord.events import PLATFORM, server_locale
from adapters.discord.failures import Code, Refused, translated
from adapters.discord.locks import Locks
from adapters.discord.lost import Lost
from adapters.discord.rest import Rest
from adapters.discord.stream import Reply
from adapters.discord.threads import Threads
from bot.cards import Card, Kind
from bot.config.model import Discord as Settings
from bot.errors import Forbidden, ThreadGone
from bot.ports import Clock, Closed, Placed
from bot.types import Conversation, Person, ThreadRef

log = structlog.get_logger(__name__)

LOCK = quote("🔒")
_RECENT = 30
NOT_LOCKABLE = "direct messages cannot be locked"
NOT_OURS = "the thread belongs to somebody else and is not locked"
NO_PERMISSION = "the permission Manage Threads is missing"


class DiscordAdapter:
    """An Adapter. What goes wrong on the way is ThreadGone, Forbidden, Blocked or PlatformError."""

    platform = PLATFORM

    def __init__(
        self, connection: Connection, rest: Rest, locks: Locks, clock: Clock, settings: Settings
    ) -> None:
        self._connection = connection
        self._rest = rest
        self._threads = Threads(rest, clock)
        self._locks = locks
        self._clock = clock
        self._settings = settings
        self._tasks: set[asyncio.Task[None]] = set()
        self._me = ""

    async def run(self) -> None:
        """Hear Discord until cancelled."""
        await self._connection.run()

    def health(self) -> str:
        """Why Discord is not heard right now."""
        return self._connection.health()

    async def close_down(self) -> None:
        """Stop what still runs in the background."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def background(self, work: Coroutine[Any, Any, None]) -> None:
        """Let a reply put right what an overtaken request may have left behind."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def open(self, conversation: Conversation, first: str, *, again: bool = False) -> ThreadRef:
        """Make the thread; in direct messages, forums and threads of others there is one already."""
        permission = "Create Private Threads" if conversation.private else "Create Public Threads"
        with translated(permission):
            return await self._threads.open(conversation, first, await self._own_id(), again=again)

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
        return Reply(
            conversation,
            key,
            earlier,
            placed,
            rest=self._rest,
            clock=self._clock,
            background=self.background,
            lost=Lost(self._rest, self._own_id) if again else None,
        )

    async def post(
        self, thread: ThreadRef, card: Card, *, key: str, instead: str = "", again: bool = False
    ) -> str:
        """Post a card. A notice in a thread that will be locked has links only: its buttons would be dead."""
        with translated("Send Messages in Threads"):
            dead = card.kind is Kind.NOTICE and await self._lockable(thread)
            body = draw(card, links_only=dead)
            if instead and await self._replace(thread.thread, instead, body):
                return instead
            return await self._post(thread.thread, card, body, f"{thread.key}/{key}", again=again)

    async def stands(self, thread: ThreadRef, message: str) -> bool:
        """Whether a message is still there."""
        with translated("Read Message History"):
            try:
                await self._rest.get(f"/channels/{thread.thread}/messages/{message}")
            except Refused as error:
                if error.code != Code.UNKNOWN_MESSAGE:
                    raise
                return False
        return True

    async def beside(self, conversation: Conversation, card: Card, *, key: str, again: bool = False) -> str:
        """Post live controls where they keep working; nothing where the thread is not ours to lock."""
        if conversation.thread.direct:
            return ""
        with translated("View Channel"):
            if not await self._lockable(conversation.thread):
                return ""
        return await live_controls(self._post, self._rest, conversation, card, key, again=again)

    async def close(self, conversation: Conversation, *, reason: str, archive: bool) -> Closed:
        """Lock the thread, if it is ours to lock."""
        ref = conversation.thread
        if ref.direct:
            return Closed(NOT_LOCKABLE)
        try:
            with translated("Manage Threads"), self._locks.changing(ref.thread):
                if not await self._lockable(ref):
                    return Closed(NOT_OURS)
                await self._threads.lock(
                    ref.thread, reason, archive=archive or ref.thread in self._locks.asleep
                )
                self._locks.asleep.discard(ref.thread)
                await self._locks.note(ref.thread, locked=True)
        except Forbidden as error:
            return Closed(NO_PERMISSION if error.permission == "Manage Threads" else str(error))
        return Closed()

    async def reopen(self, thread: ThreadRef, *, reason: str) -> None:
        """Unlock and wake the thread."""
        if thread.direct:
            return
        with translated("Manage Threads"), self._locks.changing(thread.thread):
            if await self._lockable(thread):
                await self._threads.unlock(thread.thread, reason)
                await self._locks.note(thread.thread, locked=False)

    async def remind(self, thread: ThreadRef, person: Person, message_id: str, card: Card | None) -> None:
        """Post the card, or put a small lock on the message."""
        if card is not None:
            await self.post(thread, card, key=f"remind/{person.id}/{message_id}")
            return
        path = f"/channels/{thread.thread}/messages/{message_id}/reactions/{LOCK}/@me"
        with translated("Add Reactions"):
            try:
                await self._rest.request("PUT", path)
            except Refused as error:
                if error.code not in {Code.UNKNOWN_MESSAGE, Code.ARCHIVED}:
                    raise

    async def locale(self, workspace: str) -> str:
        """The server's language, where the gateway has told of the server."""
        client = self._connection.client
        guild = client.get_guild(int(workspace)) if client and workspace.isdigit() else None
        return "" if guild is None else server_locale(guild)

    async def tell(self, workspace: str, card: Card, *, key: str, again: bool = False) -> bool:
        """Post a card in the moderators' channel."""
        channel = self._settings.moderator_channel
        try:
            with translated("Send Messages"):
                if not workspace or not channel or await self._threads.guild_of(channel) != workspace:
                    return False  # no server reads of another's endings
                await self._post(channel, card, draw(card), f"{workspace}/{channel}/{key}", again=again)
        except ThreadGone:
            log.warning("the moderators' channel is gone", channel=channel)
            return False
        return True

    async def _post(self, channel: str, card: Card, body: dict[str, Any], key: str, *, again: bool) -> str:
        if again and (earlier := await self._earlier(channel, body)):
            return earlier
        path = f"/channels/{channel}/messages"
        named = {"nonce": nonce_of(key), "enforce_nonce": True}
        try:
            answer = await self._rest.request("POST", path, {**body, **named})
        except Refused as error:
            if error.code != Code.MISSING_PERMISSIONS:
                raise
            # Perhaps only embeds are not allowed: the words matter more than their frame.
            without_frame = {**body, "embeds": [], "content": plain(card)["content"]}
            answer = await self._rest.request("POST", path, {**without_frame, **named})
        return str(answer["id"])

    async def _replace(self, channel: str, message: str, body: dict[str, Any]) -> bool:
        try:
            await self._rest.request("PATCH", f"/channels/{channel}/messages/{message}", body)
        except Refused as error:
            if error.code != Code.UNKNOWN_MESSAGE:
                raise
            return False
        return True

    async def _earlier(self, channel: str, body: dict[str, Any]) -> str:
        """The message that an earlier attempt has posted, "" for none."""
        me = await self._own_id()
        for message in await self._rest.get(f"/channels/{channel}/messages?limit={_RECENT}"):
            if str(message["author"]["id"]) == me and same(body, message):
                return str(message["id"])
        return ""

    async def _lockable(self, ref: ThreadRef) -> bool:
        """Whether the thread is ours to lock: made by us, or a post in one of our forums."""
        if ref.direct or ref.thread == ref.channel:
            return False
        if ref.channel in self._settings.forums:
            return True
        client = self._connection.client
        known = client.get_channel(int(ref.thread)) if client and ref.thread.isdigit() else None
        owner = getattr(known, "owner_id", None)
        if owner is None:
            owner = (await self._rest.get(f"/channels/{ref.thread}")).get("owner_id")
        return str(owner) == await self._own_id()

    async def _own_id(self) -> str:
        if not self._me:
            client = self._connection.client
            known = client.user if client else None
            self._me = str(known.id) if known else str((await self._rest.get("/users/@me"))["id"])
        return self._me
