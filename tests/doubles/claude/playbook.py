"""Which script answers which request: the queue first, then the test's function, then the default."""

from collections.abc import Callable

from .default import default_script
from .record import RecordedRequest
from .scripts import Script

When = Callable[[RecordedRequest], object]


class Playbook:
    """The scripts that a test has set."""

    def __init__(self) -> None:
        self._queue: list[tuple[When | None, Script]] = []
        self.otherwise: Callable[[RecordedRequest], Script] = default_script

    def add(self, *scripts: Script, when: When | None = None) -> None:
        """Queue scripts; with `when`, each waits for a request of which that is true."""
        self._queue += [(when, script) for script in scripts]

    def take(self, request: RecordedRequest) -> Script:
        """Take the first script in the queue that fits, else what the function says."""
        for at, (when, script) in enumerate(self._queue):
            if when is None or when(request):
                del self._queue[at]
                return script
        return self.otherwise(request)

    def drop(self) -> None:
        """Forget the queue."""
        self._queue.clear()

    @property
    def left(self) -> int:
        """How many queued scripts no request has taken yet."""
        return len(self._queue)
