"""The core's own checks: storage, model, platforms and web port."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp

from bot import platforms
from bot.claude.open import open_models
from bot.clock import SystemClock
from bot.config import Config
from bot.doctor.finding import Finding, Level
from bot.errors import ModelError, OperatorError
from bot.store.database import open_database
from bot.store.migrate import current

_WHERE = "[store] url"


async def storage(config: Config) -> AsyncIterator[Finding]:
    """Whether conversations can be kept. A database that is not there yet is not created."""
    url = config.store.url
    if url.startswith("sqlite:///"):
        missing = _not_there_yet(url)
        if missing:
            yield missing
            return
    try:
        async with open_database(url) as database:
            # An empty transaction of the kind that may write: on a read-only database it fails.
            up_to_date = await database.write(current)
    except OperatorError as error:
        yield Finding(Level.PROBLEM, "storage", str(error))
        return
    if up_to_date:
        yield Finding(Level.OK, "storage", "writable and up to date")
    else:
        yield Finding(Level.OK, "storage", "writable; the next start brings its tables up to date")


def _not_there_yet(url: str) -> Finding | None:
    path = Path(url.removeprefix("sqlite:///")).absolute()
    if path.exists():
        return None
    if not path.parent.is_dir():
        return Finding(
            Level.PROBLEM,
            "storage",
            f"the folder {path.parent} does not exist",
            f"Create it, or change {_WHERE}.",
        )
    if not os.access(path.parent, os.W_OK | os.X_OK):
        return Finding(
            Level.PROBLEM,
            "storage",
            f"the folder {path.parent} is not writable",
            f"Change its owner or permissions, or {_WHERE}.",
        )
    return Finding(Level.OK, "storage", f"{path} will be made at the first start")


async def model(config: Config) -> AsyncIterator[Finding]:
    """Whether the key and the models work. Only descriptions of models are asked for: it costs nothing."""
    if config.offline:
        yield Finding(
            Level.WARNING,
            "model",
            "the offline stand-in answers",
            "Set ANTHROPIC_API_KEY to speak with Claude.",
        )
        return
    try:
        async with open_models(config, SystemClock()) as (answering, *_):
            problems = await answering.check()
    except ModelError as error:
        yield Finding(Level.PROBLEM, "model", str(error), "Check the network and [claude] base_url.")
        return
    for problem in problems:
        yield Finding(Level.PROBLEM, "model", problem)
    if not problems:
        names = f"{config.assistant.model} and {config.assistant.small_model}"
        yield Finding(Level.OK, "model", f"{names} answer")


async def reach(config: Config) -> AsyncIterator[Finding]:
    """Where people can talk to the assistant; whether it is heard there is each platform's own check."""
    names = platforms.with_people(config, platforms.wanted(config, platforms.installed()))
    chats = sorted(names - {"web"})
    if chats:
        yield Finding(Level.OK, "platforms", ", ".join(chats))
        return
    what = "none, only the playground" if names else "none: nobody can talk to the assistant"
    yield Finding(
        Level.WARNING,
        "platforms",
        what,
        "Set DISCORD_TOKEN for Discord, SLACK_BOT_TOKEN and SLACK_APP_TOKEN for Slack.",
    )


async def web_port(config: Config) -> AsyncIterator[Finding]:
    """Whether the web port is free, or adieu's already."""
    host, port = config.web.host, config.web.port
    what = f"web port {port}"
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as error:
        if await _adieu_answers(host, port):
            yield Finding(Level.OK, what, "adieu is running there already")
        else:
            problem = f"cannot be used ({error.strerror or error})"
            yield Finding(Level.PROBLEM, what, problem, "Choose another [web] port or host.")
        return
    yield Finding(Level.OK, what, "free")


async def _adieu_answers(host: str, port: int) -> bool:
    timeout = aiohttp.ClientTimeout(total=3)
    where = f"[{host}]" if ":" in host else host
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"http://{where}:{port}/healthz") as answer,
        ):
            return '"platforms"' in await answer.text()
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False
