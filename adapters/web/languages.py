"""The language of whoever looks at the page: what they chose there, else as their browser tells it."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from bot.texts import LANGUAGES, language_of

COOKIE = "adieu_language"
_KEPT_SECONDS = 365 * 24 * 3600
_COUNTRY = re.compile(r"^[a-z]+(?:-[a-z]{4})?-([a-z]{2})\b", re.IGNORECASE)

NAMES = {
    "en": "English",
    "es": "Español",
    "de": "Deutsch",
    "fr": "Français",
    "pt": "Português",
    "ja": "日本語",
    "pl": "Polski",
    "tr": "Türkçe",
    "ar": "العربية",
    "hi": "हिन्दी",
}
"""Each language by the name that its readers have for it, in the order of LANGUAGES."""
assert tuple(NAMES) == LANGUAGES


def locale_of(request: Request) -> str:
    """In which language to answer; "" where neither the person nor the browser wants one that we have.

    A chosen language keeps the browser's country: helplines go by it.
    """
    header = request.headers.get("accept-language", "")
    wanted = preferred(header)
    chosen = _asked_for(request) or language_of(request.cookies.get(COOKIE, ""))
    if not chosen or chosen == language_of(wanted):
        return wanted
    country = _COUNTRY.match(header.strip())
    return f"{chosen}-{country[1].upper()}" if country else chosen


def remember(request: Request, response: Response) -> None:
    """Keep the language that the address asks for (`?lang=`), if it is one of ours."""
    if chosen := _asked_for(request):
        response.set_cookie(COOKIE, chosen, max_age=_KEPT_SECONDS, samesite="lax", httponly=True)


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


def _asked_for(request: Request) -> str:
    return language_of(request.query_params.get("lang", ""))
