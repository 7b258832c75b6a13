"""How the nouns look as Discord's JSON."""

from datetime import datetime

from .errors import Json
from .state import Channel, Kind, Member, Thread, User
from .world import World


def stamp(moment: datetime) -> str:
    """ISO 8601 as Discord writes it."""
    return moment.isoformat(timespec="microseconds")


def user(who: User) -> Json:
    """A user object."""
    found: Json = {
        "id": str(who.id),
        "username": who.name if who.webhook else who.name.lower().replace(" ", "_"),
        "avatar": None,
        "discriminator": "0000" if who.webhook else "0",
        "public_flags": 0,
        "flags": 0,
        "banner": None,
        "accent_color": None,
        "global_name": None if who.bot else who.name,
        "avatar_decoration_data": None,
        "primary_guild": None,
    }
    if who.bot:
        found["bot"] = True
    return found


def member(who: Member, *, with_user: bool = True) -> Json:
    """A guild member object."""
    found: Json = {
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "flags": 0,
        "joined_at": stamp(who.joined),
        "nick": None,
        "pending": False,
        "premium_since": None,
        "roles": [str(role.id) for role in who.roles],
        "mute": False,
        "deaf": False,
    }
    if with_user:
        found["user"] = user(who.user)
    return found


def channel(what: Channel, world: World) -> Json:
    """A channel or thread object."""
    if isinstance(what, Thread):
        return thread(what, world)
    found: Json = {
        "id": str(what.id),
        "type": int(what.kind),
        "flags": 1 << 4 if what.require_tag else 0,
        "last_message_id": str(what.last_message_id) if what.last_message_id else None,
    }
    if what.guild is None:
        others = [user(each) for each in what.recipients.values() if each is not world.bot]
        return {**found, "recipients": others}
    found |= {
        "guild_id": str(what.guild.id),
        "name": what.name,
        "parent_id": None,
        "position": what.position,
        "rate_limit_per_user": 0,
        "topic": what.topic,
        "nsfw": False,
        "permission_overwrites": [
            {
                "id": str(target),
                "type": 0 if overwrite.for_role else 1,
                "allow": str(int(overwrite.allow)),
                "deny": str(int(overwrite.deny)),
            }
            for target, overwrite in what.overwrites.items()
        ],
    }
    if what.kind is Kind.FORUM:
        found |= {
            "available_tags": [
                {"id": str(tag), "name": name, "moderated": False, "emoji_id": None, "emoji_name": None}
                for tag, name in what.tags.items()
            ],
            "default_reaction_emoji": None,
            "default_sort_order": None,
            "default_forum_layout": 0,
        }
    return found


def thread(what: Thread, world: World) -> Json:
    """A thread object, with the bot's own membership where it has joined."""
    guild = what.guild
    found: Json = {
        "id": str(what.id),
        "type": int(what.kind),
        "last_message_id": str(what.last_message_id) if what.last_message_id else None,
        "flags": 0,
        "guild_id": str(guild.id) if guild else None,
        "name": what.name,
        "parent_id": str(what.parent.id),
        "rate_limit_per_user": what.rate_limit,
        "bitrate": 64000,
        "user_limit": 0,
        "rtc_region": None,
        "owner_id": str(what.owner.id),
        "thread_metadata": metadata(what),
        "message_count": what.message_count,
        "member_count": min(len(what.members), 50),
        "total_message_sent": what.total_sent,
    }
    if what.parent.kind is Kind.FORUM:
        found["applied_tags"] = [str(tag) for tag in what.applied_tags]
    if world.bot.id in what.members:
        found["member"] = thread_member(what, world.bot.id)
    return found


def metadata(what: Thread) -> Json:
    """The thread_metadata object."""
    found: Json = {
        "archived": what.archived,
        "archive_timestamp": stamp(what.archive_timestamp),
        "auto_archive_duration": what.auto_archive_duration,
        "locked": what.locked,
        "create_timestamp": stamp(what.created),
    }
    if what.private:
        found["invitable"] = what.invitable
    return found


def thread_member(what: Thread, user_id: int) -> Json:
    """A thread member object."""
    return {
        "id": str(what.id),
        "user_id": str(user_id),
        "join_timestamp": stamp(what.members[user_id]),
        "flags": 1,
    }
