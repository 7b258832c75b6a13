"""One running program for the stories of a file and delivery; each has a channel and people of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.stories.slack.kit import DELIVERIES, Stage, open_stage


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=DELIVERIES)
async def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    """The program with its usual configuration, on Slack, over a socket and over HTTP."""
    async with open_stage(tmp_path_factory.mktemp("story"), request.param) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def stage(running: Stage) -> AsyncIterator[Stage]:
    """A scene for one story; what is true at the end of every story is checked."""
    scene = await running.scene()
    yield scene
    scene.check()
