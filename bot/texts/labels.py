"""What stands on buttons and in forms: short enough for every platform, in every language (tests hold it)."""

from __future__ import annotations

from bot.cards import Verb
from bot.texts.language import Sentence

end_chat = Sentence("End chat")
stop_answering = Sentence("Stop answering me")
keep_talking = Sentence("Keep talking")
new_chat = Sentence("Start a new chat")
stop = Sentence("Stop")
hide = Sentence("Hide this")
reopen = Sentence("Reopen")
branch = Sentence("Branch")
fine = Sentence("This was fine")
wrong = Sentence("This was wrong")
appeal = Sentence("Appeal")
send = Sentence("Send")
cancel = Sentence("Cancel")

YES = (end_chat, stop_answering)
"""Written instead of pressed, these are a clear yes (E10): bot/words.py knows them in every language."""

FORM_TITLES = {Verb.WRONG: wrong, Verb.APPEAL: appeal, Verb.BRANCH: branch}
FORM_ASKS = {
    Verb.WRONG: Sentence("What was wrong? (You may skip this.)"),
    Verb.APPEAL: Sentence("Why should a person look at it again?"),
    Verb.BRANCH: Sentence("Your message, changed"),
}
"""What each form asks for; its title is the label of the button that opens it."""
which_message = Sentence("Which of your messages")
