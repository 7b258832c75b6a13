"""Foreign failures become ours here, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import Blocked, Forbidden, PlatformError, ThreadGone

GONE = frozenset(
    {
        "channel_not_found",
        "thread_not_found",
        "message_not_found",
        "is_archived",
        "not_installed",
        "no_item_found",
    }
)
"""There is no such place, or not for us."""

TOKEN = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "not_allowed_token_type",
        "org_login_required",
    }
)
"""The token is no longer accepted."""

_FORBIDDEN = {
    "not_in_channel": "be a member of the channel",
    "missing_scope": "a scope",
    "no_permission": "post there",
    "access_denied": "post there",
    "restricted_action": "post there",
    "restricted_action_read_only_channel": "post in a read-only channel",
    "restricted_action_thread_only_channel": "post outside of threads",
    "restricted_action_non_threadable_channel": "post in threads",
    "cannot_reply_to_message": "reply to this message",
    "messages_tab_disabled": "the Messages tab",
    "ekm_access_denied": "post there",
}
_TROUBLE = frozenset(
    {
        "fatal_error",
        "internal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
        "external_channel_migrating",
        "update_failed",
    }
)
"""Slack's own, and over after a while."""
_HOLD = 5.0


class Refused(Exception):
    """Slack's answer is no, and asking again would not help."""

    def __init__(self, method: str, error: str, needed: str = "") -> None:
        super().__init__(f"Slack refused {method}: {error}{f' (needs {needed})' if needed else ''}")
        self.method = method
        self.error = error
        self.needed = needed


class Unanswered(Exception):
    """No usable answer. `after` says in how many seconds it makes sense to ask again.

    `perhaps` says that the request may have had its effect; a rate limit is a sure sign that it has not.
    """

    def __init__(self, what: str, *, after: float = 0.0, perhaps: bool = True) -> None:
        super().__init__(what)
        self.after = after
        self.perhaps = perhaps


class Limited(Unanswered):
    """Slack's rate limit, or our own below it, leaves no room right now."""

    def __init__(self, what: str, after: float) -> None:
        super().__init__(what, after=after, perhaps=False)


@contextmanager
def read(method: str) -> Iterator[None]:
    """Raise `Refused`, `Limited` or `Unanswered` instead of what Slack's library raises."""
    try:
        yield
    except SlackApiError as error:
        raise _read(method, error) from error
    except (aiohttp.ClientError, SlackClientError, OSError, TimeoutError) as error:
        raise Unanswered(f"no answer to {method}: {str(error) or type(error).__name__}") from error


def _read(method: str, error: SlackApiError) -> Refused | Unanswered:
    answer = error.response
    status = int(getattr(answer, "status_code", 0) or getattr(answer, "status", 0))
    data = getattr(answer, "data", None)
    body = data if isinstance(data, dict) else {}
    name = str(body.get("error") or "")
    if status == HTTPStatus.TOO_MANY_REQUESTS or name in {"ratelimited", "rate_limited"}:
        return Limited(f"{method} is limited", _seconds(getattr(answer, "headers", {}).get("Retry-After")))
    if not name or name in _TROUBLE or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unanswered(f"{method} failed: {status} {name or 'without a reason'}")
    return Refused(method, name, str(body.get("needed") or ""))


def _seconds(header: str | None) -> float:
    try:
        return max(0.05, float(header or _HOLD))
    except ValueError:
        return _HOLD


@contextmanager
def translated() -> Iterator[None]:
    """Raise ThreadGone, Forbidden, Blocked or PlatformError for what became of a request."""
    try:
        yield
    except Refused as error:
        raise ours(error) from error
    except Unanswered as error:
        raise PlatformError(f"Slack did not answer: {error}") from error


def plain(error: Refused) -> bool:
    """Whether a refusal says nothing about the place or our rights there: only that this cannot be."""
    return type(ours(error)) is Blocked


def ours(error: Refused) -> PlatformError:
    """A refusal in the words of the core."""
    if error.error in GONE:
        return ThreadGone(str(error))
    if error.error in _FORBIDDEN:
        return Forbidden(str(error), error.needed or _FORBIDDEN[error.error])
    if error.error in TOKEN:
        return PlatformError(str(error))  # a new token makes it good
    return Blocked(str(error))  # too long, not allowed here, a block that Slack does not take
