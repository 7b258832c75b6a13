"""Warnings and open questions as JSON objects in a participant's row, and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.types import Category, Confirming, Warned


def dump_warned(value: Warned | None) -> dict[str, Any] | None:
    """A JSON object that `load_warned` understands."""
    if value is None:
        return None
    return {
        "person": value.person,
        "category": value.category.value,
        "card": value.card,
        "at": value.at.isoformat(),
        "after": value.after,
        "clean": value.clean,
        "redirections": list(value.redirections),
    }


def load_warned(value: Any) -> Warned | None:
    """The inverse of `dump_warned`."""
    if not value:
        return None
    return Warned(
        person=value["person"],
        category=Category(value["category"]),
        card=value["card"],
        at=datetime.fromisoformat(value["at"]),
        after=value["after"],
        clean=value["clean"],
        redirections=tuple(value["redirections"]),
    )


def dump_confirming(value: Confirming | None) -> dict[str, Any] | None:
    """A JSON object that `load_confirming` understands."""
    if value is None:
        return None
    return {
        "person": value.person,
        "nonce": value.nonce,
        "until": value.until.isoformat(),
        "card": value.card,
        "after": value.after,
    }


def load_confirming(value: Any) -> Confirming | None:
    """The inverse of `dump_confirming`."""
    if not value:
        return None
    return Confirming(
        person=value["person"],
        nonce=value["nonce"],
        until=datetime.fromisoformat(value["until"]),
        card=value["card"],
        after=value["after"],
    )
