"""Longer texts: what /help and /privacy say, by platform. In plain words, on one screen."""

from __future__ import annotations

from bot.texts.language import Reader, Sentence, Translator, translator
from bot.types import Mode, Reason

_IN_A_THREAD = Sentence("**In a thread** just keep writing. Others can join by mentioning me.")
_USE = {
    "discord": (
        Sentence(
            "**Talk with me:** mention me in a channel and I answer in a thread of its own, use `/chat`, or"
            " write to me directly."
        ),
        _IN_A_THREAD,
        Sentence("**Stop** an answer with the button below it."),
        Sentence("**Start afresh** at any time with `/new` or `/chat`."),
    ),
    "slack": (
        Sentence(
            "**Talk with me:** mention me in a channel and I answer in a thread, or write to me in my"
            " Messages tab: every message there starts a chat of its own."
        ),
        _IN_A_THREAD,
        Sentence("**Start afresh** at any time: mention me again, or use `/adieu new`."),
        Sentence("**What is kept:** `/adieu privacy`."),
    ),
    "web": (
        Sentence("**Write in a channel:** your message opens a thread, and the answer comes there."),
        Sentence(
            "**Write in a thread** that you started: every message is answered. In somebody else's, mention"
            " the assistant."
        ),
        Sentence("**Stop** an answer with the button below it."),
        Sentence(
            "**Start afresh:** `/new` starts a new chat in this channel; `/new` with words after it asks at"
            " once."
        ),
        Sentence(
            "**Speak as somebody else** with the switch at the foot of the list. Mo is a moderator and sees"
            " #moderators."
        ),
    ),
}
_CAN_BE_WRONG = Sentence("I can be wrong: check what matters.")

_WHEN = Sentence("**When a chat ends.** These are the only reasons:")
_REASONS = {
    Reason.USER_REQUEST: Sentence("You asked for it, with `/end` or in words, and confirmed it."),
    Reason.ABUSE: Sentence("Rarely: abuse went on after several other offers and a warning."),
    Reason.EXTREME_HARM: Sentence(
        "Rarely: requests for extreme harm (sexual content involving minors, mass violence) went on after"
        " refusals and a warning."
    ),
    Reason.MODERATOR: Sentence("A moderator closed the thread."),
}
_BY_SHORTCUT = Sentence("You asked for it, with the shortcut “End this chat” or in words, and confirmed it.")
_SEEN = Sentence(
    "**What you see:** a notice that says why. Nothing is deleted, nobody is banned, and you can start a new"
    " chat at once."
)
_APPEAL = Sentence("**Appeal** with the button beside the notice, within 180 days. A person decides.")
_SWITCH = {
    "discord": Sentence(
        "**Switching it off:** a moderator of the server with `/ending mode`, or whoever runs this bot,"
        " chooses whether I may end a chat by myself."
    ),
    "slack": Sentence(
        "**Switching it off:** an admin of the workspace with `/adieu mode`, or whoever runs this app,"
        " chooses whether I may end a chat by myself."
    ),
    "web": Sentence(
        "**Switching it off:** a moderator with the shield at the top of the page, or whoever runs this app,"
        " chooses whether I may end a chat by myself."
    ),
}
_MODES = {
    Mode.ON: Sentence("`on`: yes, for these reasons."),
    Mode.SHADOW: Sentence("`shadow`: no, it is only noted what would have happened."),
    Mode.OFF: Sentence("`off`: no. You can still end a chat yourself."),
}

_PRIVACY = (
    Sentence(
        "**What I keep:** the messages written to me, my answers, and who wrote them, so that we can go on"
        " where we were."
    ),
    Sentence(
        "**Who else sees it:** the text of a conversation goes to the language model that writes the answers"
        " (Anthropic's Claude, unless the operator has set another). Nobody is profiled, nothing is sold, and"
        " I train nothing with it."
    ),
)
_DELETING = {
    "discord": Sentence(
        "**Deleting:** when you delete a message here, I forget its text too. A week after I was removed from"
        " a server, everything from it is deleted. For everything else ask whoever runs this bot."
    ),
    "web": Sentence(
        "**Deleting:** when you delete a message here, I forget its text too. For everything else ask whoever"
        " runs this bot."
    ),
    "slack": Sentence(
        "**Deleting:** when you delete a message here, I forget its text too. When the app is removed from"
        " the workspace, everything from it is deleted. For everything else ask whoever runs this app."
    ),
}

# Slack's App Home.
greeting = Sentence("Hello, I am {name}. What shall we talk about?")
what_i_am = Sentence(
    "I am an assistant built on a language model. Mention me in a channel, or write to me in the *Messages*"
    " tab: every message there starts a chat of its own."
)
PROMPTS = (
    (Sentence("Explain something"), Sentence("Explain to me, simply:")),
    (Sentence("Improve a text"), Sentence("Make this text clearer and shorter:")),
    (Sentence("Think it through"), Sentence("Help me weigh up a decision:")),
    (Sentence("What can you do?"), Sentence("What can you help me with, and what happens when a chat ends?")),
)
"""Suggested first messages: a short title each, and what it writes."""
what_ending_means_title = Sentence("What ending means")
what_ending_means = Sentence(
    "A chat can end: because you asked for it and confirmed, or, rarely, because abuse went on after a"
    " warning. An ended chat stays readable, nothing is deleted, nobody is banned, and you can start a new"
    " one at once."
)
open_chats = Sentence("My open chats")
ended_chats = Sentence("My ended chats")
none_now = Sentence("None at the moment.")
privacy_title = Sentence("Privacy")
nothing_of_yours = Sentence(
    "You can branch from your own messages in a chat with me, and this is none of them."
)


def help_text(platform: str, *readers: Reader, held: bool = False) -> str:
    """What one can do here, and all about endings; under a crisis hold no word about the latter (E16)."""
    say = translator(*readers)
    use = [say(line.english) for line in _USE[platform]]
    ending = [] if held else ["", *_about_ending(say, platform)]
    return "\n".join([*use, *ending, "", say(_CAN_BE_WRONG.english)])


def _about_ending(say: Translator, platform: str) -> list[str]:
    reasons = _REASONS | ({Reason.USER_REQUEST: _BY_SHORTCUT} if platform == "slack" else {})
    return [
        say(_WHEN.english),
        *(f"- {say(reasons[reason].english)}" for reason in Reason),
        "",
        say(_SEEN.english),
        say(_APPEAL.english),
        say(_SWITCH[platform].english),
        *(f"- {say(_MODES[mode].english)}" for mode in reversed(Mode)),
    ]


def privacy_text(platform: str, *readers: Reader) -> str:
    """What is kept, who sees it, and how it is deleted."""
    say = translator(*readers)
    return "\n".join(say(line.english) for line in (*_PRIVACY, _DELETING[platform]))
