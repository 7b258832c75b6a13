"""The program itself, as a process: for the tests of its commands."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 120.0
"""Seconds after which something hangs, on the busiest of machines; no test waits for them to pass."""


@dataclass(frozen=True)
class Result:
    """What a command came to."""

    code: int
    out: str
    err: str


def environment(home: Path, **variables: str) -> dict[str, str]:
    """A clean environment: nothing of this machine's keys, tokens or addresses."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONUTF8": "1"} | variables


async def start(
    arguments: tuple[str, ...], folder: Path, variables: Mapping[str, str]
) -> asyncio.subprocess.Process:
    """Start `adieu ARGUMENTS` in `folder`."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=folder,
        env=environment(folder, **variables),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def adieu(*arguments: str, folder: Path, **variables: str) -> Result:
    """Run `adieu ARGUMENTS` in `folder` to its end."""
    process = await start(arguments, folder, variables)
    async with asyncio.timeout(PATIENCE):
        out, err = await process.communicate()
    assert process.returncode is not None
    return Result(process.returncode, out.decode(), err.decode())


@asynccontextmanager
async def running(
    *arguments: str, folder: Path, **variables: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Have `adieu ARGUMENTS` running, and kill it at the end if it still does."""
    process = await start(arguments, folder, variables)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def told(process: asyncio.subprocess.Process, *words: str) -> str:
    """What the program has logged, as soon as all these words are in it."""
    assert process.stderr is not None
    read = ""
    async with asyncio.timeout(PATIENCE):
        async for line in process.stderr:
            read += line.decode()
            if all(each in read for each in words):
                return read
    raise AssertionError(f"it ended without {words}:\n{read}")


def free_port() -> int:
    """A port that nobody uses, below those that outgoing connections are given.

    A program can be killed and started again on it, while other tests connect to anything.
    """
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
