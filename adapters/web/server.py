"""uvicorn inside our own loop: our socket, our shutdown, our logs."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
import uvicorn
from starlette.types import ASGIApp

from bot.errors import OperatorError

log = structlog.get_logger()
GRACE_SECONDS = 3


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the program."""
        yield


class Listening:
    """A bound socket, and the server on it while `serve` runs."""

    def __init__(self, sock: socket.socket, host: str) -> None:
        self._socket = sock
        self._server: _Server | None = None
        self.port = int(sock.getsockname()[1])
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
        self.url = f"http://{shown}:{self.port}"

    def mount(self, app: ASGIApp) -> None:
        """Say what is served."""
        config = uvicorn.Config(
            app,
            lifespan="off",
            ws="none",
            http="h11",
            log_config=None,
            access_log=False,
            server_header=False,
            # Nobody stands in front of us unasked: an address in a header proves nothing.
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        self._server = _Server(config)

    def health(self) -> str:
        """Say why nobody is served, "" while people are."""
        server = self._server
        return "" if server and server.started and not server.should_exit else "the web server is not running"

    async def serve(self, before_exit: Callable[[], None]) -> None:
        """Serve until cancelled; then let requests end, and endless ones through `before_exit`."""
        server = self._server
        assert server is not None
        serving = asyncio.create_task(server.serve(sockets=[self._socket]), name="web server")
        try:
            log.info("web port is open", url=self.url)
            await asyncio.shield(serving)
        finally:
            before_exit()
            server.should_exit = True
            await serving

    def close(self) -> None:
        self._socket.close()


def listen(host: str, port: int) -> Listening:
    """Bind the socket; raises OperatorError with a remedy where that cannot be."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return Listening(socket.create_server(address[:2], family=family, backlog=2048), host)
    except OSError as error:
        raise OperatorError(
            f"The web port cannot be opened on {host}, port {port}: {_remedy(error)}"
        ) from error


def _remedy(error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return (
                "another program has this port. Stop it, or choose another [web] port (0 finds a free one)."
            )
        case errno.EACCES:
            return "the system reserves this port. Choose another [web] port, above 1023."
        case _:
            return f'this machine has no such address ({error}). Set [web] host to "127.0.0.1".'
