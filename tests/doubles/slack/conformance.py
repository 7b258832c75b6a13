"""Checks recorded traffic against sample payloads of Slack's own Java SDK, after the fact.

The samples hold every key that was ever seen, with a value of its JSON type. So a key that they do not have,
or another type, is a problem; a key that is left out is one only where the real Slack always sends it.
"""

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from .shapes import ALWAYS, DOCUMENTED, UNSAMPLED
from .traffic import Delivery, Exchange

SAMPLES = Path(__file__).parents[3].parent / "shared" / "specs" / "slack"
MISSING = f"Slack's sample payloads are not at {SAMPLES}"

# Where samples and the real Slack differ: a pattern over "who: path: finding", and the reason.
EXCEPTIONS: dict[str, str] = {
    r"/(context_)?enterprise_id: null": "null outside of organisations",
    r"/enterprise: null": "the same",
    r"authorizations/\*/team_id: null": "null for an org-wide installation",
    r"/(previous_view_id|close|submit): null": "null where a view has none",
    r"context_(team|enterprise)_id: not in the sample": "sent with every event now; older samples lack it",
    r"event message.*: /event/(bot_profile|app_id|user_team|subtype|metadata|upload|reactions|parent_user_id)"
    r": not in the sample": "fields of messages that a sample of one subtype happens to lack",
    r"event message file_share: /event/\w+: not in the sample": "its sample was taken from a bot's message",
    r"event message message_(changed|deleted): /event/(previous_)?message/(client_msg_id|app_id|metadata"
    r"|reactions|reply_users|files): not in the sample": "a message in full; the sample's was a plain one",
    r"event app_mention: /event/(files|parent_user_id|metadata|reactions|attachments): not in the sample": (
        "the same message as in `message`"
    ),
    r"/message/(reactions|client_msg_id|metadata|files|edited|parent_user_id|upload): not in the sample": (
        "a message in full; the sample's was a plain one"
    ),
    r"(block_actions|message_action|view_\w+): /(is_enterprise_install|enterprise|response_urls|state|view"
    r"|action_ts|channel|actions): not in the sample": "sent with every interaction; the sample predates it",
    r"/view/blocks: not in the sample": "the samples leave a view's blocks out",
    r"/previous_message/username: not in the sample": "the name a webhook's message had",
    r"reactions\.get 200: /message/thread_ts: not in the sample": "the sample's message was in no thread",
    r"/messages/\*/client_msg_id: not in the sample": "the sample's messages were a bot's",
    r"chat\.stopStream 200: /(channel|ts|message): not in the sample": "documented; the sample is a failure",
    r"bots\.info 200: /bot/team_id: not in the sample": "the profile as messages carry it",
}
_known = [re.compile(pattern) for pattern in EXCEPTIONS]

# What apps and people put in: of any shape.
_OPAQUE = frozenset({"blocks", "attachments", "icons", "metadata", "state", "actions", "text_object"})
_EVENTS: dict[str, str] = {
    "app_home_opened": "AppHomeOpened",
    "app_mention": "AppMention",
    "app_uninstalled": "AppUninstalled",
    "channel_archive": "ChannelArchive",
    "channel_deleted": "ChannelDeleted",
    "channel_left": "ChannelLeft",
    "group_archive": "GroupArchive",
    "group_deleted": "GroupDeleted",
    "group_left": "GroupLeft",
    "member_joined_channel": "MemberJoinedChannel",
    "member_left_channel": "MemberLeftChannel",
    "message": "Message",
    "message bot_message": "MessageBot",
    "message file_share": "MessageFileShare",
    "message message_changed": "MessageChanged",
    "message message_deleted": "MessageDeleted",
    "reaction_added": "ReactionAdded",
    "reaction_removed": "ReactionRemoved",
    "team_access_revoked": "TeamAccessRevoked",
    "tokens_revoked": "TokensRevoked",
}
_INTERACTIONS: dict[str, str] = {
    "block_actions": "interactive-components/BlockActionPayload",
    "message_action": "interactive-components/MessageShortcutPayload",
    "slash_command": "slash-commands/SlashCommandPayload",
    "view_closed": "views/ViewClosedPayload",
    "view_submission": "views/ViewSubmissionPayload",
}


