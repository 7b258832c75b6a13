"""The face, part three: pressing buttons, using commands and shortcuts, filling in modals."""

from typing import Any

from . import payloads
from .base import Base
from .errors import Json, NothingThere
from .interactions import Interaction
from .state import Channel, Message, Person, View, walk

_ACTIVE = frozenset({"button", "feedback_buttons", "icon_button", "overflow", "checkboxes", "radio_buttons"})


class Using(Base):
    """Does with the app's surfaces what people do; each call returns at the acknowledgement."""

    def view_json(self, view: View) -> Json:
        """A view as payloads carry it."""
        return payloads.view(view, self.world)

    async def answered(self, interaction: Interaction) -> Interaction:
        """Wait for the acknowledgement, or for the three seconds to pass."""
        await self.world.until(lambda: interaction.done)
        return interaction

    def begin_press(
        self, person: Person, where: Message | View, which: str, value: Any = None
    ) -> Interaction:
        """Press a button (or choose) without waiting for the acknowledgement."""
        part, action = self._find(person, where, which)
        action |= {"action_ts": self.world.new_ts()} | self._chosen(part, value)
        new = self.desk.interactions.new("block_actions", person)
        payload = self.desk.interactions.common(new)
        if isinstance(where, View):
            new.view = where
            payload |= {"container": {"type": "view", "view_id": where.id}, "view": self.view_json(where)}
        else:
            new.message, new.channel = where, where.channel
            payload |= self._around(where)
        payload |= {"actions": [action], "state": {"values": {}}}
        return self.desk.interactions.start(new, payload, url=isinstance(where, Message))

    async def press(
        self, person: Person, where: Message | View, which: str, value: Any = None
    ) -> Interaction:
        """Press what has this action id or label, on a message or a view."""
        return await self.answered(self.begin_press(person, where, which, value))

    def _around(self, message: Message) -> Json:
        container: Json = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel.id,
            "is_ephemeral": message.ephemeral_for is not None,
        }
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        around: Json = {"container": container, "channel": _place(message.channel)}
        if message.ephemeral_for is None:
            around["message"] = payloads.message(message, self.world)
        return around

    def _find(self, person: Person, where: Message | View, which: str) -> tuple[Json, Json]:
        if isinstance(where, Message):
            hidden = where.ephemeral_for is not None and where.ephemeral_for is not person
            if where.deleted or hidden or (person.id not in where.channel.members):
                raise NothingThere(f"{person.name} does not see {where}")
        elif where.person is not person or where.closed:
            raise NothingThere(f"{person.name} does not see this view")
        offered: list[str] = []
        for block in where.blocks:
            for part in walk(block):
                names = [part.get("action_id"), _label(part), *_inner_labels(part)]
                if part.get("type") not in _ACTIVE and "select" not in str(part.get("type")):
                    continue
                offered += [str(name) for name in names if name]
                if which in names:
                    if part.get("url"):
                        raise NothingThere(f"{which!r} is a link to {part['url']}")
                    action = {"block_id": block.get("block_id"), "action_id": part["action_id"]}
                    action |= {"type": part["type"]}
                    return {**part, "pressed": which}, action
        raise NothingThere(f"no {which!r} here; there is {offered}")

    def _chosen(self, part: Json, value: Any) -> Json:
        if part["type"] == "button":
            chosen: Json = {"text": part["text"]}
            chosen |= {"value": part["value"]} if "value" in part else {}
            return chosen | ({"style": part["style"]} if part.get("style") else {})
        if part["type"] == "feedback_buttons":
            key = "positive_button" if value in (None, "positive") else "negative_button"
            for name in ("positive_button", "negative_button"):
                if part["pressed"] == part[name]["text"]["text"]:
                    key = name
            return {"text": part[key]["text"], "value": part[key].get("value")}
        options = [each for each in part.get("options", []) if value in (each["value"], each["text"]["text"])]
        return {"selected_option": options[0]} if options else {"value": value}

    def begin_shortcut(self, person: Person, message: Message, callback_id: str) -> Interaction:
        """Use a message shortcut without waiting for the acknowledgement."""
        if self.app.shortcuts is not None and callback_id not in self.app.shortcuts:
            raise NothingThere(f"there is no shortcut {callback_id!r}; there are {self.app.shortcuts}")
        if person.id not in message.channel.members or message.deleted:
            raise NothingThere(f"{person.name} does not see {message}")
        new = self.desk.interactions.new("message_action", person, channel=message.channel, message=message)
        payload = self.desk.interactions.common(new) | {
            "callback_id": callback_id,
            "action_ts": self.world.new_ts(),
            "message_ts": message.ts,
            "channel": _place(message.channel),
            "message": payloads.message(message, self.world),
        }
        return self.desk.interactions.start(new, payload)

    async def shortcut(self, person: Person, message: Message, callback_id: str) -> Interaction:
        """Use a message shortcut."""
        return await self.answered(self.begin_shortcut(person, message, callback_id))

    def begin_command(
        self, person: Person, channel: Channel, command: str, text: str = "", *, in_thread: bool = False
    ) -> Interaction:
        """Use a slash command without waiting for the acknowledgement."""
        if in_thread:
            raise NothingThere(f"{command} is not supported in threads. Sorry!")
        if command not in self.app.commands:
            raise NothingThere(f"{command} is not a valid command; there are {self.app.commands}")
        team = channel.team
        new = self.desk.interactions.new("slash_commands", person, channel=channel)
        payload: Json = {
            "token": self.app.verification_token,
            "team_id": team.id,
            "team_domain": team.domain,
            "channel_id": channel.id,
            "channel_name": _place(channel)["name"],
            "user_id": person.id,
            "user_name": person.name.lower(),
            "command": command,
            "text": text,
            "api_app_id": self.app.id,
            "is_enterprise_install": str(self.world.installs[team.id].org_wide).lower(),
        }
        if team.org:
            payload |= {"enterprise_id": team.org.id, "enterprise_name": team.org.name}
        return self.desk.interactions.start(new, payload)

    async def command(
        self, person: Person, channel: Channel, command: str, text: str = "", *, in_thread: bool = False
    ) -> Interaction:
        """Use a slash command."""
        return await self.answered(self.begin_command(person, channel, command, text, in_thread=in_thread))

    def begin_submit(self, view: View, values: dict[str, Any] | None = None) -> Interaction:
        """Send a modal without waiting for the acknowledgement."""
        if view.closed:
            raise NothingThere("the view is closed")
        view.errors = {}
        view.state = _filled(view, values or {})
        new = self.desk.interactions.new("view_submission", view.person, view=view)
        payload = self.desk.interactions.common(new) | {"view": self.view_json(view), "response_urls": []}
        return self.desk.interactions.start(new, payload, url=False)

    async def submit(self, view: View, values: dict[str, Any] | None = None) -> Interaction:
        """Fill in a modal, by action id or label, and send it."""
        return await self.answered(self.begin_submit(view, values))

    async def close_view(self, view: View) -> Interaction | None:
        """Close a modal; the app hears of it only where the view says so."""
        view.closed = True
        if not view.body.get("notify_on_close"):
            return None
        new = self.desk.interactions.new("view_closed", view.person, view=view)
        payload = self.desk.interactions.common(new)
        payload |= {"view": self.view_json(view), "is_cleared": False}
        return await self.answered(self.desk.interactions.start(new, payload, url=False))

    def link(self, where: Message | View, label: str) -> str:
        """Give the URL behind a link button."""
        for part in walk(where.blocks):
            if part.get("url") and label in (_label(part), part.get("action_id")):
                return str(part["url"])
        raise NothingThere(f"no link {label!r}")


