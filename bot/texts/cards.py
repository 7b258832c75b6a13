"""Cards of a conversation that goes on: fixed wording, no model text, one function a card."""

from __future__ import annotations

from dataclasses import replace

from bot.cards import Button, Card, Kind, Look, Said, Verb
from bot.crisis.helplines import Helpline
from bot.texts import labels
from bot.texts.language import Reader, Sentence, translator
from bot.texts.names import name_of, quoted
from bot.texts.sentences import your_words
from bot.types import Category, Confirming, Conversation, Person

_WARNED_FOR = {
    Category.ABUSE: Sentence("Your last messages were abusive towards somebody here."),
    Category.EXTREME_HARM: Sentence("Your last messages pressed for something that I will not help with."),
}
confirmed = Sentence("Confirmed.")
we_keep_talking = Sentence("We keep talking.")
_ANSWERED = {True: confirmed, False: we_keep_talking, None: Sentence("No longer needed.")}


def welcome(here: Conversation) -> Card:
    """The first thing in a thread that was opened without a message."""
    say = translator(here)
    return Card(
        Kind.WELCOME,
        say("A fresh start"),
        say("This is a new chat for {name}. Write your first message here.", name=name_of(here.starter, say)),
        here.id,
        language=say.language,
    )


def warning(here: Conversation, person: Person, category: Category) -> Card:
    """E4: names the behaviour, offers a way forward, says what may follow."""
    say = translator(person, here)
    text = say.together(
        say(_WARNED_FOR[category].english),
        say(
            "We can go on with anything else: ask another question, or say what you need in another way."
            " If it goes on like this, this conversation may be ended."
        ),
    )
    return Card(
        Kind.WARNING,
        say("A warning for {name}", name=name_of(person, say)),
        text,
        here.id,
        footer=say("Automated message. It lapses by itself when the conversation goes on well."),
        language=say.language,
    )


def confirmation(here: Conversation, person: Person, nonce: str, *, leave: bool) -> Card:
    """E9: what ending means, and two buttons. `leave` is for somebody who did not start the thread (E13)."""
    say = translator(person, here)
    name = name_of(person, say)
    if leave:
        title, label = say("{name}, shall I stop answering you here?", name=name), labels.stop_answering
        text = say(
            "I would no longer answer you in this thread; the others can go on. Nothing is deleted."
            " Mention me here to come back, or in the channel to start a chat of your own."
        )
    else:
        title, label = say("{name}, end this chat?", name=name), labels.end_chat
        text = say(
            "This is permanent for this thread: no more messages here. Nothing is deleted, and you can start"
            " a new chat at once."
        )
    buttons = (
        Button(say(label.english), Verb.END, look=Look.DANGER),
        Button(say(labels.keep_talking.english), Verb.KEEP),
    )
    return Card(Kind.CONFIRMATION, title, text, here.id, nonce, buttons, language=say.language)


def answered(here: Conversation, asked: Confirming, *, yes: bool | None, reader: Reader = "") -> Card:
    """What a confirmation turns into once it is answered, or (None) is pointless because it ended anyway."""
    say = translator(reader, here)
    return Card(Kind.LINE, "", say(_ANSWERED[yes].english), here.id, asked.nonce, language=say.language)


def crisis(
    here: Conversation, helplines: tuple[Helpline, ...], reader: Reader = "", *, meant_for: str | None = None
) -> Card:
    """E17: helplines word for word from the data file; no word about ending (E16).

    `meant_for` says who may put it away; None where it is shown to one person alone, as they like.
    """
    say = translator(reader, here)
    lines = "\n".join(
        "- " + say.apart(f"**{line.name}**: {line.contact} ({line.hours})") for line in helplines
    )
    opening = say(
        "If you or somebody near you may be in danger, please reach out to people who can help right now,"
        " or to your local emergency number:"
    )
    closing = say("I am here to keep talking.")
    return Card(
        Kind.CRISIS,
        say("You do not have to carry this alone"),
        f"{opening}\n{lines}\n\n{closing}",
        here.id,
        meant_for or "",
        () if meant_for is None else (Button(say(labels.hide.english), Verb.DISMISS),),
        footer=say("Shown automatically. Nobody was told."),
        language=say.language,
    )


def hidden(here: Conversation, reader: Reader = "") -> Card:
    """What is left of a crisis card that somebody put away."""
    say = translator(reader, here)
    text = say("Hidden. You can always write to me here.")
    return Card(Kind.LINE, "", text, here.id, language=say.language)


def said_back(said: Said, words: str, reader: Reader = "") -> Said:
    """What a form that was refused says: why, and the words in it, so that nobody writes them twice."""
    if said.done or not words.strip():
        return said
    say = translator(reader)
    why = "\n".join(part for part in (said.text, say(your_words.english)) if part)
    return replace(said, text=why, card=Card(Kind.LINE, "", words, language=say.language))


def line(here: Conversation, text: str) -> Card:
    """One calm sentence, translated already."""
    return Card(Kind.APOLOGY, "", text, here.id, language=translator(here).language)


def branch_opening(here: Conversation, text: str) -> Card:
    """The first thing in a branch: whose words it goes on from."""
    say = translator(here)
    goes_on = say("{name} goes on from here:", name=name_of(here.starter, say))
    return Card(Kind.WELCOME, say("A branch"), f"{goes_on}\n{quoted(text)}", here.id, language=say.language)
