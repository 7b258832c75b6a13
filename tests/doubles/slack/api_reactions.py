"""reactions.*."""

from . import payloads
from .calls import Call, Method
from .errors import Json, Refused
from .limits import TIER2, TIER3
from .state import Message, Person


def _emoji(call: Call) -> str:
    name = call.wanted("name").strip(":")
    if not name.replace("_", "").replace("-", "").replace("+", "").isalnum():
        raise Refused("invalid_name")
    return name


def add(call: Call) -> Json:
    channel = call.member()
    message = call.desk.messages.find(channel, call.wanted("timestamp"))
    react(call, message, call.caller, _emoji(call))
    return {}


def react(call: Call, message: Message, person: Person, name: str) -> None:
    people = message.reactions.setdefault(name, [])
    if person in people:
        raise Refused("already_reacted")
    people.append(person)
    call.desk.messages.tell_reaction(message, person, name, "reaction_added")


def remove(call: Call) -> Json:
    channel = call.member()
    message = call.desk.messages.find(channel, call.wanted("timestamp"))
    name = _emoji(call)
    if call.caller not in message.reactions.get(name, []):
        raise Refused("no_reaction")
    message.reactions[name].remove(call.caller)
    if not message.reactions[name]:
        del message.reactions[name]
    call.desk.messages.tell_reaction(message, call.caller, name, "reaction_removed")
    return {}


def get(call: Call) -> Json:
    channel = call.channel()
    message = call.desk.messages.find(channel, call.wanted("timestamp"))
    link = f"https://{call.team.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    shown = payloads.message(message, call.world) | {"permalink": link}
    return {"type": "message", "channel": channel.id, "message": shown}


METHODS = {
    "reactions.add": Method(add, ("reactions:write",), TIER3),
    "reactions.remove": Method(remove, ("reactions:write",), TIER2),
    "reactions.get": Method(get, ("reactions:read",), TIER3),
}
