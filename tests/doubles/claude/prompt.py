"""A prompt as one row of units (tools, system, message blocks): the ground of counting and caching."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby
from typing import Any, Final, NamedTuple

import orjson

BYTES_A_TOKEN: Final = 4
Body = Mapping[str, Any]


class Turn(NamedTuple):
    """Neighbouring messages of one role, taken together as the API takes them."""

    role: str
    blocks: list[Body]


@dataclass(frozen=True, slots=True)
class Unit:
    """One cacheable piece of a prompt: the digest covers it and everything before it."""

    digest: bytes
    tokens: int  # of this unit alone
    cacheable: bool
    ttl: str | None  # of its explicit cache_control


def tokens_in(data: bytes | str) -> int:
    """Count tokens, deterministically: four bytes are one."""
    size = len(data.encode()) if isinstance(data, str) else len(data)
    return -(-size // BYTES_A_TOKEN)


def blocks_of(content: object) -> list[Body]:
    """Read content that may be a plain string as a list of blocks."""
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return list(content) if isinstance(content, Sequence) else []


def turns_of(messages: Iterable[Body]) -> list[Turn]:
    """Merge neighbours of one role."""
    return [
        Turn(role, [block for message in group for block in blocks_of(message["content"])])
        for role, group in groupby(messages, key=lambda message: str(message["role"]))
    ]


def plain(block: Body) -> Body:
    """Take a block without cache marks and nulls, which neither the cache nor thinking looks at."""
    if "cache_control" in block or None in block.values():
        block = {key: value for key, value in block.items() if key != "cache_control" and value is not None}
    if block.get("type") == "tool_result" and isinstance(block.get("content"), list):
        block = {**block, "content": [plain(part) for part in block["content"]]}
    return block


def pieces_of(body: Body) -> Iterator[tuple[Body, bytes]]:
    """Walk the prompt in its order on the wire: (block, what it adds to the prompt)."""
    for tool in body.get("tools") or ():
        yield tool, b"tool" + orjson.dumps(plain(tool))
    for block in blocks_of(body.get("system")):
        yield block, b"system" + orjson.dumps(plain(block))
    for turn in turns_of(body["messages"]):
        for block in turn.blocks:
            yield block, turn.role.encode() + orjson.dumps(plain(block))


def units_of(body: Body) -> list[Unit]:
    """Read a valid request as units; what changes a prompt without being text of it opens the digest."""
    setup = (body.get("model"), body.get("speed"), body.get("thinking"), body.get("tool_choice"))
    form = (body.get("output_config") or {}).get("format")
    running = blake2b(orjson.dumps([setup, form]), digest_size=16)
    units = []
    for block, data in pieces_of(body):
        running.update(len(data).to_bytes(8, "big") + data)
        mark = block.get("cache_control")
        kind = block.get("type")
        units.append(
            Unit(
                digest=running.digest(),
                tokens=tokens_in(data),
                cacheable=kind not in {"thinking", "redacted_thinking"},
                ttl=str(mark.get("ttl") or "5m") if mark else None,
            ),
        )
    return units


def prompt_tokens(body: Body) -> int:
    """Count a request's whole input."""
    return sum(unit.tokens for unit in units_of(body))
