"""Modes: what the model's two tools may do in a workspace, changed while the program runs (E22)."""

from __future__ import annotations

import structlog

from bot import texts
from bot.cards import Said
from bot.parts import Parts
from bot.store import workspace_of
from bot.types import Mode, Person, ThreadRef

log = structlog.get_logger()

CHANGED = {Mode.OFF: texts.mode_off, Mode.SHADOW: texts.mode_shadow, Mode.ON: texts.mode_on}
"""What a moderator is told. `/end` works in every mode: people end their own chats themselves."""


class Modes:
    """A workspace's own mode. The operator's `off` holds everywhere."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def now(self, thread: ThreadRef) -> Mode:
        """What holds from the next turn on in the workspace of `thread`."""
        configured = self._parts.config.mode
        if configured is Mode.OFF:
            return configured
        own = await self._parts.store.directory.setting(workspace_of(thread), "mode")
        return Mode(own) if own else configured

    async def set(self, thread: ThreadRef, person: Person, mode: Mode) -> Said:
        """Change it for the whole workspace of `thread`, with a line in the audit log."""
        parts = self._parts
        if thread.direct or not person.moderator:
            return Said(texts.mode_moderators_only(person))
        workspace, now = workspace_of(thread), parts.clock.now()
        before = await parts.store.directory.set(workspace, "mode", mode.value, by=person.id, now=now)
        log.info("mode set", workspace=workspace, before=before or "default", after=mode.value, by=person.id)
        if parts.config.mode is Mode.OFF and mode is not Mode.OFF:
            return Said(texts.mode_off_everywhere(person))
        return Said(CHANGED[mode](person))
