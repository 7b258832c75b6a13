"""The table of REST routes, keyed as in Discord's OpenAPI file, and how a request finds its handler."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from .commands import Commands
from .errors import Form, Json, Refused
from .gateway import Gateway
from .interactions import Interactions
from .messages import Messages
from .threads import Threads
from .world import World

Answer = tuple[int, Any]


@dataclass
class Desk:
    """Everything a handler may need."""

    world: World
    messages: Messages
    threads: Threads
    commands: Commands
    interactions: Interactions
    gateway: Gateway
    application_flags: int = 0


@dataclass
class Call:
    """One authorised request: path parameters, query and body, read."""

    args: dict[str, str]
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    attachments: list[Json] = field(default_factory=list)
    reason: str | None = None

    def id(self, name: str) -> int:
        """Give a path parameter as a snowflake, or refuse with 50035."""
        return snowflake(self.args[name], name)

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """Give a number from the query, or refuse with 50035."""
        text = self.query.get(name)
        if text is None:
            return default
        if not text.isdigit() or not least <= int(text) <= most:
            form = Form()
            form.wrong((name,), "NUMBER_TYPE_MAX", f"int value should be between {least} and {most}.")
            form.check()
        return int(text)

    @property
    def form(self) -> Json:
        """The body as a JSON object, or refuse with 50035."""
        if self.body is None:
            return {}
        if not isinstance(self.body, dict):
            raise Refused(
                50035, errors={"_errors": [{"code": "MODEL_TYPE_CONVERT", "message": "Not an object"}]}
            )
        return self.body


Handler = Callable[[Desk, Call], Answer]


@dataclass(frozen=True)
class Route:
    """One line of the table; `public` ones need no Authorization (their token is in the path)."""

    method: str
    template: str
    handler: Handler
    public: bool
    parts: tuple[str, ...]

    @property
    def literals(self) -> int:
        """How many parts are fixed: `@me` and `@original` go before parameters."""
        return sum(not part.startswith("{") for part in self.parts)


_TABLE: dict[tuple[str, int], list[Route]] = {}


def route(method: str, template: str, *, public: bool = False) -> Callable[[Handler], Handler]:
    """Put a handler into the table."""

    def put(handler: Handler) -> Handler:
        parts = tuple(template.strip("/").split("/"))
        line = _TABLE.setdefault((method, len(parts)), [])
        line.append(Route(method, template, handler, public, parts))
        line.sort(key=lambda entry: -entry.literals)
        return handler

    return put


def find(method: str, raw_path: str) -> tuple[Route, dict[str, str]] | None:
    """Find the route for a path after /api/v10, with its parameters unquoted."""
    parts = raw_path.strip("/").split("/")
    for candidate in _TABLE.get((method, len(parts)), ()):
        args: dict[str, str] = {}
        for expected, given in zip(candidate.parts, parts, strict=True):
            if expected.startswith("{"):
                args[expected[1:-1]] = unquote(given)
            elif expected != unquote(given):
                break
        else:
            return candidate, args
    return None


def snowflake(text: Any, name: str) -> int:
    """Read an id, or refuse with 50035."""
    if not str(text).isdigit():
        form = Form()
        form.wrong((name,), "NUMBER_TYPE_COERCE", f'Value "{text}" is not snowflake.')
        form.check()
    return int(text)
