"""chat.startStream, chat.appendStream, chat.stopStream."""

from typing import Any

from .blocks import check_message
from .calls import Call, Method
from .errors import Json, Refused, invalid
from .limits import TIER2, TIER4
from .state import Channel, Message, Stream
from .threads import STATUSES


def start(call: Call) -> Json:
    if not call.world.app.streaming:
        raise Refused(call.world.app.not_agent_error)
    channel = call.member()
    thread_ts = _thread(call, channel)
    recipient = _recipient(call, channel)
    if call.text("task_display_mode", "timeline") not in ("timeline", "plan"):
        raise invalid("invalid_arguments", "must be a valid enum value [json-pointer:/task_display_mode]")
    stream = Stream(call.world.clock(), recipient=recipient)
    call.desk.streams.add(stream, call.text("markdown_text"), call.data("chunks"))
    message = call.desk.messages.post(
        call.caller, channel, stream.markdown, thread_ts=thread_ts, stream=stream, args=call.args
    )
    message.history.clear()
    call.desk.streams.show(message)
    call.desk.threads.clear_status(channel, thread_ts)
    call.world.changed()
    return {"channel": channel.id, "ts": message.ts}


def _thread(call: Call, channel: Channel) -> str | None:
    thread_ts = call.text("thread_ts") or None
    if thread_ts is None:
        if channel.is_dm:
            raise invalid("invalid_arguments", "missing required field: thread_ts")
        return None
    root = channel.messages.get(thread_ts)
    if root is None:
        raise Refused("thread_not_found")
    return root.thread_ts or thread_ts


def _recipient(call: Call, channel: Channel) -> str | None:
    person, team = call.text("recipient_user_id"), call.text("recipient_team_id")
    if not channel.is_dm and not person:
        raise Refused("missing_recipient_user_id")
    if not channel.is_dm and not team:
        raise Refused("missing_recipient_team_id")
    if person and person not in call.team.people:
        raise Refused("user_not_found")
    if team and team not in call.world.teams:
        raise Refused("team_not_found")
    return person or None


def _open(call: Call) -> tuple[Message, Stream]:
    channel = call.member()
    message = call.desk.messages.find(channel, call.wanted("ts"))
    if message.author.id != call.caller.id:
        raise Refused("message_not_owned_by_app")
    return message, call.desk.streams.open_one(message)


def append(call: Call) -> Json:
    message, stream = _open(call)
    text, chunks = call.text("markdown_text"), call.data("chunks")
    if not text and not chunks:
        raise Refused("no_text")
    call.desk.streams.add(stream, text, chunks)
    call.desk.streams.show(message)
    call.world.changed()
    return {"channel": message.channel.id, "ts": message.ts}


def stop(call: Call) -> Json:
    message, stream = _open(call)
    blocks: Any = call.data("blocks", "invalid_blocks_format") or []
    if blocks:
        check_message(blocks)
    status = call.text("session_status")
    if status and status not in STATUSES:
        raise invalid("invalid_arguments", "must be a valid enum value [json-pointer:/session_status]")
    if status and not call.world.app.agent:
        raise Refused(call.world.app.not_agent_error)
    call.desk.streams.add(stream, call.text("markdown_text"), call.data("chunks"))
    message.metadata = call.data("metadata", "invalid_metadata_format")
    message.args = message.args | {"stop": call.args}
    call.desk.streams.finish(message, "stopped", blocks)
    session = call.session(message.channel, message.thread_ts)
    if status or (session is not None and call.world.app.agent):
        call.desk.threads.set_session(message.channel, message.thread_ts, status or "active")
    shown = call.desk.messages.shown(message)
    return {"channel": message.channel.id, "ts": message.ts, "message": shown}


METHODS = {
    "chat.startStream": Method(start, ("chat:write",), TIER2),
    "chat.appendStream": Method(append, ("chat:write",), TIER4),
    "chat.stopStream": Method(stop, ("chat:write",), TIER2),
}
