"""Why the playground refuses something, and what stands on its small pages."""

from __future__ import annotations

from bot.texts.language import Sentence
from bot.texts.playground import PAGE

# The pages that are one thought.
sign_in_title = Sentence("Sign in to {assistant}")
sign_in = Sentence("Sign in")
sign_in_why = Sentence("This playground can be reached from other machines, so it asks for its password.")
password = Sentence("Password")
wrong_password = Sentence("This is not the password. Please try again.")
too_many_tries = Sentence("Too many tries. Please wait {seconds} seconds, then try again.")
running_title = Sentence("{assistant} is running")
playground_off = Sentence(
    "The playground is off. To use {assistant} in the browser, set this in the configuration and start again:"
)
connections = Sentence("How the connections are:")
that_did_not_work = Sentence("That did not work")
there_is_nothing = Sentence("There is nothing here")
no_such_address = Sentence("This address does not exist.")
back_to_the_start = Sentence("Back to the start")

# Kept with a thread or a message, in the language of whoever it belongs to.
started = Sentence("started a new chat")
deleted_message = Sentence("Deleted message")
untitled = PAGE["new_chat"]

# Why something is refused.
no_such_place = PAGE["no_such_place"]
tried_again = Sentence("This did not work just now. It will be tried again.")
already_done = Sentence("This is already done: the button is no longer in use.")
too_long = PAGE["too_long"]
appeal_needs_words = PAGE["needs_reason"]
moderators_channel = Sentence("Nobody is answered here: this channel tells moderators what happened.")
no_thread = Sentence("This thread does not exist.")
message_stays = Sentence("This chat has ended, so this message stays as it is.")
message_answered = Sentence(
    "This message is being answered already, so it stays as it is. You can branch from it instead."
)
not_your_message = Sentence("This is not a message of yours, or it is gone already.")
only_in_a_thread = Sentence("This works in a thread, not in a channel.")
from_another_site = Sentence("This request came from another site, so nothing was done.")
out_of_date = Sentence("This page is out of date. Reload it, and try again.")
too_much = Sentence("This is more than can be sent at once. Shorten it or send it in parts.")
ended_nothing_sent = Sentence("This chat has ended, so nothing was sent. Start a new chat to go on.")
empty_message = PAGE["needs_message"]
