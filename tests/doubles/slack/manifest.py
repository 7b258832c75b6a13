"""Reads an app manifest as "create from manifest" does: what is wrong with it, and the app it makes."""

from typing import Any

from .app import EVENTS, App
from .errors import Json

_LONGEST: dict[str, int] = {
    "display_information/name": 35,
    "display_information/description": 140,
    "display_information/long_description": 4000,
    "features/agent_view/agent_description": 300,
    "features/bot_user/display_name": 80,
}
_MOST: dict[str, int] = {
    "features/shortcuts": 10,
    "features/slash_commands": 50,
    "features/agent_view/suggested_prompts": 4,
    "settings/event_subscriptions/bot_events": 100,
}
_SECTIONS = frozenset(
    {"_metadata", "display_information", "features", "oauth_config", "settings", "functions", "workflows"}
)
_NEEDED: dict[str, frozenset[str]] = {
    "shortcuts": frozenset({"name", "type", "callback_id", "description"}),
    "slash_commands": frozenset({"command", "description"}),
}


def _at(manifest: Json, path: str) -> Any:
    found: Any = manifest
    for step in path.split("/"):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def problems(manifest: Json) -> list[str]:
    """Tell why Slack would not take a manifest; empty is good."""
    found = [f"/{name}: unknown section" for name in sorted(set(manifest) - _SECTIONS)]
    if not _at(manifest, "display_information/name"):
        found.append("/display_information/name: missing")
    for path, most in _LONGEST.items():
        if len(_at(manifest, path) or "") > most:
            found.append(f"/{path}: longer than {most}")
    if 0 < len(_at(manifest, "display_information/long_description") or "") < 174:
        found.append("/display_information/long_description: shorter than 174")
    for path, most in _MOST.items():
        if len(_at(manifest, path) or []) > most:
            found.append(f"/{path}: more than {most}")
    for name, needed in _NEEDED.items():
        for number, each in enumerate(_at(manifest, f"features/{name}") or []):
            found += [f"/features/{name}/{number}/{key}: missing" for key in sorted(needed - set(each))]
    if _at(manifest, "features/assistant_view") is not None:
        found.append("/features/assistant_view: new apps can only use agent_view")
    return found + _subscriptions(manifest) + _delivery(manifest)


def _subscriptions(manifest: Json) -> list[str]:
    found = []
    scopes = set(_at(manifest, "oauth_config/scopes/bot") or [])
    for event in _at(manifest, "settings/event_subscriptions/bot_events") or []:
        if event not in EVENTS:
            found.append(f"/settings/event_subscriptions/bot_events: {event} is not known to the double")
        elif EVENTS[event] is not None and EVENTS[event] not in scopes:
            found.append(f"/settings/event_subscriptions/bot_events: {event} needs the scope {EVENTS[event]}")
    if _at(manifest, "features/slash_commands") and "commands" not in scopes:
        found.append("/features/slash_commands: need the scope commands")
    if _at(manifest, "features/agent_view") is not None and "assistant:write" not in scopes:
        found.append("/features/agent_view: needs the scope assistant:write")
    return found


def _delivery(manifest: Json) -> list[str]:
    if _at(manifest, "settings/socket_mode_enabled"):
        return []
    found = []
    if _at(manifest, "settings/event_subscriptions/bot_events") and not _at(
        manifest, "settings/event_subscriptions/request_url"
    ):
        found.append("/settings/event_subscriptions/request_url: missing without Socket Mode")
    if _at(manifest, "settings/interactivity/is_enabled") and not _at(
        manifest, "settings/interactivity/request_url"
    ):
        found.append("/settings/interactivity/request_url: missing without Socket Mode")
    for number, each in enumerate(_at(manifest, "features/slash_commands") or []):
        if not each.get("url"):
            found.append(f"/features/slash_commands/{number}/url: missing without Socket Mode")
    return found


def app_from(manifest: Json) -> App:
    """Create the app of a manifest, or refuse it."""
    wrong = problems(manifest)
    if wrong:
        raise ValueError("\n".join(wrong))
    return App(
        name=_at(manifest, "features/bot_user/display_name") or manifest["display_information"]["name"],
        scopes=frozenset(_at(manifest, "oauth_config/scopes/bot") or []),
        events=set(_at(manifest, "settings/event_subscriptions/bot_events") or []),
        commands={each["command"] for each in _at(manifest, "features/slash_commands") or []},
        shortcuts={each["callback_id"] for each in _at(manifest, "features/shortcuts") or []},
        agent=_at(manifest, "features/agent_view") is not None,
        token_rotation=bool(_at(manifest, "settings/token_rotation_enabled")),
        org_deploy=bool(_at(manifest, "settings/org_deploy_enabled")),
        redirect_urls=list(_at(manifest, "oauth_config/redirect_urls") or []),
    )
