"""Interactions: three seconds for the first answer, fifteen minutes for the rest."""

from secrets import token_urlsafe
from typing import Any

from . import payloads, payloads_message
from .errors import Form, Json, Refused
from .interaction import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, SHOW_MODAL, Answer, Interaction
from .limits import check_message
from .messages import Messages
from .modals import check_modal
from .permissions import permissions_in
from .state import Channel, Flag, Message, User
from .world import Event, World

FIRST_ANSWER_SECONDS = 3.0
TOKEN_SECONDS = 900.0
_MESSAGE, _DEFER, _DEFER_UPDATE, _UPDATE, _CHOICES = 4, 5, 6, 7, 8
_ALLOWED = {
    COMMAND: {_MESSAGE, _DEFER, SHOW_MODAL},
    COMPONENT: {_MESSAGE, _DEFER, _DEFER_UPDATE, _UPDATE, SHOW_MODAL},
    AUTOCOMPLETE: {_CHOICES},
    MODAL: {_MESSAGE, _DEFER, _DEFER_UPDATE, _UPDATE},
}
_ALLOWED_FLAGS = Flag.SUPPRESS_EMBEDS | Flag.EPHEMERAL | Flag.SUPPRESS_NOTIFICATIONS | Flag.COMPONENTS_V2


class Interactions:
    """Starts interactions for people and takes the app's answers."""

    def __init__(self, world: World, messages: Messages) -> None:
        self.world = world
        self.messages = messages
        self.by_token: dict[str, Interaction] = {}
        self.refuse_replies_in_locked_threads = False

    def start(
        self,
        kind: int,
        user: User,
        channel: Channel,
        data: Json,
        *,
        on: Message | None = None,
        trigger: Interaction | None = None,
    ) -> Interaction:
        """Send an interaction to the app and start its three seconds."""
        world = self.world
        interaction = Interaction(
            world.new_id(),
            token_urlsafe(24),
            kind,
            user,
            channel,
            data,
            world.clock(),
            on=on,
            trigger=trigger,
        )
        self.by_token[interaction.token] = interaction
        world.clock.call_later(FIRST_ANSWER_SECONDS, lambda: self._expire(interaction))
        described = self.describe(interaction)
        world.announce(Event("INTERACTION_CREATE", lambda _content: described, 0, channel.guild))
        world.changed()
        return interaction

    def _expire(self, interaction: Interaction) -> None:
        if interaction.response is None:
            interaction.failed = True
            self.world.changed()

    def describe(self, interaction: Interaction) -> Json:
        """Write the INTERACTION_CREATE data."""
        world, channel, user = self.world, interaction.channel, interaction.user
        guild = channel.guild
        described: Json = {
            "id": str(interaction.id),
            "application_id": str(world.bot.id),
            "type": interaction.type,
            "data": interaction.data,
            "channel": payloads.channel(channel, world),
            "channel_id": str(channel.id),
            "token": interaction.token,
            "version": 1,
            "app_permissions": str(int(permissions_in(world.bot, channel))),
            "locale": user.locale,
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(guild.id) if guild else "0"},
            "context": 0 if guild else 1,
            "attachment_size_limit": 10485760,
        }
        permissions = str(int(permissions_in(user, channel)))
        if guild:
            described["guild_id"] = str(guild.id)
            described["guild"] = {"id": str(guild.id), "locale": guild.locale, "features": []}
            described["guild_locale"] = guild.locale
            described["member"] = {**payloads.member(guild.members[user.id]), "permissions": permissions}
            described["channel"]["permissions"] = permissions
        else:
            described["user"] = payloads.user(user)
        if interaction.on is not None:
            described["message"] = payloads_message.message(interaction.on, world)
        return described

    def answer(self, interaction_id: int, token: str, body: Json, attachments: list[Json]) -> Json:
        """Take the first answer; gives the callback response object."""
        interaction = self.by_token.get(token)
        if interaction is None or interaction.id != interaction_id:
            raise Refused(10062)
        if interaction.response is not None:
            raise Refused(40060)
        if interaction.failed or self.world.clock() - interaction.created >= FIRST_ANSWER_SECONDS:
            raise Refused(10062)
        kind, data = int(body.get("type") or 0), body.get("data") or {}
        allowed = _ALLOWED[interaction.type]
        if kind not in allowed or (kind in (_DEFER_UPDATE, _UPDATE) and interaction.on is None):
            form = Form()
            form.wrong(("type",), "BASE_TYPE_CHOICES", f"Value must be one of {sorted(allowed)}.")
            form.check()
        if kind in (_MESSAGE, _DEFER, _UPDATE):
            self._may_reply(interaction)
        self._carry_out(interaction, kind, data, attachments)
        interaction.response = Answer(kind, data)
        interaction.answered_at = self.world.clock()
        self.world.changed()
        return self._callback(interaction)

    def _may_reply(self, interaction: Interaction) -> None:
        thread = interaction.channel.thread
        if thread and thread.deleted:
            raise Refused(10003)
        if thread and (thread.archived or (thread.locked and self.refuse_replies_in_locked_threads)):
            raise Refused(50083, status=403)

    def _carry_out(self, interaction: Interaction, kind: int, data: Json, attachments: list[Json]) -> None:
        if kind == _MESSAGE:
            interaction.message = self._reply(interaction, data, attachments)
        elif kind == _DEFER:
            loading = {"flags": int(data.get("flags") or 0) & Flag.EPHEMERAL}
            interaction.message = self._reply(interaction, loading, [], loading=True)
        elif kind == _UPDATE and interaction.on:
            interaction.message = self.messages.revise(
                interaction.on, data, everything=False, attachments=attachments
            )
        elif kind == _DEFER_UPDATE:
            interaction.message = interaction.on
        elif kind == SHOW_MODAL:
            check_modal(data)

    def _reply(
        self, interaction: Interaction, data: Json, attachments: list[Json], *, loading: bool = False
    ) -> Message:
        flags = int(data.get("flags") or 0) & _ALLOWED_FLAGS
        form = Form()
        check_message(form, data, flags=flags)
        form.check()
        message = self.messages.make(
            self.world.bot,
            interaction.channel,
            data,
            flags=flags | (Flag.LOADING if loading else 0),
            attachments=attachments,
            kind=self._kind(interaction),
            everything=False,
        )
        message.interaction = self.metadata(interaction)
        if flags & Flag.EPHEMERAL:
            message.ephemeral_for = interaction.user
            self.world.changed()
        else:
            self.messages.put(message)
        return message

    def _kind(self, interaction: Interaction) -> int:
        if interaction.type != COMMAND:
            return 0
        return 20 if interaction.data.get("type") == 1 else 23

    def metadata(self, interaction: Interaction) -> Json:
        """Write the interaction_metadata of a message that answers it."""
        guild = interaction.channel.guild
        found: Json = {
            "id": str(interaction.id),
            "type": interaction.type,
            "user": payloads.user(interaction.user),
            "authorizing_integration_owners": {"0": str(guild.id) if guild else "0"},
        }
        if interaction.type == COMPONENT and interaction.on:
            found["interacted_message_id"] = str(interaction.on.id)
        if interaction.type == MODAL and interaction.trigger:
            found["triggering_interaction_metadata"] = self.metadata(interaction.trigger)
        return found

    def _callback(self, interaction: Interaction) -> Json:
        message, kind = interaction.message, interaction.response.type if interaction.response else 0
        about: Json = {
            "id": str(interaction.id),
            "type": interaction.type,
            "channel_id": str(interaction.channel.id),
        }
        if interaction.channel.guild:
            about["guild_id"] = str(interaction.channel.guild.id)
        if message is not None:
            about |= {
                "response_message_id": str(message.id),
                "response_message_loading": interaction.thinking,
                "response_message_ephemeral": interaction.ephemeral,
            }
        callback: Json = {"interaction": about}
        if message is not None and kind in (_MESSAGE, _UPDATE):
            callback["resource"] = {"type": kind, "message": payloads_message.message(message, self.world)}
        return callback

    def _open(self, token: str) -> Interaction:
        """Find the interaction behind a webhook token, if the app may use it now."""
        interaction = self.by_token.get(token)
        if interaction is None or interaction.response is None:
            raise Refused(10015)
        if self.world.clock() - interaction.created > TOKEN_SECONDS:
            raise Refused(50027)
        return interaction

    def find(self, token: str, which: str) -> Message:
        """Find @original or a follow-up by id."""
        interaction = self._open(token)
        own = interaction.message
        candidates = [*([own] if own else []), *interaction.followups]
        for message in candidates:
            if not message.deleted and (
                str(message.id) == which or (which == "@original" and message is own)
            ):
                return message
        raise Refused(10008)

    def edit(self, token: str, which: str, body: Json, attachments: list[Json]) -> Message:
        """PATCH @original or a follow-up."""
        message = self.find(token, which)
        self._may_reply(self._open(token))
        return self.messages.revise(message, body, everything=False, attachments=attachments)

    def delete(self, token: str, which: str) -> None:
        """DELETE @original or a follow-up."""
        self.messages.delete(None, self.find(token, which))

    def followup(self, token: str, body: Json, attachments: list[Any]) -> Message:
        """Post a follow-up; straight after a deferral it fills in the deferred message, flags ignored."""
        interaction = self._open(token)
        self._may_reply(interaction)
        if interaction.thinking and interaction.message:
            filled = {key: value for key, value in body.items() if key != "flags"}
            return self.messages.revise(
                interaction.message, filled, everything=False, attachments=attachments
            )
        message = self._reply(interaction, body, attachments)
        interaction.followups.append(message)
        self.world.changed()
        return message
