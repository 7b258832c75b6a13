"""auth.*, users.*, usergroups.*, bots.*, team.*, files.*, apps.connections.open."""

from . import payloads
from .calls import Call, Method
from .errors import Json, Refused
from .limits import SPECIAL, TIER1, TIER2, TIER3, TIER4


def auth_test(call: Call) -> Json:
    person, team = call.caller, call.team
    body: Json = {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": person.name.lower(),
        "team_id": team.id,
        "user_id": person.id,
        "is_enterprise_install": call.token.org is not None,
    }
    if person.bot_id:
        body["bot_id"] = person.bot_id
    if team.org:
        body["enterprise_id"] = team.org.id
    if call.token.expires is not None:
        body["expires_in"] = int(call.token.expires - call.world.clock())
    return body


def auth_revoke(call: Call) -> Json:
    if call.flag("test"):
        return {"revoked": False}
    call.token.state = "token_revoked"
    revoked = {"oauth": [], "bot": [call.caller.id]}
    event = {"type": "tokens_revoked", "tokens": revoked}
    call.desk.events.tell(call.team, "tokens_revoked", event)
    install = call.world.installs.get(call.team.id)
    if install is not None and install.token is call.token:
        install.active = False
    call.world.changed()
    return {"revoked": True}


def connections_open(call: Call) -> Json:
    return {"url": call.desk.sockets.ticket()}


def users_info(call: Call) -> Json:
    shown = payloads.person(call.world.person(call.team, call.wanted("user")), call.world)
    if call.flag("include_locale"):
        shown["locale"] = call.team.people[call.wanted("user")].locale
    return {"user": shown}


def usergroup_users(call: Call) -> Json:
    group = call.team.usergroups.get(call.wanted("usergroup"))
    if group is None:
        raise Refused("no_such_subteam")
    return {"users": [person.id for person in group.members]}


def bots_info(call: Call) -> Json:
    wanted = call.text("bot") or call.caller.bot_id
    person = next((each for each in call.team.people.values() if each.bot_id == wanted), None)
    if person is None:
        raise Refused("bot_not_found")
    profile = payloads.bot_profile(person, call.world)
    return {"bot": {**profile, "user_id": person.id}}


def team_info(call: Call) -> Json:
    wanted = call.text("team", call.team.id)
    team = call.world.teams.get(wanted)
    if team is None or team not in (call.team, *_org_teams(call)):
        raise Refused("team_not_found")
    return {"team": payloads.team(team)}


def _org_teams(call: Call) -> list[object]:
    return [each for each in call.world.teams.values() if each.org and each.org is call.token.org]


def files_info(call: Call) -> Json:
    found = call.world.files.get(call.wanted("file"))
    if found is None or found["user_team"] != call.team.id:
        raise Refused("file_not_found")
    return {"file": found, "comments": []}


METHODS = {
    "auth.test": Method(auth_test, (), SPECIAL),
    "auth.revoke": Method(auth_revoke, (), TIER3),
    "apps.connections.open": Method(connections_open, ("connections:write",), TIER1, ("app",)),
    "users.info": Method(users_info, ("users:read",), TIER4),
    "usergroups.users.list": Method(usergroup_users, ("usergroups:read",), TIER2),
    "bots.info": Method(bots_info, ("users:read",), TIER3),
    "team.info": Method(team_info, ("team:read",), TIER3),
    "files.info": Method(files_info, ("files:read",), TIER4),
}
