"""What Slack checks about blocks, told with pointers to what is wrong."""

from collections.abc import Callable
from typing import Any

from .errors import Json, Refused, invalid

MARKDOWN_MOST = 12_000
Problems = list[str]

_MESSAGE_ONLY = frozenset(
    {"markdown", "table", "data_table", "context_actions", "task_card", "plan", "alert"}
)
_SELECTS = tuple(
    f"{many}{kind}_select"
    for many in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
)
_ELEMENTS = frozenset(
    {"button", "checkboxes", "datepicker", "datetimepicker", "email_text_input", "feedback_buttons"}
    | {"file_input", "icon_button", "image", "number_input", "overflow", "plain_text_input"}
    | {"radio_buttons", "rich_text_input", "timepicker", "url_text_input", "workflow_button", *_SELECTS}
)
_ELEMENTS_MOST = {"actions": 25, "context": 10, "context_actions": 5}


def check_message(blocks: Any) -> None:
    """Refuse blocks that a message cannot have."""
    _refuse(_problems(blocks, "/blocks", most=50, surface="message"))
    markdown = sum(len(str(each.get("text", ""))) for each in blocks if each["type"] == "markdown")
    if markdown > MARKDOWN_MOST:
        raise Refused("msg_blocks_too_long")
    if sum(each["type"] == "table" for each in blocks) > 1:
        raise invalid("invalid_blocks", "only one table allowed [json-pointer:/blocks]")


def check_view(view: Any, *, kinds: tuple[str, ...]) -> None:
    """Refuse a view that is not whole."""
    if not isinstance(view, dict):
        raise invalid("invalid_arguments", "must provide an object [json-pointer:/view]")
    found: Problems = []
    if view.get("type") not in kinds:
        found.append("must be a valid enum value [json-pointer:/view/type]")
    if view.get("type") == "modal":
        found += _text(view.get("title"), "/view/title", most=24, plain=True)
        for key in ("submit", "close"):
            if view.get(key) is not None:
                found += _text(view[key], f"/view/{key}", most=24, plain=True)
        if view.get("submit") is None and any(
            isinstance(each, dict) and each.get("type") == "input" for each in view.get("blocks") or []
        ):
            found.append("missing required field: submit [json-pointer:/view]")
    found += _longest(view.get("private_metadata"), "/view/private_metadata", 3000)
    found += _longest(view.get("callback_id"), "/view/callback_id", 255)
    found += _problems(view.get("blocks"), "/view/blocks", most=100, surface="view")
    if found:
        raise invalid("invalid_arguments", *found)


def _refuse(found: Problems) -> None:
    if found:
        raise invalid("invalid_blocks", *found)


def _problems(blocks: Any, where: str, *, most: int, surface: str) -> Problems:
    if not isinstance(blocks, list):
        return [f"must be an array [json-pointer:{where}]"]
    if len(blocks) > most:
        return [f"no more than {most} items allowed [json-pointer:{where}]"]
    found: Problems = []
    ids: set[str | None] = set()
    for number, block in enumerate(blocks):
        here = f"{where}/{number}"
        if not isinstance(block, dict):
            found.append(f"must provide an object [json-pointer:{here}]")
            continue
        kind = block.get("type")
        if not kind:
            found.append(f"missing required field: type [json-pointer:{here}]")
            continue
        if kind not in CHECKS or (surface == "view" and kind in _MESSAGE_ONLY):
            found.append(f"unsupported type: {kind} [json-pointer:{here}/type]")
            continue
        block_id = block.get("block_id")
        found += _longest(block_id, f"{here}/block_id", 255)
        if block_id is not None and block_id in ids:
            found.append(f"`block_id` {block_id} already exists [json-pointer:{here}/block_id]")
        ids.add(block_id)
        found += CHECKS[kind](block, here)
    return found


def _longest(value: Any, where: str, most: int, *, least: int = 0) -> Problems:
    if value is None:
        return []
    if not isinstance(value, str):
        return [f"must be a string [json-pointer:{where}]"]
    if len(value) > most:
        return [f"must be less than {most + 1} characters [json-pointer:{where}]"]
    if len(value) < least:
        return [f"must be more than {least - 1} characters [json-pointer:{where}]"]
    return []


def _text(value: Any, where: str, *, most: int, plain: bool = False) -> Problems:
    if not isinstance(value, dict):
        return [f"must provide an object [json-pointer:{where}]"]
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    if value.get("type") not in kinds:
        return [f"unsupported type: {value.get('type')} [json-pointer:{where}/type]"]
    if value.get("text") is None:
        return [f"missing required field: text [json-pointer:{where}]"]
    return _longest(value["text"], f"{where}/text", most, least=1)


def _section(block: Json, where: str) -> Problems:
    found: Problems = []
    fields = block.get("fields")
    if block.get("text") is None and not fields:
        found.append(f"missing required field: text or fields [json-pointer:{where}]")
    if block.get("text") is not None:
        found += _text(block["text"], f"{where}/text", most=3000)
    if isinstance(fields, list):
        if len(fields) > 10:
            found.append(f"no more than 10 items allowed [json-pointer:{where}/fields]")
        for number, each in enumerate(fields):
            found += _text(each, f"{where}/fields/{number}", most=2000)
    if block.get("accessory") is not None:
        found += element(block["accessory"], f"{where}/accessory")
    return found


