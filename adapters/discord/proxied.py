"""What a proxy or a stand-in at the configured addresses may do differently, made right for the library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import aiohttp
import discord
import discord.webhook.async_
import orjson
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.config.model import Discord as Settings

if TYPE_CHECKING:
    from discord.types.appinfo import AppInfo

_JSON: Final = "application/json"
_OWN: Final = ".discord.gg"


def aim(settings: Settings) -> None:
    """Point the library at the configured addresses. It keeps them in two global places."""
    Route.BASE = settings.api_url.rstrip("/")
    if settings.gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.gateway_url)


async def read(response: aiohttp.ClientResponse) -> dict[str, Any] | str:
    """The body of an answer. The library takes JSON for text where its type names a character set, too."""
    text = await response.text(encoding="utf-8")
    if not text or response.content_type != _JSON:
        return text
    told: dict[str, Any] = orjson.loads(text)
    return told


# The library keeps it in two places, too.
discord.http.json_or_text = read
discord.webhook.async_.json_or_text = read  # type: ignore[attr-defined]  # imported there for its own use


def resumed_at(told: yarl.URL, usual: yarl.URL) -> yarl.URL:
    """Where a session is resumed: where we were told to, but a gateway of one's own is never left.

    Behind it there may be no way to any other host, and each try would hang until its time is over.
    """
    ours = not str(usual.host).endswith(_OWN)
    return usual if ours and told.host != usual.host else told


def unknown_application(user: discord.ClientUser) -> AppInfo:
    """What the library must know of the application where nobody tells; the session's start tells its id."""
    owner: Any = {"id": "0", "username": "", "discriminator": "0", "avatar": None, "global_name": None}
    told: Any = {
        "id": str(user.id),
        "name": user.name,
        "icon": None,
        "description": "",
        "bot_public": False,
        "bot_require_code_grant": False,
        "verify_key": "",
        "owner": owner,
        "flags": 0,
    }
    return told  # type: ignore[no-any-return]  # fewer fields than Discord's, as many as are read
