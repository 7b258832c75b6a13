"""chat.*: posting, changing, deleting, ephemerals."""

from typing import Any

from .blocks import MARKDOWN_MOST, check_message
from .calls import Call, Method
from .errors import Json, Refused
from .limits import POSTING, POSTING_TEAM, SPECIAL, TIER3, TIER4
from .payloads import message as message_json
from .state import Channel, Message

TEXT_MOST = 40_000
_NOT_IN_UPDATES = frozenset({"ts", "thread_ts", "parent_user_id", "reactions"})
UPDATE_TEXT_MOST = 4_000  # documented for chat.update only


def content(call: Call, *, most: int = TEXT_MOST) -> tuple[str | None, list[Json] | None]:
    """Read text and blocks from a call, and refuse what Slack would."""
    text = call.args.get("text")
    markdown = call.text("markdown_text")
    blocks = call.data("blocks", "invalid_blocks_format")
    if markdown:
        if text or blocks:
            raise Refused("markdown_text_conflict")
        if len(markdown) > MARKDOWN_MOST:
            raise Refused("msg_too_long")
        return markdown, [{"type": "markdown", "text": markdown}]
    if text is not None and len(str(text)) > most:
        raise Refused("msg_too_long")
    if blocks:
        check_message(blocks)
    return (None if text is None else str(text)), blocks


def _place(call: Call) -> Channel:
    """Where to post: a conversation, or a person's DM."""
    wanted = call.wanted("channel")
    if wanted.startswith("U"):
        return call.world.direct(call.world.person(call.team, wanted))
    return call.member()


def _thread(call: Call, channel: Channel) -> str | None:
    """The thread to write in; a reply's own ts leads to its root."""
    thread_ts = call.text("thread_ts") or None
    if thread_ts is None:
        return None
    root = channel.messages.get(thread_ts)
    if root is None:
        raise Refused("thread_not_found")
    return root.thread_ts or thread_ts


def _more(call: Call) -> Json:
    more: Json = {"metadata": call.data("metadata", "invalid_metadata_format")}
    for name in ("username", "icon_emoji", "icon_url"):
        if call.text(name):
            call.require("chat:write.customize")
    more["username"] = call.text("username") or None
    more["attachments"] = call.data("attachments") or []
    return more


def _link_names(call: Call) -> bool:
    return call.flag("link_names") or call.text("parse") == "full"


def post_message(call: Call) -> Json:
    channel = _place(call)
    call.desk.limits.take("chat.postMessage#channel", POSTING, channel.id)
    text, blocks = content(call)
    more = _more(call)
    if not text and not blocks and not more["attachments"]:
        raise Refused("no_text")
    thread_ts = _thread(call, channel)
    message = call.desk.messages.post(
        call.caller,
        channel,
        text or "",
        blocks=blocks,
        thread_ts=thread_ts,
        link_names=_link_names(call),
        args=call.args,
        **more,
    )
    call.desk.threads.clear_status(channel, thread_ts)
    return {"channel": channel.id, "ts": message.ts, "message": message_json(message, call.world)}


def update(call: Call) -> Json:
    channel = call.member()
    text, blocks = content(call, most=UPDATE_TEXT_MOST)
    message = own(call, channel, "cant_update_message")
    if call.desk.streams.is_streaming(message):
        raise Refused("streaming_state_conflict")
    window = call.world.app.edit_window
    if window is not None and call.world.clock() - message.history[0].time > window:
        raise Refused("edit_window_closed")
    if text is None and blocks is None and not call.args.get("attachments"):
        raise Refused("no_text")
    if blocks is None and text is not None and message.blocks and "blocks" not in call.args:
        blocks = []  # new text without blocks takes the old blocks away
    call.desk.messages.edit(message, call.caller, text, blocks)
    shown = message_json(message, call.world)
    shown = {key: value for key, value in shown.items() if key not in _NOT_IN_UPDATES}
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown}


def own(call: Call, channel: Channel, error: str) -> Message:
    """The message that `ts` names, which must be the caller's own."""
    message = call.desk.messages.find(channel, call.wanted("ts"))
    if message.author.id != call.caller.id:
        raise Refused(error)
    return message


def delete(call: Call) -> Json:
    channel = call.channel()
    message = own(call, channel, "cant_delete_message")
    call.desk.messages.delete(message)
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(call: Call) -> Json:
    channel = call.member()
    person = call.world.person(call.team, call.wanted("user"))
    if person.id not in channel.members:
        raise Refused("user_not_in_channel")
    text, blocks = content(call)
    if not text and not blocks:
        raise Refused("no_text")
    more: Any = _more(call) | {"args": call.args}
    thread_ts = call.text("thread_ts") or None
    message = call.desk.messages.ephemeral(
        call.caller, channel, person, text or "", blocks=blocks, thread_ts=thread_ts, **more
    )
    return {"message_ts": message.ts}


def get_permalink(call: Call) -> Json:
    channel = call.channel()
    message = call.desk.messages.find(channel, call.wanted("message_ts"))
    link = f"https://{call.team.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


METHODS = {
    "chat.postMessage": Method(post_message, ("chat:write",), POSTING_TEAM),
    "chat.update": Method(update, ("chat:write",), TIER3),
    "chat.delete": Method(delete, ("chat:write",), TIER3),
    "chat.postEphemeral": Method(post_ephemeral, ("chat:write",), TIER4),
    "chat.getPermalink": Method(get_permalink, (), SPECIAL),
}
