"""Rules for messages: their roles, their order, and the blocks in them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ..catalogue import ModelFacts  # noqa: TID252
from ..errors import invalid  # noqa: TID252
from ..prompt import Body  # noqa: TID252
from .fields import require_keys

ROLES: Final = frozenset({"user", "assistant", "system"})
MOST: Final = 100_000
# type of block: (required, optional); None: allowed, not looked into.
Keys = tuple[set[str], set[str]] | None
TEXT: Final[Keys] = ({"text", "type"}, {"cache_control", "citations"})
USER_BLOCKS: Final[Mapping[str, Keys]] = {
    "text": TEXT,
    "image": ({"source", "type"}, {"cache_control", "transformations"}),
    "tool_result": ({"tool_use_id", "type"}, {"cache_control", "content", "is_error", "toolset_name"}),
    "document": None,
    "search_result": None,
    "container_upload": None,
}
ASSISTANT_BLOCKS: Final[Mapping[str, Keys]] = {
    "text": TEXT,
    "thinking": ({"signature", "thinking", "type"}, set()),
    "redacted_thinking": ({"data", "type"}, set()),
    "tool_use": ({"id", "input", "name", "type"}, {"cache_control", "caller", "toolset_name"}),
    "compaction": None,
    "server_tool_use": None,
    "web_search_tool_result": None,
    "web_fetch_tool_result": None,
}
BLOCKS: Final = {"user": USER_BLOCKS, "assistant": ASSISTANT_BLOCKS, "system": {"text": TEXT}}


def check_messages(body: Body, facts: ModelFacts, model: str) -> None:
    """Refuse messages whose shape or order the API refuses."""
    _check_system(body.get("system"))
    messages = body.get("messages")
    if not isinstance(messages, list):
        raise invalid("messages: Field required")
    if not 0 < len(messages) <= MOST:
        raise invalid(f"messages: between one and {MOST} messages are required")
    for at, message in enumerate(messages):
        require_keys(message, f"messages.{at}", {"role", "content"}, set())
        if message["role"] not in ROLES:
            raise invalid(f"messages.{at}.role: Input should be 'user' or 'assistant'")
        _check_content(message["role"], message["content"], f"messages.{at}")
    _check_order([message["role"] for message in messages], facts, model)


def _check_system(system: object) -> None:
    if isinstance(system, list):
        for at, block in enumerate(system):
            _check_block(block, {"text": TEXT}, f"system.{at}")
    elif system is not None and not isinstance(system, str):
        raise invalid("system: Input should be a valid string or list")


def _check_order(roles: Sequence[str], facts: ModelFacts, model: str) -> None:
    if roles[0] != "user":
        raise invalid('messages: first message must use the "user" role')
    if "system" in roles and not facts.system_messages:
        raise invalid(f"messages.{roles.index('system')}.role: 'system' is not supported on {model}")
    for at, role in enumerate(roles):
        before, after = roles[at - 1], roles[at + 1] if at + 1 < len(roles) else None
        if role == "system" and (before == "assistant" or after == "user"):
            raise invalid(
                f"messages.{at}: a 'system' message must follow the newest user message, not stand right "
                "after an assistant message or just before a user message",
            )
    if roles[-1] == "assistant":
        raise invalid(
            "This model does not support assistant message prefill. The conversation must end with a user "
            "message.",
        )


def _check_content(role: str, content: object, place: str) -> None:
    blocks: list[Any]
    if isinstance(content, str):
        blocks = [{"type": "text", "text": content}] if content else []
    elif isinstance(content, list):
        blocks = content
    else:
        raise invalid(f"{place}.content: Input should be a valid string or list")
    if not blocks:
        raise invalid(f"{place}: all messages must have non-empty content")
    for at, block in enumerate(blocks):
        _check_block(block, BLOCKS[role], f"{place}.content.{at}")
    if role == "user" and any(block.get("citations") for block in blocks if block["type"] == "text"):
        raise invalid(f"{place}: `citations` may not be set on text blocks of user messages")


def _check_block(block: object, allowed: Mapping[str, Keys], place: str) -> None:
    kind = block.get("type") if isinstance(block, dict) else None
    if kind not in allowed:
        raise invalid(
            f"{place}: Input tag '{kind}' found does not match any of the expected tags: {[*allowed]}"
        )
    keys = allowed[str(kind)]
    if keys is None:
        return
    block = require_keys(block, f"{place}.{kind}", *keys)
    if kind == "text":
        _check_text(block["text"], place)
    if kind == "tool_use" and not isinstance(block["input"], dict):
        raise invalid(f"{place}.tool_use.input: Input should be a valid dictionary")
    if kind == "tool_result" and isinstance(block.get("content"), list):
        for at, part in enumerate(block["content"]):
            _check_block(part, USER_BLOCKS, f"{place}.tool_result.content.{at}")


def _check_text(text: object, place: str) -> None:
    if not isinstance(text, str):
        raise invalid(f"{place}.text.text: Input should be a valid string")
    if not text:
        raise invalid("messages: text content blocks must be non-empty")
    if not text.strip():
        raise invalid("messages: text content blocks must contain non-whitespace text")
