"""The policy: the text that every conversation begins with, and a hash that names its version."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

import orjson

from bot.tools import TOOLS

_NAME: Final = "{name}"


@cache
def text(part: str) -> str:
    """One of the packaged texts, as it stands in its file."""
    return files(__name__).joinpath(f"{part}.md").read_text(encoding="utf-8").strip()


def system_prompt(name: str, instructions: str) -> str:
    """The system prompt: the same bytes for the same arguments, whatever the time and whoever is there."""
    prompt = text("policy").replace(_NAME, " ".join(name.split()))
    if own := instructions.strip():
        prompt += f"\n\n# Instructions of the operator\n\n{own}"
    return prompt


@cache
def policy_hash() -> str:
    """SHA-256 over the tools and the policy: records say by it under which wording a thing happened.

    What is known about each wording stands in record.toml, and `make check` sees that it does.
    """
    return sha256(orjson.dumps([TOOLS, text("policy")])).hexdigest()
