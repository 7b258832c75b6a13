"""OAuth: the consent page that redirects with a code, and the exchange of codes and refresh tokens."""

import base64
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from .errors import Json, Refused
from .state import Org, Person, Team
from .tokens import Install, Token
from .world import World

CODE_SECONDS = 600.0
TOKEN_SECONDS = 43_200.0


@dataclass
class _Code:
    person: Person
    scopes: frozenset[str]
    redirect_uri: str
    org_wide: bool
    made: float


class OAuth:
    """Installing the app, by code or by hand."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.codes: dict[str, _Code] = {}
        self.methods: dict[str, Callable[[Mapping[str, str], Json], Json]] = {"oauth.v2.access": self.access}
        self.installer: Person | None = None
        self.org_wide = False
        self.denies = False

    def authorize(self, request: web.BaseRequest) -> web.StreamResponse:
        """The consent page, where `installer` says yes at once (or no, with `denies`)."""
        app, query = self.world.app, request.query
        if query.get("client_id") != app.client_id:
            return web.Response(status=400, text="invalid_client_id")
        target = query.get("redirect_uri") or (app.redirect_urls[0] if app.redirect_urls else "")
        if not target or (app.redirect_urls and not target.startswith(tuple(app.redirect_urls))):
            return web.Response(status=400, text="bad_redirect_uri")
        back = {"state": query.get("state", "")}
        if self.denies:
            return _redirect(target, {"error": "access_denied", **back})
        assert self.installer is not None, "say who installs: double.oauth.installer = person"
        code = uuid.uuid4().hex
        scopes = frozenset(filter(None, query.get("scope", "").split(",")))
        self.codes[code] = _Code(
            self.installer, scopes, query.get("redirect_uri", ""), self.org_wide, self.world.clock()
        )
        return _redirect(target, {"code": code, **back})

    def access(self, headers: Mapping[str, str], args: Json) -> Json:
        """oauth.v2.access: a code or a refresh token for a token."""
        self._client(headers, args)
        if args.get("grant_type") == "refresh_token":
            return self._refresh(str(args.get("refresh_token", "")))
        code = self.codes.pop(str(args.get("code", "")), None)
        if code is None:
            raise Refused("invalid_code")
        if self.world.clock() - code.made > CODE_SECONDS:
            raise Refused("code_expired")
        if code.redirect_uri and args.get("redirect_uri") != code.redirect_uri:
            raise Refused("bad_redirect_uri")
        team, org = code.person.team, code.person.team.org
        if code.org_wide and (org is None or not self.world.app.org_deploy):
            raise Refused("org_login_required")
        install = self.install(team, code.scopes, installer=code.person, org=org if code.org_wide else None)
        return self._granted(install)

    def _client(self, headers: Mapping[str, str], args: Json) -> None:
        given = (args.get("client_id"), args.get("client_secret"))
        basic = headers.get("Authorization", "")
        if basic.startswith("Basic "):
            name, _, secret = base64.b64decode(basic[6:]).decode().partition(":")
            given = (name, secret)
        app = self.world.app
        if given[0] != app.client_id:
            raise Refused("invalid_client_id")
        if given[1] != app.client_secret:
            raise Refused("bad_client_secret")

    def _refresh(self, refresh: str) -> Json:
        every = [each for each in self.world.tokens.values() if each.refresh == refresh and refresh]
        if not every or every[0].state == "account_inactive":
            raise Refused("invalid_refresh_token")
        old = every[0]
        old.refresh = None
        installs = [each for each in self.world.installs.values() if each.token is old]
        fresh = self._token(old.person, old.team, old.org, old.scopes)
        for install in installs:
            install.token = fresh
        return self._granted(installs[0])

    def _token(
        self, bot: Person | None, team: Team | None, org: Org | None, scopes: frozenset[str], value: str = ""
    ) -> Token:
        rotating = self.world.app.token_rotation
        value = value or f"{'xoxe.xoxb' if rotating else 'xoxb'}-{uuid.uuid4().hex}"
        token = Token(value, "bot", scopes, bot, team, org)
        if rotating:
            token.expires = self.world.clock() + TOKEN_SECONDS
            token.refresh = f"xoxe-1-{uuid.uuid4().hex}"
        self.world.tokens[value] = token
        return token

    def install(
        self,
        team: Team,
        scopes: frozenset[str],
        *,
        installer: Person | None = None,
        org: Org | None = None,
        value: str = "",
    ) -> Install:
        """Install the app in a team, or with `org` in all teams of the organisation."""
        teams = [each for each in self.world.teams.values() if each.org is org] if org else [team]
        token: Token | None = None
        for each in teams:
            before = self.world.installs.get(each.id)
            known = before.bot if before else None
            shared = token.person if token else None
            bot = known or self._bot(each, shared)
            token = token or self._token(bot, None if org else each, org, scopes, value)
            self.world.installs[each.id] = Install(each, bot, token, org is not None, installer=installer)
        self.world.changed()
        return self.world.installs[team.id]

    def _bot(self, team: Team, shared: Person | None) -> Person:
        bot_id = shared.bot_id if shared else self.world.new_id("B")
        return self.world.add_person(team, self.world.app.name, bot_id=bot_id, id=shared.id if shared else "")

    def _granted(self, install: Install) -> Json:
        token, team = install.token, install.team
        enterprise = {"id": team.org.id, "name": team.org.name} if team.org else None
        body: dict[str, Any] = {
            "app_id": self.world.app.id,
            "authed_user": {"id": install.installer.id} if install.installer else {},
            "scope": ",".join(sorted(token.scopes)),
            "token_type": "bot",
            "access_token": token.value,
            "bot_user_id": install.bot.id,
            "team": None if install.org_wide else {"id": team.id, "name": team.name},
            "enterprise": enterprise,
            "is_enterprise_install": install.org_wide,
        }
        if token.refresh and token.expires is not None:
            left = int(token.expires - self.world.clock())
            body |= {"refresh_token": token.refresh, "expires_in": left}
        return body


def _redirect(target: str, query: dict[str, str]) -> web.Response:
    return web.Response(status=302, headers={"Location": f"{target}?{urlencode(query)}"})
