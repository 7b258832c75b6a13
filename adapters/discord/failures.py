"""Foreign failures become ours here, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from http import HTTPStatus
from typing import Any

import aiohttp
import discord

from bot.errors import Blocked, Forbidden, PlatformError, ThreadGone


class Code(IntEnum):
    """The codes in Discord's error bodies that mean something to us."""

    UNKNOWN_CHANNEL = 10003
    UNKNOWN_GUILD = 10004
    UNKNOWN_MESSAGE = 10008
    UNKNOWN_INTERACTION = 10062
    NOT_IN_FORUMS = 40058
    ALREADY_ACKNOWLEDGED = 40060
    TAG_NEEDED = 40067
    MISSING_ACCESS = 50001
    NO_DIRECT_MESSAGES = 50007
    NOT_A_TEXT_CHANNEL = 50008
    MISSING_PERMISSIONS = 50013
    INVALID_FORM = 50035
    ARCHIVED = 50083
    NO_DIRECT_MESSAGES_FROM_APPS = 50278
    NO_HISTORY = 160002
    THREAD_EXISTS = 160004
    THREAD_LOCKED = 160005
    MESSAGE_BLOCKED = 200000
    TITLE_BLOCKED = 200001


_GONE = frozenset({Code.UNKNOWN_CHANNEL, Code.UNKNOWN_GUILD})
_PERMISSIONS = {
    Code.MISSING_ACCESS: "View Channel",
    Code.THREAD_LOCKED: "Manage Threads",
    Code.NO_HISTORY: "Read Message History",
}

WORDS = frozenset({Code.INVALID_FORM, Code.MESSAGE_BLOCKED, Code.TITLE_BLOCKED})
"""Refusals of a request for the words in it: with others it may be taken. The last two are AutoMod's."""
TOO_LATE = frozenset({Code.UNKNOWN_INTERACTION, Code.ALREADY_ACKNOWLEDGED, Code.ARCHIVED})
"""Answers to an interaction that came too late or twice: nobody waits for ours any more."""


class Refused(Exception):
    """Discord's answer is no, and asking again would not help."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(f"Discord refused: {status} {message} (code {code})")
        self.status = status
        self.code = code


class Unanswered(Exception):
    """No usable answer: overloaded, unreachable, cut off.

    `after` says in how many seconds it makes sense to ask again, `perhaps` that the request may have had its
    effect; a rate limit is a sure sign that it has not.
    """

    def __init__(self, what: str, *, after: float = 0.0, perhaps: bool = True) -> None:
        super().__init__(what)
        self.after = after
        self.perhaps = perhaps


def words(error: Exception) -> str:
    """A failure in few words: some of them would show a whole request."""
    return f"{type(error).__name__}: {error}".removesuffix(": ")


def refused(status: int, body: Any) -> Refused:
    """Read an error body."""
    if not isinstance(body, dict):
        return Refused(status, 0, "without a reason")
    details = f" {body['errors']}" if body.get("errors") else ""
    return Refused(status, int(body.get("code") or 0), f"{body.get('message', '')}{details}")


def _ours(error: Refused | discord.HTTPException, permission: str) -> PlatformError:
    if error.code in _GONE:
        return ThreadGone(str(error))
    if error.code in WORDS:
        return Blocked(str(error))
    if error.status == HTTPStatus.FORBIDDEN or error.code in _PERMISSIONS:
        known = {int(code): name for code, name in _PERMISSIONS.items()}
        return Forbidden(str(error), known.get(error.code, permission))
    if error.status == HTTPStatus.BAD_REQUEST or (error.status == HTTPStatus.NOT_FOUND and error.code):
        return Blocked(str(error))  # read and understood: asking for the same again would get the same
    return PlatformError(str(error))


@contextmanager
def translated(permission: str = "") -> Iterator[None]:
    """Raise ThreadGone, Forbidden, Blocked or PlatformError instead of what Discord's libraries raise.

    `permission` is what a 50013 ("Missing Permissions") must mean for this request.
    """
    try:
        yield
    except (Refused, discord.HTTPException) as error:
        raise _ours(error, permission) from error
    except (Unanswered, aiohttp.ClientError, discord.DiscordException, OSError, TimeoutError) as error:
        raise PlatformError(f"Discord did not answer: {error!r}") from error
