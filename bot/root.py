"""The composition root: opens what the configuration names, in order of need, and runs it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack

import structlog

from bot import platforms
from bot.assistant import Assistant
from bot.claude.open import open_models
from bot.config import Config
from bot.engine.local import LocalEngine
from bot.errors import ModelError, OperatorError
from bot.ports import Clock, Context, Model
from bot.store import open_store
from bot.supervise import Supervisor

GRACE = 8.0
"""Seconds for running turns to finish; what is left is parked in the store and taken up at the next start."""
FAREWELL = 10.0
"""Seconds for all of stopping, closing connections included."""
CHECK_SECONDS = 5.0

log = structlog.get_logger()


async def serve(config: Config, clock: Clock, *, ready: Callable[[tuple[str, ...]], None]) -> None:
    """Serve until cancelled. `ready` hears the names of the open platforms before the first message does."""
    names = platforms.wanted(config, platforms.installed())
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(config.store.url))
        model, reviewer, detector = await stack.enter_async_context(open_models(config, clock))
        await _check(model)
        engine = await stack.enter_async_context(LocalEngine(clock))
        assistant = Assistant(config, store, model, reviewer, detector, engine, clock)
        supervisor = Supervisor(assistant.adapters, platforms.with_people(config, names), clock)
        context = Context(
            config=config, desk=assistant, shelf=store.shelf, clock=clock, health=supervisor.health
        )
        for name in names:
            adapter = platforms.adapter(name, context)
            assistant.adapters[name] = await stack.enter_async_context(adapter)
        # Last in, first out: turns finish while the adapters can still post, and after nothing new is heard.
        stack.push_async_callback(assistant.close, grace=GRACE)
        await assistant.resume()
        await stack.enter_async_context(assistant.lapsing)
        ready(names)
        await supervisor.hear()


async def _check(model: Model) -> None:
    """Stop the start for what only the operator can mend; an API that does not answer is no such thing."""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            problems = await model.check()
    except (TimeoutError, ModelError) as error:
        log.warning("the model could not be checked", error=str(error) or "no answer in time")
        return
    if problems:
        raise OperatorError("\n".join(problems))
