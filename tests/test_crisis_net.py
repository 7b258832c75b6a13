"""The net of words: plain statements in ten languages raise the risk, and what only sounds alike does not."""

from __future__ import annotations

import pytest

from bot.crisis import KeywordNet, at_once, highest
from bot.crisis.net import fold, risk_of
from bot.crisis.sayings import POSSIBLE, YES
from bot.types import Risk
from tests.claude_kit import message

LANGUAGES = ("en", "es", "de", "fr", "pt", "ja", "pl", "tr", "ar", "hi")

GRAVE = {
    "en": (
        "I want to die",
        "i just wanna die tbh",
        "I'm going to kill myself tonight",
        "I’ve been thinking about killing myself",
        "I am going to end my life",
        "I don't want to live anymore",
        "I feel suicidal again",
        "I might as well commit suicide",
        "I can't stop, I keep cutting myself every night",
        "I wish I was dead",
        "I took all the pills",
        "I'm gonna shoot up the school tomorrow",
        "I will stab him when he comes home",
    ),
    "es": (
        "Quiero morir",
        "ya no quiero vivir",
        "voy a suicidarme",
        "Me quiero matar",
        "quiero quitarme la vida",
        "tengo pensamientos suicidas",
        "Ojalá estuviera muerta",
    ),
    "de": (
        "Ich will sterben",
        "ich will nicht mehr leben",
        "Ich bringe... nein, ich will mich umbringen",
        "ich werde mir das Leben nehmen",
        "Ich habe Suizidgedanken",
        "Ich wünschte, ich wäre tot",
        "ich möchte mir was antun",
    ),
    "fr": (
        "J'ai envie de mourir",
        "je veux mourir",
        "Je vais me suicider",
        "je pense à mettre fin à mes jours",
        "j’ai des pensées suicidaires",
        "je ne veux plus vivre",
        "Je veux me tuer",
    ),
    "pt": (
        "Quero morrer",
        "eu vou me matar",
        "penso em me matar todos os dias",
        "quero tirar a minha própria vida",
        "não quero mais viver",
        "tenho pensamentos suicidas",
        "queria estar morta",
    ),
    "ja": (
        "死にたい",
        "もう死にたいです",
        "自殺したい",
        "消えてしまいたい",
        "もう生きていたくない",
        "命を絶ちたい",
        "リストカットしてしまった",
    ),
    "pl": (
        "Chcę umrzeć",
        "chce sie zabic",
        "zabiję się",
        "popełnię samobójstwo",
        "mam myśli samobójcze",
        "nie chcę już żyć",
        "chcę odebrać sobie życie",
    ),
    "tr": (
        "Ölmek istiyorum",
        "intihar edeceğim",
        "kendimi öldüreceğim",
        "İNTİHAR ETMEK İSTİYORUM",
        "canıma kıyacağım",
        "hayatıma son vereceğim",
        "keşke ölsem",
    ),
    "ar": (
        "أريد أن أموت",
        "اريد الموت",
        "سأنتحر",
        "أفكر في الانتحار",
        "أريد أن أقتل نفسي",
        "لا أريد أن أعيش",
        "عايز أموت",
    ),
    "hi": (
        "मैं मरना चाहता हूँ",
        "मरना चाहती हूं",
        "मैं आत्महत्या करना चाहता हूँ",
        "मैं खुदकुशी कर लूँगा",
        "अपनी जान दे दूँगा",
        "जीना नहीं चाहता",
        "main marna chahta hu",
    ),
}
"""Said by somebody about themselves, or in earnest about others."""

DOUBTFUL = {
    "en": (
        "There is no reason to live",
        "everybody would be better off without me",
        "I can't go on anymore.",
        "the voices tell me to do it",
    ),
    "es": ("No tengo razones para vivir", "estarían mejor sin mí"),
    "de": ("Es gibt keinen Grund mehr zu leben", "Ohne mich besser dran wären sie alle"),
    "fr": ("Plus aucune raison de vivre", "ils seraient mieux sans moi"),
    "pt": ("Não tenho mais motivos para viver", "sem vontade de viver"),
    "ja": ("生きる意味がない", "私なんていない方がいい"),
    "pl": ("Nie mam po co żyć", "nie widzę już sensu życia"),
    "tr": ("Yaşamak için bir nedenim yok", "yaşamanın anlamı kalmadı"),
    "ar": ("لا يوجد سبب للعيش", "تعبت من الحياة"),
    "hi": ("जीने की कोई वजह नहीं", "ज़िंदगी से थक गया हूँ"),
}

