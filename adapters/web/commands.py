"""The composer's commands. Anything else that begins with a slash is ordinary text."""

from __future__ import annotations

_COMMANDS = frozenset({"end", "new", "help", "privacy"})
_BARE = frozenset({"end", "help", "privacy"})


def parse(text: str) -> tuple[str, str]:
    """The command and what follows it; ("", text) where it is none."""
    word, _, rest = text.strip().partition(" ")
    name = word.removeprefix("/").lower()
    if not word.startswith("/") or name not in _COMMANDS or (name in _BARE and rest.strip()):
        return "", text
    return name, rest.strip()
