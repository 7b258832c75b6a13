"""The models that the configuration names: Claude, or without any key the offline stand-in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.config import Config
from bot.crisis import KeywordNet
from bot.ports import Clock, Detector, Model, Reviewer


@asynccontextmanager
async def open_models(config: Config, clock: Clock) -> AsyncIterator[tuple[Model, Reviewer, Detector]]:
    """Open the conversation partner, the second opinion and the crisis detector, while the context lasts."""
    # What is not used is not imported: the SDK alone is a good part of the program's memory and start.
    if config.offline:
        from bot.claude.offline import Offline  # noqa: PLC0415
        from bot.claude.offline_review import OfflineReviewer  # noqa: PLC0415

        yield Offline(clock, config), OfflineReviewer(), KeywordNet()
        return
    from bot.claude.client import Claude, open_api  # noqa: PLC0415
    from bot.claude.detect import ClaudeDetector  # noqa: PLC0415
    from bot.claude.review import ClaudeReviewer  # noqa: PLC0415

    async with open_api(config, clock) as api:
        words_only = config.crisis.detector == "keywords"
        detector: Detector = KeywordNet() if words_only else ClaudeDetector(api, config)
        yield Claude(api, config), ClaudeReviewer(api, config), detector
