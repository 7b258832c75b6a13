"""The app's manifest, as Slack's "create from a manifest" takes it, and what it asks for. Pure."""

from __future__ import annotations

from typing import Any

from bot.texts import pages

BOT_SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "mpim:history",
    "reactions:write",
    "users:read",
)
EVENTS = (
    "agent_session_stopped",
    "agent_session_title_changed",
    "app_context_changed",
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "group_archive",
    "group_deleted",
    "group_left",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "team_access_revoked",
    "tokens_revoked",
)
EVENTS_AT = "/slack/events"
COMMAND = "/adieu"
END, BRANCH = "adieu_end", "adieu_branch"


def manifest(name: str = "adieu", url: str = "") -> dict[str, Any]:
    """The manifest for Socket Mode, or for HTTP where `url` says at which address Slack reaches us.

    The address of our events does as well as the one of the whole web port.
    """
    base = url.rstrip("/").removesuffix(EVENTS_AT)
    events = f"{base}{EVENTS_AT}"
    command: dict[str, Any] = {
        "command": COMMAND,
        "description": "Help, a new chat, or what is kept",
        "usage_hint": "help | new | privacy | mode",
        "should_escape": False,
    }
    subscriptions: dict[str, Any] = {"bot_events": list(EVENTS)}
    interactivity: dict[str, Any] = {"is_enabled": True}
    oauth: dict[str, Any] = {"scopes": {"bot": list(BOT_SCOPES)}}
    if base:
        command["url"] = events
        subscriptions["request_url"] = events
        interactivity["request_url"] = events
        oauth["redirect_urls"] = [f"{base}/slack/oauth_redirect"]
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": name[:35],
            "description": "An assistant that answers in threads, and can end a conversation",
            "background_color": "#2f3e46",
        },
        "features": {
            "agent_view": {
                "agent_description": "Ask me anything. Every message here starts a chat of its own; a chat"
                " can be ended, and a new one started at once.",
                "suggested_prompts": [
                    {"title": title(), "message": message()} for title, message in pages.PROMPTS
                ],
            },
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": name[:80], "always_online": True},
            "shortcuts": [
                {
                    "name": "End this chat",
                    "type": "message",
                    "callback_id": END,
                    "description": "End the chat in this thread, after a confirmation",
                },
                {
                    "name": "Branch from here",
                    "type": "message",
                    "callback_id": BRANCH,
                    "description": "Go on from this message in a chat of its own",
                },
            ],
            "slash_commands": [command],
        },
        "oauth_config": oauth,
        "settings": {
            "event_subscriptions": subscriptions,
            "interactivity": interactivity,
            "org_deploy_enabled": True,
            "socket_mode_enabled": not base,
            "token_rotation_enabled": False,
        },
    }
