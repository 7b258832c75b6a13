"""The language of whoever looks at the page, as their browser tells it."""

from __future__ import annotations

from bot.texts import language_of


def preferred(header: str) -> str:
    """The locale in an Accept-Language header that we have and that is wanted most; "" for none."""
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")[:20]):
        locale, *settings = (each.strip() for each in part.split(";"))
        weight = next((each[2:] for each in settings if each.startswith("q=")), "1")
        try:
            wanted.append((-float(weight), place, locale))
        except ValueError:
            continue
    known = (locale for weight, _, locale in sorted(wanted) if weight < 0 and language_of(locale))
    return next(known, "")[:35]
