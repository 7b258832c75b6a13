"""Errors as the API words them: a status, a type, a message, always with a request id."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import orjson
from aiohttp import web

TYPE_OF_STATUS: Final[Mapping[int, str]] = MappingProxyType(
    {
        400: "invalid_request_error",
        401: "authentication_error",
        402: "billing_error",
        403: "permission_error",
        404: "not_found_error",
        409: "conflict_error",
        413: "request_too_large",
        422: "invalid_request_error",
        429: "rate_limit_error",
        500: "api_error",
        503: "api_error",
        504: "timeout_error",
        529: "overloaded_error",
    },
)


class ApiError(Exception):
    """An answer that is an error; raised anywhere below a handler, written by the handler."""

    def __init__(
        self,
        status: int,
        message: str,
        type_: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status
        self.message = message
        self.type = type_ or TYPE_OF_STATUS.get(status, "api_error")
        self.headers = headers or {}


def invalid(message: str) -> ApiError:
    """Say that the request itself is wrong: sending it again cannot help."""
    return ApiError(400, message)


def error_body(type_: str, message: str, request_id: str) -> dict[str, object]:
    """Build the body of an error answer, which is also the data of an SSE `error` event."""
    return {"type": "error", "error": {"type": type_, "message": message}, "request_id": request_id}


def error_answer(error: ApiError, request_id: str, body: bytes | None = None) -> web.Response:
    """Build the whole error answer; `body` replaces the usual one."""
    return web.Response(
        status=error.status,
        body=body if body is not None else orjson.dumps(error_body(error.type, error.message, request_id)),
        headers={"request-id": request_id, **error.headers},
        content_type="application/json",
    )
