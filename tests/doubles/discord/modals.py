"""Modals: what the app may show, and what a person sends by filling one in."""

from typing import Any

from .errors import Form, Json
from .state import walk

_TOPS = frozenset({1, 10, 18})
_INPUTS = frozenset({3, 4, 5, 6, 7, 8, 19, 21, 22, 23})
_TEXT, _ROW, _LABEL, _RADIO, _CHECKBOX = 4, 1, 18, 21, 23


def check_modal(data: Json) -> None:
    """Check title, custom id, and one to five top-level components with inputs of unique custom ids."""
    form = Form()
    form.longest(("data", "title"), data.get("title") or "", 45, least=1)
    form.longest(("data", "custom_id"), data.get("custom_id") or "", 100, least=1)
    tops = form.at_most(("data", "components"), data.get("components"), 5)
    if not tops:
        form.wrong(("data", "components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    seen: set[str] = set()
    for index, top in enumerate(tops):
        path = ("data", "components", index)
        if top.get("type") not in _TOPS:
            form.wrong((*path, "type"), "UNION_TYPE_CHOICES", f"Value must be one of {tuple(sorted(_TOPS))}.")
        if top.get("type") == _LABEL:
            form.longest((*path, "label"), top.get("label") or "", 45, least=1)
            form.longest((*path, "description"), top.get("description"), 100)
        for part in walk([top]):
            if part.get("type") in _INPUTS:
                _check_input(form, path, part, seen)
    form.check()


def _check_input(form: Form, path: tuple[str | int, ...], part: Json, seen: set[str]) -> None:
    custom_id = part.get("custom_id") or ""
    form.longest((*path, "custom_id"), custom_id, 100, least=1)
    form.longest((*path, "placeholder"), part.get("placeholder"), 100 if part["type"] == _TEXT else 150)
    form.longest((*path, "value"), part.get("value") if part["type"] == _TEXT else None, 4000)
    if part.get("disabled"):
        form.wrong(
            (*path, "disabled"), "COMPONENT_DISABLED_IN_MODAL", "Components in modals cannot be disabled"
        )
    if custom_id in seen:
        form.wrong(
            (*path, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"
        )
    seen.add(custom_id)


def fill(modal: Json, values: dict[str, Any]) -> Json:
    """Fill a modal in by custom id or label; raises where a person could not send it like that."""
    left = dict(values)
    components: list[Json] = []
    for number, top in enumerate(modal["components"], start=1):
        if top["type"] == _ROW:
            inner = [_filled(part, part.get("label", ""), left) for part in top["components"]]
            components.append({"type": _ROW, "id": number, "components": inner})
        elif top["type"] == _LABEL:
            component = _filled(top["component"], top.get("label", ""), left)
            components.append({"type": _LABEL, "id": number, "component": component})
        else:
            components.append({"type": top["type"], "id": number})
    if left:
        raise LookupError(f"the modal has no field {sorted(left)}; it has {_fields(modal)}")
    return {"custom_id": modal["custom_id"], "components": components}


def _fields(modal: Json) -> list[str]:
    return [str(part["custom_id"]) for part in walk(modal["components"]) if part.get("type") in _INPUTS]


def _filled(part: Json, label: str, left: dict[str, Any]) -> Json:
    custom_id, kind = part["custom_id"], part["type"]
    value = left.pop(custom_id, left.pop(label, None))
    sent: Json = {"type": kind, "id": part.get("id") or 100, "custom_id": custom_id}
    if kind == _TEXT:
        text = str(part.get("value") or "") if value is None else str(value)
        if part.get("required", True) and not text:
            raise ValueError(f"the field {custom_id!r} must be filled in")
        if text and not int(part.get("min_length") or 0) <= len(text) <= int(part.get("max_length") or 4000):
            raise ValueError(f"the field {custom_id!r} does not take {len(text)} characters")
        return {**sent, "value": text}
    if kind in (_RADIO, _CHECKBOX):
        return {**sent, "value": bool(value) if kind == _CHECKBOX else value}
    chosen = [value] if isinstance(value, str) else list(value or [])
    known = {str(option["value"]) for option in part.get("options") or ()}
    if known and not set(chosen) <= known:
        raise ValueError(f"the field {custom_id!r} has no choice {chosen}; it has {sorted(known)}")
    if part.get("required", True) and not chosen:
        raise ValueError(f"the field {custom_id!r} must be filled in")
    return {**sent, "values": chosen}