def _header(block: Json, where: str) -> Problems:
    return _text(block.get("text"), f"{where}/text", most=150, plain=True)


def _markdown(block: Json, where: str) -> Problems:
    if block.get("text") is None:
        return [f"missing required field: text [json-pointer:{where}]"]
    return [] if isinstance(block["text"], str) else [f"must be a string [json-pointer:{where}/text]"]


def _elements(block: Json, where: str) -> Problems:
    parts = block.get("elements")
    if not isinstance(parts, list) or not parts:
        return [f"missing required field: elements [json-pointer:{where}]"]
    most = _ELEMENTS_MOST[block["type"]]
    if len(parts) > most:
        return [f"no more than {most} items allowed [json-pointer:{where}/elements]"]
    found: Problems = []
    actions: set[str] = set()
    for number, part in enumerate(parts):
        here = f"{where}/elements/{number}"
        if block["type"] == "context" and isinstance(part, dict) and part.get("type") != "image":
            found += _text(part, here, most=3000)
            continue
        found += element(part, here)
        action = part.get("action_id") if isinstance(part, dict) else None
        if action is not None and action in actions:
            found.append(f"`action_id` {action} already exists [json-pointer:{here}/action_id]")
        actions.add(str(action))
    return found


def element(part: Any, where: str) -> Problems:
    """Check one interactive element."""
    if not isinstance(part, dict) or not part.get("type"):
        return [f"must provide an object [json-pointer:{where}]"]
    if part["type"] not in _ELEMENTS:
        return [f"unsupported type: {part['type']} [json-pointer:{where}/type]"]
    found = _longest(part.get("action_id"), f"{where}/action_id", 255)
    found += _longest(part.get("value"), f"{where}/value", 2000)
    found += _longest(part.get("url"), f"{where}/url", 3000)
    if part["type"] == "button":
        found += _text(part.get("text"), f"{where}/text", most=75, plain=True)
        if part.get("style") not in (None, "primary", "danger"):
            found.append(f"must be a valid enum value [json-pointer:{where}/style]")
    if part["type"] == "feedback_buttons":
        for key in ("positive_button", "negative_button"):
            button = part.get(key)
            inner = f"{where}/{key}"
            if not isinstance(button, dict):
                found.append(f"missing required field: {key} [json-pointer:{where}]")
                continue
            found += _text(button.get("text"), f"{inner}/text", most=75, plain=True)
            found += _longest(button.get("value"), f"{inner}/value", 2000)
    for number, option in enumerate(part.get("options") or []):
        found += _text(option.get("text"), f"{where}/options/{number}/text", most=75)
        found += _longest(option.get("value"), f"{where}/options/{number}/value", 150)
    if isinstance(part.get("confirm"), dict):
        found += _confirm(part["confirm"], f"{where}/confirm")
    return found


def _confirm(confirm: Json, where: str) -> Problems:
    found = _text(confirm.get("title"), f"{where}/title", most=100, plain=True)
    found += _text(confirm.get("text"), f"{where}/text", most=300)
    found += _text(confirm.get("confirm"), f"{where}/confirm", most=30, plain=True)
    return found + _text(confirm.get("deny"), f"{where}/deny", most=30, plain=True)


def _input(block: Json, where: str) -> Problems:
    found = _text(block.get("label"), f"{where}/label", most=2000, plain=True)
    if block.get("hint") is not None:
        found += _text(block["hint"], f"{where}/hint", most=2000, plain=True)
    return found + element(block.get("element"), f"{where}/element")


def _image(block: Json, where: str) -> Problems:
    found: Problems = []
    if not block.get("image_url") and not block.get("slack_file"):
        found.append(f"missing required field: image_url [json-pointer:{where}]")
    if block.get("alt_text") is None:
        found.append(f"missing required field: alt_text [json-pointer:{where}]")
    return found + _longest(block.get("alt_text"), f"{where}/alt_text", 2000)


def _table(block: Json, where: str) -> Problems:
    rows = block.get("rows")
    if not isinstance(rows, list) or not rows:
        return [f"missing required field: rows [json-pointer:{where}]"]
    if len(rows) > 100:
        return [f"no more than 100 items allowed [json-pointer:{where}/rows]"]
    return [
        f"no more than 20 items allowed [json-pointer:{where}/rows/{number}]"
        for number, row in enumerate(rows)
        if not isinstance(row, list) or len(row) > 20
    ]


def _anything(block: Json, where: str) -> Problems:  # as all checks
    return []


CHECKS: dict[str, Callable[[Json, str], Problems]] = {
    "actions": _elements,
    "alert": _anything,
    "call": _anything,
    "card": _anything,
    "carousel": _anything,
    "container": _anything,
    "context": _elements,
    "context_actions": _elements,
    "data_table": _anything,
    "divider": _anything,
    "file": _anything,
    "header": _header,
    "image": _image,
    "input": _input,
    "markdown": _markdown,
    "plan": _anything,
    "rich_text": _anything,
    "section": _section,
    "table": _table,
    "task_card": _anything,
    "video": _anything,
}
