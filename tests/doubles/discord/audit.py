"""The audit log: who changed what, and why."""

from typing import Any

from .errors import Json
from .permissions import Permission, permissions_in
from .state import Channel, User
from .world import Intent, World


def log(
    world: World,
    author: User,
    target: Channel,
    action: int,
    changes: dict[str, tuple[Any, Any]],
    reason: str | None,
) -> None:
    """Write the audit log, and tell it to those with GUILD_MODERATION and VIEW_AUDIT_LOG."""
    guild = target.guild
    if guild is None:
        return
    if reason:
        target.audit_reasons.append(reason)
    entry: Json = {
        "id": str(world.new_id()),
        "user_id": str(author.id),
        "target_id": str(target.id),
        "action_type": action,
        "changes": [
            {
                key: value
                for key, value in (("key", name), ("old_value", old), ("new_value", new))
                if value is not None
            }
            for name, (old, new) in changes.items()
        ],
    }
    if reason:
        entry["reason"] = reason
    world.audit_log.append(entry)
    sees = any(Permission.VIEW_AUDIT_LOG in permissions_in(world.bot, each) for each in (target.home,))
    if sees:
        data = {**entry, "guild_id": str(guild.id)}
        world.tell("GUILD_AUDIT_LOG_ENTRY_CREATE", data, intent=Intent.GUILD_MODERATION, channel=target.home)
