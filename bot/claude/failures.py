"""Every failure of the SDK, the HTTP client and the wire, translated in one place into our own errors.

ModelError
|- Passing     may pass by itself: tried again until the deadline (`wait`: what the server asks for)
|  `- Broken   the stream was cut or cannot be read
|- Unbound     thinking that belongs to another conversation: tried once more without it
|- Overflow    bot.errors
`- Rejected    bot.errors
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import aiohttp
import anthropic
import httpx2

from bot.errors import ModelError, Overflow, Rejected

Redact = Callable[[str], str]


class Passing(ModelError):
    """A failure that may pass by itself."""

    def __init__(self, message: str, *, request_id: str = "", kind: str = "", wait: float = 0.0) -> None:
        super().__init__(message, request_id=request_id, kind=kind)
        self.wait = wait


class Broken(Passing):
    """A stream that was cut, ended early or cannot be read."""


class Unbound(ModelError):
    """Thinking blocks that the API takes for those of another conversation."""


class StreamedError(Exception):
    """An error event inside a stream that had begun with status 200."""

    def __init__(self, type_: str, message: str) -> None:
        super().__init__(type_)
        self.type = type_
        self.message = message


OK: Final = 200
REQUEST_TIMEOUT: Final = 408
CONFLICT: Final = 409
TOO_LARGE: Final = 413
TOO_MANY: Final = 429
CLOSED: Final = 499
SERVER: Final = 500

_KINDS: Final[Mapping[int, str]] = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    408: "timeout_error",
    409: "conflict_error",
    413: "request_too_large",
    422: "invalid_request_error",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}
_STREAMED: Final[Mapping[str, int]] = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "timeout_error": 504,
    "overloaded_error": 529,
}
_UNFIT: Final = frozenset({400, 422})
_PASSING: Final = frozenset({REQUEST_TIMEOUT, CONFLICT, TOO_MANY, CLOSED})
# The API has no code of its own for this; these are its words and those of servers like it.
_TOO_LONG: Final = re.compile(
    r"prompt is too long|prompt too long|prompt_too_long|too many (?:input )?tokens"
    r"|context[ _-]?(?:window|length|size|limit)",
    re.IGNORECASE,
)
_UNBOUND: Final = re.compile(
    r"different conversation|thinking.{0,80}(?:signature|modified)|signature.{0,40}thinking", re.IGNORECASE
)
_SPENT: Final = "spend_limit"
_LONGEST: Final = 300


@contextmanager
def translated(redact: Redact) -> Iterator[None]:
    """Let nothing out but our own errors; what a server said stands in them only through `redact`."""
    try:
        yield
    except ModelError:
        raise
    except StreamedError as error:
        raise _judge(_STREAMED.get(error.type, SERVER), error.type, error.message, redact=redact) from None
    except anthropic.APIStatusError as error:
        raise _status(error, redact) from None
    except (anthropic.APITimeoutError, TimeoutError, httpx2.TimeoutException) as error:
        raise Passing(f"no answer in time ({type(error).__name__})", kind="timeout") from None
    except (anthropic.APIConnectionError, httpx2.HTTPError, aiohttp.ClientError, OSError) as error:
        cause = error.__cause__ or error
        raise Passing(f"the connection failed ({type(cause).__name__})", kind="connection") from None
    except (anthropic.AnthropicError, httpx2.StreamError, ValueError, AssertionError) as error:
        raise Broken(f"the answer cannot be read ({type(error).__name__})", kind="malformed") from None


def _status(error: anthropic.APIStatusError, redact: Redact) -> ModelError:
    status = error.status_code
    kind = str(error.type or "")
    headers = error.response.headers
    return _judge(
        _STREAMED.get(kind, SERVER) if status == OK else status,
        kind,
        error.api_message or "",
        code=error.error_code or "",
        request_id=error.request_id or "",
        wait=retry_after(headers),
        never=headers.get("x-should-retry") == "false",
        redact=redact,
    )


def _judge(
    status: int,
    kind: str,
    said: str,
    *,
    code: str = "",
    request_id: str = "",
    wait: float = 0.0,
    never: bool = False,
    redact: Redact,
) -> ModelError:
    if kind not in _STREAMED:
        kind = _KINDS.get(status, "api_error" if status >= SERVER else "invalid_request_error")
    words = f"{status} {kind}{f' ({code})' if code else ''}: {short(redact(said))}"
    if status == TOO_LARGE or (status in _UNFIT and _TOO_LONG.search(f"{code} {said}")):
        return Overflow(words, request_id=request_id, kind=kind)
    if (status in _PASSING or status >= SERVER) and not never and _SPENT not in code:
        return Passing(words, request_id=request_id, kind=kind, wait=wait)
    if status in _UNFIT and _UNBOUND.search(said):
        return Unbound(words, request_id=request_id, kind=kind)
    return Rejected(words, request_id=request_id, kind=kind)


def short(said: str) -> str:
    """What a server said, in one line that a log can hold."""
    return " ".join(said.split())[:_LONGEST]


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float:
    """The seconds that the server asks us to wait; 0 where it does not say."""
    if (exact := _number(headers.get("retry-after-ms"))) is not None:
        return exact / 1000
    asked = headers.get("retry-after")
    if (seconds := _number(asked)) is not None:
        return seconds
    try:
        until = parsedate_to_datetime(asked or "")
    except ValueError:
        return 0.0
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - (now or datetime.now(UTC))).total_seconds())


def _number(text: str | None) -> float | None:
    try:
        return max(0.0, float(text)) if text else None
    except ValueError:
        return None
