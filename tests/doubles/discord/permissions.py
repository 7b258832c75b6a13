"""Who may do what where: Discord's permission bits and how overwrites change them."""

from dataclasses import dataclass
from enum import IntFlag
from typing import TYPE_CHECKING

from .errors import Refused

if TYPE_CHECKING:
    from .state import Channel, User


class Permission(IntFlag):
    """Discord's bits, as far as this double knows them."""

    NONE = 0
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    ADD_REACTIONS = 1 << 6
    VIEW_AUDIT_LOG = 1 << 7
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    MODERATE_MEMBERS = 1 << 40
    USE_EXTERNAL_APPS = 1 << 50


EVERYTHING = Permission((1 << 53) - 1)

EVERYONE = (
    Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.CREATE_PRIVATE_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.USE_EXTERNAL_APPS
)
MODERATOR = (
    Permission.MANAGE_THREADS
    | Permission.MANAGE_MESSAGES
    | Permission.MANAGE_CHANNELS
    | Permission.MODERATE_MEMBERS
    | Permission.VIEW_AUDIT_LOG
)
BOT = Permission.MANAGE_THREADS | Permission.VIEW_AUDIT_LOG

_TIMED_OUT = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY
_NEEDS_SEND = Permission.EMBED_LINKS | Permission.ATTACH_FILES | Permission.MENTION_EVERYONE


@dataclass
class Overwrite:
    """What one role or member is allowed and denied in one channel."""

    allow: Permission = Permission.NONE
    deny: Permission = Permission.NONE
    for_role: bool = False


def permissions_in(user: "User", channel: "Channel") -> Permission:
    """Tell what `user` may do in `channel`; nothing at all where they cannot see it."""
    guild = channel.guild
    if guild is None:
        return (
            EVERYONE & ~Permission.CREATE_PUBLIC_THREADS if user.id in channel.recipients else Permission.NONE
        )
    member = guild.members.get(user.id)
    if member is None:
        return Permission.NONE
    granted = guild.everyone.permissions
    for role in member.roles:
        granted |= role.permissions
    if guild.owner is user or Permission.ADMINISTRATOR in granted:
        return EVERYTHING
    overwrites = channel.home.overwrites
    if overwrites:
        everyone = overwrites.get(guild.id, Overwrite())
        granted = (granted & ~everyone.deny) | everyone.allow
        of_roles = [overwrites[role.id] for role in member.roles if role.id in overwrites]
        for overwrite in of_roles:
            granted &= ~overwrite.deny
        for overwrite in of_roles:
            granted |= overwrite.allow
        own = overwrites.get(user.id, Overwrite())
        granted = (granted & ~own.deny) | own.allow
    if member.timed_out:
        granted &= _TIMED_OUT
    return _implied(user, channel, granted)


def _implied(user: "User", channel: "Channel", granted: Permission) -> Permission:
    if Permission.VIEW_CHANNEL not in granted:
        return Permission.NONE
    thread = channel.thread
    if (
        thread
        and thread.private
        and user.id not in thread.members
        and Permission.MANAGE_THREADS not in granted
    ):
        return Permission.NONE
    sending = Permission.SEND_MESSAGES_IN_THREADS if thread else Permission.SEND_MESSAGES
    return granted if sending in granted else granted & ~_NEEDS_SEND


def require(user: "User", channel: "Channel", *needed: Permission) -> Permission:
    """Refuse with 50001 where the channel is out of sight, with 50013 where a permission is missing."""
    granted = permissions_in(user, channel)
    if Permission.VIEW_CHANNEL not in granted:
        raise Refused(50001)
    if any(permission not in granted for permission in needed):
        raise Refused(50013)
    return granted
