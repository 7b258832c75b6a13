"""The first signal lets work finish, within its time; a second one ends the process at once."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.program import PATIENCE

PROGRAM = """
import asyncio
from bot.signals import until_stopped

async def work():
    try:
        print("up", flush=True)
        await asyncio.Event().wait()
    finally:
        print("farewell", flush=True)
        {farewell}
        print("done", flush=True)

asyncio.run(until_stopped(work(), within={within}))
print("over", flush=True)
"""


@asynccontextmanager
async def program(farewell: str, within: float) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        PROGRAM.format(farewell=farewell, within=within),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            assert await line(process) == "up"
            yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def line(process: asyncio.subprocess.Process) -> str:
    """The next line that is the program's own and not a log's."""
    assert process.stdout is not None
    while True:
        read = (await process.stdout.readline()).decode().strip()
        if " " not in read:
            return read


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_lets_work_finish_and_the_exit_code_is_0(number: signal.Signals) -> None:
    async with program("await asyncio.sleep(0)", within=20) as process:
        process.send_signal(number)
        assert [await line(process) for _ in range(3)] == ["farewell", "done", "over"]
        assert await process.wait() == 0


async def test_a_farewell_that_hangs_is_cut_off_after_its_time() -> None:
    async with program("await asyncio.Event().wait()", within=0.1) as process:
        process.send_signal(signal.SIGTERM)
        assert [await line(process) for _ in range(2)] == ["farewell", "over"]
        assert await process.wait() == 0


async def test_a_second_signal_ends_the_process_at_once() -> None:
    async with program("await asyncio.Event().wait()", within=1000) as process:
        process.send_signal(signal.SIGTERM)
        assert await line(process) == "farewell"
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == -signal.SIGTERM
