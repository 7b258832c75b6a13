"""What a platform's own list of commands says about each of them."""

from __future__ import annotations

from bot.texts.language import Sentence

chat = Sentence("Start a chat with me, in a thread of its own")
chat_message = Sentence("What you want to say first")
chat_private = Sentence("Only for you and me")
end = Sentence("End this chat (you are asked once more)")
new = Sentence("Start a fresh chat")
help_ = Sentence("What I can do, and when a chat ends")
privacy = Sentence("What I keep, and who sees it")
branch = Sentence("Branch from here")
reopen = Sentence("For moderators: reopen the ended chat of this thread")
ending = Sentence("For moderators: how chats may end on this server")
mode = Sentence("Whether I may warn, and end a chat by myself, on this server")
mode_mode = Sentence("off: never; shadow: only log what would happen; on: by the rules in /help")
release = Sentence("For moderators: take the crisis hold off the chat of this thread")
ended = Sentence("Your last ended chat: start anew, branch, feedback, appeal")
