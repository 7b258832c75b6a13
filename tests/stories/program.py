"""`adieu run` as a process: heard line by line, stopped, killed, started again on the same database."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp

from tests.program import PATIENCE, start

__all__ = ["PATIENCE", "Program"]

Line = dict[str, Any]


class Program:
    """One installation: a folder with its configuration, its database, and a process while it runs."""

    def __init__(self, folder: Path, config: str, variables: Mapping[str, str]) -> None:
        self.folder = folder
        self.lines: list[Line] = []
        self.output = ""
        self.process: asyncio.subprocess.Process | None = None
        self._variables = variables
        self._began = 0
        self._reading: asyncio.Task[None] | None = None
        self._waiting: list[asyncio.Future[None]] = []
        (folder / "config.toml").write_text(config, encoding="utf-8")

    async def start(self) -> None:
        """Start it, without waiting for anything."""
        self._began = len(self.lines)
        self.process = await start(("run", "--config", "config.toml"), self.folder, self._variables)
        self._reading = asyncio.create_task(self._read(self.process))

    async def ready(self) -> None:
        """Return once it has told that it heard Discord and took up what it had missed."""
        await self.until(lambda: self.told("caught up"))

    @property
    def session(self) -> list[Line]:
        """The log since the newest start."""
        return self.lines[self._began :]

    def forget(self) -> None:
        """Count what is told from here on."""
        self._began = len(self.lines)

    def told(self, event: str, **fields: Any) -> list[Line]:
        """The lines of this kind since the newest start."""
        wanted = {"event": event, **fields}
        return [line for line in self.session if wanted.items() <= line.items()]

    async def until(self, condition: Callable[[], object]) -> None:
        """Return once it is so; looked at after each line of the log, and given up where the program ends."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not condition():
                    assert self.process is not None, "the program does not run"
                    assert self.process.returncode is None, f"the program has ended:\n{self.tail()}"
                    future = asyncio.get_running_loop().create_future()
                    self._waiting.append(future)
                    await future
        except TimeoutError:
            raise AssertionError(f"not so within {PATIENCE} s\n{self.tail()}") from None

    def listening(self) -> list[Line]:
        """Whether the web port is open."""
        return self.told("web port is open")

    async def healthz(self) -> int:
        """The status of GET /healthz."""
        opened = [line for line in self.lines if line["event"] == "web port is open"]
        async with aiohttp.ClientSession() as session, session.get(f"{opened[-1]['url']}/healthz") as answer:
            return answer.status

    async def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return await self.ended()

    async def kill(self) -> None:
        """SIGKILL: not one more instruction."""
        assert self.process is not None
        self.process.kill()
        await self.ended()

    async def ended(self) -> int:
        """Wait for the end; the exit code."""
        assert self.process is not None
        assert self._reading is not None
        async with asyncio.timeout(PATIENCE):
            await self._reading
            code = await self.process.wait()
        self.process = None
        return code

    async def close(self) -> None:
        """Leave nothing running."""
        if self.process is not None:
            if self.process.returncode is None:
                self.process.kill()
            await self.ended()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database says, while nobody writes to it."""
        with sqlite3.connect(self.folder / "adieu.db") as database:
            return database.execute(query).fetchall()

    def kept(self) -> bytes:
        """Every byte on disk, the database and its log."""
        return b"".join(path.read_bytes() for path in sorted(self.folder.glob("adieu.db*")))

    def tail(self, last: int = 40) -> str:
        """The end of the log, for people to read."""
        return os.linesep.join(self.output.splitlines()[-last:])

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        await asyncio.gather(self._listen(process.stdout), self._listen(process.stderr))
        await process.wait()
        self._changed()

    async def _listen(self, stream: asyncio.StreamReader) -> None:
        async for raw in stream:
            text = raw.decode()
            self.output += text
            if text.startswith("{"):
                self.lines.append(json.loads(text))
            self._changed()

    def _changed(self) -> None:
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)
