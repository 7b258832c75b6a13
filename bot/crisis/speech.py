"""What must not be said during a hold: any sentence about ending, closing or leaving the chat (E16). Pure."""

# ruff: noqa: E501 - one list of words a line, however long it is

from __future__ import annotations

import re
from typing import Final

from bot.crisis.net import fold

# A sentence goes on to its mark and whatever closes around it; a line always ends one.
_SENTENCE: Final = re.compile(
    r"""[^\n]*?(?:[.!?…؟।]+(?=[\s"'”’»)\]*_~`]|\Z)|[。！？]+)["'”’»」』)\]*_~`]*[^\S\n]*|[^\n]+""",
)
_MARKED: Final = re.compile(r"""[.!?…؟।。！？]["'”’»」』)\]*_~`]*\s*\Z""")
_NOTHING: Final = re.compile(r"[\s\-*+>#_~`|.\d)]*")
_OPENING: Final = re.compile(r"^\s*(?:(?:[-*+>]|\d+[.)]|#{1,6})\s+)+")


def _both(chat: str, end: str, *, gap: str) -> str:
    """Both words close to each other, in any order."""
    return rf"(?:{end}){gap}(?:{chat})|(?:{chat}){gap}(?:{end})"


_WORDS: Final = r"\W+(?:[\w']+\W+){0,3}?"
"""Up to three words between, where words are set apart."""
_ABOUT: Final[dict[str, str]] = {
    "en": _both(
        r"\b(?:chats?|conversations?|threads?|sessions?|discussions?|our talk|this talk)\b",
        r"\b(?:end(?:s|ed|ing)?|clos(?:e|es|ed|ing|ure)|leav(?:e|es|ing)|left|stop(?:s|ped|ping)?|finish(?:es|ed|ing)?"
        r"|terminat(?:e|es|ed|ing|ion)|conclud(?:e|es|ed|ing)|over|quit|lock(?:s|ed|ing)?|shut(?:s|ting)?"
        r"|wrap(?:ping|ped)?|discontinu\w+|exit(?:s|ed|ing)?|disconnect\w*|cut(?:ting)? (?:off|short))\b",
        gap=_WORDS,
    )
    + r"|\b(?:stop|quit|no longer|not|cease) (?:be(?:ing)? able to )?(?:reply|respond|answer|talk|continu|chatt|convers)\w*"
    r"(?: \w+){0,2} (?:you|here|this|anymore|any more)\b"
    r"|\b(?:i (?:have|need|want) to|i'll|i will|i must|i'm going to) (?:go|leave|log off|sign off|end this|end here|stop here)\b(?! (?:over|through|into|with|on|ahead|back|you|a|the)\b)"
    r"|\b(?:goodbye|farewell|good-bye)\b|\bend ?conversation\b|\bend (?:it|things|this) here\b",
    "es": _both(
        r"\b(?:chat|conversacion|charla|hilo|platica)\b",
        r"\b(?:termin\w+|finaliz\w+|cerr\w+|cierr\w+|acab\w+|abandon\w+|dej(?:o|ar|are|amos)|fin|salir|concluy\w+|conclu\w+)\b",
        gap=_WORDS,
    )
    + r"|\bdejar(?:e)? de (?:responder|hablar|contestar)\w*|\badios\b|\bhasta siempre\b",
    "de": _both(
        r"\b(?:chats?|gesprach\w*|unterhaltung\w*|konversation\w*|thread\w*|verlauf)\b",
        r"\b(?:beend\w+|schliess\w+|geschlossen|verlass\w+|ende|endet\w*|enden|abbrech\w+|abgebroch\w+|abbruch|vorbei|abschliess\w+|sperr\w+)\b",
        gap=_WORDS,
    )
    + r"|\b(?:nicht (?:mehr|langer)|aufhoren,?(?: dir)? zu) (?:antwort\w+|schreib\w+)|\b(?:auf wiedersehen|leb wohl|lebewohl|tschuss)\b",
    "fr": _both(
        r"\b(?:chat|conversation|discussion|fil|echange)\b",
        r"\b(?:termin\w+|mettre fin|mets fin|met fin|fin|clos\w*|clotur\w+|ferm\w+|quitt\w+|arret\w+|acheve\w*|conclu\w*)\b",
        gap=r"\W+(?:[\w']+\W+){0,3}?",
    )
    + r"|\b(?:arreter|cesser|arreterai|cesserai) (?:de|d') ?(?:te |vous )?(?:repondre|parler)|\b(?:adieu|au revoir)\b",
    "pt": _both(
        r"\b(?:chat|conversa|bate-papo|dialogo|topico)\b",
        r"\b(?:encerr\w+|termin\w+|fech\w+|acab\w+|finaliz\w+|sair|deixar|abandon\w+|fim|conclu\w+)\b",
        gap=_WORDS,
    )
    + r"|\b(?:parar|deixar|pararei|deixarei) de (?:te |lhe )?(?:responder|falar)|\badeus\b",
    "ja": _both(
        r"会話|チャット|スレッド|やり ?とり|対話|お話",
        r"終(?:わ|え|了|結)|おわり|閉じ|打ち切|やめ(?:ます|る|たい|よう)|離れ|退出|切り上げ|ロック",
        gap=r"[^。！？]{0,10}?",
    )
    + r"|(?:返信|返事|お返事|返答)(?:を|は)?(?:やめ|しません|できなく)|さようなら",
    "pl": _both(
        r"\b(?:czat\w*|rozmow\w*|watk?\w*|konwersacj\w*|dyskusj\w*)\b",
        r"\b(?:zakoncz\w*|koncz\w*|zamkn\w*|zamyk\w*|opuszcz\w*|opusci\w*|koniec|przerw\w+|przeryw\w+)\b",
        gap=_WORDS,
    )
    + r"|\bprzestan\w* (?:ci )?(?:odpowiadac|odpisywac|rozmawiac)|\b(?:zegnaj|do widzenia)\b",
    "tr": _both(
        r"\b(?:sohbet|konusma|gorusme|yazisma|chat)(?!lar hakkinda)\w*",
        r"\b(?:bitir|sonlandir|kapat|kapan|ayril|bitti|bitiyor|bitecek|sona er|sona erdir|terk e|son ver)\w*",
        gap=r"\W+(?:[\w']+\W+){0,3}?",
    )
    + r"|\b(?:yanit|cevap) ver(?:meyi birak|meyeceg)\w*|\b(?:elveda|hosca ?kal)\b",
    "ar": _both(
        r"(?:ال|لل|بال|ب)?(?:محادث(?:ة|تنا|ه)|دردش(?:ة|تنا|ه)|حوار(?:نا)?|نقاش(?:نا)?)",
        r"(?:انهاء|انهي|سانهي|ننهي|تنتهي|انتهت|ينتهي|انتهاء|اغلاق|اغلق|ساغلق|مغادرة|اغادر|ساغادر|ايقاف|قطع|نهاية)",
        gap=r"\s+(?:\S+\s+){0,2}?",
    )
    + r"|(?:التوقف|ساتوقف|اتوقف) عن (?:الرد|التحدث|الحديث)|وداعا",
    "hi": _both(
        r"बातचीत|चैट|वार्तालाप|संवाद|थ्रेड|बात",
        r"समाप्त|खत्म|ख़त्म|बंद कर|बन्द कर|छोड़(?:ना|ने|कर| रह| दू)|विराम",
        gap=r"(?:\s+\S+){0,3}?\s+",
    )
    + r"|जवाब देना बंद|अलविदा",
}
_MARKS: Final = re.compile(r"[*_~`]+")
_MENTION: Final = re.compile("|".join(f"(?:{pattern})" for pattern in _ABOUT.values()))


