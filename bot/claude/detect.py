"""The crisis detector: one small request beside every turn, without tools, read by code alone (E14)."""

from __future__ import annotations

import asyncio
import re
from typing import Any, Final

import orjson
import structlog

from bot import policy
from bot.claude.client import Api
from bot.claude.failures import translated
from bot.claude.request import EPHEMERAL, Body
from bot.config import Config
from bot.errors import ModelError, Rejected
from bot.render import clean_name
from bot.types import Exchange, Message, Risk

log = structlog.get_logger()

MAX_TOKENS: Final = 512
"""The answer takes about twenty; the rest is room for a little thinking."""
ASSISTANT: Final = "assistant"
KINDS: Final = ("none", "self_harm", "mental_health_crisis", "harm_to_others", "violent_intent")
RISKS: Final = tuple(risk.value for risk in (Risk.NONE, Risk.POSSIBLE, Risk.YES))
SCHEMA: Final = {
    "type": "object",
    "properties": {
        "kind": {"type": "string", "enum": list(KINDS)},
        "risk": {"type": "string", "enum": list(RISKS)},
    },
    "required": ["kind", "risk"],
    "additionalProperties": False,
}
LONGEST_BEFORE: Final = 600
"""Characters of an earlier text; its end says most about what follows."""
LONGEST_NEW: Final = 60_000
"""Characters of one new message: its beginning and its end are read."""

# What `render` made of the messages of an earlier turn.
_MESSAGE: Final = re.compile(r'<message from="([^"\n]*)">\n(.*?)\n</message>', re.DOTALL)


class ClaudeDetector:
    """The Detector port: asks the small model once; whatever is not a clear answer is UNKNOWN (E15)."""

    def __init__(self, api: Api, config: Config) -> None:
        self._api = api
        self._model = config.assistant.small_model

    async def read(self, messages: tuple[Message, ...], context: tuple[Exchange, ...]) -> Risk:
        """As the port says."""
        try:
            async with asyncio.timeout(self._api.limits.detect):
                said = await self._ask(record(messages, context))
        except (ModelError, TimeoutError) as error:
            log.warning(
                "detect.failed",
                kind=getattr(error, "kind", "") or "timeout",
                request_id=getattr(error, "request_id", ""),
            )
            return Risk.UNKNOWN
        return understood(said)

    async def _ask(self, text: str) -> str:
        features = self._api.features
        without = features.without(self._model)
        while True:
            try:
                with translated(self._api.redact):
                    # The raw body: turning it into the SDK's typed message would cost as much as asking.
                    call = self._api.sdk.messages.with_streaming_response.create(
                        **ask(text, self._model, without)
                    )
                    async with call as answer:
                        message = orjson.loads(await answer.read())
            except Rejected as error:
                # A server that refuses a field has not tried yet.
                if (fewer := features.degrade(without, error)) is None:
                    raise
                without = fewer
                continue
            features.settle(without - features.without(self._model))
            return said_in(message)


def said_in(message: object) -> str:
    """The text of a whole answer, "" for anything else."""
    match message:
        case {"stop_reason": "end_turn", "content": list(content)}:
            return "".join(block.get("text", "") for block in content if block.get("type") == "text")
    return ""


def record(messages: tuple[Message, ...], context: tuple[Exchange, ...]) -> str:
    """What was written as JSON lines under pseudonyms: whatever is inside a text stays inside it."""
    people: dict[str, str] = {}
    rows: list[dict[str, object]] = []

    def add(name: str, text: str, *, new: bool) -> None:
        who = people.setdefault(name, f"P{len(people) + 1}") if name else ASSISTANT
        rows.append({"who": who, "text": text, "new": new})

    for exchange in context:
        for name, text in _MESSAGE.findall(exchange.input):
            add(name, _shorter(text, LONGEST_BEFORE), new=False)
        if exchange.reply.strip():
            add("", _shorter(exchange.reply, LONGEST_BEFORE), new=False)
    for message in messages:
        if not message.deleted:
            add(clean_name(message.author.name), _shorter(message.text, LONGEST_NEW), new=True)
    return b"\n".join(orjson.dumps(row) for row in rows).decode()


def ask(text: str, model: str, without: frozenset[str] = frozenset()) -> Body:
    """The request. Everything before the record is the same bytes every time, so that it can be cached."""
    system = policy.text("detect")
    config: dict[str, Any] = {}
    if "effort" not in without:
        config["effort"] = "low"
    if "format" not in without:
        config["format"] = {"type": "json_schema", "schema": SCHEMA}
    else:
        system += f"\n\nAnswer with one JSON object and nothing else: {orjson.dumps(SCHEMA).decode()}"
    block: Body = {"type": "text", "text": system}
    if "cache_control" not in without:
        block["cache_control"] = EPHEMERAL
    body: Body = {
        "model": model,
        "max_tokens": MAX_TOKENS,
        "system": [block],
        "messages": [{"role": "user", "content": [{"type": "text", "text": text}]}],
    }
    return body | ({"output_config": config} if config else {})


def understood(said: str) -> Risk:
    """The answer as a risk; UNKNOWN where anything about it is not exactly as asked for."""
    try:
        answer = orjson.loads(said[said.find("{") : said.rfind("}") + 1])
    except orjson.JSONDecodeError:
        return Risk.UNKNOWN
    if not isinstance(answer, dict) or set(answer) != {"kind", "risk"}:
        return Risk.UNKNOWN
    if answer["kind"] not in KINDS or answer["risk"] not in RISKS:
        return Risk.UNKNOWN
    return Risk(answer["risk"])


def _shorter(text: str, longest: int) -> str:
    """The beginning and the end of a long text: what somebody adds to a long paste stands there."""
    if len(text) <= longest:
        return text
    half = longest // 2
    return f"{text[:half]} [...] {text[-half:]}"
