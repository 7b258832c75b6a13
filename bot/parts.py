"""What the core is put together from, and the few things that every part of it asks."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from hashlib import blake2b
from weakref import WeakValueDictionary

from bot.config import Config
from bot.crisis import helplines
from bot.crisis.helplines import Helplines
from bot.guard import Rules
from bot.ports import Adapter, Clock, Detector, Engine, Model, Reviewer
from bot.store import Store, workspace_key
from bot.types import Conversation, Mode


@dataclass(slots=True)
class Parts:
    """One of each, opened by the composition root; `adapters` by platform, filled as they open."""

    config: Config
    store: Store
    model: Model
    reviewer: Reviewer
    detector: Detector
    engine: Engine
    clock: Clock
    adapters: dict[str, Adapter] = field(default_factory=dict)
    _leases: WeakValueDictionary[tuple[int, str], asyncio.Lock] = field(default_factory=WeakValueDictionary)
    helplines: Helplines = field(init=False)

    def __post_init__(self) -> None:
        """Read the helplines once; what is wrong with the operator's file is said at start."""
        self.helplines = helplines.load(self.config.crisis.helplines, self.config.crisis.country)

    @property
    def rules(self) -> Rules:
        """The numbers of the ending rules."""
        ending = self.config.ending
        return Rules(
            ending.redirections, ending.warning_messages, ending.warning_hours, ending.confirm_minutes
        )

    def lease(self, conversation: int, what: str = "") -> asyncio.Lock:
        """One at a time closes or opens the thread of a conversation, or does one thing (`what`) about it."""
        return self._leases.setdefault((conversation, what), asyncio.Lock())

    def adapter(self, here: Conversation) -> Adapter:
        """The adapter of a conversation's platform."""
        return self.adapters[here.thread.platform]

    async def mode(self, here: Conversation) -> Mode:
        """The workspace's own mode, else the configured one; the operator's `off` holds everywhere (E22)."""
        return self.mode_for(here, await self.store.directory.setting(workspace_key(here), "mode"))

    def mode_for(self, here: Conversation, own: str) -> Mode:
        """The same, where the workspace's `own` mode is known already."""
        models = self.config.ending.models
        if self.config.mode is Mode.OFF or (models and here.model not in models):
            return Mode.OFF
        return Mode(own) if own else self.config.mode


HEAD_START = 12
"""Rounds of the event loop in which a request to the model is on its way."""


async def give_way() -> None:
    """Let the answer's own request go first: nobody waits for what comes behind this."""
    for _ in range(HEAD_START):
        await asyncio.sleep(0)


def alias(platform: str, person: str) -> str:
    """An opaque name for a person towards the model's provider; never the platform's own id."""
    return blake2b(f"{platform}/{person}".encode(), digest_size=12, person=b"adieu").hexdigest()


def nonce_of(*parts: str) -> str:
    """The same short nonce for the same cause, so that a repeated post is the same post."""
    return blake2b("/".join(parts).encode(), digest_size=6).hexdigest()
