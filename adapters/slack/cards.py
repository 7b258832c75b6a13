"""Our cards as Slack draws them: a headline, Markdown of ours, buttons, and small print."""

from __future__ import annotations

import re
from typing import Any

from adapters.slack.inert import escaped, inert
from bot.cards import Button, Card, Kind, Look, Verb
from bot.texts import labels
from bot.types import Conversation

Blocks = list[dict[str, Any]]

QUIET: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False, "link_names": False, "parse": "none"}
"""Goes into every post."""
STILL: dict[str, Any] = {"link_names": False, "parse": "none"}
"""Goes into every edit."""
_HEADLINE, _LABEL, _SMALL, _NOTIFICATION = 150, 75, 2000, 300
_ACTION = re.compile(r"adieu:(?P<verb>[a-z]+)")
_VALUE = re.compile(r"(?P<conversation>\d+):(?P<nonce>[\w-]*)")


def draw(card: Card) -> dict[str, Any]:
    """What a post or an edit holds that shows the card."""
    blocks: Blocks = []
    if card.title:
        blocks.append({"type": "header", "text": {"type": "plain_text", "text": _fit(card.title, _HEADLINE)}})
    if card.text:
        blocks.append(markdown(inert(card.text)))
    if card.buttons:
        blocks.append({"type": "actions", "elements": [_button(card, button) for button in card.buttons]})
    if card.footer:
        small = {"type": "mrkdwn", "text": _fit(escaped(card.footer), _SMALL)}
        blocks.append({"type": "context", "elements": [small]})
    return {"text": notification(card.title or card.text), "blocks": blocks}


def markdown(text: str) -> dict[str, Any]:
    """One block of Markdown, already inert."""
    return {"type": "markdown", "text": text}


def notification(text: str) -> str:
    """What stands in notifications and where blocks cannot be shown."""
    return escaped(_fit(" ".join(text.split()), _NOTIFICATION)) or "…"


def _button(card: Card, button: Button) -> dict[str, Any]:
    drawn: dict[str, Any] = {
        "type": "button",
        "text": {"type": "plain_text", "text": _fit(button.label, _LABEL)},
        "action_id": f"adieu:{button.verb.value if button.verb else 'link'}",
    }
    if button.url:
        drawn["url"] = button.url
    else:
        drawn["value"] = f"{card.conversation}:{card.nonce}"
    if button.look is not Look.PLAIN:
        drawn["style"] = "primary" if button.look is Look.PRIMARY else "danger"
    return drawn


def stop_button(here: Conversation) -> dict[str, Any]:
    """The Stop button below a reply on its way."""
    card = Card(Kind.LINE, "", "", here.id, buttons=(Button(labels.stop(here), Verb.STOP),))
    return {"type": "actions", "elements": [_button(card, button) for button in card.buttons]}


def without_controls(blocks: Blocks, value: str = "") -> Blocks:
    """A message's blocks without its rows of buttons, or without those of one question (`value`)."""

    def asks(block: dict[str, Any]) -> bool:
        elements = block.get("elements") or ()
        return block.get("type") == "actions" and (
            not value or any(part.get("value") == value for part in elements)
        )

    return [block for block in blocks if not asks(block)]


def pressed(action: dict[str, Any]) -> tuple[Verb | None, int, str]:
    """What a pressed button asks for: verb (None where it means nothing any more), conversation, nonce."""
    verb = _ACTION.fullmatch(str(action.get("action_id") or ""))
    value = _VALUE.fullmatch(str(action.get("value") or ""))
    if not verb or not value or verb["verb"] not in set(Verb):
        return None, 0, ""
    return Verb(verb["verb"]), int(value["conversation"]), value["nonce"]


def _fit(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
