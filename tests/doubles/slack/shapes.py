"""What conformance knows beside the samples: shapes from Slack's pages, and keys that never miss."""

from typing import Any

# Events newer than the samples, as their reference pages show them.
DOCUMENTED: dict[str, Any] = {
    "agent_session_stopped": {
        "type": "",
        "channel": "",
        "thread_ts": "",
        "user": "",
        "streaming_message_ts": [""],
        "event_ts": "",
    },
    "agent_session_title_changed": {
        "type": "",
        "channel": "",
        "thread_ts": "",
        "title": "",
        "user": "",
        "event_ts": "",
    },
    "app_context_changed": {
        "type": "",
        "channel": "",
        "user": "",
        "context": {"entities": [{"type": "", "value": "", "team_id": ""}]},
        "event_ts": "",
    },
}

# Methods without a sample, and why nothing is lost by it.
UNSAMPLED: dict[str, str] = {
    "agents.sessions.rename": "newer than the samples; its page tells the title only",
    "agents.sessions.setStatus": "newer than the samples; its fields are those of the SDK's types",
    "auth.revoke": "one boolean",
    "conversations.members": "a list of ids and a cursor",
    "oauth.v2.access": "its tests read it with the real SDK's OAuth flow",
    "team.info": "read for its names only",
    "usergroups.users.list": "a list of ids",
}

_MESSAGE = frozenset({"type", "channel", "ts", "event_ts"})
_SHORTCUT = frozenset({"type", "team", "user", "token", "trigger_id"})
_ACTION = _SHORTCUT | {"api_app_id"}
ALWAYS: dict[str, frozenset[str]] = {
    "envelope": frozenset(
        {"token", "team_id", "api_app_id", "event", "type", "event_id", "event_time", "authorizations"}
    ),
    "event message": _MESSAGE | {"text", "user", "channel_type"},
    "event message bot_message": _MESSAGE | {"text", "bot_id", "channel_type"},
    "event message file_share": _MESSAGE | {"text", "user", "files", "channel_type"},
    "event message message_changed": _MESSAGE | {"message", "previous_message", "channel_type"},
    "event message message_deleted": _MESSAGE | {"previous_message", "deleted_ts", "channel_type"},
    "event app_mention": _MESSAGE | {"text", "user"},
    "event app_home_opened": frozenset({"type", "user", "channel", "tab", "event_ts"}),
    "event reaction_added": frozenset({"type", "user", "reaction", "item", "item_user", "event_ts"}),
    "block_actions": _ACTION | {"container", "actions"},
    "message_action": _SHORTCUT | {"callback_id", "message_ts", "response_url", "message", "channel"},
    "slash_command": frozenset(
        {"command", "text", "team_id", "channel_id", "user_id", "response_url", "trigger_id", "api_app_id"}
    ),
    "view_submission": _ACTION | {"view"},
    "view_closed": frozenset({"type", "team", "user", "view", "is_cleared"}),
    "auth.test": frozenset({"ok", "url", "team", "user", "team_id", "user_id"}),
    "chat.postMessage": frozenset({"ok", "channel", "ts", "message"}),
    "chat.update": frozenset({"ok", "channel", "ts", "text", "message"}),
    "chat.startStream": frozenset({"ok", "channel", "ts"}),
    "chat.postEphemeral": frozenset({"ok", "message_ts"}),
    "conversations.history": frozenset({"ok", "messages", "has_more"}),
    "conversations.replies": frozenset({"ok", "messages", "has_more"}),
    "views.open": frozenset({"ok", "view"}),
    "views.publish": frozenset({"ok", "view"}),
}
