"""Forms: what needs words is asked for in a modal, and what comes back goes to the desk (E34, E35). Pure."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from adapters.slack.events import PLATFORM, Body
from bot import texts
from bot.cards import MOST_WORDS, Verb
from bot.texts import Reader, labels
from bot.types import Message, ThreadRef

CALLBACK = "adieu_form"
_LABEL, _LONGEST, _DATA, _CHOICES = 75, 3000, 3000, 25


@dataclass(frozen=True, slots=True)
class Form:
    """What a form is about; it travels in the form itself, so that it works after a restart.

    `number` is the message to branch from, 0 where the form lets the person choose.
    """

    verb: str
    conversation: int
    workspace: str
    channel: str
    thread: str
    number: int = 0

    @property
    def place(self) -> ThreadRef:
        """Where the form was asked for."""
        return ThreadRef(PLATFORM, self.workspace, self.channel, self.thread)


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it came back."""

    form: Form
    words: str


def view(form: Form, own: tuple[Message, ...] = (), reader: Reader = "") -> dict[str, Any]:
    """The modal, in the reader's language. `own` are the person's messages, for a branch."""
    verb = Verb(form.verb)
    blocks: list[dict[str, Any]] = []
    before, most = "", min(_LONGEST, MOST_WORDS[verb])
    if verb is Verb.BRANCH:
        chosen = [one for one in own if one.number == form.number]
        before = chosen[0].text[:most] if chosen else ""
        if not chosen:
            blocks.append(_choice(own, reader))
    words: dict[str, Any] = {
        "type": "plain_text_input",
        "action_id": "words",
        "multiline": True,
        "max_length": most,
    }
    cut = any(len(one.text) > most for one in own if one.number == form.number)
    blocks.append(
        {
            "type": "input",
            "block_id": "words",
            "optional": verb is Verb.WRONG,
            **({"hint": _plain(texts.words_fit(reader, most=most))} if cut else {}),
            "label": _plain(labels.FORM_ASKS[verb](reader)),
            "element": words | ({"initial_value": before} if before else {}),
        }
    )
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": json.dumps(asdict(form))[:_DATA],
        "title": _plain(labels.FORM_TITLES[verb](reader)),
        "submit": _plain(labels.send(reader)),
        "close": _plain(labels.cancel(reader)),
        "blocks": blocks,
    }


def filled(body: Body) -> Filled | None:
    """Read what came back, None for a form that is not ours."""
    shown = body.get("view") or {}
    if shown.get("callback_id") != CALLBACK:
        return None
    try:
        form = Form(**json.loads(str(shown.get("private_metadata") or "")))
    except (ValueError, TypeError):
        return None
    values = (shown.get("state") or {}).get("values") or {}
    words = str(((values.get("words") or {}).get("words") or {}).get("value") or "")
    picked = ((values.get("which") or {}).get("which") or {}).get("selected_option") or {}
    number = form.number or int(picked.get("value") or 0)
    return Filled(Form(**{**asdict(form), "number": number}), words)


def _choice(own: tuple[Message, ...], reader: Reader) -> dict[str, Any]:
    options = [
        {"text": _plain(" ".join(one.text.split())[: _LABEL - 1] or "…"), "value": str(one.number)}
        for one in own[:_CHOICES]
    ]
    return {
        "type": "input",
        "block_id": "which",
        "label": _plain(labels.which_message(reader)),
        "element": {"type": "static_select", "action_id": "which", "options": options},
    }


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}
