"""How Slack writes messages, people, channels, files and views as JSON."""

from typing import Any

from .errors import Json
from .state import Channel, Message, Person, Team, View
from .world import World

_ICONS = ("image_36", "image_48", "image_72")
_CHANNEL_TYPES = {"channel": "channel", "group": "group", "im": "im", "mpim": "mpim"}


def channel_type(channel: Channel) -> str:
    """The `channel_type` of message events."""
    return _CHANNEL_TYPES[channel.kind]


def app_id(person: Person, world: World) -> str:
    """The app behind a bot."""
    return world.app.id if world.is_ours(person) else f"A{person.id[1:]}"


def bot_profile(person: Person, world: World) -> Json:
    """A bot, as its messages carry it."""
    return {
        "id": person.bot_id,
        "deleted": False,
        "name": person.name,
        "updated": 1_700_000_000,
        "app_id": app_id(person, world),
        "icons": {name: f"https://a.slack-edge.com/{name}.png" for name in _ICONS},
        "team_id": person.team.id,
    }


def message(each: Message, world: World) -> Json:
    """A message as history and events show it."""
    author = each.author
    body: Json = {"type": "message"}
    if each.subtype:
        body["subtype"] = each.subtype
    if author.bot_id is None:
        body |= {"client_msg_id": each.client_msg_id, "user": author.id, "team": author.team.id}
    elif author.webhook:
        body |= {"subtype": "bot_message", "bot_id": author.bot_id, "username": author.name}
    else:
        body |= {"user": author.id, "team": author.team.id, "bot_id": author.bot_id}
        body |= {"app_id": app_id(author, world), "bot_profile": bot_profile(author, world)}
    body |= {"text": each.text, "ts": each.ts}
    if each.blocks:
        body["blocks"] = each.blocks
    if each.attachments:
        body["attachments"] = each.attachments
    if each.files:
        body |= {"files": each.files, "upload": False}
    if each.edited:
        body["edited"] = each.edited
    if each.metadata:
        body["metadata"] = each.metadata
    if each.reactions:
        body["reactions"] = reactions(each)
    if each.thread_ts:
        body["thread_ts"] = each.thread_ts
        root = each.channel.messages.get(each.thread_ts)
        if root is not None and root is not each:
            body["parent_user_id"] = root.author.id
    return body


def with_thread(each: Message, world: World) -> Json:
    """A message as history shows it, with the counts of the thread below it."""
    body = message(each, world)
    replies = each.channel.replies(each.ts) if each.thread_ts in (None, each.ts) else []
    if replies:
        users = list(dict.fromkeys(reply.author.id for reply in replies))
        body |= {
            "thread_ts": each.ts,
            "reply_count": len(replies),
            "reply_users_count": len(users),
            "latest_reply": replies[-1].ts,
            "reply_users": users,
            "is_locked": False,
            "subscribed": False,
        }
    return body


def reactions(each: Message) -> list[Json]:
    """The reactions of a message."""
    return [
        {"name": name, "users": [person.id for person in people], "count": len(people)}
        for name, people in each.reactions.items()
    ]


def rich_text(text: str) -> list[Json]:
    """The block that Slack's own composer makes of what a person types."""
    section: Json = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return [{"type": "rich_text", "block_id": "typed", "elements": [section]}]


def person(each: Person, world: World) -> Json:
    """A user, as users.info tells them."""
    profile: Json = {
        "title": "",
        "real_name": each.name,
        "real_name_normalized": each.name,
        "display_name": each.name,
        "display_name_normalized": each.name,
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": "abc",
        "team": each.team.id,
    }
    if each.bot_id:
        profile |= {"bot_id": each.bot_id, "api_app_id": app_id(each, world)}
    return {
        "id": each.id,
        "team_id": each.team.id,
        "name": each.name.lower(),
        "deleted": each.deleted,
        "real_name": each.name,
        "tz": each.tz,
        "tz_label": each.tz,
        "tz_offset": 0,
        "profile": profile,
        "is_admin": each.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": each.bot_id is not None,
        "is_app_user": False,
        "updated": 1_700_000_000,
    }


def channel(each: Channel, world: World, *, member: bool) -> Json:
    """A conversation, as conversations.info tells it."""
    body: Json = {
        "id": each.id,
        "created": each.created,
        "is_archived": each.archived,
        "is_im": each.is_dm,
        "is_org_shared": False,
        "context_team_id": each.team.id,
        "updated": each.created * 1000,
    }
    if each.is_dm:
        other = next((who for who in each.members.values() if not world.is_ours(who)), None)
        return body | {"user": other.id if other else "", "is_user_deleted": False, "priority": 0}
    made: Json = {"value": "", "creator": "", "last_set": 0}
    return body | {
        "name": each.name,
        "name_normalized": each.name,
        "is_channel": each.kind == "channel",
        "is_group": each.kind == "group",
        "is_mpim": each.kind == "mpim",
        "is_private": each.kind != "channel",
        "is_general": False,
        "unlinked": 0,
        "is_shared": False,
        "is_ext_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "shared_team_ids": [each.team.id],
        "pending_connected_team_ids": [],
        "creator": each.creator,
        "is_member": member,
        "topic": made,
        "purpose": made,
        "previous_names": [],
    }


def team(each: Team) -> Json:
    """A workspace, as team.info tells it."""
    body: Json = {
        "id": each.id,
        "name": each.name,
        "domain": each.domain,
        "url": f"https://{each.domain}.slack.com/",
        "email_domain": "",
        "icon": {"image_default": True},
    }
    if each.org:
        body |= {"enterprise_id": each.org.id, "enterprise_name": each.org.name}
    return body


def view(each: View, world: World) -> Json:
    """A view, as answers and payloads carry it."""
    body = each.body
    bot = world.bot(each.team)
    return {
        "id": each.id,
        "team_id": each.team.id,
        "type": body["type"],
        "blocks": body.get("blocks", []),
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "external_id": body.get("external_id", ""),
        "state": {"values": each.state},
        "hash": each.hash,
        "title": body.get("title") or plain("View Title"),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "clear_on_close": bool(body.get("clear_on_close")),
        "notify_on_close": bool(body.get("notify_on_close")),
        "submit_disabled": bool(body.get("submit_disabled")),
        "root_view_id": each.root_id,
        "previous_view_id": each.previous.id if each.previous else None,
        "app_id": world.app.id,
        "app_installed_team_id": each.team.id,
        "bot_id": bot.bot_id,
    }


def plain(text: str) -> Json:
    """A plain text object."""
    return {"type": "plain_text", "text": text, "emoji": True}


def stored_blocks(blocks: list[Any], world: World) -> list[Json]:
    """Copy blocks as Slack stores them: every block and interactive element has an id."""
    stored: list[Json] = []
    for block in blocks:
        kept = dict(block)
        kept.setdefault("block_id", world.new_id("b")[:8].lower() + str(len(stored)))
        if isinstance(kept.get("elements"), list) and kept["type"] in ("actions", "context_actions"):
            kept["elements"] = [_with_action(part, world) for part in kept["elements"]]
        for key in ("accessory", "element"):
            if isinstance(kept.get(key), dict):
                kept[key] = _with_action(kept[key], world)
        stored.append(kept)
    return stored


def _with_action(part: Json, world: World) -> Json:
    return part if part.get("action_id") else {**part, "action_id": world.new_id("a")}
