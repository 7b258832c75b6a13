"""What Discord answers when it refuses, and what its client shows when a button is dead."""

from http import HTTPStatus
from typing import Any

Json = dict[str, Any]

CODES: dict[int, tuple[int, str]] = {
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10014: (400, "Unknown Emoji"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    20012: (403, "You are not authorized to perform this action on this application"),
    30032: (400, "Maximum number of application commands reached"),
    40001: (401, "Unauthorized"),
    40058: (400, "Cannot message this thread until after the post author has sent an initial message."),
    40060: (400, "Interaction has already been acknowledged."),
    40067: (400, "A tag is required to create a forum post in this channel"),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50021: (403, "Cannot execute action on a system message"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50034: (400, "A message provided was too old to bulk delete"),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    160002: (400, "Cannot reply without permission to read message history"),
    160004: (400, "A thread has already been created for this message"),
    160005: (403, "Thread is locked"),
    200000: (400, "Message was blocked by automatic moderation"),
    200001: (400, "Title was blocked by automatic moderation"),
}


class Refused(Exception):  # it reads as what happened: Discord refused
    """Discord refuses: an HTTP status and a JSON error body."""

    def __init__(self, code: int, *, status: int = 0, message: str = "", errors: Json | None = None) -> None:
        usual_status, usual_message = CODES.get(code, (400, "Bad Request"))
        self.code = code
        self.status = status or usual_status
        self.message = message or usual_message
        self.errors = errors
        super().__init__(f"{self.status} {code}: {self.message}" + (f" {errors}" if errors else ""))

    @property
    def body(self) -> Json:
        """The JSON body as Discord sends it."""
        body: Json = {"message": self.message, "code": self.code}
        if self.errors:
            body["errors"] = self.errors
        return body


class DeadButton(Exception):  # the button is dead; nothing went wrong in the double
    """The client shows this button greyed out, so no interaction ever happens."""


def plain(status: HTTPStatus) -> Refused:
    """Build the answer for a path, method or token that Discord does not know: code 0 and the HTTP phrase."""
    return Refused(0, status=status.value, message=f"{status.value}: {status.phrase}")


class Form:
    """Collects what is wrong with a request body and refuses once, with Discord's errors tree."""

    def __init__(self) -> None:
        self.errors: Json = {}

    def wrong(self, path: tuple[str | int, ...], code: str, message: str) -> None:
        """Note one problem at `path`, such as ("embeds", 0, "title")."""
        node = self.errors
        for key in path:
            node = node.setdefault(str(key), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def longest(self, path: tuple[str | int, ...], value: Any, most: int, *, least: int = 0) -> None:
        """Check that `value` is absent, or a string of `least` to `most` characters."""
        if value is None:
            return
        if not isinstance(value, str):
            self.wrong(path, "STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
        elif len(value) > most or len(value) < least:
            words = f"between {least} and {most}" if least else f"{most} or fewer"
            self.wrong(path, "BASE_TYPE_BAD_LENGTH", f"Must be {words} in length.")

    def at_most(self, path: tuple[str | int, ...], values: Any, most: int) -> list[Any]:
        """Check that `values` is absent or a list of at most `most`, and give the list."""
        if values is None:
            return []
        if not isinstance(values, list):
            self.wrong(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return []
        if len(values) > most:
            self.wrong(path, "BASE_TYPE_BAD_LENGTH", f"Must be {most} or fewer in length.")
        return values

    def check(self) -> None:
        """Refuse with 50035 if anything was wrong."""
        if self.errors:
            raise Refused(50035, errors=self.errors)
