"""The contenders as processes: the program itself, and the bare loop, each with doubles of its own."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

import psutil

from tests.doubles.claude import ClaudeDouble
from tests.doubles.discord import DiscordDouble
from tests.program import environment

ROOT: Final = Path(__file__).resolve().parent.parent
PATIENCE: Final = 30.0

Name = Literal["adieu", "floor"]

_CONFIG: Final = """\
[claude]
base_url = "{claude}"
[store]
url = "sqlite:///{folder}/adieu.db"
[web]
port = 0
playground = false
[discord]
api_url = "{api}"
gateway_url = "{gateway}"
[crisis]
detector = "{detector}"
"""
DETECTOR_VARIABLE: Final = "BENCH_DETECTOR"
"""The environment variable by which `--detector` reaches the program's configuration."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A running process and the world around it."""

    name: Name
    discord: DiscordDouble
    claude: ClaudeDouble
    process: asyncio.subprocess.Process
    usage: psutil.Process
    log: Path

    @property
    def cpu(self) -> float:
        """Seconds of CPU since it started."""
        times = self.usage.cpu_times()
        return float(times.user + times.system)

    @property
    def memory(self) -> int:
        """Bytes of resident memory."""
        return int(self.usage.memory_info().rss)

    def last_words(self) -> str:
        """The end of what it logged, for when something goes wrong."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-4000:]


@asynccontextmanager
async def contender(
    name: Name, discord: DiscordDouble, claude: ClaudeDouble, *, profile: Path | None = None
) -> AsyncIterator[Contender]:
    """Start a contender against doubles that are open, wait until it is connected, and stop it in the end."""
    with TemporaryDirectory(prefix="adieu-bench-") as temporary:
        folder = Path(temporary)
        log = folder / "log"
        with log.open("wb") as out:
            process = await asyncio.create_subprocess_exec(
                *_command(name, folder, discord, claude, profile),
                cwd=folder if name == "adieu" else ROOT,
                env=_environment(folder, discord, claude),
                stdout=out,
                stderr=out,
            )
        found = Contender(name, discord, claude, process, psutil.Process(process.pid), log)
        try:
            await _connected(found)
            yield found
        except BaseException:
            if words := found.last_words():
                print(f"--- last words of {name} ---\n{words}", file=sys.stderr)
            raise
        finally:
            await _stop(process)


async def _connected(found: Contender) -> None:
    """Wait until it is on the gateway, but not for one that is gone."""
    async with asyncio.TaskGroup() as group:
        gone = group.create_task(found.process.wait())
        here = group.create_task(found.discord.connected(timeout=PATIENCE))
        await asyncio.wait({gone, here}, return_when=asyncio.FIRST_COMPLETED)
        if not here.done():
            raise ChildProcessError(f"{found.name} ended with code {found.process.returncode}")
        gone.cancel()


def _command(
    name: Name, folder: Path, discord: DiscordDouble, claude: ClaudeDouble, profile: Path | None
) -> Sequence[str]:
    run = (sys.executable, *(("-m", "cProfile", "-o", str(profile)) if profile else ()))
    if name == "floor":
        return (*run, "-m", "benchmarks.floor")
    config = folder / "config.toml"
    text = _CONFIG.format(
        claude=claude.url,
        folder=folder,
        api=discord.api_url,
        gateway=discord.gateway_url,
        detector=os.environ.get(DETECTOR_VARIABLE, "keywords"),
    )
    config.write_text(text, encoding="utf-8")
    return (*run, "-m", "bot", "run", "--config", str(config))


def _environment(folder: Path, discord: DiscordDouble, claude: ClaudeDouble) -> dict[str, str]:
    return environment(
        folder,
        PYTHONPATH=str(ROOT),  # what is measured is the tree that this file is in
        DISCORD_TOKEN=discord.token,
        DISCORD_API_URL=discord.api_url,
        DISCORD_GATEWAY_URL=discord.gateway_url,
        ANTHROPIC_API_KEY=claude.key,
        ANTHROPIC_BASE_URL=claude.url,
    )


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(PATIENCE):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
