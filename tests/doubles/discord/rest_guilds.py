"""REST: guilds, members, users, the application and the gateway's address."""

from . import payloads, payloads_guild
from .errors import Refused
from .permissions import Permission, permissions_in
from .routes import Answer, Call, Desk, route, snowflake
from .state import Kind

_GUILD = "/guilds/{guild_id}"


@route("GET", _GUILD)
def guild(desk: Desk, call: Call) -> Answer:
    """Read a guild."""
    found = desk.world.guild(call.id("guild_id"))
    answer = payloads_guild.guild(found)
    if call.query.get("with_counts") in ("1", "true", "True"):
        answer |= {"approximate_member_count": len(found.members), "approximate_presence_count": 1}
    return 200, answer


@route("GET", _GUILD + "/channels")
def channels(desk: Desk, call: Call) -> Answer:
    """List a guild's channels, without threads."""
    found = desk.world.guild(call.id("guild_id"))
    return 200, [
        payloads.channel(each, desk.world)
        for each in desk.world.channels.values()
        if each.guild is found and not each.thread
    ]


@route("GET", _GUILD + "/roles")
def roles(desk: Desk, call: Call) -> Answer:
    """List a guild's roles."""
    return 200, payloads_guild.roles(desk.world.guild(call.id("guild_id")))


@route("GET", _GUILD + "/members/{user_id}")
def member(desk: Desk, call: Call) -> Answer:
    """Read one member."""
    found = desk.world.guild(call.id("guild_id"))
    return 200, payloads.member(desk.world.member(found, call.id("user_id")))


@route("GET", _GUILD + "/audit-logs")
def audit_log(desk: Desk, call: Call) -> Answer:
    """Read the audit log, newest first; needs VIEW_AUDIT_LOG."""
    found = desk.world.guild(call.id("guild_id"))
    places = [each for each in desk.world.channels.values() if each.guild is found and not each.thread]
    if not any(Permission.VIEW_AUDIT_LOG in permissions_in(desk.world.bot, each) for each in places):
        raise Refused(50013)
    kind = call.query.get("action_type")
    entries = [each for each in desk.world.audit_log if kind is None or str(each["action_type"]) == kind]
    lists = ("users", "integrations", "webhooks", "guild_scheduled_events", "threads", "application_commands")
    empty: dict[str, object] = {name: [] for name in (*lists, "auto_moderation_rules")}
    return 200, {**empty, "audit_log_entries": entries[::-1][: call.number("limit", 50, 1, 100)]}


@route("GET", "/users/@me")
def me(desk: Desk, call: Call) -> Answer:
    """Read the bot's own user."""
    own = {"mfa_enabled": True, "locale": "en-US", "premium_type": 0, "email": None, "verified": True}
    return 200, {**payloads.user(desk.world.bot), **own}


@route("GET", "/users/@me/guilds")
def my_guilds(desk: Desk, call: Call) -> Answer:
    """List the bot's guilds."""
    return 200, [
        {
            "id": str(each.id),
            "name": each.name,
            "icon": None,
            "banner": None,
            "owner": False,
            "permissions": "0",
            "features": [],
        }
        for each in desk.world.guilds.values()
    ]


@route("GET", "/users/{user_id}")
def user(desk: Desk, call: Call) -> Answer:
    """Read a user."""
    found = desk.world.users.get(call.id("user_id"))
    if found is None or found.webhook:
        raise Refused(10013)
    return 200, payloads.user(found)


@route("POST", "/users/@me/channels")
def open_dm(desk: Desk, call: Call) -> Answer:
    """Open the DM with a person."""
    found = desk.world.users.get(snowflake(call.form.get("recipient_id"), "recipient_id"))
    if found is None or found.webhook:
        raise Refused(10013)
    if found.bot:
        raise Refused(50007)
    channel = desk.world.direct(found)
    assert channel.kind is Kind.DM
    return 200, payloads.channel(channel, desk.world)


@route("GET", "/applications/@me")
@route("GET", "/oauth2/applications/@me")
def application(desk: Desk, call: Call) -> Answer:
    """Read the application, with the intents the portal allows in its flags."""
    owner = next((each.owner for each in desk.world.guilds.values()), desk.world.bot)
    bot = desk.world.bot
    return 200, {
        "id": str(bot.id),
        "name": bot.name,
        "icon": None,
        "description": "",
        "type": None,
        "summary": "",
        "bot": payloads.user(bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": desk.application_flags,
        "flags_new": str(desk.application_flags),
        "hook": True,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": payloads.user(owner),
        "approximate_guild_count": len(desk.world.guilds),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
    }


@route("GET", "/gateway", public=True)
def gateway(desk: Desk, call: Call) -> Answer:
    """Say where the gateway is."""
    return 200, {"url": desk.gateway.url}


@route("GET", "/gateway/bot")
def gateway_bot(desk: Desk, call: Call) -> Answer:
    """Say where the gateway is, and how many shards and sessions there may be."""
    used = desk.gateway.count.identified
    limit = {"total": 1000, "remaining": 1000 - used, "reset_after": 86400000, "max_concurrency": 1}
    return 200, {"url": desk.gateway.url, "shards": 1, "session_start_limit": limit}
