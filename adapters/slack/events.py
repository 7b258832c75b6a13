"""What Slack tells, in our words: from an event to an `Incoming`, None for what is not ours. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.slack.reading import mentioned, text_of
from bot.types import Incoming, Person, ThreadRef

PLATFORM = "slack"

_TALK = frozenset({"", "file_share", "thread_broadcast"})
"""The subtypes that a person's own words come with."""
_TOMBSTONE = "tombstone"

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Deleted:
    """A message is gone; `ours` says that we had posted it."""

    thread: ThreadRef
    place: str
    message_id: str
    ours: bool


def workspace_of(body: Body) -> str:
    """The workspace that something happened in, the same for events, presses and commands."""
    for granted in body.get("authorizations") or ():
        if granted.get("team_id"):
            return str(granted["team_id"])
        break
    opened_in = (body.get("view") or {}).get("app_installed_team_id")
    if opened_in:  # in a channel shared between companies a form names the workspace of whoever sent it
        return str(opened_in)
    team, user, enterprise = body.get("team"), body.get("user"), body.get("enterprise")
    found = (
        (team.get("id") if isinstance(team, dict) else team)
        or body.get("team_id")
        or (user.get("team_id") if isinstance(user, dict) else None)
        or (enterprise.get("id") if isinstance(enterprise, dict) else enterprise)
        or body.get("enterprise_id")
    )
    return str(found or "")


def enterprise_of(body: Body) -> str:
    """The organisation that an event is told to, "" where there is none."""
    told = body.get("enterprise_id")
    for granted in body.get("authorizations") or ():
        told = told or granted.get("enterprise_id")
    return str(told or "")


def is_direct(event: Body) -> bool:
    """Whether this is our direct message (or Messages tab) with one person."""
    return event.get("channel_type") == "im" or str(event.get("channel", "")).startswith("D")


def thread_of(workspace: str, event: Body) -> ThreadRef:
    """The thread that a message belongs to, or opens: in Slack every message may be a root."""
    return ThreadRef(PLATFORM, workspace, str(event["channel"]), str(event.get("thread_ts") or event["ts"]))


def root_of(event: Body) -> str:
    """The root of the thread that an event is about, also where it tells of a change."""
    inner = event.get("message") or event.get("previous_message") or event
    return str(inner.get("thread_ts") or inner.get("ts") or event.get("ts") or "")


def people_in(event: Body) -> tuple[str, ...]:
    """Whose names are needed to read a message, its author first."""
    inner = event.get("message") if event.get("subtype") == "message_changed" else event
    inner = inner if isinstance(inner, dict) else {}
    author = str(inner.get("user") or "")
    return tuple(dict.fromkeys((*((author,) if author else ()), *mentioned(str(inner.get("text") or "")))))


def incoming(event: Body, workspace: str, me: str, people: Mapping[str, Person]) -> Incoming | None:
    """Read a message; None for bots, ourselves, system messages, and talk that does not concern us."""
    author = str(event.get("user") or "")
    if (
        not author
        or author in {me, "USLACKBOT"}
        or event.get("bot_id")
        or event.get("hidden")
        or str(event.get("subtype") or "") not in _TALK
    ):
        return None
    direct = is_direct(event)
    named = re.search(rf"<@{re.escape(me)}[|>]", str(event.get("text") or "")) is not None
    if not (direct or named or event.get("thread_ts")):
        return None
    return Incoming(
        thread=thread_of(workspace, event),
        place=str(event["channel"]),
        message_id=str(event["ts"]),
        author=people.get(author) or Person(author, ""),
        text=text_of(event, me, people),
        at=datetime.fromtimestamp(float(event["ts"]), UTC),
        addressed=named or direct,
        opens=named or direct,
        private=direct,
    )


def edited(event: Body, workspace: str, me: str, people: Mapping[str, Person]) -> Incoming | None:
    """Read a `message_changed`; None where no words of a person changed (previews, our own edits)."""
    now, before = event.get("message") or {}, event.get("previous_message") or {}
    if now.get("subtype") == _TOMBSTONE or now.get("text") == before.get("text"):
        return None
    place = {"channel": event["channel"], "channel_type": event.get("channel_type", "")}
    read = incoming({**now, **place}, workspace, me, people)
    if read is None and incoming({**before, **place}, workspace, me, people):
        # The mention of us was edited away: it was a message to us all the same.
        return incoming(
            {**now, **place, "thread_ts": now.get("thread_ts") or now["ts"]}, workspace, me, people
        )
    return read


def deleted(event: Body, workspace: str, me: str) -> Deleted | None:
    """Read a `message_deleted`, or the tombstone that stays of a root; None for other changes."""
    before = event.get("previous_message") or {}
    now = event.get("message") or {}
    if event.get("subtype") == "message_deleted":
        ts = str(event.get("deleted_ts") or before.get("ts") or "")
    elif now.get("subtype") == _TOMBSTONE:
        ts = str(now.get("ts") or "")
    else:
        return None
    if not ts:
        return None
    root = str(before.get("thread_ts") or now.get("thread_ts") or ts)
    thread = ThreadRef(PLATFORM, workspace, str(event["channel"]), root)
    return Deleted(thread, str(event["channel"]), ts, before.get("user") == me)
