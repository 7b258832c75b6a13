"""The door of the Web API: reads a call, checks token, scope, limit and faults, answers, writes down."""

import json
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from . import (
    api_agents,
    api_chat,
    api_conversations,
    api_people,
    api_reactions,
    api_streams,
    api_views,
)
from .calls import Call, Desk, Method
from .errors import Json, Refused, invalid
from .faults import Fault, Faults
from .oauth import OAuth
from .state import Team
from .tokens import Token
from .traffic import Exchange

PREFIX = "/api/"
METHODS: dict[str, Method] = {
    **api_agents.METHODS,
    **api_chat.METHODS,
    **api_conversations.METHODS,
    **api_people.METHODS,
    **api_reactions.METHODS,
    **api_streams.METHODS,
    **api_views.METHODS,
}
Answer = tuple[int, Json, dict[str, str]]


class Api:
    """All methods, behind one path."""

    def __init__(self, desk: Desk, oauth: OAuth, faults: Faults) -> None:
        self.desk = desk
        self.world = desk.world
        self.oauth = oauth
        self.faults = faults
        self.traffic: list[Exchange] = []
        self.recording = True

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        method = request.path.removeprefix(PREFIX)
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        exchange = Exchange(method, {}, bearer, self.world.clock(), dict(request.headers))
        if self.recording:
            self.traffic.append(exchange)
        fault = self.faults.strike(method)
        if fault is not None and not fault.after_effect:
            broken = await self._fail(request, exchange, fault)
            if broken is not None:
                return broken
        status, body, headers = await self._answer(request, exchange)
        if fault is not None and fault.after_effect:
            self.world.changed()
            broken = await self._fail(request, exchange, fault)
            if broken is not None:
                return broken
        return self._finish(exchange, status, body, headers)

    def _finish(
        self, exchange: Exchange, status: int, body: Json, headers: dict[str, str] | None = None
    ) -> web.Response:
        exchange.status, exchange.response, exchange.finished = status, body, self.world.clock()
        self.world.changed()
        text = json.dumps(body)
        return web.Response(text=text, status=status, content_type="application/json", headers=headers)

    async def _fail(
        self, request: web.BaseRequest, exchange: Exchange, fault: Fault
    ) -> web.StreamResponse | None:
        """Let a fault strike; `None` lets the call go on."""
        if fault.status == "hang":
            self.world.changed()
            await fault.hang()
            return None
        if fault.status == "drop":
            exchange.finished = self.world.clock()
            self.world.changed()
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if isinstance(fault.status, str):
            return self._finish(exchange, 200, {"ok": False, "error": fault.status})
        if fault.status == 429:
            again = {"Retry-After": str(fault.retry_after)}
            return self._finish(exchange, 429, {"ok": False, "error": "ratelimited"}, again)
        return self._finish(exchange, fault.status, {"ok": False, "error": "internal_error"})

    async def _answer(self, request: web.BaseRequest, exchange: Exchange) -> Answer:
        scopes: dict[str, str] = {}
        try:
            exchange.args = await _arguments(request)
            method = exchange.method
            if method in self.oauth.methods:
                return 200, {"ok": True, **self.oauth.methods[method](request.headers, exchange.args)}, {}
            known = METHODS.get(method)
            if known is None:
                raise Refused("unknown_method")  # noqa: TRY301  # one way out for every refusal
            token = self._token(exchange)
            scopes = {"X-OAuth-Scopes": ",".join(sorted(token.scopes))}
            scopes["X-Accepted-OAuth-Scopes"] = ",".join(known.scopes)
            team = self._team(token, exchange.args)
            self.desk.limits.take(method, known.limit, team.id)
            if token.kind not in known.kinds:
                raise Refused("not_allowed_token_type")  # noqa: TRY301  # see above
            call = Call(method, exchange.args, token, team, self.desk)
            call.require(*known.scopes)
            return 200, {"ok": True, **known.run(call)}, scopes
        except Refused as refused:
            if refused.retry_after:
                scopes["Retry-After"] = str(refused.retry_after)
            return refused.status, refused.body, scopes

    def _token(self, exchange: Exchange) -> Token:
        value = exchange.token or str(exchange.args.pop("token", ""))
        exchange.token = value
        if not value:
            raise Refused("not_authed")
        token = self.world.tokens.get(value)
        if token is None:
            raise Refused("invalid_auth")
        if token.expires is not None and self.world.clock() >= token.expires:
            token.state = "token_expired"
        if token.state != "valid":
            raise Refused(token.state)
        return token

    def _team(self, token: Token, args: Json) -> Team:
        """The team a call is about: the token's, or for an org-wide token the one that is named."""
        if token.team is not None:
            return token.team
        if token.kind == "app":
            return Team(self.world.app.id, "", "")
        named = args.get("team_id") or args.get("team")
        channel = self.world.channels.get(str(args.get("channel") or args.get("channel_id") or ""))
        teams = [each for each in self.world.teams.values() if each.org is token.org]
        if named:
            teams = [each for each in teams if each.id == named]
            if not teams:
                raise Refused("team_access_not_granted")
        elif channel is not None:
            teams = [channel.team]
        return teams[0]


async def _arguments(request: web.BaseRequest) -> Json:
    args: Json = dict(request.query)
    kind = request.content_type
    body = await request.text() if request.method == "POST" and request.body_exists else ""
    if kind == "application/json" and body:
        try:
            found: Any = json.loads(body)
        except ValueError:
            raise Refused("invalid_json") from None
        if not isinstance(found, dict):
            raise Refused("json_not_object")
        return args | found
    if kind == "application/x-www-form-urlencoded":
        return args | dict(parse_qsl(body, keep_blank_values=True))
    if body:
        raise invalid("invalid_form_data", f"cannot read {kind}")
    return args