@lru_cache(maxsize=128)
def _sample(path: str) -> Any:
    file = SAMPLES / path
    return json.loads(file.read_text()) if file.exists() else None


def problems(traffic: Iterable[Exchange], deliveries: Iterable[Delivery] = ()) -> list[str]:
    """Tell what in answers and deliveries the samples do not have; empty is good."""
    found: list[str] = []
    for exchange in traffic:
        if exchange.status:
            found += _exchange(exchange)
    for delivery in deliveries:
        found += _delivery(delivery)
    return [each for each in dict.fromkeys(found) if not any(known.search(each) for known in _known)]


def _exchange(exchange: Exchange) -> list[str]:
    who = f"{exchange.method} {exchange.status}"
    if exchange.method in UNSAMPLED or exchange.error == "unknown_method":
        return []
    sample = _sample(f"api/{exchange.method}.json")
    if sample is None:
        return [f"{who}: neither sampled nor excepted"]
    found = [f"{who}: {each}" for each in _compare(exchange.response, sample, "")]
    if exchange.ok:
        wanted = ALWAYS.get(exchange.method, frozenset())
        found += [f"{who}: /{key}: missing" for key in sorted(wanted - set(exchange.response))]
    return found


def _delivery(delivery: Delivery) -> list[str]:
    payload = delivery.payload
    if delivery.kind == "events_api":
        return _event(payload)
    name = str(payload.get("type") or "slash_command")
    sample = _sample(f"app-backend/{_INTERACTIONS.get(name)}.json")
    if sample is None:
        return [f"{name}: neither sampled nor excepted"]
    texts = {
        key: value for key, value in payload.items() if not (name == "slash_command" and value == "false")
    }
    if name == "slash_command":
        texts.pop("is_enterprise_install", None)  # a word in a form, a boolean in the sample
    found = [f"{name}: {each}" for each in _compare(texts, sample, "")]
    return found + [f"{name}: /{key}: missing" for key in sorted(ALWAYS[name] - set(payload))]


def _event(payload: dict[str, Any]) -> list[str]:
    event = payload["event"]
    name = " ".join(filter(None, [str(event.get("type")), event.get("subtype")]))
    who = f"event {name}"
    found = [f"{who}: /{key}: missing" for key in sorted(ALWAYS["envelope"] - set(payload))]
    if name in DOCUMENTED:
        return found + [f"{who}: {each}" for each in _compare(event, DOCUMENTED[name], "/event")]
    sample = _sample(f"events/{_EVENTS.get(name)}Payload.json")
    if sample is None:
        return [*found, f"{who}: neither sampled nor excepted"]
    found += [f"{who}: {each}" for each in _compare(payload, sample, "")]
    wanted = ALWAYS.get(who, frozenset())
    return found + [f"{who}: /event/{key}: missing" for key in sorted(wanted - set(event))]


def _compare(value: Any, sample: Any, path: str) -> list[str]:
    if value is None:
        return [f"{path}: null"]
    if _kind(value) != _kind(sample):
        return [f"{path}: {_kind(value)}, but {_kind(sample)} in the sample"]
    found: list[str] = []
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in _OPAQUE and key in sample:
                continue
            if key not in sample:
                found.append(f"{path}/{key}: not in the sample")
            else:
                found += _compare(inner, sample[key], f"{path}/{key}")
    elif isinstance(value, list) and sample:
        for inner in value:
            found += _compare(inner, sample[0], f"{path}/*")
    return found


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    kinds: dict[type, str] = {str: "a string", list: "an array", dict: "an object"}
    return kinds.get(type(value), "null")
