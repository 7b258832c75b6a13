"""The way in: keys, sizes and JSON, checked before a request means anything."""

from collections.abc import Mapping
from typing import Any, Final

import orjson
from aiohttp import web

from .errors import ApiError, invalid

MAX_BODY: Final = 32 * 1024 * 1024


def check_key(request: web.Request, key: str, *, x_api_key: bool) -> None:
    """Refuse a request without the right key; only `x_api_key` lets the older header count."""
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if x_api_key and not given:
        given = request.headers.get("x-api-key", "")
    if not given:
        raise ApiError(401, "Authentication is required: send `Authorization: Bearer <key>`.")
    if given != key:
        raise ApiError(401, "invalid bearer token")
    if "anthropic-version" not in request.headers:
        raise invalid("anthropic-version: header is required")


async def read_json(request: web.Request) -> Mapping[str, Any]:
    """Read the body, which must be a JSON object of at most 32 MB."""
    data = await request.read()
    if len(data) > MAX_BODY:
        raise ApiError(413, "Request exceeds the maximum size")
    try:
        body = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise invalid(f"The request body is not valid JSON: {error}") from None
    if not isinstance(body, dict):
        raise invalid("The request body is not a JSON object")
    return body
