"""What Discord tells, in our words: from a message to an `Incoming`, None for what is not ours. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import discord

from bot.types import Incoming, Person, ThreadRef

PLATFORM = "discord"

_TALK = frozenset({discord.MessageType.default, discord.MessageType.reply})
_OPENABLE = (discord.ChannelType.text, discord.ChannelType.news)
_MENTION = re.compile(r"<(@!?|@&|#)(\d+)>|<a?:(\w+):\d+>")


@dataclass(frozen=True, slots=True)
class Ours:
    """What we know of ourselves and of people: our user id, and the forums whose every post is ours."""

    me: int
    forums: frozenset[int]
    locales: Mapping[int, str] = field(default_factory=dict)
    """People's own languages, as far as they are known."""

    def owns(self, thread: discord.Thread) -> bool:
        """Whether we may treat the thread as ours: lock it, answer everything in it."""
        return thread.owner_id == self.me or thread.parent_id in self.forums


def incoming(message: discord.Message, ours: Ours) -> Incoming | None:
    """Read a message; None for bots, webhooks, system messages, and talk that does not concern us."""
    if message.author.bot or message.webhook_id or message.type not in _TALK:
        return None
    place = message.channel
    if isinstance(place, discord.Thread):
        return _in_thread(message, place, ours)
    if message.guild is None:
        return _heard(message, ThreadRef(PLATFORM, "", str(place.id), str(place.id)), ours)
    if getattr(place, "type", None) in _OPENABLE and mentions(message, ours.me):
        return _heard(message, opened_by(message.guild.id, place.id, message.id), ours)
    return None


def opened_by(guild: int, channel: int, message: int) -> ThreadRef:
    """The thread that a message in a channel opens: it has the message's id."""
    return ThreadRef(PLATFORM, str(guild), str(channel), str(message))


def thread_ref(thread: discord.Thread) -> ThreadRef:
    """Where a thread is."""
    return ThreadRef(PLATFORM, str(thread.guild.id), str(thread.parent_id), str(thread.id))


def _in_thread(message: discord.Message, thread: discord.Thread, ours: Ours) -> Incoming | None:
    addressed = mentions(message, ours.me) or _replies_to(message, ours.me)
    post = thread.parent_id in ours.forums and message.id == thread.id
    if not ours.owns(thread) and not mentions(message, ours.me):
        return None
    heard = _heard(
        message,
        thread_ref(thread),
        ours,
        addressed=addressed or post,
        opens=post or not ours.owns(thread),
    )
    # Without the message content intent, what is not addressed to us comes blank: there is nothing to answer.
    return heard if heard.text or addressed else None


def _heard(
    message: discord.Message, thread: ThreadRef, ours: Ours, *, addressed: bool = True, opens: bool = True
) -> Incoming:
    return Incoming(
        thread=thread,
        place=str(message.channel.id),
        message_id=str(message.id),
        author=person(message.author, message.channel, _locale(message, ours)),
        text=text_of(message, ours.me),
        at=message.created_at,
        addressed=addressed,
        opens=opens,
    )


def _locale(message: discord.Message, ours: Ours) -> str:
    """The author's own language where they have told it, else the server's."""
    server = server_locale(message.guild) if message.guild else ""
    return ours.locales.get(message.author.id) or server


def server_locale(guild: discord.Guild) -> str:
    """The server's language.

    American English is what every server has that has chosen nothing, so it says nothing about a country.
    """
    chosen = guild.preferred_locale
    return "" if chosen is discord.Locale.american_english else str(chosen)


def person(author: discord.abc.User, place: object, locale: str = "") -> Person:
    """Somebody, and whether they moderate threads at that place."""
    return Person(str(author.id), author.display_name, moderator=moderates(author, place), locale=locale)


def moderates(author: discord.abc.User, place: object) -> bool:
    """Whether somebody has Manage Threads there; False where it cannot be known."""
    if not isinstance(author, discord.Member) or not isinstance(
        place, discord.Thread | discord.abc.GuildChannel
    ):
        return False
    try:
        return place.permissions_for(author).manage_threads
    except discord.ClientException:  # the thread's parent is not known yet
        return author.guild_permissions.manage_threads


def mentions(message: discord.Message, me: int) -> bool:
    """Whether a message mentions us, by name or by the role that Discord made for us."""
    return any(user.id == me for user in message.mentions) or any(
        _is_our_role(r, me) for r in message.role_mentions
    )


def _is_our_role(role: discord.Role, me: int) -> bool:
    return role.tags is not None and role.tags.bot_id == me


def _replies_to(message: discord.Message, me: int) -> bool:
    to = message.reference.resolved if message.reference else None
    return isinstance(to, discord.Message) and to.author.id == me


def text_of(message: discord.Message, me: int) -> str:
    """The text as a person reads it: names for ids, without our own mention, unreadable things named."""
    names = {user.id: user.display_name for user in message.mentions}
    roles = {role.id: role for role in message.role_mentions}
    channels = {channel.id: channel.name for channel in message.channel_mentions}

    def named(match: re.Match[str]) -> str:
        kind, number, emoji = match[1], int(match[2] or 0), match[3]
        if emoji:
            return f":{emoji}:"
        if number == me or (number in roles and _is_our_role(roles[number], me)):
            return ""
        known = names | {number: role.name for number, role in roles.items()} | channels
        return f"{kind[0]}{known[number]}" if number in known else match[0]

    text = _MENTION.sub(named, message.content) if "<" in message.content else message.content
    named_only = [f"[attachment: {file.filename}]" for file in message.attachments]
    named_only += [f"[sticker: {sticker.name}]" for sticker in message.stickers]
    named_only += ["[forwarded message]" for _ in message.message_snapshots]
    return "\n".join(part for part in (text.strip(), *named_only) if part)
