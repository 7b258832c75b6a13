"""Interactions: what a press, a shortcut, a command or a modal sends, and what comes of it."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from . import payloads
from .errors import Json, Refused
from .messages import Messages
from .parcels import Office, Parcel
from .state import Channel, Message, Person, View
from .world import World

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS = 1800.0
RESPONSE_USES = 5


@dataclass(eq=False)
class Interaction:
    """One thing a person did with the app; what came of it is added as it comes."""

    kind: str
    person: Person
    started: float
    payload: Json = field(default_factory=dict)
    channel: Channel | None = None
    message: Message | None = None
    view: View | None = None
    trigger_id: str = ""
    response_url: str = ""
    acked: bool = False
    answer: Any = None
    failed: str | None = None
    messages: list[Message] = field(default_factory=list)  # what came through response_url or the ack
    views: list[View] = field(default_factory=list)  # opened with its trigger, or by its answer
    trigger_used: bool = False
    uses: int = 0

    @property
    def done(self) -> bool:
        """Whether it was acknowledged, or failed."""
        return self.acked or self.failed is not None

    @property
    def ephemerals(self) -> list[Message]:
        """Its answers that only the person sees."""
        return [each for each in self.messages if each.ephemeral_for is self.person]


class Interactions:
    """All interactions, by trigger and by response URL."""

    def __init__(self, world: World, messages: Messages, office: Office) -> None:
        self.world = world
        self.messages = messages
        self.office = office
        self.every: list[Interaction] = []
        self.by_trigger: dict[str, Interaction] = {}
        self.by_url: dict[str, Interaction] = {}

    def start(self, interaction: Interaction, payload: Json, *, url: bool = True) -> Interaction:
        """Send one; its trigger lives three seconds from now."""
        world = self.world
        if interaction.kind != "view_closed":
            interaction.trigger_id = f"{world.new_id('')}.{world.new_id('')}.{uuid.uuid4().hex}"
            self.by_trigger[interaction.trigger_id] = interaction
            payload |= {"trigger_id": interaction.trigger_id}
        if url:
            path = f"/response/{interaction.person.team.id}/{uuid.uuid4().hex}"
            self.by_url[path] = interaction
            interaction.response_url = payload["response_url"] = f"{world.base_url}{path}"
        interaction.payload = payload
        self.every.append(interaction)
        kind = "slash_commands" if interaction.kind == "slash_commands" else "interactive"
        self.office.send(
            Parcel(
                kind,
                payload,
                retries=False,
                answered=lambda answer: self._answered(interaction, answer),
                failed=lambda reason: self._failed(interaction, reason),
            )
        )
        return interaction

    def new(self, kind: str, person: Person, **more: Any) -> Interaction:
        """Begin one."""
        return Interaction(kind, person, self.world.clock(), **more)

    def common(self, interaction: Interaction) -> Json:
        """What all interactive payloads begin with."""
        person, team = interaction.person, interaction.person.team
        install = self.world.installs[team.id]
        who: Json = {"id": person.id, "username": person.name.lower(), "name": person.name.lower()}
        where: Json = {"id": team.id, "domain": team.domain}
        if team.org:
            where |= {"enterprise_id": team.org.id, "enterprise_name": team.org.name}
        shortcut = interaction.kind == "message_action"
        if shortcut:
            del who["username"]
        return {
            "type": interaction.kind,
            "team": where,
            "user": who | {"team_id": team.id},
            **({} if shortcut else {"api_app_id": self.world.app.id}),
            "token": self.world.app.verification_token,
            "enterprise": {"id": team.org.id, "name": team.org.name} if team.org else None,
            "is_enterprise_install": install.org_wide,
        }

    def trigger(self, trigger_id: str) -> Interaction:
        """Use up a trigger, or refuse it."""
        interaction = self.by_trigger.get(trigger_id)
        if interaction is None:
            raise Refused("invalid_trigger_id")
        if interaction.trigger_used:
            raise Refused("exchanged_trigger_id")
        if self.world.clock() - interaction.started > TRIGGER_SECONDS:
            raise Refused("expired_trigger_id")
        interaction.trigger_used = True
        return interaction

    def _failed(self, interaction: Interaction, reason: str) -> None:
        interaction.failed = reason
        self.world.changed()

    def _answered(self, interaction: Interaction, answer: Any) -> None:
        interaction.acked = True
        interaction.answer = answer
        if interaction.kind == "slash_commands" and answer:
            body = answer if isinstance(answer, dict) else {"text": str(answer)}
            if body.get("text") or body.get("blocks"):
                self.say(interaction, body)
        elif interaction.kind == "view_submission":
            self._view_answered(interaction, answer if isinstance(answer, dict) else {})
        self.world.changed()

    def _view_answered(self, interaction: Interaction, answer: Json) -> None:
        view = interaction.view
        assert view is not None
        action = answer.get("response_action")
        if action == "errors":
            view.errors = answer.get("errors", {})
        elif action == "update":
            view.body = answer["view"]
            view.hash = self.world.new_id("h")
            interaction.views.append(view)
        elif action == "push":
            interaction.views.append(self.show(interaction.person, answer["view"], on=view))
        elif action == "clear":
            self._close(view, everything=True)
        else:
            self._close(view, everything=False)

    def _close(self, view: View, *, everything: bool) -> None:
        view.closed = True
        while everything and view.previous is not None:
            view = view.previous
            view.closed = True

    def show(self, person: Person, body: Json, on: View | None = None) -> View:
        """Open a view for a person."""
        view_id = self.world.new_id("V")
        body = {**body, "blocks": payloads.stored_blocks(body.get("blocks", []), self.world)}
        root = on.root_id if on else view_id
        view = View(view_id, person.team, person, body, self.world.new_id("h"), root, previous=on)
        self.world.views[view_id] = view
        self.world.changed()
        return view

    def respond(self, path: str, body: Json) -> None:
        """Take what the app posts to a response URL: five times within half an hour."""
        interaction = self.by_url.get(path)
        if interaction is None or self.world.clock() - interaction.started > RESPONSE_SECONDS:
            raise Refused("expired_url", status=404)
        if interaction.uses >= RESPONSE_USES:
            raise Refused("used_url", status=404)
        interaction.uses += 1
        original = interaction.message
        if original is not None and body.get("delete_original"):
            self.messages.delete(original)
        elif original is not None and body.get("replace_original"):
            bot = self.world.bot(interaction.person.team)
            self.messages.edit(original, bot, str(body.get("text", "")), body.get("blocks") or [])
            interaction.messages.append(original)
        else:
            self.say(interaction, body)
        self.world.changed()

    def say(self, interaction: Interaction, body: Json) -> None:
        """Write an answer: to the person alone, unless it is to be in the channel."""
        assert interaction.channel is not None
        bot = self.world.bot(interaction.person.team)
        text, blocks = str(body.get("text", "")), body.get("blocks") or []
        thread_ts = body.get("thread_ts")
        if body.get("response_type") == "in_channel":
            said = self.messages.post(bot, interaction.channel, text, blocks=blocks, thread_ts=thread_ts)
        else:
            if thread_ts is None and interaction.message is not None:
                thread_ts = interaction.message.thread_ts
            said = self.messages.ephemeral(
                bot, interaction.channel, interaction.person, text, blocks=blocks, thread_ts=thread_ts
            )
        interaction.messages.append(said)
