"""AutoMod: the whole words that a server does not let through. Here it reads only what bots send."""

import re
from collections.abc import Iterable

from .errors import Json, Refused
from .state import Channel, Guild, User


def check_words(author: User, channel: Channel, body: Json) -> None:
    """Refuse a message or an edit with 200000 if it holds a word of the filter, in a frame too."""
    texts = [str(body.get("content") or "")]
    for embed in body.get("embeds") or ():
        texts += [str(embed.get("title") or ""), str(embed.get("description") or "")]
    if _caught(author, channel.guild, texts):
        raise Refused(200000)


def check_title(author: User, channel: Channel, name: str) -> None:
    """Refuse a thread with 200001 if its title holds a word of the filter."""
    if _caught(author, channel.guild, [name]):
        raise Refused(200001)


def _caught(author: User, guild: Guild | None, texts: Iterable[str]) -> bool:
    if guild is None or not author.bot:
        return False
    whole = [re.compile(rf"(?<!\w){re.escape(word)}(?!\w)") for word in guild.filtered]
    return any(word.search(text.casefold()) for word in whole for text in texts)
