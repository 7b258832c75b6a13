"""Waiting for the double without polling: every change wakes those who wait, and gates hold streams."""

import asyncio
from collections.abc import Callable
from typing import Final

PATIENCE: Final = 60.0


class Changes:
    """A condition that may be notified from plain code and from coroutines alike."""

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []

    def changed(self) -> None:
        """Wake everybody who waits."""
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def until(self, true: Callable[[], object], timeout: float, dump: Callable[[], str]) -> None:  # noqa: ASYNC109  # the dump goes into the error
        """Return once it is true; raise AssertionError with the dump when the time is up."""
        try:
            async with asyncio.timeout(timeout):
                while not true():
                    future = asyncio.get_running_loop().create_future()
                    self._waiting.append(future)
                    await future
        except TimeoutError:
            raise AssertionError(f"still not so after {timeout:g} s; what happened:\n{dump()}") from None


class Gates:
    """Gates by name: streams stop at a closed one; once released, a gate stays open."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._open: dict[str, asyncio.Event] = {}
        self.arrivals: dict[str, int] = {}

    async def wait(self, name: str) -> None:
        """Stand at a gate until it is open."""
        self.arrivals[name] = self.arrivals.get(name, 0) + 1
        self._changes.changed()
        await self._gate(name).wait()

    def release(self, name: str) -> None:
        """Open a gate for those who stand there and all who come."""
        self._gate(name).set()

    def close(self, name: str) -> None:
        """Close a gate again and forget who came."""
        self._gate(name).clear()
        self.arrivals.pop(name, None)

    def _gate(self, name: str) -> asyncio.Event:
        return self._open.setdefault(name, asyncio.Event())
