"""The App Home: what the assistant is, what ending means, my chats, and privacy, in one's own language."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from adapters.slack.events import PLATFORM
from adapters.slack.inert import escaped
from bot.texts import Reader, pages, privacy_text
from bot.types import Conversation, State

_SECTION, _TITLE, _SHOWN = 2900, 80, 10


def view(name: str, chats: Iterable[tuple[Conversation, str]], reader: Reader = "") -> dict[str, Any]:
    """The view for one person; each chat comes with its link ("" where there is none)."""
    every = [(chat, link) for chat, link in chats if chat.state is not State.ERASED]
    living = [pair for pair in every if pair[0].state is State.ACTIVE]
    ended = [pair for pair in every if pair[0].state is not State.ACTIVE]
    blocks = [
        _header(name),
        _section(pages.what_i_am(reader)),
        _header(pages.what_ending_means_title(reader)),
        _section(pages.what_ending_means(reader)),
        {"type": "divider"},
        _header(pages.open_chats(reader)),
        _section(_list(living) or pages.none_now(reader)),
        _header(pages.ended_chats(reader)),
        _section(_list(ended) or pages.none_now(reader)),
        {"type": "divider"},
        _header(pages.privacy_title(reader)),
        _section(privacy_text(PLATFORM, reader).replace("**", "*")),
    ]
    return {"type": "home", "blocks": blocks}


async def links(chats: Iterable[Conversation], link: Any) -> list[tuple[Conversation, str]]:
    """The chats with their links, asked for side by side."""
    every = list(chats)[: 2 * _SHOWN]
    found = await asyncio.gather(*(link(chat.thread.workspace, chat.thread.key) for chat in every))
    return list(zip(every, found, strict=True))


def _list(chats: list[tuple[Conversation, str]]) -> str:
    return "\n".join(_line(chat, link) for chat, link in chats[:_SHOWN])[:_SECTION]


def _line(chat: Conversation, link: str) -> str:
    title = escaped(chat.title[:_TITLE]).replace("|", "¦").replace("\n", " ") or "Chat"
    named = f"<{link}|{title}>" if link else title
    day = f"<!date^{int(chat.created_at.timestamp())}^{{date_short}}|{chat.created_at:%Y-%m-%d}>"
    return f"• {named} ({day})"


def _header(text: str) -> dict[str, Any]:
    return {"type": "header", "text": {"type": "plain_text", "text": text[:150]}}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:_SECTION]}}
