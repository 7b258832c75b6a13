"""REST: interaction callbacks, their webhooks, and the app's commands."""

from . import payloads_message
from .errors import Json, Refused
from .routes import Answer, Call, Desk, route
from .state import Message

_WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
_COMMANDS = "/applications/{application_id}/commands"
_GUILD_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"


@route("POST", "/interactions/{interaction_id}/{interaction_token}/callback", public=True)
def callback(desk: Desk, call: Call) -> Answer:
    """Take the first answer to an interaction."""
    token = call.args["interaction_token"]
    answer = desk.interactions.answer(call.id("interaction_id"), token, call.form, call.attachments)
    if call.query.get("with_response", "").lower() in ("1", "true"):
        return 200, answer
    return 204, None


def _token(desk: Desk, call: Call) -> str:
    if call.id("webhook_id") != desk.world.bot.id:
        raise Refused(10015)
    return call.args["webhook_token"]


def _shown(desk: Desk, message: Message) -> Json:
    return payloads_message.message(message, desk.world)


@route("POST", _WEBHOOK, public=True)
def followup(desk: Desk, call: Call) -> Answer:
    """Post a follow-up."""
    return 200, _shown(desk, desk.interactions.followup(_token(desk, call), call.form, call.attachments))


@route("GET", _WEBHOOK + "/messages/@original", public=True)
@route("GET", _WEBHOOK + "/messages/{message_id}", public=True)
def get(desk: Desk, call: Call) -> Answer:
    """Read the original answer or a follow-up."""
    return 200, _shown(
        desk, desk.interactions.find(_token(desk, call), call.args.get("message_id", "@original"))
    )


@route("PATCH", _WEBHOOK + "/messages/@original", public=True)
@route("PATCH", _WEBHOOK + "/messages/{message_id}", public=True)
def edit(desk: Desk, call: Call) -> Answer:
    """Edit the original answer or a follow-up."""
    which = call.args.get("message_id", "@original")
    return 200, _shown(desk, desk.interactions.edit(_token(desk, call), which, call.form, call.attachments))


@route("DELETE", _WEBHOOK + "/messages/@original", public=True)
@route("DELETE", _WEBHOOK + "/messages/{message_id}", public=True)
def delete(desk: Desk, call: Call) -> Answer:
    """Delete the original answer or a follow-up."""
    desk.interactions.delete(_token(desk, call), call.args.get("message_id", "@original"))
    return 204, None


def _scope(desk: Desk, call: Call) -> int | None:
    if call.id("application_id") != desk.world.bot.id:
        raise Refused(20012)
    if "guild_id" not in call.args:
        return None
    return desk.world.guild(call.id("guild_id")).id


@route("GET", _COMMANDS)
@route("GET", _GUILD_COMMANDS)
def commands(desk: Desk, call: Call) -> Answer:
    """List the commands of a scope."""
    return 200, desk.commands.scopes.get(_scope(desk, call), [])


@route("PUT", _COMMANDS)
@route("PUT", _GUILD_COMMANDS)
def put_commands(desk: Desk, call: Call) -> Answer:
    """Replace the commands of a scope."""
    return 200, desk.commands.put(_scope(desk, call), call.body)


@route("POST", _COMMANDS)
@route("POST", _GUILD_COMMANDS)
def add_command(desk: Desk, call: Call) -> Answer:
    """Create one command."""
    return 201, desk.commands.add(_scope(desk, call), call.form)
