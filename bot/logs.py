"""Structured logs: every line is an event with names and numbers, free of secrets, as JSON or for a terminal.

The core binds `conversation` and `turn` with `structlog.contextvars`; every line of a turn then carries them.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.redact import redactor

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
# Text of messages is allowed below info only, and libraries do not know that rule.
_LIBRARIES = logging.WARNING


def configure(level: str, format: str, *, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Send all logs, ours and the libraries', to `stream` (standard error), one event a line.

    `level` and `format` are those of the configuration; no value of `secrets` ever appears.
    """
    out = stream or sys.stderr
    shared = _processors(redactor(secrets))
    renderer = _renderer(format, colors=out.isatty())
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *shared, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(_LEVELS[level], _LIBRARIES))
    logging.captureWarnings(capture=True)


def _processors(redact: Callable[[str], str]) -> list[Processor]:
    def without_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {key: _clean(value, redact) for key, value in event.items()}

    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_secrets,
    ]


def _clean(value: Any, redact: Callable[[str], str]) -> Any:
    """Mask secrets however deep they are; what is not plain data becomes text first."""
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return redact(value)
        case dict():
            return {redact(str(key)): _clean(item, redact) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_clean(item, redact) for item in value]
        case _:
            return redact(str(value) if isinstance(value, Exception) else repr(value))


def _renderer(format: str, *, colors: bool) -> Processor:
    if format == "json":
        return structlog.processors.JSONRenderer(serializer=lambda event, **_: orjson.dumps(event).decode())
    return structlog.dev.ConsoleRenderer(
        colors=colors, exception_formatter=structlog.dev.plain_traceback, pad_event_to=24
    )
