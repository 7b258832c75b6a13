"""During a hold no text speaks of ending the chat; everything else comes through to the letter (E16)."""

# ruff: noqa: E501 - one sentence a line, however long it is

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.crisis.speech import about_ending, so_far, without_ending

MENTIONS = {
    "en": (
        "I am going to end this chat now.",
        "If this goes on, the conversation may be closed.",
        "I won't end our conversation.",
        "Let's wrap up this conversation.",
        "You can leave the chat at any time.",
        "This thread has ended.",
        "I will stop replying to you here.",
        "I must go now.",
        "Goodbye and take care.",
        "Our session is over.",
        "I would have to terminate the discussion.",
        "Please don't close this thread!",
    ),
    "es": (
        "Voy a terminar esta conversación.",
        "Tendré que cerrar el chat.",
        "Esta charla ha finalizado.",
        "No voy a dejar la conversación.",
        "Adiós.",
    ),
    "de": (
        "Ich beende jetzt dieses Gespräch.",
        "Der Chat wird geschlossen.",
        "Du kannst die Unterhaltung verlassen.",
        "Ich werde dir nicht mehr antworten.",
        "Auf Wiedersehen!",
    ),
    "fr": (
        "Je vais mettre fin à cette conversation.",
        "Le chat est clos.",
        "Je dois quitter la discussion.",
        "Au revoir.",
        "Cette conversation est terminée.",
    ),
    "pt": (
        "Vou encerrar esta conversa.",
        "O chat foi fechado.",
        "Preciso sair da conversa.",
        "Vou deixar de responder.",
        "Adeus.",
    ),
    "ja": ("この会話を終了します。", "チャットを閉じます。", "会話を終わりにしましょう。", "さようなら。"),
    "pl": ("Zakończę tę rozmowę.", "Czat zostanie zamknięty.", "Muszę opuścić rozmowę.", "Do widzenia."),
    "tr": ("Bu sohbeti bitiriyorum.", "Konuşmayı sonlandıracağım.", "Sohbet kapatıldı.", "Elveda."),
    "ar": ("سأنهي هذه المحادثة.", "سيتم إغلاق الدردشة.", "انتهت المحادثة.", "وداعا."),
    "hi": ("मैं यह बातचीत समाप्त कर रहा हूँ।", "चैट बंद कर दी जाएगी।", "मैं बातचीत खत्म करता हूँ।", "अलविदा।"),
}
FINE = {
    "en": (
        "I am here with you.",
        "It sounds like everything hurts right now.",
        "Is there somebody near you whom you trust?",
        "Please call 988, or go to the nearest hospital.",
        "You do not have to go through this alone.",
        "The pain will end, even if it does not feel like it.",
        "Could you leave the room where the pills are?",
        "Let us go through this together.",
        "Stop for a moment and breathe with me.",
        "A conversation with your doctor can help.",
    ),
    "es": ("Estoy aquí contigo.", "¿Hay alguien cerca de ti?", "Llama al 024, por favor."),
    "de": ("Ich bin bei dir.", "Gibt es jemanden, dem du vertraust?", "Der Schmerz geht vorbei."),
    "fr": ("Je suis là avec toi.", "Y a-t-il quelqu'un près de toi ?", "Appelle le 3114."),
    "pt": ("Estou aqui com você.", "Há alguém perto de você?", "Ligue 188."),
    "ja": ("ここにいます。", "近くに信頼できる人はいますか。", "話してくれてありがとう。"),
    "pl": ("Jestem tu z tobą.", "Czy ktoś jest blisko ciebie?", "Zadzwoń pod 116 123."),
    "tr": ("Yanındayım.", "Yakınında güvendiğin biri var mı?", "Lütfen 112'yi ara."),
    "ar": ("أنا هنا معك.", "هل يوجد شخص قريب منك تثق به؟", "شكرا لأنك تحدثت معي."),
    "hi": ("मैं आपके साथ हूँ।", "क्या आपके पास कोई भरोसेमंद व्यक्ति है?", "कृपया 14416 पर फोन करें।"),
}
EVERY = [(language, text) for language, texts in MENTIONS.items() for text in texts]
CALM = [(language, text) for language, texts in FINE.items() for text in texts]


@pytest.mark.parametrize(("language", "text"), EVERY)
def test_a_sentence_about_ending_is_taken_out_and_its_neighbours_stay(language: str, text: str) -> None:
    """E16."""
    before, after = FINE[language][:2]
    assert about_ending(text)
    assert without_ending(text) == ""
    assert without_ending(f"{before} {text} {after}").split() == f"{before} {after}".split()


@pytest.mark.parametrize(("language", "text"), CALM)
def test_a_sentence_that_helps_stays(language: str, text: str) -> None:
    assert without_ending(text) == text
    assert so_far(text) == text


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([text for _, text in CALM] + ["", "- one\n- two", "```\ncode\n```", "**bold**"]))
)
def test_a_text_without_such_a_sentence_comes_back_to_the_letter(parts: list[str]) -> None:
    text = "\n\n".join(parts)
    assert without_ending(text) == text


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from([text for _, text in EVERY + CALM] + ["\n", "\n\n- ", "> ", "e.g. 3.14, "]),
        max_size=8,
    )
)
def test_nothing_that_is_shown_while_a_text_grows_speaks_of_an_end(parts: list[str]) -> None:
    """E16, at every point at which a stream may be cut."""
    text = " ".join(parts)
    for at in range(0, len(text) + 1, 7):
        shown = so_far(text[:at])
        assert not [line for line in shown.splitlines() if about_ending(line) and _whole(line)]
    assert not [line for line in without_ending(text).splitlines() if about_ending(line) and _whole(line)]


def _whole(line: str) -> bool:
    """Whether what is found in a line stands in one sentence, not across two that are each harmless."""
    return without_ending(line) != line


def test_an_unfinished_sentence_is_held_back() -> None:
    assert so_far("I hear you. I will end") == "I hear you."
    assert so_far("I hear you. I will end this chat.") == "I hear you."
    assert so_far("I hear you. I will end this chat. Are you safe? Te") == "I hear you. Are you safe?"
    assert so_far("I hear") == ""
    assert so_far("First line\nsecond li") == "First line"


def test_lists_and_paragraphs_keep_their_form() -> None:
    text = "Some ideas:\n\n1. Call somebody.\n2. End this chat.\n3. Breathe. Close the conversation. Rest.\n\n- **Leave the chat!**\n\nI stay."
    assert without_ending(text) == "Some ideas:\n\n1. Call somebody.\n3. Breathe. Rest.\n\nI stay."


def test_markdown_and_capitals_hide_nothing() -> None:
    assert without_ending("I will **END** this _chat_ now.") == ""
    assert without_ending("“I will end the chat.” I stay.") == "I stay."
