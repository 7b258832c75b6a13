"""Claude as the `Model` port, over Anthropic's SDK."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

import anthropic
import httpx2
import structlog

from bot.claude import models, request
from bot.claude.failures import Passing, Redact, Unbound, translated
from bot.claude.features import Features
from bot.claude.request import Body
from bot.claude.stream import Assembly
from bot.claude.transport import PAUSE, BiteClient
from bot.claude.tries import Limits, Tries
from bot.config import Config
from bot.config.model import OWN_BASE_URL
from bot.errors import ModelError, Overflow, Rejected
from bot.ports import Clock
from bot.redact import redactor
from bot.types import Delta, Next, Prompt, Response, Restart, Usage

log = structlog.get_logger()

NO_KEY = "none"
"""What a server that needs no key is sent in its place."""
KEEP_ALIVE = 30.0


@dataclass(frozen=True, slots=True)
class Api:
    """An open client, and everything that goes with it."""

    sdk: anthropic.AsyncAnthropic
    redact: Redact
    features: Features
    limits: Limits
    clock: Clock


@asynccontextmanager
async def open_api(
    config: Config, clock: Clock, *, limits: Limits | None = None, pause: float = PAUSE
) -> AsyncIterator[Api]:
    """Open the client that the configuration names; it does not look at the environment for credentials."""
    limits = limits or Limits()
    key = config.secrets.anthropic_api_key.get_secret_value()
    timeout = httpx2.Timeout(limits.silence, connect=limits.connect, pool=None)
    # 0 is aiohttp's word for no limit; None would leave it at its own default of a hundred.
    pool = httpx2.Limits(max_connections=0, keepalive_expiry=KEEP_ALIVE)
    sdk = anthropic.AsyncAnthropic(
        api_key=key or NO_KEY,
        base_url=config.claude.base_url or OWN_BASE_URL,
        max_retries=0,
        timeout=timeout,
        http_client=BiteClient(pause=pause, timeout=timeout, limits=pool),
    )
    async with sdk:
        features = Features(compatible=models.compatible(config))
        yield Api(sdk, redactor((key,)), features, limits, clock)


@dataclass(slots=True)
class _Try:
    """One request and what came of it so far."""

    body: Body
    seconds: float
    assembly: Assembly = field(default_factory=Assembly)
    request_id: str = ""
    shown: bool = False
    response: Response | None = None


class Claude:
    """The model: streams answers, retries in one place, and says what went wrong in our own errors."""

    def __init__(self, api: Api, config: Config) -> None:
        self._api = api
        self._config = config
        self._max_tokens = config.assistant.max_output_tokens
        self._effort = config.assistant.effort

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Delta | Restart | Response, None]:
        """Answer a prompt, as the port says."""
        api, model = self._api, prompt.model
        tries, without, thinking = Tries(api.clock, api.limits), api.features.without(model), True
        spent = Usage()
        while True:
            body = request.body(
                prompt, max_tokens=self._max_tokens, effort=self._effort, without=without, thinking=thinking
            )
            attempt = _Try(body, tries.left())
            try:
                async with aclosing(self._read(attempt)) as texts:
                    async for text in texts:
                        attempt.shown = True
                        yield Delta(text)
            except Passing as failure:
                await tries.wait(failure, begun=attempt.assembly.begun)
                log.info("claude.retry", kind=failure.kind, request_id=failure.request_id)
            except Unbound:
                if not (thinking and prompt.steps):
                    raise
                thinking = False
            except Rejected as error:
                if (fewer := api.features.degrade(without, error)) is None:
                    raise
                without = fewer
            else:
                api.features.settle(without - api.features.without(model))
                yield _with(attempt.response, spent)
                return
            spent += attempt.assembly.usage
            if attempt.shown:
                yield Restart()

    async def _read(self, attempt: _Try) -> AsyncGenerator[str, None]:
        """Send one request and yield its texts, one a bite; only our own errors come out."""
        assembly = attempt.assembly
        try:
            with translated(self._api.redact):
                async with AsyncExitStack() as stack:
                    # Nothing is yielded under the time limit: it must not run while somebody else works.
                    text = ""
                    async with asyncio.timeout(attempt.seconds):
                        call = self._api.sdk.messages.with_streaming_response.create(
                            **attempt.body, stream=True
                        )
                        answer = await stack.enter_async_context(call)
                        attempt.request_id = answer.headers.get("request-id", "")
                        bites = await stack.enter_async_context(aclosing(_generator(answer.iter_bytes())))
                        async for bite in bites:
                            text += assembly.feed(bite)
                            if assembly.begun:
                                break
                    if text:
                        yield text
                    async for bite in bites:
                        if text := assembly.feed(bite):
                            yield text
                    attempt.response = assembly.response(attempt.request_id)
        except ModelError as failure:
            failure.request_id = failure.request_id or attempt.request_id
            raise

    async def complete(self, system: str, text: str, max_tokens: int) -> str:
        """One short request of the small model, without any tool."""
        model = self._config.assistant.small_model
        prompt = Prompt(model=model, system=system, input=text, tools=False)
        api = self._api
        tries, without = Tries(api.clock, api.limits), api.features.without(model) | {"cache_control"}
        while True:
            attempt = _Try(
                request.body(prompt, max_tokens=max_tokens, effort="", without=without), tries.left()
            )
            try:
                async with aclosing(self._read(attempt)) as texts:
                    said = "".join([part async for part in texts])
            except Passing as failure:
                await tries.wait(failure, begun=attempt.assembly.begun)
                continue
            response = _with(attempt.response, Usage())
            if response.next is Next.OVERFLOW:
                raise Overflow("the text is longer than the context window", request_id=response.request_id)
            if response.next is Next.REFUSED or not said.strip():
                raise ModelError("no text came back", request_id=response.request_id, kind=response.next)
            return said

    async def check(self) -> list[str]:
        """Look up both models; what is wrong, in words for the operator."""
        return await models.check(self._api, self._config)


def _generator(bites: AsyncIterator[bytes]) -> Any:
    # The SDK declares an iterator and returns a generator; only a generator can be closed in time.
    return cast("Any", bites)


def _with(response: Response | None, spent: Usage) -> Response:
    assert response is not None, "a try that raises nothing has a response"
    return replace(response, usage=response.usage + spent)
