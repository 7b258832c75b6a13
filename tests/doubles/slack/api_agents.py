"""agents.sessions.* and assistant.threads.*."""

from .calls import Call, Method
from .errors import Json, Refused, invalid
from .limits import SPECIAL, TIER3, TIER4
from .state import Channel
from .threads import STATUSES

_WARNING = "missing_agent_session_stopped_event_subscription"


def _thread(call: Call, channel: Channel) -> str:
    thread_ts = call.wanted("thread_ts")
    root = channel.messages.get(thread_ts)
    if root is None:
        raise Refused("thread_not_found")
    return root.thread_ts or thread_ts


def set_session_status(call: Call) -> Json:
    _agent(call)
    channel = call.member("channel_id")
    status, title = call.wanted("status"), call.text("title")
    if status not in STATUSES:
        raise invalid("invalid_arguments", "must be a valid enum value [json-pointer:/status]")
    if len(title) > 200:
        raise invalid("invalid_arguments", "must be less than 201 characters [json-pointer:/title]")
    initiator = call.text("initiator_user_id")
    if initiator and initiator not in channel.members:
        raise Refused("user_not_found")
    if any(call.text(name) for name in ("icon_emoji", "icon_url", "username")):
        call.require("chat:write.customize")
    session = call.desk.threads.set_session(channel, _thread(call, channel), status, title, initiator)
    body: Json = {"status": status, "agent_status": status, "title": session.title}
    if status == "processing" and "agent_session_stopped" not in call.world.app.events:
        body |= {"warning": _WARNING, "response_metadata": {"warnings": [_WARNING]}}
    return body


def rename(call: Call) -> Json:
    _agent(call)
    channel = call.member("channel_id")
    title = call.wanted("title")
    if len(title) > 200:
        raise invalid("invalid_arguments", "must be less than 201 characters [json-pointer:/title]")
    session = call.session(channel, _thread(call, channel))
    if session is None:
        raise Refused("session_not_found")
    session.title = title
    call.world.changed()
    return {"title": title}


def _agent(call: Call) -> None:
    if not call.world.app.agent:
        raise Refused(call.world.app.not_agent_error)


def set_status(call: Call) -> Json:
    channel = call.member("channel_id")
    loading = call.data("loading_messages") or []
    if len(loading) > 10:
        raise invalid("invalid_arguments", "no more than 10 items allowed [json-pointer:/loading_messages]")
    if "status" not in call.args:
        raise invalid("invalid_arguments", "missing required field: status")
    assistant = call.desk.threads.assistant(channel, _thread(call, channel))
    assistant.statuses.append((call.world.clock(), call.text("status")))
    assistant.loading = loading
    call.world.changed()
    return {}


def set_title(call: Call) -> Json:
    channel = call.member("channel_id")
    thread_ts, title = _thread(call, channel), call.wanted("title")
    call.desk.threads.assistant(channel, thread_ts).title = title
    call.world.changed()
    return {}


def set_prompts(call: Call) -> Json:
    channel = call.member("channel_id")
    thread_ts = _thread(call, channel) if call.text("thread_ts") else None
    prompts = call.data("prompts")
    if not isinstance(prompts, list) or not prompts:
        raise invalid("invalid_arguments", "missing required field: prompts")
    if len(prompts) > 4:
        raise invalid("invalid_arguments", "no more than 4 items allowed [json-pointer:/prompts]")
    for number, prompt in enumerate(prompts):
        if not prompt.get("title") or not prompt.get("message"):
            raise invalid("invalid_arguments", f"missing required field [json-pointer:/prompts/{number}]")
    assistant = call.desk.threads.assistant(channel, thread_ts)
    assistant.prompts, assistant.prompts_title = prompts, call.text("title")
    call.world.changed()
    return {}


_EITHER = ("assistant:write", "chat:write")
METHODS = {
    "agents.sessions.setStatus": Method(set_session_status, ("chat:write",), TIER3, ("bot",)),
    "agents.sessions.rename": Method(rename, ("chat:write",), TIER3, ("bot",)),
    "assistant.threads.setStatus": Method(set_status, ("chat:write", "assistant:write"), SPECIAL),
    "assistant.threads.setTitle": Method(set_title, _EITHER, TIER4),
    "assistant.threads.setSuggestedPrompts": Method(set_prompts, _EITHER, TIER4),
}