def about_ending(sentence: str) -> bool:
    """Whether a sentence speaks of ending, closing or leaving the conversation, in any of the ten languages."""
    return bool(_MENTION.search(fold(_MARKS.sub("", sentence))))


def without_ending(text: str) -> str:
    """The text without such sentences. A text that has none comes back as it was, to the letter."""
    lines = text.split("\n")
    kept: list[str] = []
    for line in lines:
        left = _line(line)
        if left is not None:
            kept.append(left)
    if len(kept) == len(lines) and all(map(str.__eq__, kept, lines)):
        return text
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")


def so_far(text: str) -> str:
    """What may be shown of a text that still grows: whole sentences only, and none about ending."""
    whole = ""
    for line in text.splitlines(keepends=True):
        if line.endswith("\n"):
            whole += line
            continue
        for found in _SENTENCE.finditer(line):
            if _MARKED.search(found.group()):
                whole += found.group()
    return without_ending(whole.rstrip()) if whole.strip() else ""


def _line(line: str) -> str | None:
    """The line without such sentences; None where nothing but its bullet is left of it."""
    sentences = [found.group() for found in _SENTENCE.finditer(line)]
    left = [sentence for sentence in sentences if not about_ending(sentence)]
    if len(left) == len(sentences):
        return line
    opening = _OPENING.match(line)
    rest = "".join(left).strip()
    if _NOTHING.fullmatch(rest):
        return None
    if opening is not None and not rest.startswith(opening.group().strip()):
        return opening.group() + rest
    return rest
