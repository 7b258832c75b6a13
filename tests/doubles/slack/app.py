"""The app as its settings page knows it: ids, secrets, features, subscriptions."""

from dataclasses import dataclass, field

BOT_SCOPES = frozenset(
    {
        "app_mentions:read",
        "assistant:write",
        "channels:history",
        "channels:join",
        "channels:read",
        "chat:write",
        "chat:write.customize",
        "commands",
        "files:read",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "mpim:history",
        "mpim:read",
        "reactions:read",
        "reactions:write",
        "team:read",
        "usergroups:read",
        "users:read",
    }
)

# Each subscription and the scope without which nothing is sent.
EVENTS: dict[str, str | None] = {
    "agent_session_stopped": None,
    "agent_session_title_changed": None,
    "app_context_changed": None,
    "app_home_opened": None,
    "app_mention": "app_mentions:read",
    "app_uninstalled": None,
    "channel_archive": "channels:read",
    "channel_deleted": "channels:read",
    "channel_left": "channels:read",
    "group_archive": "groups:read",
    "group_deleted": "groups:read",
    "group_left": "groups:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "team_access_revoked": None,
    "tokens_revoked": None,
}


@dataclass
class App:
    """The settings; change them as one would on the page, also while everything runs."""

    id: str = "A0ADIEU0001"
    name: str = "Adieu"
    client_id: str = "111.222"
    client_secret: str = "client-secret"  # made up
    signing_secret: str = "signing-secret"  # made up
    app_token: str = "xapp-1-A0ADIEU0001-1-double"  # made up
    verification_token: str = "verification-token"  # made up
    scopes: frozenset[str] = BOT_SCOPES
    events: set[str] = field(default_factory=lambda: set(EVENTS))
    commands: set[str] = field(default_factory=lambda: {"/adieu"})
    shortcuts: set[str] | None = None  # None lets every callback id through
    agent: bool = True  # declared as an agent (agent_view)
    streaming: bool = True  # whether chat.startStream works at all
    channel_replies: bool = True  # whether bot tokens may read threads of channels
    edit_window: float | None = None  # seconds after which the workspace lets nobody edit
    token_rotation: bool = False
    org_deploy: bool = True
    not_agent_error: str = "feature_not_enabled"  # Slack documents no name for it
    redirect_urls: list[str] = field(default_factory=list)  # empty: any is accepted
