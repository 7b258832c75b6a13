"""How guilds and roles look as Discord's JSON."""

from functools import lru_cache

from . import payloads
from .errors import Json
from .permissions import permissions_in
from .state import Guild, Role, Thread
from .world import World


def role(what: Role, position: int) -> Json:
    """A role object."""
    found: Json = {
        "id": str(what.id),
        "name": what.name,
        "permissions": str(int(what.permissions)),
        "position": position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": what.managed_by is not None,
        "mentionable": what.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    if what.managed_by is not None:
        found["tags"] = {"bot_id": str(what.managed_by)}
    return found


def roles(of: Guild) -> list[Json]:
    """All roles of a guild, @everyone first."""
    return [role(each, position) for position, each in enumerate(of.roles.values())]


_NULLS = """
    icon description home_header splash discovery_splash banner application_id afk_channel_id
    system_channel_id widget_channel_id max_presences vanity_url_code rules_channel_id
    safety_alerts_channel_id
    public_updates_channel_id incidents_data
"""
_ZEROS = """
    system_channel_flags verification_level default_message_notifications mfa_level explicit_content_filter
    premium_tier premium_subscription_count nsfw_level
"""


@lru_cache(maxsize=1)
def _guild_constants() -> Json:
    nulls = _NULLS.split()
    zeros = _ZEROS.split()
    return {
        **dict.fromkeys(nulls),
        **dict.fromkeys(zeros, 0),
        "features": [],
        "region": "deprecated",
        "afk_timeout": 300,
        "widget_enabled": False,
        "max_members": 500000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "emojis": [],
        "stickers": [],
    }


def guild(what: Guild) -> Json:
    """A guild object as REST gives it."""
    return {
        **_guild_constants(),
        "id": str(what.id),
        "name": what.name,
        "owner_id": str(what.owner.id),
        "preferred_locale": what.locale,
        "roles": roles(what),
    }


def guild_create(what: Guild, world: World, *, everybody: bool) -> Json:
    """A guild as GUILD_CREATE gives it: with channels and active threads, members as the intents allow."""
    shown = [
        each for each in world.channels.values() if each.guild is what and permissions_in(world.bot, each)
    ]
    people = list(what.members.values()) if everybody else [what.members[world.bot.id]]
    return {
        **guild(what),
        "joined_at": payloads.stamp(what.members[world.bot.id].joined),
        "large": False,
        "unavailable": False,
        "member_count": len(what.members),
        "members": [payloads.member(each) for each in people],
        "channels": [payloads.channel(each, world) for each in shown if not each.thread],
        "threads": [
            payloads.thread(each, world) for each in shown if isinstance(each, Thread) and not each.archived
        ],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }
