"""Helplines: a data file that the operator can replace, and who is shown which of its entries (E17)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from bot.errors import OperatorError

FRESH: Final = timedelta(days=180)
"""How long an entry may go without being checked again."""
EUROPE: Final = "EU"
_UNION: Final = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
_SPOKEN_IN: Final = {"hi": "IN", "ja": "JP", "pl": "PL", "tr": "TR"}
"""Languages that a locale names without a country, and nearly all of whose speakers live in one."""


@dataclass(frozen=True, slots=True)
class Helpline:
    """One entry of the data file; `country` is an ISO code, EU for all of its members, "" for everywhere."""

    country: str
    name: str
    contact: str
    hours: str
    languages: str
    source: str
    verified: date


@dataclass(frozen=True)
class Helplines:
    """All entries, and the operator's country for people whose own is unknown."""

    entries: tuple[Helpline, ...]
    country: str = ""

    def shown_to(self, locale: str) -> tuple[Helpline, ...]:
        """What a person is shown: their country's lines, else the operator's country's, and the directory."""
        country = country_of(locale)
        if country not in self._countries:
            country = self.country.upper()
        places = {country, EUROPE} if country in _UNION else {country}
        local = [line for line in self.entries if line.country and line.country in places]
        return (*local, *self.everywhere)

    @property
    def everywhere(self) -> tuple[Helpline, ...]:
        """The directories that help in any country."""
        return tuple(line for line in self.entries if not line.country)

    def overdue(self, today: date) -> tuple[Helpline, ...]:
        """Entries that nobody has checked for too long."""
        return tuple(line for line in self.entries if today - line.verified > FRESH)

    @cached_property
    def _countries(self) -> frozenset[str]:
        own = frozenset(line.country for line in self.entries if line.country)
        return own | _UNION if EUROPE in own else own


def country_of(locale: str) -> str:
    """The country that a locale such as `pt-BR` names, "" where it names none."""
    language, *rest = locale.replace("_", "-").split("-")
    region = next((part for part in rest if len(part) == 2 and part.isalpha()), "")  # noqa: PLR2004 - ISO 3166-1
    return region.upper() or _SPOKEN_IN.get(language.lower(), "")


def load(path: str = "", country: str = "") -> Helplines:
    """The packaged entries, or the operator's own file instead; OperatorError where it cannot be used."""
    where = path or "the packaged helplines"
    try:
        source = Path(path) if path else files(__package__).joinpath("helplines.toml")
        table = tomllib.loads(source.read_bytes().decode())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OperatorError(
            f"crisis.helplines: {where} cannot be read ({_short(error)}). {_REMEDY}"
        ) from error
    items = table.get("helpline")
    if not isinstance(items, list) or not items:
        raise OperatorError(f"crisis.helplines: {where} has no [[helpline]] entries. {_REMEDY}")
    entries = tuple(_entry(item, number, where) for number, item in enumerate(items, 1))
    if all(line.country for line in entries):
        problem = 'needs one entry for everywhere (country = "")'
        raise OperatorError(f"crisis.helplines: {where} {problem}. {_REMEDY}")
    return Helplines(entries, country)


def _entry(item: Any, number: int, where: str) -> Helpline:
    known = {field.name: date if field.name == "verified" else str for field in fields(Helpline)}
    if not isinstance(item, dict) or set(item) != set(known):
        problem = f"entry {number} must have exactly the keys {', '.join(known)}"
        raise OperatorError(f"crisis.helplines: {where}: {problem}. {_REMEDY}")
    for name, kind in known.items():
        empty = kind is str and name != "country" and not str(item[name]).strip()
        if type(item[name]) is not kind or empty:
            what = "a date such as 2026-11-20" if kind is date else "text"
            raise OperatorError(
                f"crisis.helplines: {where}: {name} of entry {number} must be {what}. {_REMEDY}"
            )
    return Helpline(**item)


def _short(error: Exception) -> str:
    return str(getattr(error, "strerror", "") or error)


_REMEDY: Final = "bot/crisis/helplines.toml shows the form."
