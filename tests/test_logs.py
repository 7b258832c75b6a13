"""Logs are one event a line, carry their conversation, and never a secret."""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot import logs
from bot.redact import redactor


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


class Output(io.StringIO):
    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


def configured(level: str = "info", format: str = "json", secrets: tuple[str, ...] = ()) -> Output:
    out = Output()
    logs.configure(level, format, secrets=secrets, stream=out)
    return out


def test_an_event_is_one_line_of_json_with_time_and_level() -> None:
    out = configured()
    structlog.get_logger().info("turn finished", tokens=12, place=Path("a"))
    (line,) = out.lines
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "turn finished", "level": "info", "tokens": 12, "place": repr(Path("a"))}


def test_every_line_of_a_turn_carries_its_conversation() -> None:
    out = configured()
    with structlog.contextvars.bound_contextvars(conversation=7, turn=2):
        structlog.get_logger().info("one")
        logging.getLogger("discord.client").warning("two")
    structlog.get_logger().info("three")
    one, two, three = out.lines
    assert (one["conversation"], one["turn"]) == (7, 2)
    assert (two["conversation"], two["logger"], two["level"]) == (7, "discord.client", "warning")
    assert "conversation" not in three


def test_levels_below_the_configured_one_are_left_out() -> None:
    out = configured("warning")
    structlog.get_logger().info("quiet")
    structlog.get_logger().warning("loud")
    assert [line["event"] for line in out.lines] == ["loud"]


def test_libraries_speak_from_warning_on_even_at_debug() -> None:
    out = configured("debug")
    for name in ("discord", "aiohttp.access", "uvicorn.error", "anthropic", "alembic", "sqlalchemy.engine"):
        logging.getLogger(name).info("a message's text: %s", "hello")
        logging.getLogger(name).warning("trouble in %s", name)
    structlog.get_logger().debug("ours")
    assert len(out.lines) == 7
    assert "hello" not in out.getvalue()


def test_configured_secrets_are_masked_wherever_they_are() -> None:
    out = configured(secrets=("hunter-two-two",))
    log = structlog.get_logger()
    log.info("said hunter-two-two", nested={"hunter-two-two": ["x hunter-two-two", ("hunter-two-two",)]})
    log.info("error", error=ValueError("hunter-two-two"), path=Path("hunter-two-two"))
    logging.getLogger("aiohttp").error("with %s", "hunter-two-two")
    assert len(out.lines) == 3
    assert "hunter" not in out.getvalue()
    assert out.getvalue().count("***") == 7


def broken() -> None:
    try:
        int("hunter-two-two")
    except ValueError as error:
        raise RuntimeError("Authorization: Bearer abcdefghijkl") from error


@pytest.mark.parametrize("format", ["json", "console"])
def test_tracebacks_are_kept_but_their_secrets_are_not(format: str) -> None:
    out = configured(format=format, secrets=("hunter-two-two",))
    try:
        broken()
    except RuntimeError:
        structlog.get_logger().exception("broken")
        logging.getLogger("asyncio").exception("broken too")
    text = out.getvalue()
    assert text.count("RuntimeError: ") == 2
    assert text.count("Traceback") == 4
    assert "hunter" not in text
    assert "abcdefghijkl" not in text


@pytest.mark.filterwarnings("default:this retires")
def test_warnings_of_python_become_events() -> None:
    out = configured()
    warnings.warn("this retires", DeprecationWarning, stacklevel=1)
    assert out.lines[0]["logger"] == "py.warnings"


@pytest.mark.parametrize(
    "secret",
    [
        "sk-ant-api03-AbC_dEf-123",
        "xoxb-123-456-abc",
        "xoxe.xoxp-1-abc",
        "xapp-1-A0-1-abcdef",
        "Bearer abc.def~ghi+jkl=",
        "Bot MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.abcdefghijklmnopqrstuvwxyz0",
        "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.abcdefghijklmnopqrstuvwxyz0",
        "/interactions/123456/aW50ZXJhY3Rpb246MTIzNDU2/callback",
        "/webhooks/123456/aW50ZXJhY3Rpb246MTIzNDU2/messages",
        "wss://wss.slack.com/link/?ticket=bbe0f2362ddb43b78ce2f239ae2b97d0&app_id=A0",
        "https://hooks.slack.com/actions/T0123/456/AbCdEf0123456789",
        "postgresql://adieu:hunter22@host/name",
    ],
)
def test_what_looks_like_a_secret_is_masked_without_being_known(secret: str) -> None:
    masked = redactor()(f"before {secret} after")
    assert secret not in masked
    assert "***" in masked
    assert masked.startswith("before ")
    assert masked.endswith(" after")


@pytest.mark.parametrize(
    "text",
    ["Bot stopped", "a bearer of news", "https://discord.com/api/v10", "adieu.db", "1234567890123456789", ""],
)
def test_ordinary_words_are_left_alone(text: str) -> None:
    assert redactor(("short", ""))(text) == text
