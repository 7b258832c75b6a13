"""Preserved thinking: a thinking block is signed over all before it, and checked when it comes back."""

from hashlib import blake2b
from typing import Final, Literal
from uuid import uuid4

import orjson

from .errors import invalid
from .prompt import Body, blocks_of, plain, turns_of

Binding = Literal["error", "drop", "off"]
KEY: Final = b"a double's key, the same in every process"
THINKING: Final = frozenset({"thinking", "redacted_thinking"})
PARTS: Final = 5


class Prefix:
    """The running prefix of a conversation: what stood before, and which thinking block came last."""

    def __init__(self, body: Body) -> None:
        tools = sorted(
            orjson.dumps(plain(tool), option=orjson.OPT_SORT_KEYS) for tool in body.get("tools") or ()
        )
        system = [plain(block) for block in blocks_of(body.get("system"))]
        self._seen = blake2b(
            orjson.dumps([system, [tool.decode() for tool in tools]]), digest_size=12, key=KEY
        )
        self.last = "first"

    def add(self, role: str, block: Body) -> None:
        """Take in a block that is not thinking."""
        self._seen.update(role.encode() + orjson.dumps(plain(block), option=orjson.OPT_SORT_KEYS))

    def sign(self, model: str, thinking: str, own: str | None = None, before: str | None = None) -> str:
        """Sign a thinking block that stands here."""
        own, before = own or uuid4().hex[:12], before or self.last
        here = blake2b(
            self._seen.digest() + f"{model}{own}{before}{thinking}".encode(), digest_size=12, key=KEY
        )
        self.last = own
        return f"sig~{model}~{own}~{before}~{here.hexdigest()}"


def prefix_of(body: Body) -> Prefix:
    """Read a request up to its end, for signing what answers it."""
    prefix = Prefix(body)
    for turn in turns_of(body["messages"]):
        for block in turn.blocks:
            if block.get("type") in THINKING:
                prefix.last = own_of(block)
            else:
                prefix.add(turn.role, block)
    return prefix


def own_of(block: Body) -> str:
    """Read a thinking block's own mark, as far as one of ours signed it."""
    parts = str(block.get("signature", "")).split("~")
    return parts[2] if len(parts) == PARTS else "foreign"


def check_thinking(body: Body, model: str) -> list[str]:
    """Name the thinking blocks that were signed over another prefix than the one they now stand on.

    Blocks of another model are dropped without a word, as the API does. A signature nobody made is an error.
    """
    prefix, first = Prefix(body), True
    wrong: list[str] = []
    for turn_at, turn in enumerate(turns_of(body["messages"])):
        for block_at, block in enumerate(turn.blocks):
            if block.get("type") not in THINKING:
                prefix.add(turn.role, block)
                continue
            place = f"messages.{turn_at}.content.{block_at}"
            parts = str(block.get("signature", "")).split("~")
            if len(parts) != PARTS or parts[0] != "sig":
                raise invalid(f"{place}: Invalid `signature` in `thinking` block")
            if parts[1] != model:
                prefix.last = parts[2]
                continue
            follows = first or parts[3] == prefix.last
            same = prefix.sign(model, str(block["thinking"]), parts[2], parts[3]) == block["signature"]
            first = False
            if wrong or not (follows and same):
                wrong.append(place)
    return wrong


def enforce(body: Body, model: str, binding: Binding) -> None:
    """Refuse thinking that was moved, unless the double or the request is told to drop it."""
    asked = ((body.get("thinking") or {}).get("block_binding") or {}).get("prefix_mismatch_behavior")
    wrong = check_thinking(body, model) if binding != "off" else []
    if wrong and binding == "error" and asked != "drop_block":
        raise invalid(
            f"{wrong[0]}: `thinking` block is bound to a different conversation. The `system` prompt, "
            "`tools` and all earlier messages must be sent back unchanged.",
        )
