"""Single sentences: what stands for an answer, and what a person alone is told. Called with their readers."""

from __future__ import annotations

from bot.texts.language import Sentence

# In the place of an answer, or below what there is of it.
stopped = Sentence("*(stopped)*")
cut = Sentence("*(cut short: this answer reached its longest length)*")
refused = Sentence("I can't help with that one. You can put it another way, or ask me something else.")
no_model = Sentence(
    "I can't reach my language model right now. Your message is kept: write again in a moment."
)
not_shown = Sentence(
    "My answer was not let through here, perhaps by a word filter. Please ask in another way."
)
too_long = Sentence("That is more than I can read at once. Please send it in smaller parts.")
with_you = Sentence("I am here with you.")

# Presses and commands.
not_yours = Sentence("Only the person who was asked can answer this.")
too_late = Sentence("This question has lapsed. You can ask to end this chat again.")
nothing_changed = Sentence("Nothing has changed; we can keep talking.")
no_chat = Sentence("There is no chat of mine here. Mention me in a channel to start one.")
already_ended = Sentence("This conversation has already ended.")
staying = Sentence("I am staying here with you. These people can help right now.")
unknown_conversation = Sentence("This conversation is no longer known.")
opens_a_form = Sentence("This control opens a form; please try again.")
not_asked = Sentence("I could not post the question just now. Please try again.")
please_confirm = Sentence("Please confirm in the thread.")
no_thread = Sentence("I could not open a thread here. A moderator can check my permissions.")
no_thread_now = Sentence("I could not open a thread just now. Please try again.")
new_chat_ready = Sentence("Here is your new chat.")
chat_with = Sentence("Chat with {name}")
moderators_only = Sentence("Only a moderator can do this.")
reopen_moderators_only = Sentence("Only a moderator can reopen a conversation.")
open_already = Sentence("This conversation is open already.")
reopened_now = Sentence("Reopened.")
no_hold = Sentence("There is no hold here.")
hold_off = Sentence("The hold is off.")
stop_not_yours = Sentence("Only the person who started this chat, or a moderator, can stop an answer.")
nothing_to_stop = Sentence("There is nothing to stop.")
stopped_now = Sentence("Stopped.")
hidden_now = Sentence("Hidden.")
hide_not_yours = Sentence("Only the person this is meant for, or a moderator, can hide it.")

# Modes (E22).
mode_moderators_only = Sentence("Only a moderator of the whole server or workspace can change that.")
mode_off_everywhere = Sentence("Kept, but the operator has switched endings off everywhere: they stay off.")
mode_off = Sentence("From the next message on I neither warn nor end a conversation by myself here.")
mode_shadow = Sentence("From the next message on what I would do is judged and logged, and nothing happens.")
mode_on = Sentence("From the next message on I may warn, and end a conversation, by the rules in my help.")
mode_now = Sentence("Warnings and endings here: {mode}.")

# Branches, feedback, appeals.
branched = Sentence("Here is your branch: it goes on from your edited message.")
branch_needs_text = Sentence("Please write the message to go on from, at most {longest} characters.")
branch_not_yours = Sentence("You can only branch from a message of your own that is still there.")
not_concerned = Sentence(
    "Only somebody who took part in this conversation can say something about its ending."
)
thanks = Sentence("Thank you. Your feedback is kept and shown to the moderators.")
nothing_to_appeal = Sentence("This conversation is open; there is nothing to appeal.")
appeal_too_late = Sentence(
    "This ending is more than 180 days old and can no longer be appealed. You can start a new chat."
)
appeal_open = Sentence("Your appeal is already with the moderators; a person will decide it.")
appeal_kept = Sentence("Your appeal is kept and was passed on to the moderators. A person will decide it.")
your_words = Sentence("So that it is not lost, this is what you wrote:")
words_cut = Sentence("Only its first {most} characters were kept.")
words_fit = Sentence("Only the first {most} characters fit here.")
nothing_ended = Sentence("You have no ended chat here.")

# What the platforms' own controls and commands say.
sorry = Sentence("That did not work just now. Please try again in a moment.")
old_control = Sentence("This button is from another time and does nothing any more.")
unknown_command = Sentence("I do not know that command. `/adieu help` says what I can do.")
thread_impossible = Sentence("I cannot open a thread here. Try a text channel, or write to me directly.")
on_its_way = Sentence("I am on it: your chat opens in this channel in a moment.")
private_on_its_way = Sentence("I am on it: a private thread with you opens in a moment.")
on_it = Sentence("I am on it.")
arrived_already = Sentence("That one has arrived already.")
nothing_to_end = Sentence(
    "There is no chat to end here. Open the thread that you want to end, and write `/end` there."
)
started_a_chat = Sentence("{name} started a chat")
reminder = Sentence(
    "This chat has ended: I no longer read messages here. A new message to me elsewhere starts a new one."
)
