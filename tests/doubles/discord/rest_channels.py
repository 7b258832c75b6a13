"""REST: channels and threads."""

from . import payloads
from .errors import Form, Refused
from .permissions import Permission, permissions_in, require
from .rest_messages import shown
from .routes import Answer, Call, Desk, route, snowflake
from .state import Channel, Kind, Thread, User

_CHANNEL = "/channels/{channel_id}"
_FORUMS = frozenset({Kind.FORUM})


def _channel(desk: Desk, call: Call) -> Channel:
    channel = desk.world.channel(call.id("channel_id"))
    require(desk.world.bot, channel)
    return channel


def _thread(desk: Desk, call: Call) -> Thread:
    channel = _channel(desk, call)
    if not isinstance(channel, Thread):
        raise Refused(50024)
    return channel


@route("GET", _CHANNEL)
def get(desk: Desk, call: Call) -> Answer:
    """Read a channel or thread."""
    return 200, payloads.channel(_channel(desk, call), desk.world)


@route("PATCH", _CHANNEL)
def change(desk: Desk, call: Call) -> Answer:
    """Change a thread, or the name and topic of a channel."""
    channel = _channel(desk, call)
    if isinstance(channel, Thread):
        return 200, payloads.thread(
            desk.threads.change(desk.world.bot, channel, call.form, call.reason), desk.world
        )
    if channel.is_dm:
        raise Refused(50024)
    require(desk.world.bot, channel, Permission.MANAGE_CHANNELS)
    form = Form()
    form.longest(("name",), call.form.get("name"), 100, least=1)
    form.longest(("topic",), call.form.get("topic"), 1024)
    form.check()
    channel.name = call.form.get("name", channel.name)
    channel.topic = call.form.get("topic", channel.topic)
    if call.reason:
        channel.audit_reasons.append(call.reason)
    desk.world.tell("CHANNEL_UPDATE", payloads.channel(channel, desk.world), intent=1, channel=channel)
    return 200, payloads.channel(channel, desk.world)


@route("DELETE", _CHANNEL)
def delete(desk: Desk, call: Call) -> Answer:
    """Delete a channel or thread; a DM is only closed."""
    channel = _channel(desk, call)
    gone = payloads.channel(channel, desk.world)
    if not channel.is_dm:
        desk.threads.delete(desk.world.bot, channel, call.reason)
    return 200, gone


@route("POST", _CHANNEL + "/messages/{message_id}/threads")
def start_from_message(desk: Desk, call: Call) -> Answer:
    """Start a thread on a message."""
    channel = _channel(desk, call)
    if channel.guild is None or channel.thread:
        raise Refused(50024)
    message = desk.world.message(channel, call.id("message_id"))
    return 201, payloads.thread(
        desk.threads.from_message(desk.world.bot, message, call.form, call.reason), desk.world
    )


@route("POST", _CHANNEL + "/threads")
def start(desk: Desk, call: Call) -> Answer:
    """Start a thread without a message, or a forum post."""
    channel = _channel(desk, call)
    if channel.kind in _FORUMS:
        thread, first = desk.threads.forum_post(
            desk.world.bot, channel, call.form, call.attachments, call.reason
        )
        return 201, {**payloads.thread(thread, desk.world), "message": shown(desk, first)}
    return 201, payloads.thread(
        desk.threads.bare(desk.world.bot, channel, call.form, call.reason), desk.world
    )


def _user(desk: Desk, call: Call) -> User:
    named = call.args.get("user_id")
    if named is None:
        return desk.world.bot
    user = desk.world.users.get(snowflake(named, "user_id"))
    if user is None:
        raise Refused(10013)
    return user


@route("PUT", _CHANNEL + "/thread-members/@me")
@route("PUT", _CHANNEL + "/thread-members/{user_id}")
def join(desk: Desk, call: Call) -> Answer:
    """Join a thread, or add somebody to it."""
    desk.threads.join(_thread(desk, call), _user(desk, call))
    return 204, None


@route("DELETE", _CHANNEL + "/thread-members/@me")
def leave(desk: Desk, call: Call) -> Answer:
    """Leave a thread."""
    thread = _thread(desk, call)
    if thread.archived:
        raise Refused(50083)
    thread.members.pop(desk.world.bot.id, None)
    return 204, None


@route("GET", _CHANNEL + "/thread-members/{user_id}")
def member(desk: Desk, call: Call) -> Answer:
    """Read one member of a thread; whoever is none is not found."""
    thread, user = _thread(desk, call), _user(desk, call)
    if user.id not in thread.members:
        raise Refused(10007)
    return 200, payloads.thread_member(thread, user.id)


@route("GET", _CHANNEL + "/thread-members")
def members(desk: Desk, call: Call) -> Answer:
    """List who is in a thread."""
    thread = _thread(desk, call)
    return 200, [payloads.thread_member(thread, user_id) for user_id in thread.members]


def _archived(desk: Desk, call: Call, *, private: bool, own: bool = False) -> Answer:
    parent = _channel(desk, call)
    granted = require(desk.world.bot, parent, Permission.READ_MESSAGE_HISTORY)
    if private and not own and Permission.MANAGE_THREADS not in granted:
        raise Refused(50013)
    limit = call.number("limit", 50, 2, 100)
    found = [
        each
        for each in desk.world.channels.values()
        if isinstance(each, Thread) and each.parent is parent and each.archived and each.private is private
    ]
    if own:
        found = [each for each in found if desk.world.bot.id in each.members]
    found.sort(key=lambda each: each.id if own else each.archive_timestamp.timestamp(), reverse=True)
    before = call.query.get("before")
    if before is not None:
        found = [
            each
            for each in found
            if (str(each.id) if own else payloads.stamp(each.archive_timestamp)) < before
        ]
    page = found[:limit]
    return 200, _listing(desk, page, has_more=len(found) > len(page))


def _listing(desk: Desk, threads: list[Thread], *, has_more: bool) -> dict[str, object]:
    bot = desk.world.bot.id
    return {
        "threads": [payloads.thread(each, desk.world) for each in threads],
        "members": [payloads.thread_member(each, bot) for each in threads if bot in each.members],
        "has_more": has_more,
    }


@route("GET", _CHANNEL + "/threads/archived/public")
def archived_public(desk: Desk, call: Call) -> Answer:
    """List archived public threads, latest archived first."""
    return _archived(desk, call, private=False)


@route("GET", _CHANNEL + "/threads/archived/private")
def archived_private(desk: Desk, call: Call) -> Answer:
    """List archived private threads; needs MANAGE_THREADS."""
    return _archived(desk, call, private=True)


@route("GET", _CHANNEL + "/users/@me/threads/archived/private")
def archived_own(desk: Desk, call: Call) -> Answer:
    """List archived private threads that the bot is in."""
    return _archived(desk, call, private=True, own=True)


@route("GET", "/guilds/{guild_id}/threads/active")
def active(desk: Desk, call: Call) -> Answer:
    """List all threads of a guild that are not archived, newest first."""
    guild = desk.world.guild(call.id("guild_id"))
    found = [
        each
        for each in desk.world.threads(guild)
        if not each.archived and permissions_in(desk.world.bot, each)
    ]
    answer = _listing(desk, sorted(found, key=lambda each: -each.id), has_more=False)
    return 200, answer
