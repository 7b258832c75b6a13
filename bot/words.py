"""What a person's own words are, and when they are a clear yes. Pure."""

from __future__ import annotations

import re
import unicodedata

_FENCE = re.compile(r"```.*?(```|\Z)", re.DOTALL)
_QUOTE = re.compile(r"^\s*(>|&gt;).*$", re.MULTILINE)
_ATTACHMENT = re.compile(r"\[attachment: [^\]]*\]")
_LINK = re.compile(r"https?://\S+")

# A closed list, on purpose: anything longer or less clear is not a yes (E10). One line a language of the
# notices; the last two of each are the labels of the buttons that mean yes (texts.labels.YES).
YES = frozenset({
    "yes", "yes please", "yes end it", "yes end the chat", "yes end this chat", "yep", "yeah", "y",
    "yes do it", "please do", "end it", "end the chat", "end this chat", "confirm",
    "end chat", "stop answering me",
    "sí", "si", "sí por favor", "si por favor", "sí finalizar", "finalizar chat", "dejar de responderme",
    "ja", "ja bitte", "ja beenden", "chat beenden", "mir nicht mehr antworten",
    "oui", "oui s il vous plaît", "oui s il te plaît", "oui terminer",
    "terminer la discussion", "ne plus me répondre",
    "sim", "sim por favor", "sim encerrar", "encerrar chat", "parar de me responder",
    "はい", "はい お願いします", "はいお願いします", "チャットを終了する", "応答をやめてもらう",
    "tak", "tak proszę", "tak zakończ", "zakończ czat", "nie odpowiadaj mi już",
    "evet", "evet lütfen", "evet bitir", "sohbeti bitir", "bana yanıt vermeyi bırak",
    "نعم", "نعم من فضلك", "نعم إنهاء", "إنهاء المحادثة", "التوقف عن الرد عليّ",
    "हाँ", "हां", "जी हाँ", "जी हां", "हाँ कृपया", "चैट समाप्त करें", "मुझे जवाब देना बंद करें",
    "да",
})  # fmt: skip


# The same words as `/end`, also a closed list (E12): this chat, or the chat, and what shall become of it.
ENDS = frozenset({
    "end this chat", "end the chat", "end this conversation", "end the conversation",
    "finaliza este chat", "finalice este chat", "finalizar este chat", "finalizar el chat",
    "diesen chat beenden", "beende diesen chat", "beenden sie diesen chat", "den chat beenden",
    "termine cette discussion", "terminez cette discussion", "terminer cette discussion",
    "terminer la discussion",
    "encerre este chat", "encerrar este chat", "encerrar o chat",
    "このチャットを終了して", "このチャットを終了してください", "このチャットを終了する",
    "zakończ ten czat", "zakończyć ten czat",
    "bu sohbeti bitir", "bu sohbeti bitirin",
    "أنه هذه المحادثة", "أنهِ هذه المحادثة", "إنهاء هذه المحادثة", "إنهاء المحادثة",
    "यह चैट समाप्त करें", "इस चैट को समाप्त करें",
})  # fmt: skip
# Nothing but an apology: it clears a warning (E6). Closed as well: "sorry, but you ..." is none.
SORRY = frozenset({
    "sorry", "i am sorry", "i m sorry", "i m so sorry", "i am so sorry", "sorry about that", "sorry for that",
    "i apologise", "i apologize", "my apologies", "my bad", "sorry i ll stop", "sorry i will stop",
    "perdón", "perdon", "lo siento", "lo siento mucho", "disculpa", "disculpe", "perdona", "me disculpo",
    "tut mir leid", "es tut mir leid", "entschuldigung", "entschuldige", "entschuldigen sie", "verzeihung",
    "pardon", "désolé", "désolée", "je suis désolé", "je suis désolée", "excuse moi", "excusez moi",
    "je m excuse",
    "desculpa", "desculpe", "me desculpe", "me desculpa", "peço desculpa", "peço desculpas", "sinto muito",
    "ごめん", "ごめんなさい", "ごめんね", "すみません", "すみませんでした", "申し訳ありません",
    "申し訳ございません",
    "przepraszam", "bardzo przepraszam", "przykro mi", "wybacz", "sorki",
    "özür dilerim", "üzgünüm", "çok üzgünüm", "kusura bakma", "kusura bakmayın",
    "آسف", "أنا آسف", "آسفة", "أنا آسفة", "أعتذر", "عذرا", "عذرًا", "المعذرة",
    "माफ़ करें", "माफ़ कीजिए", "माफ़ करो", "मुझे माफ़ करें", "मुझे माफ़ कीजिए", "मुझे खेद है", "सॉरी", "क्षमा करें",
})  # fmt: skip
_PLEASE = (
    "please", "por favor", "bitte", "s il vous plaît", "s il te plaît", "proszę", "lütfen", "من فضلك", "कृपया",
)  # fmt: skip


def own(text: str) -> str:
    """What the person says in their own words: no quotes, code, links or files (E11)."""
    for pattern in (_FENCE, _QUOTE, _ATTACHMENT, _LINK):
        text = pattern.sub(" ", text)
    return " ".join(text.split())


def is_yes(text: str) -> bool:
    """Whether a message is nothing but a clear yes."""
    if own(text) != " ".join(text.split()) or "?" in text:
        return False
    return _letters(text) in YES


def is_apology(text: str) -> bool:
    """Whether a message is nothing but an apology, in the person's own words."""
    return own(text) == " ".join(text.split()) and _letters(text) in SORRY


def asks_to_end(text: str) -> bool:
    """Whether a mention is nothing but the words that mean `/end`, where commands cannot be typed (E12)."""
    words = _letters(own(text))
    for polite in _PLEASE:
        words = words.removeprefix(f"{polite} ").removesuffix(f" {polite}")
    return words in ENDS


def _letters(text: str) -> str:
    """The words alone: no marks, one space in between, all in small letters."""
    plain = unicodedata.normalize("NFC", text.casefold())
    return " ".join("".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in plain).split())


def title(text: str, limit: int = 80) -> str:
    """A thread's title from its first message: one line, no markup, no mentions, at most `limit`."""
    plain = re.sub(r"[`*_~|#>\[\]]|<[^>]*>|@(everyone|here)", " ", own(text) or text)
    plain = " ".join(plain.split())
    plain = "".join(c for c in plain if unicodedata.category(c)[0] != "C")
    if len(plain) <= limit:
        return plain or "Chat"
    return plain[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,.;:-") + "…"
