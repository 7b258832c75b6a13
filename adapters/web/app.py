"""How the web adapter is put together: `create` is its entry point."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from starlette.applications import Starlette
from starlette.types import ASGIApp

from adapters.web import pages
from adapters.web.adapter import Playground
from adapters.web.api import Api
from adapters.web.board import Board
from adapters.web.ground import Ground
from adapters.web.refused import Refused
from adapters.web.security import Guard, Token, secret
from adapters.web.server import listen
from adapters.web.sign_in import Sessions, Tries
from adapters.web.talk import Talk
from bot.config import Config, loopback
from bot.errors import OperatorError
from bot.ports import Context

log = structlog.get_logger()


@asynccontextmanager
async def create(context: Context) -> AsyncIterator[Playground]:
    """Bind the web port and make the adapter; `run` then serves. Raises OperatorError with a remedy."""
    config = context.config
    _say_who_may_enter(config)
    listening = listen(config.web.host, config.web.port)
    try:
        board = Board(context)
        listening.mount(await application(context, board))
        yield Playground(board, Talk(Ground(board), context.desk), listening)
    finally:
        listening.close()


async def application(context: Context, board: Board) -> ASGIApp:
    """All routes behind the guard."""
    config = context.config
    own = await secret(context.shelf)
    password = config.secrets.adieu_web_password.get_secret_value()
    sessions = Sessions(own, password, context.clock) if password else None
    name = config.assistant.name
    routes: list[pages.AnyRoute] = [pages.health(context.health), pages.files()]
    if not config.web.playground:
        # Nothing here needs a password: health, and one page that says that there is nothing.
        return _guarded(context, [*routes, pages.closed(name)], None)
    token = Token(own, sessions)
    if sessions:
        routes += pages.sign_in(name, sessions, Tries(context.clock), token)
    routes += Api(context, board, token).routes()
    routes += pages.playground(name, token, signed_in=sessions is not None, opened=board.read_in)
    return _guarded(context, routes, sessions)


def _guarded(context: Context, routes: list[pages.AnyRoute], sessions: Sessions | None) -> ASGIApp:
    handlers = {Refused: pages.refused, 404: pages.missing}
    app = Starlette(routes=routes, exception_handlers=handlers)
    host = context.config.web.host
    names = frozenset({"localhost", "127.0.0.1", "::1", host}) if loopback(host) and not sessions else None
    return Guard(app, hosts=names, sessions=sessions, mounts=context.mounts)


def _say_who_may_enter(config: Config) -> None:
    host, password = config.web.host, config.secrets.adieu_web_password.get_secret_value()
    if loopback(host):
        return
    if not password:
        raise OperatorError(
            f"[web] host {host} can be reached from other machines. Set ADIEU_WEB_PASSWORD in the"
            ' environment, or use "127.0.0.1".'
        )
    log.warning("the web port can be reached from other machines: a password is asked for", host=host)
