"""The page's own interface: what is there, and what people do, as JSON."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.web import events, view
from adapters.web.board import Board
from adapters.web.controls import MOST_WORDS, Controls
from adapters.web.ground import Deed, Ground
from adapters.web.languages import locale_of
from adapters.web.mine import Mine
from adapters.web.moderation import Moderation
from adapters.web.refused import Refused
from adapters.web.security import Token, json_body
from adapters.web.state.places import CHANNELS, MODERATORS, PEOPLE, is_channel, may_see
from adapters.web.talk import LONGEST, Talk
from bot.errors import AdieuError
from bot.ports import Context
from bot.texts import playground, refusals
from bot.types import Person

Act = Callable[[Deed, dict[str, Any]], Awaitable[dict[str, Any]]]
log = structlog.get_logger()
_NONCE = re.compile(r"^[A-Za-z0-9-]{8,40}$")


def json(value: Any, status: int = 200) -> Response:
    """A JSON answer that nobody keeps."""
    headers = {"Cache-Control": "no-store"}
    return Response(orjson.dumps(value), status, headers, media_type="application/json")


class Api:
    """Reads are GETs for `?as=PERSON`; deeds are POSTs of JSON with the page's token."""

    def __init__(self, context: Context, board: Board, token: Token) -> None:
        ground = Ground(board)
        self._ground = ground
        self._config = context.config
        self._board = board
        self._talk = Talk(ground, context.desk)
        self._controls = Controls(ground, context.desk)
        self._mine = Mine(ground, context.desk)
        self._moderation = Moderation(ground, context.desk)
        self._token = token

    def routes(self) -> list[Route]:
        """Every address of the interface."""
        deeds: dict[str, Act] = {
            "say": self._say,
            "press": self._press,
            "begin": self._begin,
            "put-away": self._put_away,
            "words": self._words,
            "edit": self._edit,
            "branch": self._branch,
            "delete": self._delete,
            "lock": self._lock,
            "reopen": self._reopen,
            "release": self._release,
            "mode": self._mode,
        }
        return [
            Route("/events", self._events),
            Route("/api/state", self._state),
            Route("/api/place/{place}", self._place),
            Route("/api/mode", self._mode_now),
            Route("/api/own/{place}", self._own),
            Route("/api/own/{place}/{post}", self._own_one),
            *(Route(f"/api/{name}", self._deed(act), methods=["POST"]) for name, act in deeds.items()),
        ]

    def _viewer(self, request: Request) -> Person:
        return _person(request, request.query_params.get("as", ""))

    async def _events(self, request: Request) -> Response:
        return events.response(self._board.hub, self._viewer(request))

    async def _state(self, request: Request) -> Response:
        viewer = self._viewer(request)
        number = self._board.hub.number
        channels = [*CHANNELS, *([MODERATORS] if viewer.moderator else [])]
        return json(
            {
                "number": number,
                "assistant": self._board.assistant,
                "offline": self._config.offline,
                "model": self._config.assistant.model,
                "longest": LONGEST,
                "most_words": MOST_WORDS,
                "token": self._token.of(request),
                "people": [view.person(person) for person in PEOPLE.values()],
                "channels": [
                    {"id": name, "about": playground.PAGE[f"{name}_about"](viewer)} for name in channels
                ],
                "threads": await self._board.list_threads(),
            }
        )

    async def _place(self, request: Request) -> Response:
        viewer, place = self._viewer(request), request.path_params["place"]
        known = is_channel(place) or await self._board.threads.get(place)
        if not known or not may_see(viewer, place):
            raise Refused(404, refusals.no_such_place)
        answer = await self._board.place(viewer, place, request.query_params.get("before", ""))
        thread = None if is_channel(place) else await self._board.threads.get(place)
        if thread:
            answer["origin"] = await self._board.see(viewer, thread.channel, thread.origin)
        return json(answer)

    async def _mode_now(self, request: Request) -> Response:
        return json({"mode": await self._moderation.mode_now(Deed(self._viewer(request), MODERATORS))})

    async def _own(self, request: Request) -> Response:
        deed = Deed(self._viewer(request), request.path_params["place"])
        return json({"messages": await self._mine.all(deed)})

    async def _own_one(self, request: Request) -> Response:
        deed = Deed(self._viewer(request), request.path_params["place"])
        return json(await self._mine.one(deed, request.path_params["post"]))

    def _deed(self, act: Act) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            self._token.check(request, request.headers.get("x-adieu-token", ""))
            asked = await json_body(request)
            deed = Deed(_person(request, _text(asked, "as")), _text(asked, "place"), _nonce(asked))
            try:
                await self._ground.go_on(deed)
                return json(await act(deed, asked))
            except AdieuError as error:
                log.warning("the playground could not do it", deed=request.url.path, error=str(error))
                raise Refused(503, refusals.tried_again) from error

        return answer

    async def _say(self, deed: Deed, asked: dict[str, Any]) -> dict[str, Any]:
        return await self._talk.say(deed, _text(asked, "text"), _text(asked, "reply_to", ""))

    async def _press(self, deed: Deed, asked: dict[str, Any]) -> dict[str, Any]:
        return await self._controls.press(deed, _text(asked, "post"), _text(asked, "verb"))

    async def _begin(self, deed: Deed, _: dict[str, Any]) -> dict[str, Any]:
        return await self._talk.begin(deed)

    async def _lock(self, deed: Deed, asked: dict[str, Any]) -> dict[str, Any]:
        return await self._moderation.lock(deed, locked=asked.get("locked") is True)

    async def _reopen(self, deed: Deed, _: dict[str, Any]) -> dict[str, Any]:
        return await self._moderation.reopen(deed)

    async def _release(self, deed: Deed, _: dict[str, Any]) -> dict[str, Any]:
        return await self._moderation.release(deed)

    async def _mode(self, deed: Deed, asked: dict[str, Any]) -> dict[str, Any]:
        return await self._moderation.mode(deed, _text(asked, "mode"))

    async def _words(self, deed: Deed, asked: dict[str, Any]) -> dict[str, Any]:
        post, verb = _text(asked, "post"), _text(asked, "verb")
        return await self._controls.words(deed, post, verb, _text(asked, "text"))

    async def _edit(self, deed: Deed, asked: dict[str, Any]) -> dict[str, Any]:
        return await self._mine.edit(deed, _text(asked, "post"), _text(asked, "text"))

    async def _branch(self, deed: Deed, asked: dict[str, Any]) -> dict[str, Any]:
        return await self._mine.branch(deed, _text(asked, "message"), _text(asked, "text"))

    async def _delete(self, deed: Deed, asked: dict[str, Any]) -> dict[str, Any]:
        return await self._mine.delete(deed, _text(asked, "post"))

    async def _put_away(self, deed: Deed, asked: dict[str, Any]) -> dict[str, Any]:
        return await self._controls.put_away(
            deed, _text(asked, "post"), hidden=asked.get("hidden") is not False
        )


def _text(asked: dict[str, Any], key: str, otherwise: str | None = None) -> str:
    value = asked.get(key, otherwise)
    if not isinstance(value, str):
        raise Refused(422, f"The request lacks {key!r}.")
    return value


def _nonce(asked: dict[str, Any]) -> str:
    value = _text(asked, "nonce")
    if not _NONCE.match(value):
        raise Refused(422, "The request's nonce must be 8 to 40 letters, digits or hyphens.")
    return value


def _person(request: Request, id: str) -> Person:
    """One of the playground's people, in the language in which they use the page."""
    person = PEOPLE.get(id)
    if person is None:
        raise Refused(422, "Say who you are: one of " + ", ".join(PEOPLE) + ".")
    return replace(person, locale=locale_of(request))
