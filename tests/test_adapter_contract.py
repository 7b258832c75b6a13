"""The Adapter contract, on the fake platform and on the playground."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from adapters.web.state.threads import SPACE
from bot.ports import Adapter
from bot.types import Conversation, ThreadRef
from tests.browser.desk import talk
from tests.browser.site import Site, open_site
from tests.contracts.adapter_suite import AdapterContract, Probe
from tests.fakes.platform import FakePlatform, Post


class FakeProbe:
    """The fake platform, which shows everything."""

    def __init__(self) -> None:
        self.platform = FakePlatform()
        self.adapter: Adapter = self.platform
        self._numbers = count(1)

    async def asked(self) -> Conversation:
        return talk(ThreadRef("fake", "harbour", "general", f"m{next(self._numbers)}"), 7)

    async def texts(self, here: Conversation) -> list[str]:
        return self.platform.replies(here.thread.thread)

    async def cards(self, here: Conversation) -> list[str]:
        return [post.card.text for post in self._posts(here) if post.card]

    async def working(self, here: Conversation) -> bool:
        return any(post.working for post in self._posts(here))

    async def locked(self, here: Conversation) -> bool:
        return here.thread.thread in self.platform.locked

    async def threads(self) -> int:
        return len(self.platform.opened)

    async def take_away(self, here: Conversation, message: str) -> bool:
        return self.platform.posts.pop(message, None) is not None

    async def remove(self, here: Conversation) -> None:
        self.platform.gone.add(here.thread.thread)

    async def forget(self) -> None:
        return

    def _posts(self, here: Conversation) -> list[Post]:
        return [post for post in self.platform.posts.values() if post.thread == here.thread.thread]


@dataclass
class WebProbe:
    """The playground, as its pages see it."""

    site: Site
    adapter: Adapter

    async def asked(self) -> Conversation:
        message = await self.site.say("ann", "general", "hello")
        return talk(ThreadRef("web", "playground", "general", message), 7)

    async def texts(self, here: Conversation) -> list[str]:
        kept = await self.site.adapter.board.posts.all(here.thread.thread)
        return [post.text for post in kept if not post.author and not post.card]

    async def cards(self, here: Conversation) -> list[str]:
        kept = await self.site.adapter.board.posts.all(here.thread.thread)
        return [post.card.text for post in kept if post.card and not post.to]

    async def working(self, here: Conversation) -> bool:
        return any(post["running"] or post["broken"] for post in await self.site.posts(here.thread.thread))

    async def locked(self, here: Conversation) -> bool:
        known = (await self.site.state())["threads"]
        return any(each["ended"] for each in known if each["id"] == here.thread.thread)

    async def threads(self) -> int:
        return len((await self.site.state())["threads"])

    async def take_away(self, here: Conversation, message: str) -> bool:
        return False

    async def remove(self, here: Conversation) -> None:
        await self.site.context.shelf.remove(SPACE, here.thread.thread)

    async def forget(self) -> None:
        return


class TestFake(AdapterContract):
    @pytest.fixture
    async def probe(self) -> Probe:
        return FakeProbe()


class TestWeb(AdapterContract):
    @pytest.fixture
    async def probe(self, tmp_path: Path) -> AsyncIterator[Probe]:
        async with open_site(tmp_path) as site:
            yield WebProbe(site, site.adapter)
