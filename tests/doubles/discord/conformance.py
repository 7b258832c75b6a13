"""Checks recorded traffic against Discord's own OpenAPI file, after the fact."""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from .traffic import Dispatch, Exchange

SPEC = Path(__file__).parents[3].parent / "shared" / "specs" / "discord" / "openapi.json"
MISSING = f"Discord's OpenAPI file is not at {SPEC}"
_BASE = "urn:discord"
_MESSAGE_EVENTS = frozenset({"MESSAGE_CREATE", "MESSAGE_UPDATE"})


# Where the file and the real Discord differ: a pattern over "who: path: finding", and the reason.
EXCEPTIONS: dict[str, str] = {
    r"^GET /applications/@me: not in the file$": "an old name that Discord still answers to",
}

# Paths in requests where a number stands for a snowflake. The file wants strings there; Discord has always
# taken both, and discord.py sends numbers.
NUMBERS_ACCEPTED: tuple[str, ...] = (
    r"(^|/)\w+_ids?(/\*)?$",  # message_reference/message_id, recipient_id, sticker_ids
    r"(^|/)attachments/\*/id$",  # the index of the uploaded file
    r"(^|/)allowed_mentions/(users|roles)/\*$",
    r"(^|/)applied_tags/\*$",
)
_known = [re.compile(pattern) for pattern in EXCEPTIONS]
_numbers = re.compile("|".join(NUMBERS_ACCEPTED))

_formats = FormatChecker(formats=())


@_formats.checks("snowflake")
def _is_snowflake(value: object) -> bool:
    return not isinstance(value, str) or value.isdigit()


@_formats.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value) is not None


@_formats.checks("nonce")
def _is_nonce(value: object) -> bool:
    return not isinstance(value, str) or len(value) <= 25


@lru_cache(maxsize=1)
def _spec() -> tuple[Any, Registry[Any]]:
    spec = json.loads(SPEC.read_text())
    resource = Resource.from_contents(spec, default_specification=DRAFT202012)
    return spec, Registry().with_resource(_BASE, resource)


@lru_cache(maxsize=512)
def _validator(pointer: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"{_BASE}#{pointer}"}, registry=_spec()[1], format_checker=_formats)


def problems(traffic: Iterable[Exchange], dispatches: Iterable[Dispatch] = ()) -> list[str]:
    """Tell what in requests, 2xx answers and message dispatches the file does not allow; empty is good.

    Only requests that were answered 2xx must have a good body: refused ones may be wrong on purpose.
    """
    found: list[str] = []
    for exchange in traffic:
        if 200 <= exchange.status < 300:
            found += _exchange(exchange)
    for event in dispatches:
        if event.name in _MESSAGE_EVENTS:
            found += _check("/components/schemas/MessageResponse", event.data, f"gateway {event.name}")
    return list(dict.fromkeys(found))


def _exchange(exchange: Exchange) -> list[str]:
    name = f"{exchange.method} {exchange.template}"
    operation = _spec()[0]["paths"].get(exchange.template, {}).get(exchange.method.lower())
    if operation is None:
        return _kept(f"{name}: not in the file")
    pointer = f"/paths/{exchange.template.replace('~', '~0').replace('/', '~1')}/{exchange.method.lower()}"
    found: list[str] = []
    if exchange.body is not None:
        if "application/json" in operation.get("requestBody", {}).get("content", {}):
            where = f"{pointer}/requestBody/content/application~1json/schema"
            found += _check(where, _as_strings(exchange.body), f"{name} request")
        else:
            found += _kept(f"{name} request: has a body, but the file knows none")
    answers = operation["responses"].get(str(exchange.status))
    if answers is None:
        return found + _kept(f"{name} {exchange.status}: the status is not in the file")
    if "content" in answers:
        where = f"{pointer}/responses/{exchange.status}/content/application~1json/schema"
        found += _check(where, exchange.response, f"{name} {exchange.status}")
    elif exchange.response is not None:
        found += _kept(f"{name} {exchange.status}: has a body, but the file knows none")
    return found


def _check(pointer: str, value: Any, name: str) -> list[str]:
    found: list[str] = []
    for error in _validator(pointer).iter_errors(value):
        for leaf in _leaves(error):
            path = "/".join("*" if isinstance(step, int) else str(step) for step in leaf.absolute_path)
            found += _kept(f"{name}: {path}: {leaf.message[:200]}")
    return found


def _leaves(error: ValidationError) -> list[ValidationError]:
    """Of a failed oneOf, tell the branch that came closest: the deepest, then the shortest list of errors."""
    if not error.context:
        return [error]
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context:
        branches.setdefault(inner.schema_path[0], []).append(inner)

    def distance(branch: list[ValidationError]) -> tuple[bool, int]:
        return any(list(each.path)[-1:] == ["type"] for each in branch), len(branch)

    best = min(branches.values(), key=distance)
    return [leaf for inner in best for leaf in _leaves(inner)]


def _kept(finding: str) -> list[str]:
    """Keep a finding, unless it is one of the known exceptions."""
    return [] if any(known.search(finding) for known in _known) else [finding]


def _as_strings(value: Any, path: str = "") -> Any:
    """Copy a request body with its numeric snowflakes written as strings."""
    if isinstance(value, dict):
        return {key: _as_strings(inner, f"{path}/{key}") for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_strings(inner, f"{path}/*") for inner in value]
    number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if number and _numbers.search(path) else value
