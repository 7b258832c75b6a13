"""Who people are: their names, and whether they moderate. Asked for seldom, and never waited for long."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable

import structlog

from adapters.slack.calls import Calls
from adapters.slack.failures import Refused, Unanswered
from bot.ports import Clock
from bot.types import Person

log = structlog.get_logger(__name__)

_KEPT, _FRESH, _NO_FRESH = 5000, 3600.0, 60.0
"""People whose names are kept, and seconds: for a name, and for Slack's word that it tells none."""
_MODERATORS_FRESH, _AT_A_PRESS = 60.0, 5.0
_PATIENCE = 1.0
_ADMINISTERS = ("is_admin", "is_owner", "is_primary_owner")


class People:
    """Names by id, and the members of the moderators' channel."""

    def __init__(self, calls: Calls, clock: Clock, moderator_channel: str) -> None:
        self._calls = calls
        self._clock = clock
        self._channel = moderator_channel
        self._names: OrderedDict[tuple[str, str], tuple[float, Person]] = OrderedDict()
        self._moderators: dict[str, tuple[float, frozenset[str]]] = {}

    async def known(self, workspace: str, ids: Iterable[str]) -> dict[str, Person]:
        """People by id. Whoever cannot be looked up in time has no name: no reason to lose a message."""
        wanted = list(dict.fromkeys(ids))[:20]
        found = await asyncio.gather(*(self._one(workspace, one) for one in wanted))
        return dict(zip(wanted, found, strict=True))

    async def reader(self, workspace: str, id: str) -> Person:
        """Whoever is to read something, for their language; their rights are not looked up."""
        return await self._one(workspace, id)

    async def person(self, workspace: str, id: str, *, pressing: bool = False) -> Person:
        """One person with their rights; `pressing` checks those rights now."""
        person = await self._one(workspace, id)
        moderator = id in await self.moderators(workspace, _AT_A_PRESS if pressing else _MODERATORS_FRESH)
        return Person(person.id, person.name, moderator=moderator, locale=person.locale)

    async def administrator(self, workspace: str, id: str) -> Person:
        """One person, who moderates only as an admin or owner of the whole workspace, looked up now."""
        person = await self._one(workspace, id)
        try:
            async with asyncio.timeout(_PATIENCE):
                answer = await self._calls.ask(workspace, "users.info", patient=False, user=id)
        except (Refused, Unanswered, TimeoutError) as error:
            log.info("rights not known", person=id, error=_why(error))
            return Person(person.id, person.name, locale=person.locale)
        user = answer.get("user") or {}
        may = any(user.get(right) is True for right in _ADMINISTERS)
        return Person(person.id, person.name, moderator=may, locale=person.locale)

    async def moderators(self, workspace: str, fresh: float = _MODERATORS_FRESH) -> frozenset[str]:
        """The members of the moderators' channel, none where there is none in this workspace."""
        if not self._channel:
            return frozenset()
        now = self._clock.monotonic()
        since, known = self._moderators.get(workspace, (float("-inf"), frozenset[str]()))
        if now - since < fresh:
            return known
        try:
            async with asyncio.timeout(_PATIENCE):
                members = await self._members(workspace)
        except Refused as error:
            log.warning("moderators not known", workspace=workspace, error=str(error))
            members = frozenset()
        except (Unanswered, TimeoutError) as error:
            log.info("moderators not known", workspace=workspace, error=_why(error))
            # Rights are not kept alive by an outage for long: nobody moderates on old knowledge.
            return known if now - since < _MODERATORS_FRESH else frozenset()
        self._moderators[workspace] = now, members
        return members

    async def _members(self, workspace: str) -> frozenset[str]:
        members: set[str] = set()
        cursor = ""
        while True:
            answer = await self._calls.ask(
                workspace,
                "conversations.members",
                patient=False,
                channel=self._channel,
                limit=1000,
                cursor=cursor or None,
            )
            members |= set(answer.get("members") or ())
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return frozenset(members)

    async def _one(self, workspace: str, id: str) -> Person:
        key = workspace, id
        since, known = self._names.get(key, (float("-inf"), None))
        if known is not None and self._clock.monotonic() - since < _FRESH:
            return known
        try:
            async with asyncio.timeout(_PATIENCE):
                answer = await self._calls.ask(
                    workspace, "users.info", patient=False, user=id, include_locale=True
                )
        except (Unanswered, TimeoutError) as error:
            log.info("name not known", person=id, error=_why(error))
            return known or Person(id, "")
        except Refused as error:
            log.info("name not known", person=id, error=str(error))
            return self._note(key, known or Person(id, ""), fresh=_NO_FRESH)
        user = answer.get("user") or {}
        profile = user.get("profile") or {}
        name = (
            profile.get("display_name")
            or profile.get("real_name")
            or user.get("real_name")
            or user.get("name")
        )
        person = Person(id, str(name or ""), locale=_own(str(user.get("locale") or "")))
        return self._note(key, person)

    def _note(self, key: tuple[str, str], person: Person, fresh: float = _FRESH) -> Person:
        """Keep somebody's name, or that there is none to be had, for so many seconds."""
        self._names[key] = self._clock.monotonic() - _FRESH + fresh, person
        self._names.move_to_end(key)
        if len(self._names) > _KEPT:
            self._names.popitem(last=False)
        return person


def _why(error: Exception) -> str:
    return str(error) or "no answer in time"


def _own(locale: str) -> str:
    """Somebody's language; the one that everybody has who has chosen nothing names no country.

    Helplines go by the country: not everybody who reads American English is in America.
    """
    return "en" if locale == "en-US" else locale
