"""Events in: each is with the desk before it is acknowledged; what is not for us is acknowledged as well."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from adapters.slack import home
from adapters.slack.answers import Answers
from adapters.slack.byhand import GONE, channel_gone
from adapters.slack.calls import Calls
from adapters.slack.events import (
    PLATFORM,
    Body,
    deleted,
    edited,
    enterprise_of,
    incoming,
    people_in,
    root_of,
    workspace_of,
)
from adapters.slack.failures import Refused, Unanswered
from adapters.slack.order import Order
from adapters.slack.people import People
from adapters.slack.sessions import Sessions, Status
from adapters.slack.tokens import Tokens
from bot.ports import Clock, Desk
from bot.texts import pages
from bot.types import Incoming, State, ThreadRef
from bot.words import asks_to_end

log = structlog.get_logger(__name__)

Later = Callable[[Coroutine[Any, Any, None]], Any]
"""Waits for work a little while, then lets it go on by itself: Slack wants its answer in three seconds."""


_LOOKS, _BETWEEN = 4, 0.4
_REMEMBERED = 1000


class Ears:
    """Hands events to the desk."""

    def __init__(
        self,
        desk: Desk,
        tokens: Tokens,
        people: People,
        sessions: Sessions,
        answers: Answers,
        calls: Calls,
        later: Later,
        clock: Clock,
        name: str,
    ) -> None:
        self._desk = desk
        self._tokens = tokens
        self._people = people
        self._sessions = sessions
        self._answers = answers
        self._calls = calls
        self._later = later
        self._name = name
        self._order = Order()
        self._clock = clock
        self._asked: dict[str, str] = {}

    async def event(self, body: Body) -> None:
        """Act on one event. An exception means: not acknowledged, deliver it again."""
        event: Body = body.get("event") or {}
        workspace = workspace_of(body)
        match event.get("type"):
            case "message" | "app_mention":
                await self.message(workspace, event)
            case "agent_session_stopped":
                await self._stopped(workspace, event)
            case "app_home_opened":
                await self._later(self._opened(workspace, event))
            case "app_uninstalled":
                await self._gone(workspace, body)
            case "team_access_revoked":
                teams = tuple(map(str, event.get("team_ids") or ()))
                await self._erase(await self._tokens.left(teams, enterprise_of(body)))
            case "tokens_revoked":
                if (event.get("tokens") or {}).get("bot"):
                    await self._gone(workspace, body)
            case str() as kind if kind in GONE:
                await channel_gone(self._desk, workspace, event)
            case other:
                log.debug("event acknowledged only", type=other)

    async def message(self, workspace: str, event: Body) -> None:
        """One after the other in a thread: a change must not overtake what it changes."""
        us = (await self._tokens.us(workspace)).user
        async with self._order.alone((workspace, event.get("channel"), root_of(event))):
            await self._told(workspace, event, us)

    async def _told(self, workspace: str, event: Body, us: str) -> None:
        match event.get("subtype"):
            case "message_deleted":
                await self._deleted(workspace, event, us)
            case "message_changed":
                if deleted(event, workspace, us):
                    await self._deleted(workspace, event, us)
                elif edited(event, workspace, us, {}):
                    people = await self._people.known(
                        workspace, (each for each in people_in(event) if each != us)
                    )
                    changed = edited(event, workspace, us, people)
                    assert changed is not None
                    await self._desk.edited(changed.thread, changed.place, changed.message_id, changed.text)
            case _:
                heard = incoming(event, workspace, us, {})
                # Threads that are not ours are nobody's business: not even a name is asked for.
                if heard and (
                    heard.opens or await self._ours(heard.thread, event.get("parent_user_id") == us)
                ):
                    await self._heard(workspace, event, us)

    async def _ours(self, thread: ThreadRef, started_by_us: bool) -> bool:  # noqa: FBT001 - one question
        """Whether a thread has a conversation; one that we have only just begun may not be noted yet."""
        for _ in range(_LOOKS if started_by_us else 1):
            if await self._desk.find(thread):
                return True
            if started_by_us:
                await self._clock.sleep(_BETWEEN)
        return False

    async def _heard(self, workspace: str, event: Body, us: str) -> None:
        ids = people_in(event)
        people = await self._people.known(workspace, (each for each in ids if each != us))
        people[ids[0]] = await self._people.person(workspace, ids[0])
        heard = incoming(event, workspace, us, people)
        assert heard is not None
        if heard.addressed and asks_to_end(heard.text) and await self._desk.find(heard.thread):
            if self._asked.get(heard.thread.key) != heard.message_id:  # it comes as two events
                await self._later(self._ask_to_end(heard))
                self._asked[heard.thread.key] = heard.message_id
                if len(self._asked) > _REMEMBERED:
                    self._asked.pop(next(iter(self._asked)))
            return
        await self._desk.receive(heard)

    async def _ask_to_end(self, heard: Incoming) -> None:
        """E12: the words in a mention, since Slack takes no commands in threads."""
        key = f"{heard.place}/{heard.message_id}"
        person = await self._people.person(heard.thread.workspace, heard.author.id, pressing=True)
        said = await self._desk.ask_to_end(heard.thread, person, id=key)
        await self._answers.say(heard.thread, person.id, said)

    async def _deleted(self, workspace: str, event: Body, us: str) -> None:
        gone = deleted(event, workspace, us)
        if gone is None:
            return
        if gone.ours and gone.thread.thread == gone.message_id:
            # Somebody took away the message that a chat of ours hangs on (E37).
            await self._desk.gone(gone.thread)
            return
        await self._desk.deleted(gone.thread, gone.place, gone.message_id)

    async def _stopped(self, workspace: str, event: Body) -> None:
        """Slack's own Stop button: Slack has ended the streams, the turn and the status are ours to end."""
        channel = str(event.get("channel") or event.get("channel_id") or "")
        root = str(event.get("thread_ts") or "")
        thread = ThreadRef(PLATFORM, workspace, channel, root)
        person = await self._people.person(workspace, str(event.get("user") or ""), pressing=True)
        said = await self._desk.stop(thread, person)
        if not said.done:
            await self._later(self._answers.say(thread, person.id, said))
        here = await self._desk.find(thread)
        over = here is not None and here.state is not State.ACTIVE
        self._sessions.wish(thread, Status.CLOSED if over else Status.ACTIVE)

    async def _opened(self, workspace: str, event: Body) -> None:
        """Somebody looks at the app: a greeting in the Messages tab, the overview in the Home tab."""
        person, channel = str(event.get("user") or ""), str(event.get("channel") or "")
        reader = await self._people.reader(workspace, person)
        try:
            if event.get("tab") == "messages":
                await self._calls.ask(
                    workspace,
                    "assistant.threads.setSuggestedPrompts",
                    patient=False,
                    channel_id=channel,
                    title=pages.greeting(reader, name=self._name),
                    prompts=[
                        {"title": title(reader), "message": message(reader)}
                        for title, message in pages.PROMPTS
                    ],
                )
                return
            chats = await self._desk.mine(PLATFORM, workspace, person)
            shown = home.view(self._name, await home.links(chats, self._answers.link), reader)
            await self._calls.ask(workspace, "views.publish", patient=False, user_id=person, view=shown)
        except (Refused, Unanswered) as error:
            log.info("app home not filled", workspace=workspace, tab=event.get("tab"), error=str(error))

    async def _gone(self, workspace: str, body: Body) -> None:
        """The app was removed: everything of the workspace is deleted, and nothing speaks for it any more."""
        await self._erase(await self._tokens.forget(workspace, str(body.get("enterprise_id") or "")))

    async def _erase(self, teams: tuple[str, ...]) -> None:
        for team in teams:
            await self._desk.erase(PLATFORM, team)
            log.info("workspace erased", workspace=team)
