"""Threads on Discord: made, found again, locked, opened again."""

from __future__ import annotations

from typing import Any

import structlog

from adapters.discord.cards import QUIET, nonce_of
from adapters.discord.failures import Code, Refused
from adapters.discord.rest import Rest
from bot import texts
from bot.errors import ThreadGone
from bot.types import Conversation, ThreadRef

log = structlog.get_logger(__name__)

_NAME = 100
_QUOTE = 1500
_FORUM, _PRIVATE = (15, 16), 12
_DAYS = 10080
"""A thread leaves the sidebar after a week of silence, in minutes."""


class Threads:
    """What Discord does to threads, one request each wherever possible."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._guilds: dict[str, str] = {}

    async def open(self, here: Conversation, first: str, me: str, *, again: bool) -> ThreadRef:
        """Make the thread of a conversation, or find the one that is already there."""
        ref = here.thread
        if ref.direct:
            return ref
        if not ref.thread.startswith(ThreadRef.UNOPENED):
            await self._on_message(ref, here.title)
            return ref
        number = ref.thread.removeprefix(ThreadRef.UNOPENED)
        if again and (found := await self._find(here, me)):
            return _at(ref, found)
        if here.private:
            return _at(ref, await self._private(here, first, number))
        try:
            return _at(ref, await self._with_starter(here, first, number))
        except Refused as error:
            if error.code not in {Code.NOT_IN_FORUMS, Code.NOT_A_TEXT_CHANNEL}:
                raise
            return _at(ref, await self._forum_post(here, first))

    async def _on_message(self, ref: ThreadRef, title: str) -> None:
        path = f"/channels/{ref.channel}/messages/{ref.thread}/threads"
        try:
            await self._rest.request("POST", path, {"name": _name(title), "auto_archive_duration": _DAYS})
        except Refused as error:
            if error.code == Code.THREAD_EXISTS:
                return
            if error.code not in {Code.UNKNOWN_MESSAGE, Code.NOT_A_TEXT_CHANNEL} or not await self.read(
                ref.thread
            ):
                if error.code == Code.UNKNOWN_MESSAGE:
                    raise ThreadGone("the message to open a thread on was deleted") from error
                raise

    async def _with_starter(self, here: Conversation, first: str, number: str) -> str:
        """A message in the channel that says who started a chat, and a thread on it."""
        body = {
            "content": _started(here, first),
            "nonce": number[-25:],
            "enforce_nonce": True,
            **QUIET,
        }
        starter = await self._rest.request("POST", f"/channels/{here.thread.channel}/messages", body)
        ref = _at(here.thread, str(starter["id"]))
        await self._on_message(ref, here.title)
        return ref.thread

    async def _private(self, here: Conversation, first: str, number: str) -> str:
        body = {
            "name": _name(here.title),
            "type": _PRIVATE,
            "invitable": False,
            "auto_archive_duration": _DAYS,
        }
        thread = await self._rest.request("POST", f"/channels/{here.thread.channel}/threads", body)
        await self._welcome(here, str(thread["id"]), first, number)
        return str(thread["id"])

    async def _welcome(self, here: Conversation, thread: str, first: str, number: str) -> None:
        """Bring the person in; what they wrote in the command is shown, since nobody else can show it."""
        await self._rest.request("PUT", f"/channels/{thread}/thread-members/{here.starter.id}")
        if first:
            body = {
                "content": _quote(first),
                "nonce": nonce_of(here.thread.key, number),
                "enforce_nonce": True,
                **QUIET,
            }
            await self._rest.request("POST", f"/channels/{thread}/messages", body)

    async def _forum_post(self, here: Conversation, first: str) -> str:
        forum = await self.read(here.thread.channel) or {}
        body: dict[str, Any] = {
            "name": _name(here.title),
            "message": {"content": _started(here, first), **QUIET},
            "auto_archive_duration": _DAYS,
        }
        tags = forum.get("available_tags") or []
        if int(forum.get("flags") or 0) & (1 << 4) and tags:
            body["applied_tags"] = [next((tag for tag in tags if not tag.get("moderated")), tags[0])["id"]]
        return str((await self._rest.request("POST", f"/channels/{here.thread.channel}/threads", body))["id"])

    async def _find(self, here: Conversation, me: str) -> str:
        """A thread that an earlier attempt has made: among the active ones, ours, by title, not older."""
        if not here.private and not await self._is_forum(here.thread.channel):
            return ""  # the starter message's nonce, or its thread, is found by asking again
        answer = await self._rest.get(f"/guilds/{here.thread.workspace}/threads/active")
        mine = [
            thread
            for thread in answer.get("threads", ())
            if str(thread.get("owner_id")) == me
            and str(thread.get("parent_id")) == here.thread.channel
            and thread.get("name") == _name(here.title)
            and int(thread["id"]) >= int(here.thread.thread.removeprefix(ThreadRef.UNOPENED))
        ]
        if not mine:
            return ""
        found = str(mine[0]["id"])
        if here.private:
            await self._rest.request("PUT", f"/channels/{found}/thread-members/{here.starter.id}")
        return found

    async def _is_forum(self, channel: str) -> bool:
        return (await self.read(channel) or {}).get("type") in _FORUM

    async def read(self, channel: str) -> dict[str, Any] | None:
        """A channel or thread as it is, None where it is not there."""
        try:
            found: dict[str, Any] = await self._rest.get(f"/channels/{channel}")
        except Refused as error:
            if error.code == Code.UNKNOWN_CHANNEL:
                return None
            raise
        return found

    async def guild_of(self, channel: str) -> str:
        """The server of a channel, asked for once; "" where there is none."""
        if channel not in self._guilds:
            found = await self.read(channel)
            if found is None:
                return ""
            self._guilds[channel] = str(found.get("guild_id") or "")
        return self._guilds[channel]

    async def lock(self, thread: str, reason: str, *, archive: bool) -> None:
        """One PATCH, and never the name: renames share a hidden limit of two in ten minutes."""
        body = {"locked": True, "archived": archive}
        try:
            await self._rest.request("PATCH", f"/channels/{thread}", body, reason=reason)
        except Refused as error:
            if error.code != Code.ARCHIVED:
                raise
            state = (await self.read(thread) or {}).get("thread_metadata", {})
            if state.get("locked") and state.get("archived"):
                return
            # An archived thread takes changes only together with its awakening.
            await self._rest.request(
                "PATCH", f"/channels/{thread}", {**body, "archived": False}, reason=reason
            )
            await self._rest.request("PATCH", f"/channels/{thread}", body, reason=reason)

    async def unlock(self, thread: str, reason: str) -> None:
        """Undo `lock`."""
        await self._rest.request(
            "PATCH", f"/channels/{thread}", {"locked": False, "archived": False}, reason=reason
        )


def _at(ref: ThreadRef, thread: str) -> ThreadRef:
    return ThreadRef(ref.platform, ref.workspace, ref.channel, thread)


def _name(title: str) -> str:
    return title.strip()[:_NAME] or "Chat"


def _quote(text: str) -> str:
    lines = text.strip()[:_QUOTE].splitlines()
    return "\n".join(f"> {line}" for line in lines)


def _started(here: Conversation, first: str) -> str:
    name = texts.name_of(here.starter, texts.translator(here))
    said = texts.started_a_chat(here, name=name)
    return f"{said}\n{_quote(first)}" if first else said
