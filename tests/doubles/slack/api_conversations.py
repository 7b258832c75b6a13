"""conversations.*: finding, joining and reading."""

from . import payloads
from .calls import Call, Method, between, page
from .errors import Json, Refused
from .limits import TIER2, TIER3, TIER4
from .state import Channel, Kind

_HISTORY: dict[Kind, str] = {
    "channel": "channels:history",
    "group": "groups:history",
    "im": "im:history",
    "mpim": "mpim:history",
}
_READ: dict[Kind, str] = {
    "channel": "channels:read",
    "group": "groups:read",
    "im": "im:read",
    "mpim": "mpim:read",
}
_TYPES: dict[str, Kind] = {
    "public_channel": "channel",
    "private_channel": "group",
    "im": "im",
    "mpim": "mpim",
}


def _shown(call: Call, channel: Channel) -> Json:
    return payloads.channel(channel, call.world, member=call.caller.id in channel.members)


def info(call: Call) -> Json:
    channel = call.channel()
    call.require(_READ[channel.kind])
    shown = _shown(call, channel)
    if call.flag("include_num_members"):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


def history(call: Call) -> Json:
    channel = call.channel()
    call.require(_HISTORY[channel.kind])
    if call.caller.id not in channel.members:
        raise Refused("not_in_channel")
    roots = [
        each
        for each in reversed(channel.messages.values())
        if each.thread_ts in (None, each.ts) and not each.deleted
    ]
    found, metadata = page(call, between(call, roots), 100, 999)
    messages = [payloads.with_thread(each, call.world) for each in found]
    more = bool(metadata["next_cursor"])
    return {
        "messages": messages,
        "has_more": more,
        "pin_count": 0,
        **({"response_metadata": metadata} if more else {}),
    }


def replies(call: Call) -> Json:
    channel = call.channel()
    call.require(_HISTORY[channel.kind])
    if call.token.kind == "bot" and not channel.is_dm and not call.world.app.channel_replies:
        raise Refused("not_allowed_token_type")
    if call.caller.id not in channel.members:
        raise Refused("not_in_channel")
    asked = channel.messages.get(call.wanted("ts"))
    if asked is None:
        raise Refused("thread_not_found")
    root = channel.messages.get(asked.root_ts, asked)
    every = [root, *between(call, channel.replies(root.ts))]
    found, metadata = page(call, [each for each in every if not each.deleted], 1000)
    more = bool(metadata["next_cursor"])
    body: Json = {"messages": [payloads.with_thread(each, call.world) for each in found], "has_more": more}
    return body | ({"response_metadata": metadata} if more else {})


def list_all(call: Call) -> Json:
    kinds = [_TYPES[name.strip()] for name in call.text("types", "public_channel").split(",")]
    call.require(*(_READ[kind] for kind in kinds))
    every = [
        each
        for each in call.team.channels.values()
        if each.kind in kinds
        and (each.kind == "channel" or call.caller.id in each.members)
        and not (each.archived and call.flag("exclude_archived"))
    ]
    found, metadata = page(call, every, 100)
    return {"channels": [_shown(call, each) for each in found], "response_metadata": metadata}


def open_one(call: Call) -> Json:
    call.require("im:write")
    if call.text("channel"):
        channel, existed = call.channel(), True
    else:
        person = call.world.person(call.team, call.wanted("users").split(",")[0])
        before = len(call.world.channels)
        channel = call.world.direct(person)
        existed = len(call.world.channels) == before
    shown = _shown(call, channel) if call.flag("return_im") else {"id": channel.id}
    shown.pop("is_user_deleted", None)  # told by info and list only
    return {"channel": shown} | ({"no_op": True, "already_open": True} if existed else {})


def join(call: Call) -> Json:
    channel = call.channel()
    if channel.kind != "channel":
        raise Refused("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refused("is_archived")
    already = call.caller.id in channel.members
    channel.members[call.caller.id] = call.caller
    call.world.changed()
    warning = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    return {"channel": _shown(call, channel)} | (warning if already else {})


def members(call: Call) -> Json:
    channel = call.channel()
    call.require(_READ[channel.kind])
    found, metadata = page(call, list(channel.members), 100)
    return {"members": found, "response_metadata": metadata}


METHODS = {
    "conversations.info": Method(info, (), TIER3),
    "conversations.history": Method(history, (), TIER3),
    "conversations.replies": Method(replies, (), TIER3),
    "conversations.list": Method(list_all, (), TIER2),
    "conversations.open": Method(open_one, (), TIER3),
    "conversations.join": Method(join, ("channels:join",), TIER3),
    "conversations.members": Method(members, (), TIER4),
}
