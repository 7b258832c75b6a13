"""One running program for all the stories of a file; each story has a channel and people of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.stories.kit import Stage, open_stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """The program with its usual configuration, on Discord."""
    async with open_stage(tmp_path_factory.mktemp("story")) as stage:
        yield stage
        stage.program.forget()  # each story has looked at its own part of the log


@pytest_asyncio.fixture(loop_scope="module")
async def stage(running: Stage) -> AsyncIterator[Stage]:
    """A scene for one story; what is true at the end of every story is checked."""
    scene = await running.scene()
    yield scene
    scene.check()
