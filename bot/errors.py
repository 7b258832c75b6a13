"""The errors, as a tree sorted by who must act.

AdieuError
|- ConfigError          the operator: every problem of the configuration at once
|- OperatorError        the operator: a key, a model or a token that cannot work
|- PlatformError        nobody: the work is tried again later
|  |- ThreadGone        nobody: the thread or its channel no longer exists
|  `- Blocked           the person says it in another way: the platform does not let this through
|     `- Forbidden      a moderator: the assistant lacks a permission
`- ModelError           the person reads one calm sentence
   |- Overflow          nobody: the conversation is compacted and asked again
   `- Rejected          the operator: the request itself was refused
"""

from __future__ import annotations


class AdieuError(Exception):
    """Everything this program raises on purpose."""


class ConfigError(AdieuError):
    """All problems of a configuration: one line each, with key, problem and remedy."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class OperatorError(AdieuError):
    """Something only the operator can put right; the message says what and how."""


class PlatformError(AdieuError):
    """The platform did not do it this time: unreachable, overloaded, a 5xx. Trying again is harmless."""


class ThreadGone(PlatformError):
    """The thread, its channel or the direct message no longer exists, or never will for us."""


class Blocked(PlatformError):
    """The platform says no, and would say it again: its filter blocks the words, or a rule of its own."""

    permission = ""


class Forbidden(Blocked):
    """Not for us, whatever it is: `permission` names what is missing, in the platform's own words."""

    def __init__(self, message: str, permission: str = "") -> None:
        super().__init__(message)
        self.permission = permission


class ModelError(AdieuError):
    """The model gave no usable answer within the deadline."""

    def __init__(self, message: str, *, request_id: str = "", kind: str = "") -> None:
        super().__init__(message)
        self.request_id = request_id
        self.kind = kind


class Overflow(ModelError):
    """The conversation is longer than the model's context window."""


class Rejected(ModelError):
    """The request can never succeed as it is: a wrong key, an unknown model, a refused field."""