def _label(part: Json) -> str | None:
    text = part.get("text")
    return text.get("text") if isinstance(text, dict) else None


def _inner_labels(part: Json) -> list[str | None]:
    return [_label(part[key]) for key in ("positive_button", "negative_button") if key in part]


def _place(channel: Channel) -> Json:
    names = {"im": "directmessage", "group": "privategroup", "mpim": "privategroup"}
    return {"id": channel.id, "name": names.get(channel.kind, channel.name)}


def _filled(view: View, values: dict[str, Any]) -> Json:
    state: Json = {}
    asked = dict(values)
    for block in view.blocks:
        if block.get("type") != "input":
            continue
        part = block["element"]
        names = (part["action_id"], _label({"text": block.get("label")}), block.get("block_id"))
        given = next((asked.pop(name) for name in names if name in asked), None)
        filled: Json = {"type": part["type"]}
        if "select" in part["type"] or part["type"] == "radio_buttons":
            options = [each for each in part.get("options", []) if given in (each["value"], _label(each))]
            filled["selected_option"] = options[0] if options else None
        elif part["type"] == "checkboxes":
            chosen = given or []
            filled["selected_options"] = [each for each in part["options"] if each["value"] in chosen]
        else:
            filled["value"] = given
        if given is None and not block.get("optional"):
            raise NothingThere(f"{names[1]!r} must be filled in")
        state[block["block_id"]] = {part["action_id"]: filled}
    if asked:
        raise NothingThere(f"the modal does not ask for {list(asked)}")
    return state
