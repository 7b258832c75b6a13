"""Our cards as Discord draws them: an embed in a calm colour, and buttons."""

from __future__ import annotations

from hashlib import blake2s
from typing import Any

import discord

from adapters.discord.controls import Control, control_id
from bot.cards import Button, Card, Kind, Look, Verb

QUIET: dict[str, Any] = {"allowed_mentions": {"parse": [], "replied_user": False}}
"""Goes into every message and every edit: Discord reads mentions anew each time."""

_COLOURS = {
    Kind.WELCOME: 0x5B8DB8,
    Kind.WARNING: 0xC9A24B,
    Kind.CONFIRMATION: 0x5B8DB8,
    Kind.NOTICE: 0x7A828C,
    Kind.BESIDE: 0x7A828C,
    Kind.POINTER: 0x7A828C,
    Kind.CRISIS: 0x5FA08A,
    Kind.APOLOGY: 0x7A828C,
    Kind.LINE: 0x7A828C,
    Kind.MODERATORS: 0x6C6FA6,
}
_STYLES = {
    Look.PRIMARY: discord.ButtonStyle.primary,
    Look.PLAIN: discord.ButtonStyle.secondary,
    Look.DANGER: discord.ButtonStyle.danger,
}
_TITLE, _TEXT, _FOOTER, _LABEL, _URL = 256, 4000, 1000, 80, 512
LONGEST = 2000
"""What a message without a frame may hold."""


def embed(card: Card) -> discord.Embed:
    """The card's words. Together they stay below Discord's 6000 characters."""
    drawn = discord.Embed(
        title=_fit(card.title, _TITLE) or None,
        description=_fit(card.text, _TEXT) or None,
        colour=_COLOURS[card.kind],
    )
    if card.footer:
        drawn.set_footer(text=_fit(card.footer, _FOOTER))
    return drawn


def view(card: Card, *, links_only: bool = False) -> discord.ui.View:
    """The card's controls: DynamicItems and links, never anything else on one of our messages.

    A view that mixes a DynamicItem with an ordinary item unregisters the DynamicItem for every message.
    """
    drawn = discord.ui.View(timeout=None)
    for button in card.buttons:
        if button.url:
            drawn.add_item(discord.ui.Button(label=_fit(button.label, _LABEL), url=button.url[:_URL]))
        elif button.verb and not links_only:
            drawn.add_item(Control(button.verb, card.conversation, card.nonce, _button(button)))
    return drawn


def _button(button: Button) -> discord.ui.Button[Any]:
    return discord.ui.Button(label=_fit(button.label, _LABEL), style=_STYLES[button.look])


def draw(card: Card, *, links_only: bool = False) -> dict[str, Any]:
    """The body of a request that posts the card, or turns a message into it."""
    components = view(card, links_only=links_only).to_components()
    return {"content": "", "embeds": [embed(card).to_dict()], "components": components, **QUIET}


def plain(card: Card, *, links_only: bool = False) -> dict[str, Any]:
    """The same without an embed, for places where we may not use them."""
    words = "\n".join(
        part for part in (f"**{card.title}**" if card.title else "", card.text, card.footer) if part
    )
    return {**draw(card, links_only=links_only), "content": _fit(words, LONGEST), "embeds": []}


def stop_row(conversation: int, label: str = "Stop") -> list[dict[str, Any]]:
    """The Stop button below a reply on its way. Needed for every reply, so it is written out."""
    button = {
        "type": discord.ComponentType.button.value,
        "style": discord.ButtonStyle.secondary.value,
        "label": _fit(label, _LABEL),
        "custom_id": control_id(Verb.STOP, conversation, ""),
    }
    return [{"type": discord.ComponentType.action_row.value, "components": [button]}]


def without(components: list[dict[str, Any]], conversation: int, nonce: str) -> list[dict[str, Any]]:
    """A message's rows of buttons without the controls of one question, which is answered."""
    mark = f":{conversation}:{nonce}"
    rows = []
    for row in components:
        left = [
            part for part in row.get("components", ()) if not str(part.get("custom_id", "")).endswith(mark)
        ]
        if left:
            rows.append({**row, "components": left})
    return rows


def same(body: dict[str, Any], message: dict[str, Any]) -> bool:
    """Whether a message on the platform is what `body` would post: the same controls, or the same words."""
    controls = _controls(body)
    if controls:
        return controls == _controls(message)
    return _words(body) == _words(message)


def _controls(message: dict[str, Any]) -> set[str]:
    rows = message.get("components") or ()
    return {
        str(part["custom_id"]) for row in rows for part in row.get("components", ()) if part.get("custom_id")
    }


def _words(message: dict[str, Any]) -> list[str]:
    words = [str(message.get("content") or "")]
    for part in message.get("embeds") or ():
        words += [str(part.get("title") or ""), str(part.get("description") or "")]
    return [word.strip() for word in words]


def nonce_of(*key: str) -> str:
    """A nonce for a post: the same for the same key, in at most 25 characters, unlike any other place's."""
    return blake2s("/".join(key).encode(), digest_size=12).hexdigest()


def _fit(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
