"""A Messages API on 127.0.0.1 that the real client talks to, with rules, a cache, and scripts for answers."""

from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from types import TracebackType
from typing import Self

from aiohttp import web

from .bill import Billed, least_possible
from .binding import Binding
from .catalogue import CATALOGUE, ModelFacts
from .changes import PATIENCE, Changes, Gates
from .handlers import Handlers
from .playbook import When
from .record import RecordedRequest
from .scripts import Script


class ClaudeDouble:
    """The double's face: set what it answers, see what it was asked, wait for what happens."""

    def __init__(
        self,
        *,
        key: str = "test-key",
        x_api_key: bool = False,
        cache_minimum: int | None = 0,
        binding: Binding = "error",
        clock: Callable[[], float] = monotonic,
        models: Mapping[str, ModelFacts] = CATALOGUE,
        port: int = 0,
    ) -> None:
        self.key = key
        self.url = ""
        self._port = port
        self._changes = Changes()
        self._gates = Gates(self._changes)
        self._handlers = Handlers(
            key=key,
            x_api_key=x_api_key,
            models=dict(models),
            binding=binding,
            clock=clock,
            cache_minimum=cache_minimum,
            changes=self._changes,
            gates=self._gates,
        )
        # A handler whose client goes away is cancelled: this is how a closed connection is seen.
        self._runner = web.AppRunner(
            self._handlers.app(),
            access_log=None,
            handler_cancellation=True,
            shutdown_timeout=0.0,
        )

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self.url = site.name if self._port else f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._runner.cleanup()

    @property
    def requests(self) -> list[RecordedRequest]:
        """Every POST /v1/messages, oldest first, the refused ones too."""
        return self._handlers.requests

    @property
    def counted(self) -> list[RecordedRequest]:
        """Every POST /v1/messages/count_tokens."""
        return self._handlers.counted

    @property
    def looked_up(self) -> list[str]:
        """The model ids that were asked for under /v1/models."""
        return self._handlers.looked_up

    @property
    def models(self) -> dict[str, ModelFacts]:
        """The models it knows; change one with `replace(...)`, or take it away."""
        return self._handlers.models

    def script(self, answer: Callable[[RecordedRequest], Script]) -> None:
        """Answer every request by this function, after what is queued."""
        self._handlers.playbook.otherwise = answer

    def next(self, *scripts: Script, when: When | None = None) -> None:
        """Queue answers; every attempt of the client takes one. `when` picks the request that may take it."""
        self._handlers.playbook.add(*scripts, when=when)

    @property
    def queued(self) -> int:
        """How many queued answers are left."""
        return self._handlers.playbook.left

    async def reached(self, gate: str, *, timeout: float = PATIENCE) -> None:  # noqa: ASYNC109  # the dump goes into the error
        """Return once a stream stands, or stood, at a gate."""
        await self.until(lambda: self._gates.arrivals.get(gate), timeout=timeout)

    def release(self, gate: str) -> None:
        """Open a gate for good."""
        self._gates.release(gate)

    def close(self, gate: str) -> None:
        """Close a gate again and forget who came to it."""
        self._gates.close(gate)

    async def until(self, true: Callable[[], object], *, timeout: float = PATIENCE) -> None:  # noqa: ASYNC109  # the dump goes into the error
        """Return once it is true; looked at after each change. AssertionError with a dump when time is up."""
        await self._changes.until(true, timeout, self.dump)

    def billed(self, model: str | None = None) -> Billed:
        """Sum up what was billed, for one model or for all."""
        return self._handlers.billed(model)

    def least_possible(self, requests: Sequence[RecordedRequest], *, foresight: bool = False) -> float:
        """Weigh the least input these requests of one conversation can be billed, in plain input tokens."""
        facts = self.models[requests[0].model]
        minimum = self._handlers.minimum_of(facts)
        bodies = [request.body for request in requests]
        return least_possible(bodies, facts.price, minimum=minimum, foresight=foresight)

    def drop(self) -> None:
        """Forget the queued answers."""
        self._handlers.playbook.drop()

    def forget_cache(self) -> None:
        """Empty the prompt cache, as time does."""
        self._handlers.forget_cache()

    def forget(self) -> None:
        """Forget all requests (and with them what was billed); cache, scripts and gates stay."""
        self.requests.clear()
        self.counted.clear()
        self.looked_up.clear()

    def dump(self) -> str:
        """Say what happened, a line a request."""
        lines = [request.line() for request in self.requests] or ["no requests"]
        return "\n".join([*lines, f"gates reached: {self._gates.arrivals}", f"scripts left: {self.queued}"])
