"""How long and how many: the limits on content, embeds and components, told by Discord's errors tree."""

from typing import Any

from .errors import Form, Json
from .mentions import check_allowed
from .state import Flag, walk

_EMBED_TEXTS = (("title", 256), ("description", 4096))
_ROWS = 5
_V2_ONLY = frozenset({9, 10, 11, 12, 13, 14, 17})
_TOP_V2 = frozenset({1, *_V2_ONLY}) - {11}
_SELECTS = frozenset({3, 5, 6, 7, 8})
_LINK, _PREMIUM = 5, 6


def check_message(form: Form, body: Json, *, flags: int, legacy_left: bool = False) -> None:
    """Check a message body; `flags` are those it will have, `legacy_left` says that old content is kept."""
    form.longest(("content",), body.get("content"), 2000)
    form.longest(("nonce",), None if isinstance(body.get("nonce"), int) else body.get("nonce"), 25)
    check_allowed(form, body.get("allowed_mentions"))
    check_embeds(form, form.at_most(("embeds",), body.get("embeds"), 10))
    form.at_most(("attachments",), body.get("attachments"), 10)
    v2 = bool(flags & Flag.COMPONENTS_V2)
    check_components(form, body.get("components"), v2=v2)
    if v2:
        for key in ("content", "embeds", "poll", "sticker_ids"):
            if body.get(key):
                text = f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
                form.wrong((key,), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", text)
        if legacy_left:
            text = "The message still has content or embeds, which IS_COMPONENTS_V2 does not allow"
            form.wrong(("flags",), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", text)


def check_embeds(form: Form, embeds: list[Any]) -> None:
    """Check each embed, and the 6000 characters over all of them."""
    total = 0
    for index, embed in enumerate(embeds):
        if not isinstance(embed, dict):
            form.wrong(
                ("embeds", index), "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType"
            )
            continue
        texts = [(key, embed.get(key), most, 0) for key, most in _EMBED_TEXTS]
        texts.append(("footer.text", (embed.get("footer") or {}).get("text"), 2048, 0))
        texts.append(("author.name", (embed.get("author") or {}).get("name"), 256, 0))
        for number, field in enumerate(form.at_most(("embeds", index, "fields"), embed.get("fields"), 25)):
            texts.append((f"fields.{number}.name", field.get("name"), 256, 1))
            texts.append((f"fields.{number}.value", field.get("value"), 1024, 1))
        for where, text, most, least in texts:
            form.longest(("embeds", index, *where.split(".")), text, most, least=least)
            total += len(text) if isinstance(text, str) else 0
    if total > 6000:
        text = f"Embed size exceeds maximum size of 6000 (got {total})"
        form.wrong(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", text)


def check_components(form: Form, components: Any, *, v2: bool) -> None:
    """Check rows of buttons, or Components V2 where the flag says so."""
    tops = form.at_most(("components",), components, 40 if v2 else _ROWS)
    every = walk([top for top in tops if isinstance(top, dict)])
    if len(every) > 40:
        form.wrong(("components",), "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "The maximum is 40 components")
    if sum(len(str(part.get("content", ""))) for part in every if part.get("type") == 10) > 4000:
        text = "Text displays may hold 4000 characters in total"
        form.wrong(("components",), "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", text)
    seen: set[str] = set()
    for index, top in enumerate(tops):
        kind = top.get("type") if isinstance(top, dict) else None
        if kind not in (_TOP_V2 if v2 else {1}):
            allowed = sorted(_TOP_V2 if v2 else {1})
            text = f'Value of field "type" must be one of {tuple(allowed)}.'
            form.wrong(("components", index, "type"), "UNION_TYPE_CHOICES", text)
            continue
        _check_part(form, ("components", index), top, seen)


def _check_part(form: Form, path: tuple[str | int, ...], part: Json, seen: set[str]) -> None:
    kind = part.get("type")
    if kind == 1:
        _check_row(form, path, part)
    elif kind == 2:
        _check_button(form, path, part)
    elif kind == 10:
        form.longest((*path, "content"), part.get("content"), 4000, least=1)
    custom_id = part.get("custom_id")
    if custom_id is not None:
        form.longest((*path, "custom_id"), custom_id, 100, least=1)
        if custom_id in seen:
            text = "Component custom id cannot be duplicated"
            form.wrong((*path, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", text)
        seen.add(custom_id)
    for index, inner in enumerate(part.get("components") or ()):
        _check_part(form, (*path, "components", index), inner, seen)
    if isinstance(part.get("accessory"), dict):
        _check_part(form, (*path, "accessory"), part["accessory"], seen)


def _check_row(form: Form, path: tuple[str | int, ...], row: Json) -> None:
    inner = form.at_most((*path, "components"), row.get("components"), 5)
    if not inner:
        form.wrong((*path, "components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    if any(part.get("type") in _SELECTS for part in inner) and len(inner) > 1:
        text = "The specified component exceeds the maximum width"
        form.wrong((*path, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", text)


def _check_button(form: Form, path: tuple[str | int, ...], button: Json) -> None:
    form.longest((*path, "label"), button.get("label"), 80)
    form.longest((*path, "url"), button.get("url"), 512, least=1)
    style = button.get("style")
    if not isinstance(style, int) or not 1 <= style <= _PREMIUM:
        form.wrong((*path, "style"), "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3, 4, 5, 6}.")
    elif style == _LINK and not (button.get("url") and not button.get("custom_id")):
        form.wrong(path, "BUTTON_COMPONENT_INVALID_LINK", "A link button has a url and no custom id")
    elif style < _LINK and not (button.get("custom_id") and not button.get("url")):
        form.wrong((*path, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required")
    if style != _PREMIUM and not (button.get("label") or button.get("emoji")):
        form.wrong(path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A button needs a label or an emoji")
