"""The playground's own words: each is there, in every language, and in the one that its reader wants."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from adapters.web import languages
from adapters.web.words import page_words
from bot import texts
from bot.crisis.helplines import country_of
from bot.texts import playground, refusals
from tests.browser.site import Answer, config, open_site

WEB = Path(languages.__file__).parent
GERMAN = {"Accept-Language": "de-AT,de;q=0.9"}


def said_in(folder: str, pattern: str) -> set[str]:
    files = [path for path in (WEB / folder).iterdir() if path.suffix in {".js", ".html"}]
    return {name for path in files for name in re.findall(pattern, path.read_text(encoding="utf-8"))}


def test_everything_that_the_page_says_is_there_and_everything_that_is_there_is_said() -> None:
    scripts = "".join(path.read_text(encoding="utf-8") for path in (WEB / "static").glob("*.js"))
    called = said_in("static", r'(?:say|sayWith)\("(\w+)"')
    templates = said_in("templates", r"words\.(\w+)")
    assert called | templates <= set(playground.PAGE)
    # Some are chosen between: the name stands there, further from its call.
    kept = {name for name in playground.PAGE if f'"{name}"' in scripts} | templates
    assert set(playground.PAGE) - kept == {"general_about", "random_about", "moderators_about"}


def test_scripts_and_templates_hold_no_words_of_their_own() -> None:
    """A sentence in English there would be English for everybody."""
    for path in (WEB / "static").glob("*.js"):
        code = re.sub(r"//[^\n]*|/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert re.findall(r'["`][A-Z][a-z]+ [a-z][^"`]*["`]', code) == [], path.name
    for path in (WEB / "templates").glob("*.html"):
        text = re.sub(r"<[^>]*>|\{[{%#].*?[}%#]\}", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        # What is to be typed, and the keys of the keyboard, are the same everywhere.
        left = set(re.findall(r"[A-Za-z]{2,}", text)) - {
            "web",
            "playground",
            "true",
            "Enter",
            "Shift",
            "healthz",
        }
        assert left == set(), path.name


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_what_only_the_page_knows_is_all_that_is_left_open(language: str) -> None:
    known = page_words(language, "adieu")
    assert known.keys() == playground.PAGE.keys()
    left = {name for said in known.values() for name in re.findall(r"\{(\w+)\}", said)}
    assert left == {"who", "channel", "count", "name", "place", "title", "length", "most"}


def page_of(answer: Answer) -> tuple[str, str, dict[str, str]]:
    """The language, the direction and the words of a page."""
    found = re.search(r'<html lang="(\w+)" dir="(\w+)">', answer.text)
    assert found
    content = re.search(r'<meta name="words" content="([^"]*)">', answer.text)
    return found[1], found[2], json.loads(html.unescape(content[1])) if content else {}


@pytest.mark.parametrize(
    ("wanted", "language", "direction"),
    [("ar-EG,en;q=0.5", "ar", "rtl"), ("pt-PT", "pt", "ltr"), ("da", "en", "ltr"), ("", "en", "ltr")],
)
async def test_the_page_is_in_the_browsers_language_and_says_so(
    tmp_path: Path, wanted: str, language: str, direction: str
) -> None:
    async with open_site(tmp_path) as site:
        answer = await site.get("/", **{"Accept-Language": wanted})
    assert page_of(answer) == (language, direction, page_words(language, "adieu"))
    assert "Accept-Language" in answer.headers["Vary"]


async def test_a_chosen_language_is_kept_for_page_and_cards(tmp_path: Path) -> None:
    async with open_site(tmp_path) as site:
        assert page_of(await site.get("/?lang=fr", **GERMAN))[0] == "fr"
        assert page_of(await site.get("/", **GERMAN))[0] == "fr"
        channels = (await site.get("/api/state?as=mo", **GERMAN)).json["channels"]
        assert [one["about"] for one in channels] == [
            playground.PAGE[name]("fr") for name in ("general_about", "random_about", "moderators_about")
        ]
        assert page_of(await site.get("/?lang=klingon", **GERMAN))[0] == "fr"
        assert page_of(await site.get("/?lang=de", **GERMAN))[0] == "de"


async def test_a_chosen_language_keeps_the_country_for_the_helplines(tmp_path: Path) -> None:
    """E17"""
    async with open_site(tmp_path) as site:
        await site.get("/?lang=fr", **GERMAN)
        await site.deed("say", "ann", "general", text="Bonjour")
        site.http.headers.update(GERMAN)
        await site.deed("say", "ann", "general", text="Bonjour encore")
        first, second = (heard.author.locale for heard in site.desk.received)
    assert first == "fr"
    assert (second, country_of(second)) == ("fr-AT", "AT")


async def test_a_refusal_is_in_the_readers_language(tmp_path: Path) -> None:
    async with open_site(tmp_path) as site:
        site.http.headers.update(GERMAN)
        empty = await site.deed("say", "ann", "general", text=" ")
        long = await site.deed("say", "ann", "general", text="x" * 4001)
        missing = await site.get("/nowhere")
    assert empty.json["error"] == refusals.empty_message("de")
    assert long.json["error"] == refusals.too_long("de", length=4001, most=4000)
    assert refusals.no_such_address("de") in missing.text


async def test_the_sign_in_speaks_the_language_of_whoever_stands_before_it(tmp_path: Path) -> None:
    async with open_site(tmp_path, config(password="open sesame")) as site:
        shown = await site.get("/sign-in", **GERMAN)
        token = re.search(r'name="token" value="(\w+)"', shown.text)
        assert token
        fields = {"password": "wrong", "token": token[1]}
        wrong = await site.post("/sign-in", fields, form="yes", **GERMAN)
    assert page_of(shown)[0] == "de"
    assert refusals.sign_in_title("de").replace("{assistant}", "adieu") in shown.text
    assert refusals.wrong_password("de") in wrong.text
    for code, name in languages.NAMES.items():
        assert (f'<a href="?lang={code}"' in shown.text) is (code != "de")
        assert (name in shown.text) is (code != "de")


async def test_a_playground_that_is_off_says_so_in_the_browsers_language(tmp_path: Path) -> None:
    async with open_site(tmp_path, config(playground=False)) as site:
        shown = await site.get("/", **GERMAN)
    assert refusals.running_title("de").replace("{assistant}", "adieu") in shown.text


async def test_moderators_read_the_language_in_which_the_page_was_opened_last(tmp_path: Path) -> None:
    async with open_site(tmp_path) as site:
        assert await site.adapter.locale("playground") == ""
        await site.get("/", **{"Accept-Language": "tr"})
        await site.get("/c/general", **GERMAN)
        assert await site.adapter.locale("playground") == "de-AT"
