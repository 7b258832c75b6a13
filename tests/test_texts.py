"""What the application says, to whom, and in which language."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.web.languages import preferred
from bot import texts, words
from bot.cards import Button, Card, Kind, Verb
from bot.crisis.helplines import load
from bot.texts import Sentence, labels, pages
from bot.texts.language import RIGHT_TO_LEFT
from bot.types import (
    Category,
    Closing,
    Confirming,
    Conversation,
    Ending,
    Mode,
    Person,
    Reason,
    State,
    ThreadRef,
    Warned,
)
from tests.fakes.house import ANN, BEN, MO, House, open_house

NOW = datetime(2026, 11, 20, tzinfo=UTC)
LONG = "Maximiliane Josephine von und zu Hohenstein-Waldburg-Wolfegg-Waldsee"

# How each language speaks of ending a chat, closing it, or leaving (E16).
ENDING = {
    "en": r"\bend(s|ed|ing)?\b|\bclos(e|ed|ing)\b|terminat|\bleave\b",
    "es": r"finali[zc]|termin|cerrar|cierr|\bfin\b|\bfinal\b|acab",
    "de": r"\bend(e|en|et)\b|beend|schließ|schluss|\baufhör",
    "fr": r"termin|\bfin\b|finir|\bclo(s|re|se)|ferm(er|é)|quitt",
    "pt": r"encerr|termin|finaliz|fech(ar|ad)|\bfim\b|acab",
    "ja": r"終了|終わ|閉じ|おしまい",
    "pl": r"zakończ|kończ|koniec|zamkn|zamyk",
    "tr": r"sonlan|bitir|bitti|kapat|sona er",
    "ar": r"إنهاء|انته|إغلاق|نهاية|أنهي",
    "hi": r"समाप्त|बंद|ख़त्म|खत्म",
}

# How each language speaks of requests for extreme harm, and of nothing else.
HARM = {
    "en": "extreme harm",
    "es": "daño extremo",
    "de": "extremem Schaden",
    "fr": "préjudice extrême",
    "pt": "dano extremo",
    "ja": "極度に有害",
    "pl": "skrajnie szkodliwe",
    "tr": "aşırı zarar",
    "ar": "الأذى الشديد",
    "hi": "अत्यधिक नुकसान",
}
LEAVING = (Reason.USER_REQUEST, Reason.ABUSE, Reason.EXTREME_HARM)
"""Why one person alone may be out; a moderator closes a thread for everybody."""


def conversation(locale: str = "", *, direct: bool = False) -> Conversation:
    thread = ThreadRef("fake", "" if direct else "harbour", "general", "t1")
    starter = Person("ann", LONG, locale=locale)
    return Conversation(7, thread, starter, State.ACTIVE, 1, "t" * 80, "", "", NOW)


def closing(reason: Reason, *, beside: str = "", degraded: str = "", out: bool = False) -> Closing:
    warning = Warned("ann", Category.ABUSE, "c1", NOW, 1) if reason in {*Category} else None
    ending = Ending(7, 1, reason, "ann", NOW, out=out, warning=warning)
    return Closing(3, ending, beside=beside, degraded=degraded)


def every_card(locale: str) -> Iterator[Card]:
    """Every card in every shape, with the longest names."""
    here = conversation(locale)
    asked = Confirming("ann", "n1", NOW)
    yield texts.welcome(here)
    yield from (texts.warning(here, here.starter, category) for category in Category)
    yield from (texts.confirmation(here, here.starter, "n1", leave=leave) for leave in (True, False))
    yield from (texts.answered(here, asked, yes=yes) for yes in (True, False, None))
    yield from (texts.crisis(here, load().shown_to(locale), meant_for=each) for each in ("1", None))
    yield texts.hidden(here)
    yield texts.beside(here)
    yield texts.branch_opening(here, "Why?")
    yield from (texts.reopened(here, by) for by in ("Mo", ""))
    for place in (here, conversation(locale, direct=True)):
        yield texts.pointer(place)
        for reason in Reason:
            for link in ("", "https://example.org/beside"):
                yield texts.notice(place, closing(reason, beside=link), here.starter)
    for reason in LEAVING:
        yield texts.left(here, closing(reason, out=True).ending, here.starter, closing(reason))
    for reason in Reason:
        for degraded in ("", "missing permission"):
            told = closing(reason, degraded=degraded)
            yield texts.moderators(here, told, here.starter, locale=locale)
    yield texts.breaker(here, 3, locale=locale)
    for kind in ("fine", "wrong", "appeal"):
        yield texts.said_of_ending(here, here.starter, kind, "words", locale=locale)


def words_of(card: Card) -> str:
    return "\n".join((card.title, card.text, card.footer, *(button.label for button in card.buttons)))


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_card_fits_every_platform(language: str) -> None:
    """E28: one screen."""
    for card in every_card(language):
        assert len(card.title) <= 150, card.title
        assert len(card.text) <= 1200, card.text
        assert len(card.footer) <= 150
        assert all(len(button.label) <= 34 for button in card.buttons)
        assert card.language == language
        assert not re.search(r"[{}]", words_of(card)), card


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_crisis_card_and_all_that_may_stand_beside_it_never_mention_ending(language: str) -> None:
    """E16"""
    here = conversation(language)
    shown = texts.crisis(here, (), meant_for="1")
    said = [
        words_of(shown),
        texts.hidden(here).text,
        texts.answered(here, Confirming("ann", "n1", NOW), yes=False).text,
        texts.staying(here),
        texts.with_you(here),
        texts.hidden_now(here),
        texts.hide_not_yours(here),
        texts.no_model(here),
        texts.not_shown(here),
        texts.too_long(here),
        texts.refused(here),
        texts.nothing_changed(here),
        *(texts.help_text(platform, here, held=True) for platform in ("discord", "slack", "web")),
    ]
    for text in said:
        assert not re.search(ENDING[language], text, re.IGNORECASE), text


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_words_for_ending_are_the_ones_that_the_notices_use(language: str) -> None:
    """E16: the list above would find them."""
    here = conversation(language)
    for text in (texts.pointer(here).title, labels.end_chat(here), texts.already_ended(here)):
        assert re.search(ENDING[language], text, re.IGNORECASE), text


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_helplines_stand_on_the_card_word_for_word(language: str) -> None:
    """E17"""
    known = load().shown_to("de-DE")
    shown = texts.crisis(conversation(language), known)
    for line in known:
        assert f"**{line.name}**: {line.contact} ({line.hours})" in shown.text


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_warning_names_the_behaviour_the_way_on_and_what_may_follow(language: str) -> None:
    """E4"""
    here = conversation(language)
    abuse, harm = (texts.warning(here, here.starter, category).text for category in Category)
    assert abuse != harm
    assert re.search(ENDING[language], abuse, re.IGNORECASE)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_who_is_no_longer_answered_reads_the_reason_that_it_really_was(language: str) -> None:
    """E7, E13, E28"""
    here = conversation(language)
    said = {
        reason: texts.left(here, closing(reason, out=True).ending, here.starter, closing(reason)).text
        for reason in LEAVING
    }
    assert len({*said.values()}) == len(LEAVING)
    assert [reason for reason in said if HARM[language] in said[reason]] == [Reason.EXTREME_HARM]
    assert HARM[language] in texts.notice(here, closing(Reason.EXTREME_HARM), here.starter).text


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_label_written_instead_of_pressed_is_a_clear_yes(language: str) -> None:
    """E10"""
    for label in labels.YES:
        assert words.is_yes(label(language)), label(language)
    assert not words.is_yes(labels.keep_talking(language))


@pytest.mark.parametrize(
    "said",
    [
        "Yes.",
        "¡Sí, por favor!",
        "Ja, bitte.",
        "Oui !",
        "Sim",
        "はい。",
        "はい、お願いします",
        "Tak!",
        "EVET",
        "نعم",
        "हाँ।",
    ],
)
def test_a_clear_yes_is_understood_in_every_language_of_the_notices(said: str) -> None:
    """E10"""
    assert words.is_yes(said)


@pytest.mark.parametrize(
    "said",
    ["no", "nein", "non", "não", "いいえ", "nie", "hayır", "لا", "नहीं", "yes?", "ja, aber erst morgen"],
)
def test_anything_else_is_no_yes(said: str) -> None:
    """E10"""
    assert not words.is_yes(said)


@pytest.mark.parametrize(
    "said",
    [
        "End this chat, please.",
        "Por favor, finalice este chat.",
        "Bitte beenden Sie diesen Chat!",
        "Terminez cette discussion, s'il vous plaît.",
        "Encerre este chat, por favor",
        "このチャットを終了してください。",
        "Proszę, zakończ ten czat.",
        "Lütfen bu sohbeti bitirin",
        "من فضلك أنهِ هذه المحادثة",
        "कृपया यह चैट समाप्त करें।",
    ],
)
def test_the_words_for_ending_a_chat_are_understood_in_every_language_of_the_notices(said: str) -> None:
    """E12"""
    assert words.asks_to_end(said)


@pytest.mark.parametrize(
    "said",
    ["beende die Liste", "> end this chat", "zakończ ten czat jutro", "この話を終了して", "bitir", "कृपया"],
)
def test_other_words_end_nothing(said: str) -> None:
    """E11"""
    assert not words.asks_to_end(said)


def test_a_text_is_in_the_language_of_its_first_reader_who_has_one_of_ours() -> None:
    german, french, danish = (Person("x", "X", locale=locale) for locale in ("de-AT", "fr", "da"))
    assert texts.translator(german, french).language == "de"
    assert texts.translator(danish, french).language == "fr"
    assert texts.translator(Person("x", "X"), conversation("pt-BR")).language == "pt"
    assert texts.translator(danish, conversation()).language == "en"
    assert texts.translator("en-US", conversation("de")).language == "en"
    assert texts.translator("es-419").language == texts.translator("es_ES").language == "es"


def test_names_are_not_translated_and_keep_their_own_direction() -> None:
    for language in texts.LANGUAGES:
        title = texts.warning(conversation(language), Person("x", "End chat"), Category.ABUSE).title
        assert ("\u2068End chat\u2069" if language in RIGHT_TO_LEFT else "End chat") in title


def test_a_name_with_placeholders_or_markup_is_only_a_name() -> None:
    card = texts.confirmation(conversation(), Person("x", "{title} **@here** {0}"), "n", leave=False)
    assert card.title == "{title} here {0}, end this chat?"


def test_moderators_read_their_own_language_and_not_the_starters() -> None:
    here = conversation("ja")
    assert texts.moderators(here, closing(Reason.ABUSE), here.starter).language == "en"
    assert texts.moderators(here, closing(Reason.ABUSE), here.starter, locale="de").language == "de"


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("platform", ["discord", "slack", "web"])
def test_help_explains_every_reason_and_every_mode(platform: str, language: str) -> None:
    said = texts.help_text(platform, language).splitlines()
    assert len([line for line in said if line.startswith("- ")]) == len(Reason) + len(Mode)
    for mode in Mode:
        assert any(f"`{mode}`" in line for line in said)
    reasons = (pages._REASONS[reason] for reason in Reason if reason is not Reason.USER_REQUEST)
    for reason in reasons:
        assert f"- {reason(language)}" in said


def test_help_says_when_what_one_sees_how_to_appeal_and_how_to_switch_it_off() -> None:
    said = texts.help_text("discord")
    for needed in ("When a chat ends", "`/end`", "notice that says why", "Nothing is deleted", "Appeal"):
        assert needed in said
    assert "**Switching it off:** a moderator of the server with `/ending mode`" in said


def test_every_sentence_of_a_module_can_be_said_without_more() -> None:
    for value in [*vars(pages).values(), *vars(texts).values()]:
        if isinstance(value, Sentence) and "{" not in value.english:
            assert value() == value.english


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("de-DE,de;q=0.9,en;q=0.8", "de-DE"),
        ("da,en;q=0.7,ar;q=0.9", "ar"),
        ("*;q=0.5", ""),
        ("tr;q=0", ""),
        ("fr;q=many, pl", "pl"),
        ("", ""),
    ],
)
def test_a_browser_says_what_it_wants_to_read(header: str, locale: str) -> None:
    assert preferred(header) == locale


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path / "adieu.db") as opened:
        yield opened


GERMAN = replace(ANN, locale="de")
TURKISH = replace(BEN, locale="tr")


async def test_a_person_is_asked_and_told_in_their_own_language(house: House) -> None:
    """E9, E10, E28"""
    thread = await house.mention(GERMAN, "Hallo")
    said = await house.assistant.ask_to_end(house.ref(thread), GERMAN, id="e1")
    assert said.text == "Bitte bestätigen Sie im Thread."
    (asked,) = house.platform.cards(thread, Kind.CONFIRMATION)
    assert [button.label for button in asked.buttons] == ["Chat beenden", "Weiterreden"]
    refused = await house.press(TURKISH, Verb.END, thread)
    assert refused.text == "Bunu yalnızca sorunun sorulduğu kişi yanıtlayabilir."
    await house.write(GERMAN, "Ja, bitte", thread)
    assert await house.state(thread) is State.ENDED
    (notice,) = house.platform.cards(thread, Kind.NOTICE)
    assert notice.title == "Diese Unterhaltung ist beendet"
    assert notice.buttons[0] == replace(notice.buttons[0], label="Neuen Chat beginnen")


async def test_somebody_else_in_the_thread_is_asked_in_theirs(house: House) -> None:
    """E13"""
    thread = await house.mention(GERMAN, "Hallo")
    await house.assistant.ask_to_end(house.ref(thread), TURKISH, id="e1")
    (asked,) = house.platform.cards(thread, Kind.CONFIRMATION)
    assert asked.language == "tr"
    assert asked.buttons[0].label == "Bana yanıt vermeyi bırak"
    said = await house.assistant.stop(house.ref(thread), replace(MO, locale="ja"))
    assert said.text == "停止するものはありません。"


async def test_the_helplines_come_with_words_in_the_language_of_whoever_wrote(house: House) -> None:
    """E17"""
    thread = await house.mention(GERMAN, "Hallo")
    await house.write(TURKISH, "Kendimi öldürmek istiyorum", thread, addressed=True)
    (card,) = house.platform.cards(thread, Kind.CRISIS)
    assert card.language == "tr"
    assert card.buttons == (Button("Gizle", Verb.DISMISS),)


async def test_a_starter_is_told_of_the_end_in_the_language_that_they_told_last(house: House) -> None:
    """E28: their messages came without one, as on a server in English."""
    thread = await house.mention(ANN, "Hello")
    await house.assistant.ask_to_end(house.ref(thread), GERMAN, id="e1")
    await house.press(GERMAN, Verb.END, thread)
    (notice,) = house.platform.cards(thread, Kind.NOTICE)
    assert notice.language == "de"


async def test_whoever_leaves_is_told_in_their_own_language_and_not_in_the_starters(house: House) -> None:
    """E7, E13"""
    thread = await house.mention(GERMAN, "Hallo")
    await house.assistant.ask_to_end(house.ref(thread), TURKISH, id="e1")
    await house.press(TURKISH, Verb.END, thread)
    left = house.platform.cards(thread, Kind.LINE)
    assert {card.language for card in left} == {"tr"}
    assert len(left) == 2, "the question is answered, and the others are told"
    assert await house.state(thread) is State.ACTIVE


async def test_a_question_that_a_hold_takes_back_keeps_the_language_of_whoever_was_asked(
    house: House,
) -> None:
    """E16"""
    thread = await house.mention(GERMAN, "Hallo")
    await house.assistant.ask_to_end(house.ref(thread), TURKISH, id="e1")
    await house.write(GERMAN, "Ich will mich umbringen", thread)
    (line,) = house.platform.cards(thread, Kind.LINE)
    assert line.text == texts.we_keep_talking("tr")


async def test_moderators_are_told_in_the_language_of_their_workspace(house: House) -> None:
    """E29, E35"""
    house.platform.language = "fr"
    thread = await house.mention(GERMAN, "Hallo")
    await house.assistant.ask_to_end(house.ref(thread), GERMAN, id="e1")
    await house.press(GERMAN, Verb.END, thread)
    assert house.platform.told[0].language == "fr"
    here = await house.conversation(thread)
    await house.assistant.feedback(here.id, GERMAN, "", wrong=False, id="f1")
    await house.engine.idle()
    assert [card.language for card in house.platform.told] == ["fr", "fr"]


async def test_a_person_who_tells_no_language_keeps_the_one_that_is_known(house: House) -> None:
    thread = await house.mention(ANN, "Hello")
    await house.assistant.ask_to_end(house.ref(thread), TURKISH, id="e1")
    await house.press(BEN, Verb.KEEP, thread)
    people = await house.assistant.participants((await house.conversation(thread)).id)
    assert [(one.person.id, one.person.locale) for one in people] == [("ben", "tr")]


@pytest.mark.parametrize(
    ("platform", "kind", "way"),
    [
        ("discord", "", "Mention me in the channel"),
        ("discord", "private", "Mention me in the channel"),
        ("discord", "direct", "Use /new"),
        ("slack", "", "Mention me in the channel"),
        ("slack", "private", "Write in the Messages tab"),
        ("web", "", "Write in the channel"),
    ],
)
def test_a_fresh_start_is_explained_as_it_is_done_there(platform: str, kind: str, way: str) -> None:
    """E28, E32, E33"""
    place = ThreadRef(platform, "" if kind == "direct" else "harbour", "general", "t1")
    here = replace(conversation(), thread=place, private=kind == "private")
    for card in (texts.notice(here, closing(Reason.USER_REQUEST), here.starter), texts.pointer(here)):
        assert re.search(rf"{way}, or (use )?the button: a new chat starts at once\.", card.text)
