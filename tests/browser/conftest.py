"""A real browser on the real program. ADIEU_URL points the stories at a playground that already runs."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.playground import visit
from tests.program import PATIENCE, free_port, start

CHROMIUM = Path("/usr/bin/chromium")
INSTALLED = CHROMIUM.exists()
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RUNNING = os.environ.get("ADIEU_URL", "").rstrip("/")
expect.set_options(timeout=PATIENCE * 1000)


class Product:
    """`adieu run` as a process, which can be killed and started again on the same data."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self.url = f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        config = self._folder / "config.toml"
        config.write_text(f"[web]\nport = {self._port}\nplayground = true\n", encoding="utf-8")
        self._process = await start(("run", "--config", str(config)), self._folder, {})
        opened = asyncio.Event()
        self._reading = asyncio.create_task(self._read(self._process, opened))
        async with asyncio.timeout(PATIENCE):
            await opened.wait()

    async def _read(self, process: asyncio.subprocess.Process, opened: asyncio.Event) -> None:
        assert process.stderr is not None
        async for line in process.stderr:
            if b"web port is open" in line:
                opened.set()

    async def stop(self) -> None:
        """End it as an operator does."""
        if self._process and self._process.returncode is None:
            self._process.terminate()
            async with asyncio.timeout(PATIENCE):
                await self._process.wait()
        if self._reading:
            await self._reading

    async def kill(self) -> None:
        """End it without warning, as a crash does."""
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        if self._reading:
            await self._reading


@pytest_asyncio.fixture(loop_scope="session")
async def product(tmp_path: Path) -> AsyncIterator[Product]:
    """A program of the story's own, with an empty store, which it may kill."""
    if RUNNING:
        pytest.skip("ADIEU_URL is set: this story needs a program of its own")
    program = Product(tmp_path)
    await program.start()
    yield program
    await program.kill()


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """Where the playground is that all stories share, as people share one."""
    if RUNNING:
        yield RUNNING
        return
    program = Product(tmp_path_factory.mktemp("playground"))
    await program.start()
    yield program.url
    await program.kill()


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all stories."""
    if not INSTALLED:
        pytest.skip(f"{CHROMIUM} is not there: apt-get install chromium")
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browser(chromium: Browser) -> AsyncIterator[Browser]:
    """The browser; what a story has left open in it is closed."""
    yield chromium
    for context in chromium.contexts:
        await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, url: str) -> AsyncIterator[Page]:
    """A page of the playground, on a desk. A script that fails, fails the test."""
    context = await browser.new_context(viewport={"width": 1280, "height": 820})
    opened = await context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    await visit(opened, url)
    yield opened
    assert complaints == []
