"""Rules for cache_control: four breakpoints at most, longer ones before shorter ones."""

from typing import Any, Final

from ..errors import invalid  # noqa: TID252
from ..prompt import Body, blocks_of  # noqa: TID252
from .fields import require_keys

MOST: Final = 4
TTLS: Final = ("5m", "1h")


def check_marks(body: Body) -> None:
    """Refuse too many, ill-formed or ill-ordered breakpoints; the automatic one counts too."""
    holders: list[Any] = [*(body.get("tools") or ()), *blocks_of(body.get("system"))]
    holders += [block for message in body["messages"] for block in blocks_of(message["content"])]
    marks = [block["cache_control"] for block in [*holders, body] if block.get("cache_control")]
    for mark in marks:
        require_keys(mark, "cache_control", {"type"}, {"ttl"})
        if mark["type"] != "ephemeral" or mark.get("ttl", "5m") not in TTLS:
            raise invalid("cache_control: Input should be {'type': 'ephemeral', 'ttl': '5m' or '1h'}")
    if len(marks) > MOST:
        raise invalid(f"A maximum of {MOST} blocks with cache_control may be provided. Found {len(marks)}.")
    ttls = [mark.get("ttl", "5m") for mark in marks]
    if ttls != sorted(ttls):  # "1h" sorts before "5m"
        raise invalid("a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block")
