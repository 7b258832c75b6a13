"""The catalogues: each complete, true to the English in form, and fit for every platform."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from adapters.web.markdown import render
from bot import texts
from bot.texts import labels
from bot.texts.language import RIGHT_TO_LEFT

ROOT = Path(__file__).parent.parent
HOME = ROOT / "bot" / "texts"
OTHERS = tuple(language for language in texts.LANGUAGES if language != "en")
IN_THE_CODE = {str(found[2]) for found in extract_from_dir(HOME, keywords={"say": None, "Sentence": None})}

# What the application's own words are never about (E28): its feelings, comfort, fatigue, preference, regret.
FEELINGS = {
    "en": r"\bfeel|comfort|\btired|fatigue|exhaust|upset|\bhurt|\bsad\b|sorry|unfortunate|regret|distress"
    r"|prefer|wellbeing|enjoy",
    "es": r"\bsient|\bsent(í|i)|cansa|agota|molest|triste|lament|angusti|cómod|prefer|disculp|perdón",
    "de": r"fühl|müde|erschöpf|traurig|verletz|leider|bedauer|wohl\b|belast|bevorzug|entschuldig|\btut mir",
    "fr": r"ressen|sentiment|fatigu|épuis|triste|bless|désol|regrett|malheureus|confort|préfér|excus",
    "pt": r"\bsint|sentiment|cansa|exaust|triste|magoa|lament|desculp|infeliz|confort|prefer|perdão",
    "ja": r"気持ち|感じ|疲れ|悲し|つら|辛|傷つ|残念|申し訳|不快|快適|好み|ごめん",
    "pl": r"czuj|uczuc|zmęcz|wyczerp|smut|\bzran|przykro|niestety|żałuj|przeprasz|komfort|\bwol[ęi]\b",
    "tr": r"hisse|duygu|yorgun|yorul|üzgün|üzül|incin|maalesef|rahat|tercih|özür|kusura",
    "ar": r"شعور|مشاعر|أشعر|متعب|مرهق|حزين|آسف|للأسف|راحة|مزعج|أفضّل|عذر",
    "hi": r"महसूस|भावना|थक|दुख|दुःख|खेद|क्षमा|माफ़|असहज|आराम|पसंद",
}


def catalogue(language: str) -> Catalog:
    with (HOME / "locale" / language / "LC_MESSAGES" / "adieu.po").open("rb") as source:
        return read_po(source, locale=language, abort_invalid=True)


def pairs(language: str) -> list[tuple[str, str]]:
    return [(str(message.id), str(message.string)) for message in catalogue(language) if message.id]


def everything(language: str) -> list[str]:
    say = texts.translator(language)
    return sorted(say(english) for english in IN_THE_CODE)


def markup(text: str) -> Counter[str]:
    """The elements that a text becomes, and every piece of code in it, word for word."""
    html = render(text)
    return Counter([*re.findall(r"<(?:strong|em|a|li|blockquote|h\d)\b", html), *code(html), *commands(text)])


def code(html: str) -> list[str]:
    return re.findall(r"<code>.*?</code>", html)


def commands(text: str) -> list[str]:
    return re.findall(r"(?<![\w/])[/#][a-z]+", text)


def test_the_folder_holds_the_nine_other_languages_and_nothing_compiled() -> None:
    assert sorted(path.name for path in (HOME / "locale").iterdir()) == sorted(OTHERS)
    assert not list(HOME.rglob("*.mo"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "*.po" in project["tool"]["setuptools"]["package-data"]["*"]


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_holds_exactly_the_sentences_of_the_code(language: str) -> None:
    found = catalogue(language)
    assert {english for english, _ in pairs(language)} == IN_THE_CODE, "run: make messages"
    assert not found.obsolete
    assert [message.id for message in found if message.id and message.fuzzy] == []
    assert [english for english, said in pairs(language) if not said.strip()] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_placeholders_and_the_form_of_its_sentence(language: str) -> None:
    for english, said in pairs(language):
        assert sorted(re.findall(r"\{\w*\}", said)) == sorted(re.findall(r"\{\w*\}", english)), said
        assert markup(said) == markup(english), said
        assert said == said.strip(), said
        assert said.count("\n") == english.count("\n"), said


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_left_in_english(language: str) -> None:
    same = [english for english, said in pairs(language) if english == said and len(english.split()) > 1]
    assert same == []


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_buttons_and_forms_are_short_enough_for_every_platform(language: str) -> None:
    buttons = [value for value in vars(labels).values() if isinstance(value, texts.Sentence)]
    assert len(buttons) > 10
    for label in buttons:
        assert len(label(language)) <= 34, label(language)
    for verb, title in labels.FORM_TITLES.items():
        assert len(title(language)) <= 24, "Slack's longest title of a form"
        assert len(labels.FORM_ASKS[verb](language)) <= 45, "Discord's longest label of a field"


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("platform", ["discord", "slack", "web"])
def test_help_and_privacy_fit_into_one_message(platform: str, language: str) -> None:
    assert len(texts.help_text(platform, language)) <= 2000, "Discord's longest message"
    if platform != "web":
        assert len(texts.privacy_text(platform, language)) <= 2000


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_no_sentence_speaks_of_feelings_comfort_or_fatigue(language: str) -> None:
    """E28"""
    found = [said for said in everything(language) if re.search(FEELINGS[language], said, re.IGNORECASE)]
    assert found == []


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_no_sentence_shouts(language: str) -> None:
    """E28"""
    assert [said for said in everything(language) if re.search(r"[!¡！]|\.\.\.|…", said)] == []


@pytest.mark.parametrize("language", sorted(RIGHT_TO_LEFT))
def test_a_command_keeps_its_slash_in_front_among_words_from_right_to_left(language: str) -> None:
    for said in everything(language):
        assert not re.search(r"(?<!\u200e)`/|(?<![\u200e`\w])[/#][a-z]", said), said


def test_english_costs_nothing_at_start() -> None:
    program = (
        "import sys; from bot import texts; assert texts.labels.stop('en-GB') == 'Stop';"
        "assert not [name for name in sys.modules if name.startswith('babel')]"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)


def test_a_catalogue_is_read_once() -> None:
    assert texts.translator("de-AT") is texts.translator("de")
