"""What the adapter itself says on Slack: help, privacy, greeting. Fixed wording."""

from __future__ import annotations

HELP = """\
**Talk with me:** mention me in a channel and I answer in a thread, or write to me in my Messages tab: every \
message there starts a chat of its own.
**In a thread** just keep writing. Others can join by mentioning me.
**End** a chat with the message shortcut *End this chat*, or mention me with the words "end this chat". It \
is permanent for that thread; nothing is deleted.
**Start afresh** at any time: mention me again, or use `/adieu new`.
**What is kept:** `/adieu privacy`.
I can be wrong: check what matters. In rare cases of lasting abuse I may end a conversation, never without a \
warning first."""

PRIVACY = """\
**What I keep:** the messages written to me, my answers, and who wrote them, so that we can go on where we \
were.
**Who else sees it:** the text of a conversation goes to the language model that writes the answers \
(Anthropic's Claude, unless the operator has set another). Nobody is profiled, nothing is sold, and I train \
nothing with it.
**Deleting:** when you delete a message here, I forget its text too. When the app is removed from the \
workspace, everything from it is deleted. For everything else ask whoever runs this app."""

NOTHING_OF_YOURS = "You can branch from your own messages in a chat with me, and this is none of them."
NOT_HERE = "I do not know that command. `/adieu help` says what I can do."
OLD = "This button is from another time and does nothing any more."
GREETING = "Hello, I am {name}. What shall we talk about?"

WHAT_I_AM = (
    "I am an assistant built on a language model. Mention me in a channel, or write to me in the *Messages*"
    " tab: every message there starts a chat of its own."
)
WHAT_ENDING_MEANS = (
    "A chat can end: because you asked for it and confirmed, or, rarely, because abuse went on after a"
    " warning. An ended chat stays readable, nothing is deleted, nobody is banned, and you can start a new"
    " one at once."
)
