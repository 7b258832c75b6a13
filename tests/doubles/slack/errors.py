"""What Slack answers when it refuses, and what its client shows when there is nothing to press."""

from typing import Any

Json = dict[str, Any]


class Refused(Exception):
    """Slack refuses: `{"ok": false, "error": ...}`, on 200 unless said otherwise."""

    def __init__(self, error: str, *, status: int = 200, retry_after: int = 0, **more: Any) -> None:
        self.error = error
        self.status = status
        self.retry_after = retry_after
        self.more = more
        super().__init__(f"{error} {more}" if more else error)

    @property
    def body(self) -> Json:
        """The JSON body as Slack sends it."""
        return {"ok": False, "error": self.error, **self.more}


class NothingThere(LookupError):
    """The person does not see it, or it cannot be pressed: nothing is sent."""


def invalid(error: str, *messages: str) -> Refused:
    """Build a refusal that points at what is wrong, as block and argument checks do."""
    told = {"messages": [f"[ERROR] {message}" for message in messages]}
    if error == "invalid_blocks":
        return Refused(error, errors=list(messages), response_metadata=told)
    return Refused(error, response_metadata=told)
