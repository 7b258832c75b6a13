"""Helplines: word for word from a file, checked lately, and those of the person's own country (E17)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot import texts
from bot.config import Config, load
from bot.config.model import Crisis
from bot.crisis import helplines
from bot.crisis.helplines import Helplines, country_of
from bot.doctor import Level
from bot.doctor import helplines as doctor
from bot.errors import ConfigError, OperatorError
from bot.types import Conversation, Person, State, ThreadRef

VERIFIED = date(2026, 11, 20)
ENTRY = """
[[helpline]]
country = "IE"
name = "Somebody"
contact = "call 1"
hours = "always"
languages = "English"
source = "https://example.org"
verified = 2026-11-20
"""
DIRECTORY = ENTRY.replace('"IE"', '""').replace("Somebody", "Everybody")


def names(lines: Helplines, locale: str) -> list[str]:
    return [line.name for line in lines.shown_to(locale)]


def written(folder: Path, text: str) -> str:
    (folder / "lines.toml").write_text(text, encoding="utf-8")
    return str(folder / "lines.toml")


@pytest.mark.parametrize(
    ("locale", "contact"),
    [
        ("en-US", "call or text 988"),
        ("en-CA", "call or text 988"),
        ("en-GB", "call 116 123"),
        ("en_IE", "call 116 123"),
        ("en-AU", "call 13 11 14"),
        ("es-ES", "llama al 024"),
        ("de-DE", "0800 111 0 111 oder 0800 111 0 222"),
        ("fr-FR", "appelez le 3114"),
        ("pt-BR", "ligue 188"),
        ("ja", "0120-279-338"),
        ("pl", "116 123"),
        ("tr", "112"),
        ("hi", "14416"),
    ],
)
def test_a_persons_own_country_comes_from_their_locale(locale: str, contact: str) -> None:
    """E17."""
    shown = helplines.load().shown_to(locale)
    assert contact in [line.contact for line in shown]
    assert shown[-1].name == "Find A Helpline"


@pytest.mark.parametrize("locale", ["", "en", "de", "ar", "es-419", "xx-YY", "zh-Hans"])
def test_where_the_country_is_unknown_the_directory_is_shown(locale: str) -> None:
    """E17."""
    assert names(helplines.load(), locale) == ["Find A Helpline"]


def test_the_operators_country_is_used_where_the_persons_is_unknown() -> None:
    """E17."""
    lines = helplines.load(country="ie")
    assert names(lines, "en") == ["Samaritans", "112", "Find A Helpline"]
    assert names(lines, "xx-YY") == names(lines, "")
    assert names(lines, "en-US") == ["988 Suicide & Crisis Lifeline", "Find A Helpline"]


def test_a_country_of_the_union_without_lines_of_its_own_still_has_112() -> None:
    assert names(helplines.load(), "it-IT") == ["112", "Find A Helpline"]
    assert "112" not in names(helplines.load(), "de-CH")


@pytest.mark.parametrize(
    ("locale", "country"),
    [
        ("pt-BR", "BR"),
        ("pt_br", "BR"),
        ("zh-Hant-TW", "TW"),
        ("es-419", ""),
        ("en", ""),
        ("ja", "JP"),
        ("", ""),
    ],
)
def test_what_country_a_locale_names(locale: str, country: str) -> None:
    assert country_of(locale) == country


def test_every_entry_has_a_source_and_a_day_and_none_is_there_twice() -> None:
    """E17."""
    entries = helplines.load().entries
    assert len({(line.country, line.name) for line in entries}) == len(entries)
    for line in entries:
        assert line.source.startswith("https://"), line
        assert line.verified >= VERIFIED, line
        assert re.fullmatch(r"[A-Z]{2}|", line.country), line


def test_the_card_shows_them_word_for_word_and_says_nothing_of_an_end() -> None:
    """E16, E17: no penalty, nobody is told."""
    now = datetime(2026, 11, 20, tzinfo=UTC)
    here = Conversation(1, ThreadRef("x", "w", "c", "t"), Person("a", "A"), State.ACTIVE, 1, "", "", "", now)
    lines = helplines.load().shown_to("en-GB")
    card = texts.crisis(here, lines, meant_for="1")
    for line in lines:
        assert line.name in card.text
        assert line.contact in card.text
    assert not re.search(r"\bend|\bclos|\bleav", card.text)
    assert card.footer == "Shown automatically. Nobody was told."
    assert [button.label for button in card.buttons] == ["Hide this"]
    assert texts.crisis(here, lines).buttons == (), "what is shown to one person alone is theirs to put away"


def test_the_operator_puts_another_file_in_its_place(tmp_path: Path) -> None:
    """E17."""
    lines = helplines.load(written(tmp_path, ENTRY + DIRECTORY), "IE")
    assert names(lines, "") == ["Somebody", "Everybody"]
    assert names(lines, "en-US") == ["Somebody", "Everybody"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", " has no [[helpline]] entries."),
        ("helpline = 1", " has no [[helpline]] entries."),
        ("[[helpline", " cannot be read (Expected"),
        (ENTRY, ' needs one entry for everywhere (country = "").'),
        (DIRECTORY + 'more = "x"\n', ": entry 1 must have exactly the keys country, name"),
        (DIRECTORY.replace('name = "Everybody"\n', ""), ": entry 1 must have exactly the keys"),
        (DIRECTORY.replace("Everybody", " "), ": name of entry 1 must be text."),
        (
            DIRECTORY.replace("2026-11-20", '"yesterday"'),
            ": verified of entry 1 must be a date such as 2026-11-20.",
        ),
        (
            DIRECTORY.replace("2026-11-20", "2026-11-20T00:00:00"),
            ": verified of entry 1 must be a date such as 2026-11-20.",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_its_problem(
    tmp_path: Path, text: str, problem: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(OperatorError, match=re.escape(f"crisis.helplines: {path}{problem}")) as caught:
        helplines.load(path)
    assert str(caught.value).endswith("bot/crisis/helplines.toml shows the form.")


def test_without_the_operators_word_no_country_is_taken_for_granted() -> None:
    """E17."""
    assert helplines.load().country == ""


def test_the_configuration_says_it_before_anything_starts(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[crisis]\nhelplines = "nowhere.toml"\ncountry = "Ireland"\n')
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "config.toml", {})
    country, lines = caught.value.problems
    assert country.startswith('crisis.country: must be a country\'s two letters, like "IE"')
    assert lines.startswith("crisis.helplines: nowhere.toml cannot be read (No such file or directory)")


def test_after_180_days_unchecked_the_doctor_calls_it_a_problem() -> None:
    lines = helplines.load()
    oldest = min(line.verified for line in lines.entries)
    assert doctor.finding(lines, oldest + timedelta(days=180)).level is Level.OK
    late = doctor.finding(lines, oldest + timedelta(days=181))
    assert late.level is Level.PROBLEM
    assert "988 Suicide & Crisis Lifeline" in late.result
    assert "Look each up" in late.remedy


async def test_the_doctor_looks_at_the_file_that_is_in_use(tmp_path: Path) -> None:
    path = written(tmp_path, DIRECTORY.replace("2026-11-20", "2001-01-01"))
    (finding,) = [item async for item in doctor.helplines(Config(crisis=Crisis(helplines=path)))]
    assert finding.level is Level.PROBLEM
    assert "everywhere: Everybody (2001-01-01)" in finding.result
    (missing,) = [item async for item in doctor.helplines(Config(crisis=Crisis(helplines="nowhere")))]
    assert missing.level is Level.PROBLEM