HARMLESS = {
    "en": (
        "kill the process",
        "how do I kill myself-hosted runners? I mean the process",
        "this deadline is killing me",
        "I could die laughing",
        "suicide squad is a good film",
        "this bug is killing me",
        "I'm dying to see it",
        "I killed myself laughing",
        "I almost died of embarrassment",
        "What is the plot of Romeo and Juliet? They die.",
        "How did Socrates die? Did he commit suicide?",
        "an essay on suicide prevention in schools",
        "I cut myself shaving",
        "I hurt myself at the gym",
        "kill -9 1234 and then end my session",
        "I want to live in Paris",
        "my phone is about to die",
        "we are all going to die someday",
        "I don't want to die",
        "I do not want to die",
        "these weeds need to die",
        "do you want to die in this game?",
        "in the end his father is ready to die",
        "I don't want to live in a small town",
        "I don't want to wake up early",
        "I'm going to kill it on stage tomorrow",
        "end my turn, take my knight",
        "my life savings",
        "the killer whale swims",
        "I'm shooting a wedding tomorrow",
        "It's to die for",
        "she wants to dye her hair",
        "I can't take this course anymore because it is full",
        "suicidal tendencies are a band",
    ),
    "es": (
        "me muero de risa",
        "quiero morirme de la risa",
        "mata el proceso",
        "estoy muerto de hambre",
        "el escuadrón suicida",
        "esta fecha límite me mata",
        "no quiero vivir en Madrid",
        "no quiero morir",
        "un ensayo sobre la prevención del suicidio",
    ),
    "de": (
        "Ich lach mich tot",
        "beende den Prozess",
        "der Abgabetermin bringt mich um",
        "Ich sterbe vor Langeweile",
        "Suicide Squad war gut",
        "ich will nicht in Berlin leben",
        "ein Referat über Suizidprävention",
        "das bringt mich noch um",
    ),
    "fr": (
        "je meurs de rire",
        "tuer le processus",
        "cette échéance me tue",
        "je suis mort de fatigue",
        "je veux mourir de rire",
        "je ne veux plus vivre à Paris",
        "un exposé sur la prévention du suicide",
    ),
    "pt": (
        "morri de rir",
        "quero morrer de rir",
        "mata o processo",
        "esse prazo está me matando",
        "esquadrão suicida",
        "estou morto de fome",
        "não quero mais viver em Lisboa",
        "não quero morrer",
    ),
    "ja": (
        "プロセスを殺す",
        "笑い死にしそう",
        "締め切りで死にそう",
        "必死に頑張る",
        "自殺予防についてのレポート",
        "死ぬほど美味しい",
        "消えたい曲の歌詞",
    ),
    "pl": (
        "umieram ze śmiechu",
        "zabij proces",
        "ten termin mnie zabija",
        "umrzeć ze śmiechu",
        "legion samobójców",
        "zabić czas",
        "nie chcę żyć w mieście",
        "nie chcę umrzeć",
        "esej o zapobieganiu samobójstwom",
    ),
    "tr": (
        "gülmekten öldüm",
        "işlemi öldür",
        "bu teslim tarihi beni öldürüyor",
        "intihar timi güzel bir film",
        "intiharı önleme hakkında bir ödev",
        "açlıktan ölüyorum",
    ),
    "ar": (
        "سأموت من الضحك",
        "اقتل العملية",
        "هذا الموعد يقتلني",
        "فرقة الانتحار فيلم جيد",
        "بحث عن الوقاية من الانتحار",
        "أموت في الشوكولاتة",
        "لا أريد أن أموت",
    ),
    "hi": (
        "हँसते हँसते मर गया",
        "प्रोसेस को मार दो",
        "यह डेडलाइन मुझे मार रही है",
        "सुसाइड स्क्वाड अच्छी फिल्म है",
        "आत्महत्या की रोकथाम पर निबंध",
        "भूख से मर रहा हूँ",
    ),
}
"""Idioms, titles, commands and study, which no net may take for a cry for help."""


def _each(table: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(language, text) for language, texts in table.items() for text in texts]


def test_every_language_has_its_own_lists_and_tests() -> None:
    """E14: in any language, the ten of the notices among them."""
    for table in (YES, POSSIBLE, GRAVE, DOUBTFUL, HARMLESS):
        assert tuple(table) == LANGUAGES


@pytest.mark.parametrize(("language", "text"), _each(GRAVE))
def test_a_plain_statement_is_a_yes(language: str, text: str) -> None:
    """E14."""
    assert risk_of(text) is Risk.YES
    assert risk_of(f"Hello. {text}") is Risk.YES


@pytest.mark.parametrize(("language", "text"), _each(DOUBTFUL))
def test_a_doubtful_statement_is_possible(language: str, text: str) -> None:
    """E14, E15."""
    assert risk_of(text) is Risk.POSSIBLE


@pytest.mark.parametrize(("language", "text"), _each(HARMLESS))
def test_what_only_sounds_alike_is_nothing(language: str, text: str) -> None:
    """E14: idioms, titles, commands and study."""
    assert risk_of(text) is Risk.NONE


@pytest.mark.parametrize(
    "text",
    [
        "I  WANT\nTO   DIE",
        "i want to d\u200bie",
        "I want to d\u00adie",
        "ｉ ｗａｎｔ ｔｏ ｄｉｅ",
        "**I want to die**",
        "…i want to die…",
    ],
)
def test_case_spaces_and_hidden_characters_hide_nothing(text: str) -> None:
    """E14."""
    assert risk_of(text) is Risk.YES


@pytest.mark.parametrize(
    "text",
    [
        "```\nraise SystemExit('I want to die')\n```",
        "`i want to die`",
        "https://example.org/i-want-to-die",
        "[attachment: i want to die.txt]",
    ],
)
def test_code_links_and_file_names_are_left_to_the_model(text: str) -> None:
    assert risk_of(text) is Risk.NONE


def test_the_lists_are_written_as_texts_are_folded() -> None:
    for table in (YES, POSSIBLE):
        for sayings in table.values():
            assert [fold(saying) for saying in sayings] == list(sayings)


def test_the_gravest_of_several_answers_counts() -> None:
    """E14: words may raise, never lower; E15: a failure is more than nothing, and less than a sign."""
    assert highest([]) is Risk.UNKNOWN
    assert highest([Risk.NONE, Risk.UNKNOWN]) is Risk.UNKNOWN
    assert highest([Risk.UNKNOWN, Risk.POSSIBLE]) is Risk.POSSIBLE
    assert highest([Risk.YES, Risk.POSSIBLE, Risk.NONE]) is Risk.YES


async def test_every_new_message_counts_but_a_deleted_one() -> None:
    messages = (message("Ann", "hello"), message("Ben", "I want to die", number=2))
    assert at_once(messages) is Risk.YES
    assert await KeywordNet().read(messages, ()) is Risk.YES
    assert at_once((messages[0], message("Ben", "I want to die", number=2, deleted=True))) is Risk.NONE
