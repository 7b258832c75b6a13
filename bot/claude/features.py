"""The optional fields of a request, and which of them a server or model has been found not to take."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final

import structlog

from bot.errors import Rejected

log = structlog.get_logger()

OPTIONAL: Final = ("format", "effort", "strict", "cache_control", "metadata", "disable_parallel_tool_use")
"""In the order in which they are left out, where a server does not say which one it means."""

_ABOUT_FIELDS: Final = re.compile(
    r"unsupported|not support|not permitted|not allowed|unknown|unrecogni[sz]ed|unexpected|extra"
    r"|\d{3} \w+: $",
    re.IGNORECASE,
)
NAMED: Final = {"output_config": ("format", "effort")}


class Features:
    """What is left out of requests, for the life of the process.

    On Anthropic's own API a model may lack a field (`lacks`, from its capabilities). A compatible server
    may refuse one: `degrade` says what to leave out next, `settle` keeps what has helped.
    """

    def __init__(self, *, compatible: bool) -> None:
        self._compatible = compatible
        self._models: defaultdict[str, set[str]] = defaultdict(set)
        self._server: frozenset[str] = frozenset()

    def without(self, model: str) -> frozenset[str]:
        """The fields to leave out for this model."""
        return self._server | self._models[model]

    def lacks(self, model: str, field: str) -> None:
        """The model says itself that it does not take this field."""
        self._models[model].add(field)

    def degrade(self, without: frozenset[str], error: Rejected) -> frozenset[str] | None:
        """What to leave out in the next try of a request that was refused; None when nothing can help."""
        left = [field for field in OPTIONAL if field not in without]
        if not self._compatible or error.kind != "invalid_request_error" or not left:
            return None
        said = str(error)
        if not (_ABOUT_FIELDS.search(said) or any(name in said for name in (*OPTIONAL[2:], *NAMED))):
            return None
        named = {field for name, fields in NAMED.items() if name in said for field in fields}
        named |= {field for field in left if field in said}
        return without | (named.intersection(left) or {left[0]})

    def settle(self, without: frozenset[str]) -> None:
        """A request went through without these fields: later ones leave them out from the start."""
        if new := without - self._server:
            self._server |= new
            log.warning("claude.degraded", left_out=sorted(new), reason="the server at base_url refused them")
