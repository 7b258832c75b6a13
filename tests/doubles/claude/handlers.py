"""The routes: what happens to a request from its arrival to the end of its answer."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Final
from uuid import uuid4

from aiohttp import web

from .answer import Answer, answer_to
from .bill import Billed
from .binding import Binding, enforce, prefix_of
from .cache import PromptCache
from .catalogue import ModelFacts, model_info
from .changes import Changes, Gates
from .errors import ApiError, error_answer, invalid
from .faults import Hang, Malformed, Status
from .playbook import Playbook
from .prompt import Body, prompt_tokens
from .record import RecordedRequest, RecordedResponse
from .rules import check
from .scripts import Script
from .stream import StreamWriter, malformed, write_whole
from .wire import MAX_BODY, check_key, read_json

BINDING_BETA: Final = "thinking-binding-controls"


@dataclass(slots=True)
class Handlers:
    """One double's state and routes."""

    key: str
    x_api_key: bool
    models: dict[str, ModelFacts]
    binding: Binding
    clock: Callable[[], float]
    cache_minimum: int | None  # None: each model's own
    changes: Changes
    gates: Gates
    playbook: Playbook = field(default_factory=Playbook)
    requests: list[RecordedRequest] = field(default_factory=list)
    counted: list[RecordedRequest] = field(default_factory=list)
    looked_up: list[str] = field(default_factory=list)
    _caches: dict[str, PromptCache] = field(default_factory=dict)
    _number: int = 0

    def app(self) -> web.Application:
        """Build the application; it reads more than the API's limit, to be able to refuse it."""
        app = web.Application(client_max_size=3 * MAX_BODY)
        app.router.add_post("/v1/messages", self.messages)
        app.router.add_post("/v1/messages/count_tokens", self.count)
        app.router.add_get("/v1/models/{model}", self.model)
        app.router.add_route("*", "/{rest:.*}", self.nothing)
        return app

    async def messages(self, request: web.Request) -> web.StreamResponse:
        """Answer POST /v1/messages."""
        record = self._record(request, self.requests)
        noted = record.response
        try:
            facts = await self._accept(request, record, counting=False)
            return await self._answer(request, record, facts)
        except ApiError as error:
            return self._refuse(noted, error)
        except asyncio.CancelledError:
            noted.outcome = "cancelled"
            raise
        except ConnectionError:
            noted.outcome = "cancelled"
            return web.Response()
        finally:
            noted.ended_at = monotonic()
            self.changes.changed()

    async def count(self, request: web.Request) -> web.StreamResponse:
        """Answer POST /v1/messages/count_tokens."""
        record = self._record(request, self.counted)
        noted = record.response
        try:
            await self._accept(request, record, counting=True)
        except ApiError as error:
            return self._refuse(noted, error)
        noted.status, noted.outcome = 200, "complete"
        self.changes.changed()
        return web.json_response(
            {"input_tokens": prompt_tokens(record.body)},
            headers={"request-id": noted.request_id},
        )

    async def model(self, request: web.Request) -> web.Response:
        """Answer GET /v1/models/{id}."""
        request_id = new_request_id()
        try:
            check_key(request, self.key, x_api_key=self.x_api_key)
            name = request.match_info["model"]
            self.looked_up.append(name)
            self.changes.changed()
        except ApiError as error:
            return error_answer(error, request_id)
        if name not in self.models:
            return error_answer(ApiError(404, f"model: {name}"), request_id)
        return web.json_response(model_info(name, self.models[name]), headers={"request-id": request_id})

    async def nothing(self, _: web.Request) -> web.Response:
        """Answer what the double does not have."""
        return error_answer(ApiError(404, "Not found"), new_request_id())

    def billed(self, model: str | None) -> Billed:
        """Sum up what was billed, by the usage that was told; cut output counts as far as it was written."""
        total = Billed()
        for record in self.requests:
            usage, noted = record.response.usage, record.response
            if not usage or model not in {None, record.model}:
                continue
            created = int(usage["cache_creation_input_tokens"] or 0)
            hour = min(created, int((usage["cache_creation"] or {}).get("ephemeral_1h_input_tokens", 0)))
            total += Billed(
                requests=1,
                input=int(usage["input_tokens"]),
                written_5m=created - hour,
                written_1h=hour,
                read=int(usage["cache_read_input_tokens"] or 0),
                output=int(usage["output_tokens"]) if noted.outcome == "complete" else noted.output_tokens,
            )
        return total

    def minimum_of(self, facts: ModelFacts) -> int:
        """Say how long a prefix must be to be cached."""
        return facts.cache_minimum if self.cache_minimum is None else self.cache_minimum

    def forget_cache(self) -> None:
        """Empty all caches."""
        self._caches.clear()

    def _record(self, request: web.Request, kept: list[RecordedRequest]) -> RecordedRequest:
        self._number += 1
        headers = {name.lower(): value for name, value in request.headers.items()}
        response = RecordedResponse(new_request_id())
        record = RecordedRequest(self._number, request.path, headers, {}, monotonic(), response)
        kept.append(record)
        self.changes.changed()
        return record

    async def _accept(self, request: web.Request, record: RecordedRequest, *, counting: bool) -> ModelFacts:
        check_key(request, self.key, x_api_key=self.x_api_key)
        record.body = body = await read_json(request)
        self.changes.changed()
        model = body.get("model")
        if not isinstance(model, str):
            raise invalid("model: Field required")
        facts = self.models.get(model)
        if facts is None or facts.lifecycle == "retired":
            raise ApiError(404, f"model: {model}")
        beta = "beta" in request.query or BINDING_BETA in record.headers.get("anthropic-beta", "")
        check(body, model, facts, counting=counting, beta=beta)
        if facts.preserved_thinking:
            enforce(body, model, self.binding)
        tokens = prompt_tokens(body)
        if tokens > facts.window and not counting:
            raise invalid(f"prompt is too long: {tokens} tokens > {facts.window} maximum")
        return facts

    async def _answer(
        self,
        request: web.Request,
        record: RecordedRequest,
        facts: ModelFacts,
    ) -> web.StreamResponse:
        script, noted = self.playbook.take(record), record.response
        if script.hold:
            await self.gates.wait(script.hold)
        await asyncio.sleep(script.pacing.headers_after)
        match script.fault:
            case Status() as fault:
                error = ApiError(fault.status, fault.message, fault.type, fault.all_headers())
                return self._refuse(noted, error, fault.body)
            case Malformed() as fault:
                return malformed(fault, noted)
            case Hang(after=None):
                await asyncio.Event().wait()
            case _:
                pass
        answer = self._ready(record.body, script, facts)
        noted.input, noted.usage = answer.input, answer.usage()
        if record.stream:
            return await StreamWriter(request, noted, self.gates, self.changes).write(answer)
        return await write_whole(request, answer, noted, self.gates)

    def _ready(self, body: Body, script: Script, facts: ModelFacts) -> Answer:
        model = str(body["model"])
        fresh = PromptCache(self.clock, minimum=self.minimum_of(facts))
        usage = self._caches.setdefault(model, fresh).take(body)
        display = (body.get("thinking") or {}).get("display")
        shown = display == "summarized" if display else facts.shows_thinking
        prefix = prefix_of(body)
        return answer_to(script, model, usage, prefix, max_tokens=body["max_tokens"], shown=shown)

    def _refuse(self, noted: RecordedResponse, error: ApiError, body: bytes | None = None) -> web.Response:
        noted.status, noted.outcome, noted.error = error.status, "error", f"{error.type}: {error.message}"
        noted.headers_at = noted.ended_at = monotonic()
        self.changes.changed()
        return error_answer(error, noted.request_id, body)


def new_request_id() -> str:
    """Make a request id."""
    return f"req_{uuid4().hex[:24]}"
