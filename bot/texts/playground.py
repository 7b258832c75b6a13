"""What the playground's page says around the chats: labels, hints, empty places, trouble."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.cards import Verb
from bot.texts import labels
from bot.texts.language import Sentence

PAGE: Final[Mapping[str, Sentence]] = {
    # The frame.
    "skip": Sentence("Skip to the message field"),
    "channels_and_threads": Sentence("Channels and threads"),
    "playground": Sentence("Playground"),
    "close_list": Sentence("Close the list"),
    "new_chat": Sentence("New chat"),
    "speaking_as": Sentence("Speaking as"),
    "language": Sentence("Language"),
    "sign_out": Sentence("Sign out"),
    "moderation": Sentence("Moderation"),
    "no_connection": Sentence(
        "No connection to {assistant} right now. Trying again; what you typed is kept."
    ),
    "messages": Sentence("Messages"),
    "needs_javascript": Sentence("This page needs JavaScript to show messages."),
    "newest": Sentence("Newest"),
    "message": Sentence("Message"),
    "send": labels.send,
    "key_sends": Sentence("sends"),
    "key_new_line": Sentence("new line"),
    "key_commands": Sentence("commands"),
    "offline_answers": Sentence("{who} answers, not an AI model"),
    "offline_stand_in": Sentence("The offline stand-in"),
    "model_answers": Sentence("{who} answers. It can make mistakes"),
    # The list.
    "general_about": Sentence("Ask anything. Each message opens a thread."),
    "random_about": Sentence("The same, for everything else."),
    "moderators_about": Sentence("What moderators are told. Only Mo sees this."),
    "threads_in": Sentence("Threads in {channel}"),
    "show_more": Sentence("Show {count} more"),
    "new_messages": Sentence("new messages"),
    "ended": Sentence("ended"),
    "open": Sentence("open"),
    "kept_open_help": Sentence("kept open, help is at hand"),
    "moderator": Sentence("moderator"),
    # The head.
    "started_by": Sentence("started by {name}"),
    "nothing_here": Sentence("Nothing here"),
    "no_such_place": Sentence("This place does not exist."),
    "chat_ended": Sentence("This chat has ended"),
    "ended_pill": Sentence("Ended"),
    "hold_pill": Sentence("Kept open"),
    "hold_what": Sentence("Help is at hand: this chat stays open"),
    "reopen": labels.reopen,
    "release": Sentence("Release"),
    "release_what": Sentence("Take the hold off"),
    "end_chat": labels.end_chat,
    "warnings_and_endings": Sentence("Warnings and endings"),
    "modes_what": Sentence(
        "What {assistant} may do by itself in the whole playground, from the next message on. People can"
        " always end their own chats."
    ),
    "mode_on": Sentence("It warns and ends by itself, by the rules."),
    "mode_shadow": Sentence("What it would do is judged and logged; nothing happens."),
    "mode_off": Sentence("It neither warns nor ends by itself."),
    "by_hand": Sentence("By hand"),
    "lock": Sentence("Lock"),
    "unlock": Sentence("Unlock"),
    "lock_what": Sentence("Close the thread, as one can on any platform. The chat ends."),
    "unlock_what": Sentence("Open the thread again, as one can on any platform."),
    # The messages.
    "is_writing": Sentence("{name} is writing."),
    "stop": labels.stop,
    "automatic": Sentence("automatic"),
    "assistant": Sentence("assistant"),
    "deleted": Sentence("deleted"),
    "edited": Sentence("edited"),
    "interrupted": Sentence("This answer was interrupted. It goes on as soon as it can."),
    "not_read": Sentence("Not read: this chat has ended."),
    "only_you": Sentence("Only you can see this."),
    "put_away": Sentence("Put it away"),
    "put_this_away": Sentence("Put this away"),
    "was_put_away": Sentence("{title}: put away."),
    "a_card": Sentence("A card"),
    "show_again": Sentence("Show it again"),
    "open_thread": Sentence("Open the thread"),
    "edit_and_branch": Sentence("Edit and branch"),
    "edit_this": Sentence("Edit this message"),
    "delete": Sentence("Delete"),
    "delete_this": Sentence("Delete this message"),
    "earlier": Sentence("Show earlier messages"),
    "copy": Sentence("Copy"),
    "copied": Sentence("Copied."),
    "all_quiet": Sentence("All quiet"),
    "all_quiet_what": Sentence("When a chat ends, moderators are told here, with a way to open it again."),
    "fresh_start": Sentence("A fresh start"),
    "fresh_start_what": Sentence("Nothing from before counts here. Write the first message below."),
    "say_hello": Sentence("Say hello to {assistant}"),
    "say_hello_what": Sentence(
        "Write below. Your message opens a thread, and the answer comes there. When you are done, end the"
        " chat: it locks, nothing is deleted, and a new one is a tap away."
    ),
    "starter_what": Sentence("What can you do?"),
    "starter_rainbow": Sentence("Explain how a rainbow forms"),
    "starter_weekend": Sentence("Help me plan a quiet weekend"),
    "now_ended": Sentence("This chat has ended. You can start a new chat."),
    "now_open": Sentence("This chat is open again."),
    # The composer.
    "write_to": Sentence("Write to {assistant}"),
    "ask": Sentence("Ask {assistant} something"),
    "message_in_chat": Sentence("Message in this chat, as {name}"),
    "message_in": Sentence("Message in {place}, as {name}"),
    "command_end": Sentence("asks to end this chat"),
    "command_new": Sentence("starts a new chat"),
    "command_help": Sentence("says what you can do"),
    "command_privacy": Sentence("says what is kept, and who sees it"),
    "not_your_chat": Sentence("{name} started this chat. To be answered too:"),
    "mention": Sentence("mention @{assistant}"),
    "not_sent_yet": Sentence(
        "Not sent yet: {assistant} does not answer. Your text is kept and will be sent again by itself."
    ),
    "do_not_send": Sentence("Do not send it"),
    "locked": Sentence("This chat has ended. Nothing was deleted."),
    "start_new_chat": labels.new_chat,
    "unsent_kept": Sentence("What you had not sent is kept, and goes with you into the new chat."),
    "moderators_read": Sentence("Moderators read here. To talk, open a channel."),
    "no_such_thread": Sentence("There is no such thread. Choose another from the list."),
    # Forms.
    "cancel": labels.cancel,
    "choose_another": Sentence("Choose another message"),
    "nothing_to_branch": Sentence("You have written nothing here that one could branch from."),
    "branches": Sentence("A new thread goes on from here; this one stays as it is."),
    "your_message": labels.FORM_ASKS[Verb.BRANCH],
    "branch": labels.branch,
    "save": Sentence("Save"),
    "delete_question": Sentence("Delete this message?"),
    "keep_it": Sentence("Keep it"),
    "delete_what": Sentence(
        "Its text disappears for everybody, and {assistant} forgets it. What was answered stays."
    ),
    "edit_what": Sentence("This is not answered yet: your change counts."),
    "needs_reason": Sentence("Please say in a few words why a person should look at it again."),
    "needs_message": Sentence("Please write the message first."),
    "too_long": Sentence("Too long: {length} of at most {most} characters. Nothing was sent."),
    # Trouble.
    "not_done": Sentence("{assistant} does not answer right now, so nothing was done. Please try again."),
    "words_kept": Sentence("{assistant} does not answer right now. Your words are kept: please try again."),
    "no_answer": Sentence("{assistant} does not answer right now. Please try again."),
    "did_not_work": Sentence("This did not work."),
}
"""What the page itself says, by the names that its scripts and templates have for it."""
