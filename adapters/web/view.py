"""What a viewer gets to see: kept posts and threads as JSON for the page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from adapters.web.markdown import render, render_growing
from adapters.web.state.places import PEOPLE, may_see
from adapters.web.state.posts import Post
from adapters.web.state.threads import Thread
from bot.cards import NEEDS_WORDS, Button, Card
from bot.texts import RIGHT_TO_LEFT, labels
from bot.types import Conversation, Person


def person(someone: Person) -> dict[str, Any]:
    """A person of the switch."""
    return {"id": someone.id, "name": someone.name, "moderator": someone.moderator}


def thread(kept: Thread, conversation: Conversation | None, now: datetime) -> dict[str, Any]:
    """A thread in the list, and the head of the page."""
    starter = PEOPLE.get(kept.starter)
    return {
        "id": kept.id,
        "channel": kept.channel,
        "title": kept.title,
        "starter": kept.starter,
        "starter_name": starter.name if starter else kept.starter,
        "origin": kept.origin,
        "at": kept.at,
        "conversation": kept.conversation,
        "ended": kept.locked,
        "hold": bool(conversation and conversation.held(now)),
    }


def post(kept: Post, viewer: Person, assistant: str, *, running: bool = False) -> dict[str, Any] | None:
    """A post as this viewer sees it; None where it is not for them."""
    if not may_see(viewer, kept.place) or kept.to not in {"", viewer.id}:
        return None
    author = PEOPLE.get(kept.author)
    return {
        "id": kept.id,
        "place": kept.place,
        "author": author.id if author else "",
        "name": author.name if author else assistant,
        "moderator": bool(author and author.moderator),
        "at": kept.at,
        "html": (render_growing if running else render)(kept.text) if kept.text else "",
        "card": card(kept.card, live=not kept.used) if kept.card else None,
        "running": running,
        "broken": not kept.done and not running,
        "only_you": bool(kept.to),
        "hidden": viewer.id in kept.hidden,
        "unread": kept.unread,
        "whisper": kept.whisper,
        "message": kept.message,
        "edited": kept.edited,
        "deleted": kept.deleted,
    }


def card(shown: Card, *, live: bool) -> dict[str, Any]:
    """A card. Used controls are gone; links stay."""
    return {
        "kind": shown.kind,
        "conversation": shown.conversation,
        "title": shown.title,
        "html": render(shown.text),
        "footer": shown.footer,
        "language": shown.language,
        "direction": "rtl" if shown.language in RIGHT_TO_LEFT else "ltr",
        "buttons": [_button(button, shown.language) for button in shown.buttons if live or button.url],
    }


def _button(button: Button, language: str) -> dict[str, Any]:
    verb = button.verb
    form = None
    if verb in NEEDS_WORDS:
        form = {
            "asks": labels.FORM_ASKS[verb](language),
            "which": labels.which_message(language),
            "send": labels.send(language),
            "cancel": labels.cancel(language),
        }
    return {"label": button.label, "verb": verb, "url": button.url, "look": button.look, "form": form}
