"""views.*: modals and App Home."""

from . import payloads
from .blocks import check_view
from .calls import Call, Method
from .errors import Json, Refused
from .limits import TIER4
from .state import View


def _view_argument(call: Call, *kinds: str) -> Json:
    body: Json = call.data("view")
    check_view(body, kinds=kinds)
    return body


def _answer(call: Call, view: View) -> Json:
    return {"view": payloads.view(view, call.world)}


def open_one(call: Call) -> Json:
    body = _view_argument(call, "modal")
    interaction = call.desk.interactions.trigger(call.wanted("trigger_id"))
    view = call.desk.interactions.show(interaction.person, body)
    interaction.views.append(view)
    call.world.changed()
    return _answer(call, view)


def push(call: Call) -> Json:
    body = _view_argument(call, "modal")
    interaction = call.desk.interactions.trigger(call.wanted("trigger_id"))
    below = interaction.view
    if below is None:
        raise Refused("not_found")
    if _depth(below) >= 3:
        raise Refused("push_limit_reached")
    view = call.desk.interactions.show(interaction.person, body, on=below)
    interaction.views.append(view)
    call.world.changed()
    return _answer(call, view)


def _depth(view: View) -> int:
    return 1 + (_depth(view.previous) if view.previous else 0)


def update(call: Call) -> Json:
    body = _view_argument(call, "modal", "home")
    view = call.world.views.get(call.text("view_id")) or _by_external_id(call)
    if view is None or view.team is not call.team or view.closed:
        raise Refused("not_found")
    _fresh(call, view)
    _replace(call, view, body)
    return _answer(call, view)


def _by_external_id(call: Call) -> View | None:
    wanted = call.text("external_id")
    every = call.world.views.values()
    return next((each for each in every if wanted and each.body.get("external_id") == wanted), None)


def _fresh(call: Call, view: View) -> None:
    if call.text("hash") and call.text("hash") != view.hash:
        raise Refused("hash_conflict")


def _replace(call: Call, view: View, body: Json) -> None:
    view.body = {**body, "blocks": payloads.stored_blocks(body.get("blocks", []), call.world)}
    view.hash = call.world.new_id("h")
    call.world.changed()


def publish(call: Call) -> Json:
    person = call.team.people.get(call.wanted("user_id"))
    if person is None:
        raise Refused("user_not_found")
    body = _view_argument(call, "home")
    key = (call.team.id, person.id)
    view = call.world.homes.get(key)
    if view is None:
        view = call.world.homes[key] = call.desk.interactions.show(person, body)
    else:
        _fresh(call, view)
        _replace(call, view, body)
    call.world.changed()
    return _answer(call, view)


METHODS = {
    "views.open": Method(open_one, (), TIER4),
    "views.push": Method(push, (), TIER4),
    "views.update": Method(update, (), TIER4),
    "views.publish": Method(publish, (), TIER4),
}
