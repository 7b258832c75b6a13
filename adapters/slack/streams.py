"""Whether native streams work in a workspace: what Slack refused once is not tried again for a while."""

from __future__ import annotations

import structlog

from adapters.slack.failures import Refused
from bot.ports import Clock

log = structlog.get_logger(__name__)

_AGAIN = 3600.0


class Streams:
    """Remembers refusals, and tells each of them once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._refused: dict[str, float] = {}
        self._told: set[tuple[str, str]] = set()

    def work(self, workspace: str) -> bool:
        """Whether it makes sense to try."""
        since = self._refused.get(workspace)
        return since is None or self._clock.monotonic() - since > _AGAIN

    def refuse(self, workspace: str, error: Refused) -> None:
        """Post and edit instead, from now on."""
        self._refused[workspace] = self._clock.monotonic()
        if (workspace, error.error) not in self._told:
            self._told.add((workspace, error.error))
            log.warning("no native streams", workspace=workspace, error=error.error, needed=error.needed)
