"""REST: messages, reactions and typing."""

from . import payloads_message
from .errors import Json, Refused
from .permissions import Permission, permissions_in, require
from .routes import Answer, Call, Desk, route
from .state import Channel, Kind, Message
from .world import Intent

_CHANNEL = "/channels/{channel_id}"
_MESSAGE = "/channels/{channel_id}/messages/{message_id}"
_REACTION = _MESSAGE + "/reactions/{emoji_name}/@me"


def shown(desk: Desk, message: Message) -> Json:
    """A message as REST gives it to the app: blank where the portal's setting says so."""
    return payloads_message.message(message, desk.world, content=desk.world.message_content)


def _place(desk: Desk, call: Call) -> tuple[Channel, Message]:
    channel = desk.world.channel(call.id("channel_id"))
    require(desk.world.bot, channel)
    return channel, desk.world.message(channel, call.id("message_id"))


@route("GET", _CHANNEL + "/messages")
def history(desk: Desk, call: Call) -> Answer:
    """List messages, newest first; without READ_MESSAGE_HISTORY there are none."""
    channel = desk.world.channel(call.id("channel_id"))
    granted = require(desk.world.bot, channel)
    if channel.kind is Kind.FORUM:
        raise Refused(50008)
    limit = call.number("limit", 50, 1, 100)
    if Permission.READ_MESSAGE_HISTORY not in granted:
        return 200, []
    known = sorted(channel.messages.values(), key=lambda message: message.id)
    after, before, around = (call.query.get(key) for key in ("after", "before", "around"))
    if around is not None:
        near = sorted(known, key=lambda message: abs(message.id - int(around)))[:limit]
        chosen = sorted(near, key=lambda message: message.id)
    elif after is not None:
        chosen = [message for message in known if message.id > int(after)][:limit]
    else:
        chosen = [message for message in known if before is None or message.id < int(before)][-limit:]
    return 200, [shown(desk, message) for message in reversed(chosen)]


@route("POST", _CHANNEL + "/messages")
def post(desk: Desk, call: Call) -> Answer:
    """Post a message."""
    channel = desk.world.channel(call.id("channel_id"))
    return 200, shown(desk, desk.messages.post(desk.world.bot, channel, call.form, call.attachments))


@route("GET", _MESSAGE)
def get(desk: Desk, call: Call) -> Answer:
    """Read one message."""
    channel, message = _place(desk, call)
    require(desk.world.bot, channel, Permission.READ_MESSAGE_HISTORY)
    return 200, shown(desk, message)


@route("PATCH", _MESSAGE)
def edit(desk: Desk, call: Call) -> Answer:
    """Edit one's own message."""
    _, message = _place(desk, call)
    return 200, shown(
        desk, desk.messages.edit(desk.world.bot, message, call.form, attachments=call.attachments)
    )


@route("DELETE", _MESSAGE)
def delete(desk: Desk, call: Call) -> Answer:
    """Delete a message."""
    _, message = _place(desk, call)
    desk.messages.delete(desk.world.bot, message)
    return 204, None


@route("POST", _CHANNEL + "/messages/bulk-delete")
def bulk_delete(desk: Desk, call: Call) -> Answer:
    """Delete 2 to 100 messages at once."""
    channel = desk.world.channel(call.id("channel_id"))
    require(desk.world.bot, channel, Permission.MANAGE_MESSAGES)
    wanted = call.form.get("messages") or []
    if not 2 <= len(wanted) <= 100:
        text = "Must be between 2 and 100 in length."
        raise Refused(
            50035, errors={"messages": {"_errors": [{"code": "BASE_TYPE_BAD_LENGTH", "message": text}]}}
        )
    for message_id in wanted:
        if int(message_id) in channel.messages:
            desk.messages.delete(None, channel.messages[int(message_id)])
    return 204, None


@route("PUT", _REACTION)
def react(desk: Desk, call: Call) -> Answer:
    """Add the bot's reaction; not in archived threads."""
    channel, message = _place(desk, call)
    if channel.thread and channel.thread.archived:
        raise Refused(50083)
    emoji = call.args["emoji_name"]
    needed = [Permission.READ_MESSAGE_HISTORY]
    if emoji not in message.reactions:
        needed.append(Permission.ADD_REACTIONS)
    require(desk.world.bot, channel, *needed)
    if not emoji or (emoji.isascii() and ":" not in emoji):
        raise Refused(10014)
    message.reactions.setdefault(emoji, set()).add(desk.world.bot.id)
    _tell_reaction(desk, message, emoji, "MESSAGE_REACTION_ADD")
    return 204, None


@route("DELETE", _REACTION)
def unreact(desk: Desk, call: Call) -> Answer:
    """Remove the bot's reaction."""
    channel, message = _place(desk, call)
    if channel.thread and channel.thread.archived:
        raise Refused(50083)
    emoji = call.args["emoji_name"]
    who = message.reactions.get(emoji, set())
    who.discard(desk.world.bot.id)
    if not who:
        message.reactions.pop(emoji, None)
    _tell_reaction(desk, message, emoji, "MESSAGE_REACTION_REMOVE")
    return 204, None


def _tell_reaction(desk: Desk, message: Message, emoji: str, name: str) -> None:
    guild = message.channel.guild
    data: Json = {
        "user_id": str(desk.world.bot.id),
        "channel_id": str(message.channel.id),
        "message_id": str(message.id),
        "emoji": {"id": None, "name": emoji},
        "burst": False,
        "type": 0,
    }
    if guild:
        data["guild_id"] = str(guild.id)
    intent = Intent.GUILD_MESSAGE_REACTIONS if guild else Intent.DIRECT_MESSAGE_REACTIONS
    desk.world.tell(name, data, intent=intent, channel=message.channel)


@route("POST", _CHANNEL + "/typing")
def typing(desk: Desk, call: Call) -> Answer:
    """Show that the bot is typing."""
    channel = desk.world.channel(call.id("channel_id"))
    desk.messages.may_write(desk.world.bot, channel)
    if not permissions_in(desk.world.bot, channel):
        raise Refused(50001)
    channel.typed.append(desk.world.clock())
    desk.world.changed()
    return 204, None
