"""Cards about an ending: what people see of it, and what moderators are told."""

from __future__ import annotations

from bot.cards import BY_COMMAND, Button, Card, Kind, Look, Verb
from bot.texts import labels
from bot.texts.language import Sentence, Translator, translator
from bot.texts.names import name_of, quoted
from bot.types import Closing, Conversation, Ending, Person, Reason

_ENDED_FOR = {
    Reason.USER_REQUEST: Sentence("It was ended because {name} asked for it."),
    Reason.ABUSE: Sentence("It was ended because abusive messages went on after a warning."),
    Reason.EXTREME_HARM: Sentence("It was ended because requests for extreme harm went on after a warning."),
    Reason.MODERATOR: Sentence("A moderator closed this thread."),
}
_LEFT = {
    Reason.USER_REQUEST: Sentence(
        "I no longer answer {name} in this thread, as asked. Mention me here to come back."
    ),
    Reason.ABUSE: Sentence(
        "I no longer answer {name} in this thread: abusive messages went on after a warning."
        " Nobody was banned; {name} can start a new chat in the channel."
    ),
    Reason.EXTREME_HARM: Sentence(
        "I no longer answer {name} in this thread: requests for extreme harm went on after a warning."
        " Nobody was banned; {name} can start a new chat in the channel."
    ),
}
"""Moderators end a whole conversation, or nothing."""
_SAID = {
    "fine": Sentence("{name} finds the ending fine: “{title}”."),
    "wrong": Sentence("{name} finds the ending wrong: “{title}”."),
    "appeal": Sentence("{name} appeals: “{title}”."),
}


def beside(here: Conversation) -> Card:
    """E30: live controls in the channel, where they keep working."""
    say = translator(here)
    return Card(
        Kind.BESIDE,
        say("This chat has ended"),
        say(
            "“{title}” is closed; everything in it can still be read. {name} can start a new chat here at any"
            " time.",
            title=here.title,
            name=name_of(here.starter, say),
        ),
        here.id,
        "beside",
        _controls(say),
        language=say.language,
    )


def notice(here: Conversation, closing: Closing, person: Person) -> Card:
    """E28: what ended, why, what that means, and the way on."""
    say = translator(here)
    by_command = closing.beside == BY_COMMAND
    link = "" if by_command else closing.beside
    text = say.together(
        _why(say, closing.ending, person),
        say("Nothing was deleted and nobody was banned."),
        "" if by_command else _way_on(say, here),
        say(
            "Use /ended in a channel to start a new chat, to branch, to say whether this was right, or to"
            " appeal."
        )
        if by_command
        else say("Behind the button you can also branch, say whether this was right, or appeal.")
        if link
        else say("With the other buttons you can branch, say whether this was right, or appeal."),
        say("Your other chats are not affected."),
    )
    return Card(
        Kind.NOTICE,
        say("This conversation has ended"),
        text,
        here.id,
        f"e{closing.id}",
        () if by_command else (_new_chat(say, link),) if link else _controls(say),
        footer=say("Automated message · conversation {number}", number=here.id),
        language=say.language,
    )


def left(here: Conversation, ending: Ending, person: Person, closing: Closing) -> Card:
    """E7, E13: one person is out, the others go on."""
    say = translator(person, here)
    text = say(_LEFT[ending.reason].english, name=name_of(person, say))
    return Card(Kind.LINE, "", text, here.id, f"e{closing.id}", language=say.language)


def pointer(here: Conversation, person: Person | None = None) -> Card:
    """E32: where to start fresh."""
    say = translator(person or "", here)
    text = say.together(say("I no longer read messages here."), _way_on(say, here))
    title = say("This conversation has ended")
    return Card(Kind.POINTER, title, text, here.id, "pointer", (_new_chat(say),), language=say.language)


def reopened(here: Conversation, by: str) -> Card:
    """E36: one line saying who."""
    say = translator(here)
    text = (
        say("{name} opened this conversation again. We can go on.", name=name_of(Person("", by), say))
        if by
        else say("A moderator opened this conversation again. We can go on.")
    )
    return Card(Kind.LINE, "", text, here.id, language=say.language)


def moderators(here: Conversation, closing: Closing, person: Person, *, locale: str = "") -> Card:
    """What moderators read when a conversation has ended, in their workspace's language."""
    say = translator(locale)
    text = say.together(
        say("“{title}”, started by {name}.", title=here.title, name=name_of(here.starter, say)),
        _why(say, closing.ending, person),
        say("A warning had been shown before.") if closing.ending.warning else "",
        say("Not locked: {cause}.", cause=closing.degraded)
        if closing.degraded
        else say("The thread is locked."),
    )
    return Card(
        Kind.MODERATORS,
        say("Conversation {number} has ended", number=here.id),
        text,
        here.id,
        f"e{closing.id}",
        (Button(say(labels.reopen.english), Verb.REOPEN),),
        language=say.language,
    )


def breaker(here: Conversation, limit: int, *, locale: str = "") -> Card:
    """E23: told once, when the breaker trips."""
    say = translator(locale)
    return Card(
        Kind.MODERATORS,
        say("Endings for behaviour are paused"),
        say(
            "More than {limit} conversations were ended for behaviour within an hour. From now on such calls"
            " are only logged here (shadow mode), until a moderator or the operator changes the mode.",
            limit=limit,
        ),
        here.id,
        "breaker",
        language=say.language,
    )


def said_of_ending(here: Conversation, person: Person, kind: str, words: str, *, locale: str = "") -> Card:
    """What moderators read of feedback and appeals; `kind` is fine, wrong or appeal."""
    say = translator(locale)
    what = say(_SAID[kind].english, name=name_of(person, say), title=here.title)
    text = f"{what}\n{quoted(words)}".strip()
    title, buttons = say("Conversation {number}: feedback", number=here.id), ()
    if kind == "appeal":
        return Card(
            Kind.MODERATORS,
            say("Conversation {number}: appeal", number=here.id),
            text,
            here.id,
            f"f{here.id}",
            (Button(say(labels.reopen.english), Verb.REOPEN),),
            language=say.language,
        )
    return Card(Kind.MODERATORS, title, text, here.id, f"f{here.id}", buttons, language=say.language)


def _controls(say: Translator) -> tuple[Button, ...]:
    """The way on, and what one can do about an ending (E33-E35): one row, wherever live controls work."""
    return (
        _new_chat(say),
        Button(say(labels.branch.english), Verb.BRANCH),
        Button(say(labels.wrong.english), Verb.WRONG),
        Button(say(labels.fine.english), Verb.FINE),
        Button(say(labels.appeal.english), Verb.APPEAL),
    )


def _new_chat(say: Translator, url: str = "") -> Button:
    """The way on: a link to the live controls where there are any, else a live control."""
    label = say(labels.new_chat.english)
    return Button(label, url=url) if url else Button(label, Verb.NEW, look=Look.PRIMARY)


def _way_on(say: Translator, here: Conversation) -> str:
    """Where a fresh start is one step away: that depends on the platform, and on the kind of place."""
    match here.thread.platform:
        case "slack" if here.private:
            return say("Write in the Messages tab, or use the button: a new chat starts at once.")
        case "web":
            return say("Write in the channel, or use the button: a new chat starts at once.")
        case _ if here.thread.direct:
            return say("Use /new, or the button: a new chat starts at once.")
        case _:
            return say("Mention me in the channel, or use the button: a new chat starts at once.")


def _why(say: Translator, ending: Ending, person: Person) -> str:
    return say(_ENDED_FOR[ending.reason].english, name=name_of(person, say))
