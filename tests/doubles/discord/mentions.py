"""Who would be pinged by a text, given allowed_mentions."""

import re
from typing import Any

from .errors import Form, Json
from .state import Pinged

_CODE = re.compile(r"```.*?```|``.+?``|`[^`\n]+`", re.DOTALL)
_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_EVERYONE = re.compile(r"@(?:everyone|here)\b")


def pinged_by(
    text: str, allowed: Json | None, *, everything: bool = True, replied_to: int | None = None
) -> Pinged:
    """Read `text` as Discord does; without `allowed`, everything pings (webhooks: users only)."""
    if "@" not in text and replied_to is None:
        return Pinged()
    text = _CODE.sub(" ", text) if "`" in text else text
    users = frozenset(int(found) for found in _USER.findall(text))
    roles = frozenset(int(found) for found in _ROLE.findall(text))
    everyone = bool(_EVERYONE.search(text))
    replied = frozenset() if replied_to is None else frozenset({replied_to})
    if allowed is None:
        if everything:
            return Pinged(users | replied, roles, everyone)
        return Pinged(users | replied)
    parse = allowed.get("parse") or []
    if "users" not in parse:
        users &= {int(user) for user in allowed.get("users") or []}
    if "roles" not in parse:
        roles &= {int(role) for role in allowed.get("roles") or []}
    if not allowed.get("replied_user"):
        replied = frozenset()
    return Pinged(users | replied, roles, everyone and "everyone" in parse)


def check_allowed(form: Form, allowed: Any) -> None:
    """Check the shape of allowed_mentions: known kinds, each in `parse` or as a list of at most 100."""
    if allowed is None:
        return
    if not isinstance(allowed, dict):
        form.wrong(("allowed_mentions",), "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        return
    parse = form.at_most(("allowed_mentions", "parse"), allowed.get("parse"), 3)
    for index, kind in enumerate(parse):
        if kind not in ("users", "roles", "everyone"):
            known = "Value must be one of {'everyone', 'roles', 'users'}."
            form.wrong(("allowed_mentions", "parse", index), "BASE_TYPE_CHOICES", known)
    for kind in ("users", "roles"):
        listed = form.at_most(("allowed_mentions", kind), allowed.get(kind), 100)
        if listed and kind in parse:
            text = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            form.wrong(("allowed_mentions",), "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", text)
