"""How messages look as Discord's JSON, and when they are blank."""

from .errors import Json
from .payloads import member, stamp, thread, user
from .permissions import Permission, permissions_in
from .state import Message, Thread
from .world import World


def readable(what: Message, world: World) -> bool:
    """Whether the app may read it without MESSAGE_CONTENT: its own, a DM, or one that mentions it."""
    if what.author is world.bot or what.channel.is_dm:
        return True
    quoted = what.replied_to
    if quoted and quoted.author is world.bot and quoted.interaction and world.bot.mention not in what.content:
        return False
    return world.bot.id in what.now.pinged.users


def message(what: Message, world: World, *, content: bool = True, depth: int = 1) -> Json:
    """A message object; without `content` it is blank where Discord blanks it."""
    now = what.now
    clear = content or readable(what, world)
    guild = what.channel.guild
    found: Json = {
        "type": what.type,
        "content": now.content if clear else "",
        "mentions": [user(world.users[each]) for each in sorted(now.pinged.users) if each in world.users],
        "mention_roles": [str(each) for each in sorted(now.pinged.roles)],
        "attachments": what.attachments if clear else [],
        "embeds": now.embeds if clear else [],
        "timestamp": stamp(what.created),
        "edited_timestamp": stamp(what.edited) if what.edited else None,
        "flags": what.flags,
        "components": now.components if clear else [],
        "id": str(what.id),
        "channel_id": str(what.channel.id),
        "author": user(what.author),
        "pinned": False,
        "mention_everyone": now.pinged.everyone and may_ping_everyone(what),
        "tts": False,
    }
    if what.nonce is not None:
        found["nonce"] = what.nonce
    if what.author.webhook:
        found["webhook_id"] = str(what.author.id)
    if what.interaction:
        found |= {
            "interaction_metadata": what.interaction,
            "webhook_id": str(world.bot.id),
            "application_id": str(world.bot.id),
        }
    if what.reference:
        found["message_reference"] = what.reference
        if depth and "message_id" in what.reference and what.type != 18:
            quoted = what.replied_to
            gone = quoted is None or quoted.deleted
            found["referenced_message"] = (
                None if gone or quoted is None else message(quoted, world, content=content, depth=0)
            )
    if what.started and not what.started.deleted and guild:
        found["thread"] = thread(what.started, world)
    if isinstance(what.channel, Thread):
        found["position"] = min(what.channel.total_sent, what.channel.message_count)
    if what.reactions:
        found["reactions"] = [_reaction(emoji, who, world.bot.id) for emoji, who in what.reactions.items()]
    return found


def _reaction(emoji: str, who: set[int], bot_id: int) -> Json:
    return {
        "emoji": {"id": None, "name": emoji},
        "count": len(who),
        "count_details": {"burst": 0, "normal": len(who)},
        "burst_colors": [],
        "me_burst": False,
        "me": bot_id in who,
    }


def may_ping_everyone(what: Message) -> bool:
    """Whether its author has MENTION_EVERYONE there."""
    return bool(permissions_in(what.author, what.channel) & Permission.MENTION_EVERYONE)


def dispatched(what: Message, world: World, *, content: bool) -> Json:
    """A message as the gateway sends it: with guild, channel type and member."""
    found = message(what, world, content=content)
    found["channel_type"] = int(what.channel.kind)
    guild = what.channel.guild
    if guild is not None:
        found["guild_id"] = str(guild.id)
        author = guild.members.get(what.author.id)
        if author is not None:
            found["member"] = member(author, with_user=False)
        for mentioned in found["mentions"]:
            if int(mentioned["id"]) in guild.members:
                mentioned["member"] = member(guild.members[int(mentioned["id"])], with_user=False)
    return found
