"""Coalesced bites: once text flows, the body is read a few times a second instead of once a token.

A wake-up per token is the largest CPU cost of a streaming bot. Nothing is late for it: until the first text
every read returns at once, and the end of the body ends the waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import httpx2
from anthropic import DefaultAioHttpClient

PAUSE = 0.04
"""Seconds that text may gather before it is read in one bite."""

FLOWING = b"text_delta"


class BiteStream(httpx2.AsyncByteStream):
    """A response body of the aiohttp backend, read in coalesced bites."""

    def __init__(self, inner: httpx2.AsyncByteStream, content: aiohttp.StreamReader, pause: float) -> None:
        self._inner = inner
        self._content = content
        self._pause = pause

    async def __aiter__(self) -> AsyncIterator[bytes]:
        content, flowing = self._content, False
        try:
            while bite := await content.readany():
                yield bite
                flowing = flowing or FLOWING in bite
                if flowing and not content.is_eof():
                    await self._gather()
        except TimeoutError as error:
            raise httpx2.ReadTimeout(str(error)) from error
        except aiohttp.ClientError as error:
            raise httpx2.ReadError(f"{type(error).__name__}: {error}") from error

    async def _gather(self) -> None:
        # The end of the body, or its breaking off, ends the wait; so the last text is never late.
        try:
            async with asyncio.timeout(self._pause):
                await self._content.wait_eof()
        except TimeoutError:
            if error := self._content.exception():
                raise error from None

    async def aclose(self) -> None:
        """Let go of the connection; an unread rest closes it, which cancels the request at the server."""
        await self._inner.aclose()


class BiteTransport(httpx2.AsyncBaseTransport):
    """Any transport; bodies that come from aiohttp are read in bites, others as they are."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, pause: float) -> None:
        self._inner = inner
        self._pause = pause

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request; only the reading of its answer is ours."""
        response = await self._inner.handle_async_request(request)
        content = getattr(getattr(response.stream, "_aiohttp_response", None), "content", None)
        if isinstance(content, aiohttp.StreamReader) and isinstance(response.stream, httpx2.AsyncByteStream):
            response.stream = BiteStream(response.stream, content, self._pause)
        return response

    async def aclose(self) -> None:
        """Close all connections."""
        await self._inner.aclose()


class BiteClient(DefaultAioHttpClient):
    """The SDK's aiohttp client with proxies and all, every transport of it wrapped."""

    def __init__(self, *, pause: float = PAUSE, **settings: Any) -> None:
        self._pause = pause
        super().__init__(**settings)

    def _init_transport(self, *args: Any, **settings: Any) -> httpx2.AsyncBaseTransport:
        return BiteTransport(super()._init_transport(*args, **settings), self._pause)

    def _init_proxy_transport(self, *args: Any, **settings: Any) -> httpx2.AsyncBaseTransport:
        return BiteTransport(super()._init_proxy_transport(*args, **settings), self._pause)
