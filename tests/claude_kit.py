"""What the tests of bot.claude share: an open model over the double, and short ways to say things."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.claude.client import Api, Claude, open_api
from bot.claude.detect import ClaudeDetector
from bot.claude.review import ClaudeReviewer
from bot.claude.transport import PAUSE
from bot.claude.tries import Limits
from bot.config import Config
from bot.ports import Model
from bot.render import render
from bot.types import Delta, Exchange, Message, Person, Prompt, Response, Restart
from tests.clock import FakeClock
from tests.doubles.claude import ClaudeDouble

MODEL = "claude-opus-5-5"
SMALL = "claude-haiku-5-5"
KEY = "test-key"
SYSTEM = "You are adieu. " * 200


def config_for(url: str, *, key: str = KEY, **assistant: Any) -> Config:
    return Config.model_validate(
        {"claude": {"base_url": url}, "assistant": assistant, "secrets": {"anthropic_api_key": key}}
    )


@dataclass(frozen=True, slots=True)
class Kit:
    """An open model, its reviewer, and what they stand on."""

    double: ClaudeDouble
    clock: FakeClock
    api: Api
    model: Claude
    reviewer: ClaudeReviewer
    detector: ClaudeDetector


@asynccontextmanager
async def kit_for(
    double: ClaudeDouble, *, limits: Limits | None = None, pause: float = PAUSE, **assistant: Any
) -> AsyncIterator[Kit]:
    clock, config = FakeClock(), config_for(double.url, **assistant)
    async with open_api(config, clock, limits=limits, pause=pause) as api:
        yield Kit(
            double,
            clock,
            api,
            Claude(api, config),
            ClaudeReviewer(api, config),
            ClaudeDetector(api, config),
        )


def message(name: str, text: str, *, number: int = 1, deleted: bool = False) -> Message:
    return Message(
        number,
        f"m{number}",
        Person(name.lower(), name),
        text,
        datetime(2026, 11, 20, tzinfo=UTC),
        deleted=deleted,
    )


def said(name: str, text: str) -> str:
    return render((message(name, text),))


def ask(text: str = "Hello!", *history: tuple[str, str], name: str = "Ann", **more: Any) -> Prompt:
    exchanges = tuple(Exchange(turn, said(name, one), two) for turn, (one, two) in enumerate(history, 1))
    return Prompt(
        **{"model": MODEL, "system": SYSTEM, "input": said(name, text), "history": exchanges, **more}
    )


async def events_of(model: Model, prompt: Prompt) -> list[Delta | Restart | Response]:
    async with aclosing(model.stream(prompt)) as events:
        return [event async for event in events]


async def answer(model: Model, prompt: Prompt) -> Response:
    last = (await events_of(model, prompt))[-1]
    assert isinstance(last, Response)
    return last


def visible(events: list[Delta | Restart | Response]) -> str:
    """What people see in the end, when every `Restart` takes back what stood before it."""
    text = ""
    for event in events:
        if isinstance(event, Delta):
            text += event.text
        elif isinstance(event, Restart):
            text = ""
    return text
