"""The installations of an app in many workspaces; their tokens are sealed before they are kept."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from logging import Logger, getLogger
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_sdk.oauth.installation_store.models.installation import Installation

from bot.errors import OperatorError
from bot.ports import Shelf

SPACE = "slack.installations"
TEAMS = "slack.teams"

UNREADABLE = (
    "ADIEU_ENCRYPTION_KEY does not open the stored tokens of Slack. Set the key that they were sealed with;"
    " to change keys, put the new one first and keep the old one behind it, separated by a comma."
)


class Seal:
    """Encrypts with the first of several keys and opens with any: to change keys, put a new one first."""

    def __init__(self, keys: str) -> None:
        self._fernet = MultiFernet([Fernet(key.strip()) for key in keys.split(",") if key.strip()])

    def close(self, value: dict[str, Any]) -> str:
        """The value, unreadable without a key."""
        return self._fernet.encrypt(json.dumps(value).encode()).decode()

    def open(self, sealed: str) -> dict[str, Any]:
        """The value again; raises OperatorError where no key fits."""
        try:
            value: dict[str, Any] = json.loads(self._fernet.decrypt(sealed.encode()))
        except InvalidToken as error:
            raise OperatorError(UNREADABLE) from error
        return value


class Installations(AsyncInstallationStore):
    """The installation store of Slack's library, on the shelf: one document a workspace or organisation."""

    def __init__(self, shelf: Shelf, seal: Seal) -> None:
        self._shelf = shelf
        self._seal = seal
        self._known: dict[str, Installation] = {}
        self._changing = asyncio.Lock()

    @property
    def logger(self) -> Logger:
        """Where the library logs."""
        return getLogger(__name__)

    async def async_save(self, installation: Installation) -> None:
        """Keep an installation, or what a token's rotation changed of it."""
        whole = bool(installation.is_enterprise_install)
        key = _key(installation.enterprise_id, None if whole else installation.team_id)
        value = {name: _plain(part) for name, part in installation.to_dict_for_copying().items()}
        async with self._changing:
            await self._shelf.put(SPACE, key, {"sealed": self._seal.close(value)})
            self._known[key] = installation
        if not whole and installation.team_id:
            await self._shelf.put(TEAMS, installation.team_id, {"key": key})

    async def async_save_bot(self, bot: Bot) -> None:
        """Keep what a rotation changed."""
        found = await self.async_find_installation(
            enterprise_id=bot.enterprise_id,
            team_id=bot.team_id,
            is_enterprise_install=bot.is_enterprise_install,
        )
        if found is not None:
            found.bot_token = bot.bot_token
            found.bot_refresh_token = bot.bot_refresh_token
            found.bot_token_expires_at = bot.bot_token_expires_at
            await self.async_save(found)

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """The workspace's own installation, else its organisation's."""
        del user_id
        keys = [] if is_enterprise_install else [_key(enterprise_id, team_id)]
        if enterprise_id:
            keys.append(_key(enterprise_id, None))
        for key in keys:
            found = await self._get(key)
            if found is not None:
                return found
        return None

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """The same, as the library's smaller value."""
        found = await self.async_find_installation(
            enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=is_enterprise_install
        )
        return found.to_bot() if found is not None else None

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Forget an installation."""
        del user_id
        key = _key(enterprise_id, team_id)
        async with self._changing:
            self._known.pop(key, None)
            await self._shelf.remove(SPACE, key)

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """The same: both are one document."""
        await self.async_delete_installation(enterprise_id=enterprise_id, team_id=team_id)

    async def of(self, workspace: str) -> Installation | None:
        """The installation that serves a workspace."""
        place = await self._shelf.get(TEAMS, workspace)
        return await self._get(str(place["key"]) if place else _key(workspace, None))

    async def belongs(self, workspace: str, enterprise: str) -> None:
        """Note that a workspace is served by its organisation's installation."""
        key = _key(enterprise, None)
        if workspace != enterprise and await self._shelf.get(TEAMS, workspace) != {"key": key}:
            await self._shelf.put(TEAMS, workspace, {"key": key})

    async def forget(self, workspace: str, enterprise: str) -> tuple[str, ...]:
        """Remove the installation that served a workspace; all workspaces that it served."""
        place = await self._shelf.get(TEAMS, workspace)
        key = str(place["key"]) if place else _key(enterprise or workspace, None)
        async with self._changing:
            self._known.pop(key, None)
            await self._shelf.remove(SPACE, key)
        served = [team for team, value in await self._shelf.all(TEAMS) if value.get("key") == key]
        for team in served:
            await self._shelf.remove(TEAMS, team)
        return tuple(dict.fromkeys([workspace, *served]))

    async def left(self, workspaces: tuple[str, ...], enterprise: str) -> tuple[str, ...]:
        """Note that workspaces are served by their organisation's installation no more; those that were."""
        mark = {"key": _key(enterprise, None)}
        served = [team for team in workspaces if await self._shelf.get(TEAMS, team) == mark]
        for team in served:
            await self._shelf.remove(TEAMS, team)
        return tuple(served)

    async def readable(self) -> None:
        """Raise OperatorError if something is kept that no key opens."""
        for _, value in await self._shelf.all(SPACE):
            self._seal.open(str(value["sealed"]))

    async def _get(self, key: str) -> Installation | None:
        if key not in self._known:
            kept = await self._shelf.get(SPACE, key)
            if kept is None:
                return None
            self._known[key] = Installation(**self._seal.open(str(kept["sealed"])))
        return self._known[key]


def _key(enterprise: str | None, team: str | None) -> str:
    return f"{enterprise or ''}/{team or ''}"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
