"""The face, part three: what people do with the app's commands, buttons and modals."""

from typing import Any

from . import payloads, payloads_message
from .base import Base
from .errors import DeadButton, Json, Refused
from .interaction import COMMAND, COMPONENT, MODAL, Interaction
from .modals import fill
from .permissions import Permission, permissions_in, require
from .state import Channel, Message, Role, Thread, User, walk
from .world import World

_BUTTON = 2
_OPTION_TYPES: dict[type, int] = {bool: 5, int: 4, float: 10, str: 3, User: 6, Channel: 7, Thread: 7, Role: 8}


class Using(Base):
    """Presses buttons, uses commands, fills in modals."""

    def begin_press(
        self, person: User, message: Message, which: str, values: list[str] | None = None
    ) -> Interaction:
        """Press a button (or choose in a menu) without waiting for the answer."""
        if message.deleted or (message.ephemeral_for and message.ephemeral_for is not person):
            raise LookupError(f"{person.name} does not see this message")
        if not permissions_in(person, message.channel):
            raise Refused(50001)
        part = _component(message, which)
        _alive(person, message, part, self.world)
        thread = message.channel.thread
        if thread and thread.archived:
            self.parts.desk.threads.change(person, thread, {"archived": False})
        data: Json = {"component_type": part["type"], "custom_id": part["custom_id"], "id": part["id"]}
        if part["type"] != _BUTTON:
            data["values"] = values or []
        return self.parts.desk.interactions.start(COMPONENT, person, message.channel, data, on=message)

    async def press(
        self, person: User, message: Message, which: str, values: list[str] | None = None
    ) -> Interaction:
        """Press a button by custom id or label; returns at the app's first answer or after three seconds."""
        return await self.answered(self.begin_press(person, message, which, values))

    async def answered(self, interaction: Interaction) -> Interaction:
        """Wait for the first answer, or for the three seconds to pass."""
        await self.world.until(lambda: interaction.done)
        return interaction

    def begin_command(
        self,
        person: User,
        channel: Channel,
        name: str,
        options: dict[str, Any] | None = None,
        target: Message | User | None = None,
    ) -> Interaction:
        """Use a command ("group name" for one in a group) without waiting for the answer."""
        kind = 1 if target is None else 3 if isinstance(target, Message) else 2
        inner = ""
        if kind == 1:
            name, _, inner = name.partition(" ")
        guild = channel.guild
        command = self.parts.desk.commands.find(guild.id if guild else None, name, kind)
        granted = require(person, channel, *([Permission.USE_APPLICATION_COMMANDS] if guild else []))
        needed = command["default_member_permissions"]
        if guild and needed is not None:
            wanted = Permission(int(needed)) or Permission.ADMINISTRATOR
            if wanted not in granted:
                raise Refused(50013)
        data: Json = {"id": command["id"], "name": name, "type": kind}
        if "guild_id" in command:
            data["guild_id"] = command["guild_id"]
        resolved: Json = {}
        if options:
            data["options"] = [_option(key, value, resolved) for key, value in options.items()]
        if inner:
            known = [option["name"] for option in command["options"]]
            assert inner in known, f"/{name} has no {inner!r}; it has {known}"
            data["options"] = [{"name": inner, "type": 1, "options": data.get("options", [])}]
        if isinstance(target, Message):
            data["target_id"] = str(target.id)
            resolved["messages"] = {str(target.id): payloads_message.message(target, self.world)}
        elif isinstance(target, User):
            data["target_id"] = str(target.id)
            resolved["users"] = {str(target.id): payloads.user(target)}
        if resolved:
            data["resolved"] = resolved
        return self.parts.desk.interactions.start(COMMAND, person, channel, data)

    async def command(
        self,
        person: User,
        channel: Channel,
        name: str,
        *,
        options: dict[str, Any] | None = None,
        target: Message | User | None = None,
    ) -> Interaction:
        """Use a slash command, or a context menu command on `target`, and wait for the answer."""
        return await self.answered(self.begin_command(person, channel, name, options, target))

    def begin_submit(self, person: User, interaction: Interaction, values: dict[str, Any]) -> Interaction:
        """Send a filled-in modal without waiting for the answer."""
        assert interaction.user is person, "a modal is seen only by the person it was shown to"
        if interaction.modal is None:
            raise LookupError(f"no modal was shown: {interaction}")
        data = fill(interaction.modal, values)
        return self.parts.desk.interactions.start(
            MODAL, person, interaction.channel, data, on=interaction.on, trigger=interaction
        )

    async def submit(self, person: User, interaction: Interaction, values: dict[str, Any]) -> Interaction:
        """Fill in the modal that answered `interaction`, by custom id or label, and wait for the answer."""
        return await self.answered(self.begin_submit(person, interaction, values))

    def link(self, message: Message, label: str) -> str:
        """Give the URL behind a link button."""
        part = _component(message, label)
        return str(part["url"])


def _component(message: Message, which: str) -> Json:
    parts = [part for part in walk(message.components) if "custom_id" in part or "url" in part]
    for part in parts:
        if which in (part.get("custom_id"), part.get("label")):
            return part
    offered = [part.get("label") or part.get("custom_id") for part in parts]
    raise LookupError(f"the message has no {which!r}; it offers {offered}")


def _alive(person: User, message: Message, part: Json, world: World) -> None:
    name = part.get("label") or part.get("custom_id")
    if part.get("url"):
        raise DeadButton(f"{name!r} is a link: nothing is sent; see link()")
    if part.get("disabled"):
        raise DeadButton(f"{name!r} is disabled")
    if message.author is not world.bot:
        raise DeadButton(f"{name!r} belongs to another app")
    if message.channel.thread and message.channel.thread.locked:
        raise DeadButton(f"{name!r} is in a locked thread: greyed out for everybody, {person.name} too")


def _option(name: str, value: Any, resolved: Json) -> Json:
    kind = _OPTION_TYPES[type(value)]
    if isinstance(value, User):
        resolved.setdefault("users", {})[str(value.id)] = payloads.user(value)
    sent = str(value.id) if isinstance(value, User | Channel | Role) else value
    return {"name": name, "type": kind, "value": sent}
