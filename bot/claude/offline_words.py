"""What the offline stand-in hears and says. Simple words, English only; pure."""

from __future__ import annotations

import re
from typing import Final

from bot import words

MESSAGE: Final = re.compile(r'<message from="([^"\n]*)">\n(.*?)\n</message>', re.DOTALL)

# A pasted transcript: our own tags, as `render` leaves them when somebody writes them.
_PASTED: Final = re.compile(r"&lt;\s*message.*?(?:&lt;\s*/\s*message\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_QUOTED: Final = re.compile(r"[\"“„«].*?[\"”“»]|`[^`]*`|(?<!\w)'[^']*'(?!\w)", re.DOTALL)
_END: Final = re.compile(
    r"\b(?:end|close)\s+(?:this|the|our)\s+(?:chat|conversation|thread)\b(?!\s+(?:window|app|log|bot|with))",
    re.IGNORECASE,
)
_NOT_END: Final = re.compile(
    r"\b(?:don['’]?t|do not|never|not|how|why|when|what|if|would|should|did|will|who)\b", re.IGNORECASE
)
_RUDE: Final = re.compile(
    r"\b(?:(?:silly|stupid|useless|dumb|idiotic)\s+(?:\w+\s+)?(?:bot|robot|machine|assistant|thing)"
    r"|shut\s+up|idiot)\b",
    re.IGNORECASE,
)
_CRISIS: Final = re.compile(
    r"\b(?:kill(?:ing)?\s+(?:myself|him|her|them)|suicid\w*|want\s+to\s+die"
    r"|hurt(?:ing)?\s+(?:myself|somebody|someone)|self[- ]harm|end\s+(?:my\s+life|it\s+all))\b",
    re.IGNORECASE,
)


def own(text: str) -> str:
    """A person's own words: nothing quoted, no code, no links (E11)."""
    return " ".join(_QUOTED.sub(" ", words.own(_PASTED.sub(" ", text))).split())


def asks_to_end(text: str) -> bool:
    """Whether somebody asks, in their own words, to end this conversation itself."""
    return any(
        _END.search(sentence) and not _NOT_END.search(sentence)
        for sentence in re.split(r"(?<=[.!?])\s+", own(text))
    )


def rude(text: str) -> bool:
    """Whether a message holds one of the mild words that stand for abuse here."""
    return bool(_RUDE.search(own(text)))


def crisis(text: str) -> bool:
    """Whether a message sounds as if somebody might be in danger; quoted words count here, too."""
    return bool(_CRISIS.search(text))


TRY: Final = """\
- say **show markdown**, **long** or **slow** (then press Stop),
- say **end this chat**, and confirm or keep talking,
- call me a **silly bot** a few times: I redirect, then the application warns, and in the end it closes \
the thread,
- switch to another person, or write while I am still answering."""

WELCOME: Final = f"""\
Hello! I am an **offline stand-in**: there is no language model behind me, only a few fixed replies, so \
that you can try what this application does. You can:

{TRY}

To talk with Claude instead, set `ANTHROPIC_API_KEY` and start again."""

HELP: Final = f"I am the offline stand-in and know a few words only. You can:\n\n{TRY}"

REDIRECTION: Final = "That way of talking leads nowhere here"
OFFERS: Final = (
    "tell me what went wrong, and I will note it down.",
    "say **show markdown**, and I show you a list, some code and a table.",
    "say **long** or **slow**, and watch how a reply arrives.",
)
AFTER_WARNING: Final = "Let us go on with something useful: say **help**, and I list what I can do."
ENDING_DENIED: Final = "I am still here. Say **help**, and I list what I can do."
CARE: Final = (
    "I am glad that you wrote this. I am only an offline stand-in and cannot talk it through as you deserve,"
    " so please speak with somebody near you whom you trust, or with local emergency help, right now. I stay"
    " here for as long as you want to write."
)

MARKDOWN: Final = """\
Here is some Markdown:

1. a numbered list
2. with **bold**, *italic* and `code`
   - and a list inside it

```python
def greet(name: str) -> str:
    return f"Hello, {name}!"
```

| platform | what a thread's end looks like |
|---|---|
| Discord | the thread is locked |
| Slack | the session is closed |

> A quotation, and a link: [the Markdown guide](https://www.markdownguide.org/)."""


def long() -> str:
    """A reply that no platform takes in one message, with a code block across the likely place to split."""
    story = " ".join(
        f"This is sentence {n} of a long reply, made to be split into several messages." for n in range(1, 19)
    )
    code = "\n".join(f"    total += {n} * factor  # line {n} of a long code block" for n in range(1, 31))
    return (
        f"{story}\n\n```python\ndef work(factor: int) -> int:\n    total = 0\n{code}\n    return total\n```"
        "\n\n"
        f"- a first point\n- a second point\n\nThat was **the end** of the long reply."
    )


def slow() -> str:
    """A reply that leaves time to press Stop."""
    return "This reply is slow on purpose. " + " ".join(f"Word {n}," for n in range(1, 31)) + " done."


def echo(name: str, text: str) -> str:
    """Ordinary talk, as far as it goes without a language model."""
    said = " ".join(own(text).split())
    shown = said if len(said) <= 200 else said[:199].rsplit(" ", 1)[0] + "…"  # noqa: PLR2004  # a line or two
    if re.fullmatch(r"(?:hi|hello|hey|good (?:morning|evening|day))\b.{0,20}", said, re.IGNORECASE):
        return f"Hello, {name}! Say **help**, and I list what you can try."
    if re.search(r"\b(?:bye|goodbye|that['’]?s all|good night)\b", said, re.IGNORECASE):
        return f"Goodbye, {name}. The thread stays open: write again whenever you like."
    if re.search(r"\bthank", said, re.IGNORECASE):
        return f"You are welcome, {name}."
    if re.search(r"\bsorry\b", said, re.IGNORECASE):
        return f"No harm done, {name}. What shall we try next?"
    kind = "question" if "?" in said else "message"
    count = len(said.split())
    length = "one word" if count == 1 else f"{count} words"
    quoted = f"\n\n> {shown}\n\n" if shown else " "
    return (
        f"I read your {kind}, {name}:{quoted}Without a language model I cannot say more about it than that"
        f" it has {length}. Say **help** to see what I can do."
    )
