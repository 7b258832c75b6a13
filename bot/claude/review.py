"""The second opinion: a request of its own to the small model, without any tool (E20, E21)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Final

import orjson
import structlog

from bot import policy
from bot.claude.client import Api
from bot.claude.failures import translated
from bot.claude.request import Body
from bot.config import Config
from bot.errors import ModelError, Rejected
from bot.ports import Question
from bot.types import Category, Verdict

log = structlog.get_logger()

MAX_TOKENS: Final = 2_000
ASSISTANT: Final = "assistant"
NONE: Final = "none"
UPHOLD: Final = "uphold"
DENY: Final = "deny"

_ENDING: Final = "end the conversation"
_WARNING: Final = "post a warning card"
_AFTER: Final = (
    "the lines of that person after line {line}, where a warning was delivered, in which they continue the"
    " same behaviour."
)
_NEWEST: Final = "the lines of that person in which they continue after the redirections."
_WARNED: Final = (
    "the line after which a warning was shown to that person (it is marked `warned`). Only lines before it"
    " count as redirections."
)
_NOT_WARNED: Final = "0, for no warning was shown yet."

_LINES: Final = {"type": "array", "items": {"type": "integer"}}
KEYS: Final = (
    "benign_reading",
    "crisis",
    "category",
    "participant",
    "redirections",
    "warning",
    "persisting",
    "verdict",
)
SCHEMA: Final = {
    "type": "object",
    "properties": {
        "benign_reading": {"type": "string"},
        "crisis": {"type": "boolean"},
        "category": {"type": "string", "enum": [*(str(each) for each in Category), NONE]},
        "participant": {"type": "string"},
        "redirections": _LINES,
        "warning": {"type": "integer"},
        "persisting": _LINES,
        "verdict": {"type": "string", "enum": [UPHOLD, DENY]},
    },
    "required": list(KEYS),
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Record:
    """The transcript as the reviewer sees it: lines counted from 1, people under pseudonyms."""

    question: Question
    people: dict[str, str]

    @classmethod
    def of(cls, question: Question) -> Record:
        """Pseudonyms in the order in which people first wrote."""
        people: dict[str, str] = {}
        for _, person, _ in question.lines:
            if person:
                people.setdefault(person, f"P{len(people) + 1}")
        return cls(question, people)

    def text(self) -> str:
        """JSON lines: whatever is inside a text stays inside it."""
        warned = self.warned_line()
        rows = (
            {"line": line, "who": self.people.get(person, ASSISTANT), "text": text}
            | ({"warned": True} if line == warned else {})
            for line, (_, person, text) in enumerate(self.question.lines, 1)
        )
        return b"\n".join(orjson.dumps(row) for row in rows).decode()

    def warned_line(self) -> int:
        """The line after which the warning was shown: the newest by anybody that it answers; 0 for none."""
        rows = enumerate(self.question.lines, 1)
        return max((at for at, row in rows if row[1] and row[0] <= self.question.warned_after), default=0)

    def numbers(self, lines: list[int], person: str) -> tuple[int, ...] | None:
        """The numbers of these messages, or turns of the assistant; None unless each is by `person`."""
        rows = self.question.lines
        if not all(0 < line <= len(rows) and rows[line - 1][1] == person for line in lines):
            return None
        return tuple(abs(rows[line - 1][0]) for line in sorted(set(lines)))


class ClaudeReviewer:
    """Asks the small model once; whatever is not a clear answer is none (E8)."""

    def __init__(self, api: Api, config: Config) -> None:
        self._api = api
        self._model = config.assistant.small_model

    async def review(self, question: Question) -> Verdict | None:
        """As the port says."""
        record = Record.of(question)
        if question.person not in record.people:
            return None
        try:
            async with asyncio.timeout(self._api.limits.review):
                said = await self._ask(record)
        except (ModelError, TimeoutError) as error:
            log.warning(
                "review.failed",
                kind=getattr(error, "kind", "") or "timeout",
                request_id=getattr(error, "request_id", ""),
            )
            return None
        return read(said, record)

    async def _ask(self, record: Record) -> str:
        features = self._api.features
        without = features.without(self._model)
        while True:
            try:
                with translated(self._api.redact):
                    message = await self._api.sdk.messages.create(**ask(record, self._model, without))
            except Rejected as error:
                # A server that refuses a field has not tried yet.
                if (fewer := features.degrade(without, error)) is None:
                    raise
                without = fewer
                continue
            features.settle(without - features.without(self._model))
            if message.stop_reason != "end_turn":
                return ""
            return "".join(block.text for block in message.content if block.type == "text")


def ask(record: Record, model: str, without: frozenset[str] = frozenset()) -> Body:
    """The request for a second opinion."""
    line = record.warned_line() if record.question.ending else 0
    ending = record.question.ending
    system = (
        policy.text("review")
        .replace("{act}", _ENDING if ending else _WARNING)
        .replace("{warning}", _WARNED if line else _NOT_WARNED)
        .replace("{persisting}", _AFTER.format(line=line) if line else _NEWEST)
    )
    person = record.people[record.question.person]
    about = f"The person is {person}; the assistant names {record.question.category}. The record:\n\n"
    body: Body = {
        "model": model,
        "max_tokens": MAX_TOKENS,
        "system": system,
        "messages": [{"role": "user", "content": [{"type": "text", "text": about + record.text()}]}],
    }
    if "format" not in without:
        body["output_config"] = {"format": {"type": "json_schema", "schema": SCHEMA}}
    else:
        body["system"] += f"\n\nAnswer with one JSON object and nothing else: {orjson.dumps(SCHEMA).decode()}"
    return body


def read(said: str, record: Record) -> Verdict | None:
    """The verdict in an answer; None where anything about it is not exactly as asked for."""
    answer = _object(said)
    if answer is None or sorted(answer) != sorted(KEYS):
        return None
    names = {pseudonym: person for person, pseudonym in record.people.items()}
    verdict, category = answer["verdict"], answer["category"]
    person = names.get(answer["participant"]) if isinstance(answer["participant"], str) else None
    known = category in {*Category, NONE} if isinstance(category, str) else False
    if not (
        known
        and verdict in (UPHOLD, DENY)
        and isinstance(answer["crisis"], bool)
        and isinstance(answer["benign_reading"], str)
        and type(answer["warning"]) is int
        and _lines(answer["redirections"])
        and _lines(answer["persisting"])
    ):
        return None
    if person is None:
        return None
    redirections = record.numbers(answer["redirections"], "")
    persisting = record.numbers(answer["persisting"], person)
    if redirections is None or persisting is None or not _in_order(answer, record):
        return None
    return Verdict(
        uphold=verdict == UPHOLD,
        crisis=answer["crisis"],
        category=None if category == NONE else Category(category),
        person=person,
        redirections=redirections,
        persisting=persisting,
        benign=answer["benign_reading"],
    )


def _in_order(answer: dict[str, Any], record: Record) -> bool:
    """Redirections, then the warning, then what persists: all that is cited stands in this order (E21)."""
    line = record.warned_line() if record.question.ending else 0
    if answer["warning"] != line:
        return False
    if not line:
        return not record.question.ending
    return all(each < line for each in answer["redirections"]) and all(
        each > line for each in answer["persisting"]
    )


def _object(said: str) -> dict[str, Any] | None:
    start, end = said.find("{"), said.rfind("}")
    try:
        answer = orjson.loads(said[start : end + 1])
    except orjson.JSONDecodeError:
        return None
    return answer if isinstance(answer, dict) else None


def _lines(value: object) -> bool:
    return isinstance(value, list) and all(type(each) is int for each in value)
