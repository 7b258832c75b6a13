"""The app's commands: kept, checked, and found again when a person uses them."""

import re
from typing import Any

from .errors import Form, Json, Refused
from .world import World

_NAME = re.compile(r"^[-_'\w]{1,32}$", re.UNICODE)
_MOST = {1: 100, 2: 15, 3: 15}
_LOCALES = re.compile(
    r"id|da|de|en-GB|en-US|es-ES|es-419|fr|hr|it|lt|hu|nl|no|pl|pt-BR|ro|fi|sv-SE|vi|tr|cs|el|bg|ru|uk|hi|th"
    r"|zh-CN|ja|zh-TW|ko"
)
_NULLS = ("name_localizations", "description_localizations", "default_member_permissions", "contexts")


class Commands:
    """Global and per-guild commands."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.scopes: dict[int | None, list[Json]] = {}

    def put(self, guild_id: int | None, body: Any) -> list[Json]:
        """Replace all commands of a scope; those with the same name and kind keep their id."""
        form = Form()
        if not isinstance(body, list):
            form.wrong((), "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        form.check()
        for index, command in enumerate(body):
            check(form, (index,), command)
        form.check()
        for kind, most in _MOST.items():
            if sum(command.get("type", 1) == kind for command in body) > most:
                raise Refused(30032)
        old = {(each["name"], each["type"]): each["id"] for each in self.scopes.get(guild_id, [])}
        self.scopes[guild_id] = [self._stored(guild_id, command, old) for command in body]
        self.world.changed()
        return self.scopes[guild_id]

    def add(self, guild_id: int | None, body: Json) -> Json:
        """Create one command, or replace that of the same name and kind."""
        kind = body.get("type", 1)
        kept = [
            each
            for each in self.scopes.get(guild_id, [])
            if (each["name"], each["type"]) != (body.get("name"), kind)
        ]
        return self.put(guild_id, [*kept, body])[-1]

    def _stored(self, guild_id: int | None, command: Json, old: dict[tuple[str, int], str]) -> Json:
        kind = command.get("type", 1)
        stored: Json = {
            **dict.fromkeys(_NULLS),
            "description": "",
            "nsfw": False,
            **command,
            "integration_types": command.get("integration_types") or [0],
            "id": old.get((command["name"], kind)) or str(self.world.new_id()),
            "application_id": str(self.world.bot.id),
            "version": str(self.world.new_id()),
            "type": kind,
        }
        if stored["default_member_permissions"] is not None:
            stored["default_member_permissions"] = str(stored["default_member_permissions"])
        if guild_id is None:
            stored.setdefault("dm_permission", True)
        else:
            stored["guild_id"] = str(guild_id)
        return stored

    def find(self, guild_id: int | None, name: str, kind: int) -> Json:
        """Find the command a person means: the guild's own before the global one."""
        for scope in dict.fromkeys((guild_id, None)):
            for command in self.scopes.get(scope, []):
                if (command["name"], command["type"]) == (name, kind):
                    return command
        known = sorted(each["name"] for scope in self.scopes.values() for each in scope)
        raise LookupError(f"no command {name!r} of kind {kind}; registered: {known}")


def check(form: Form, path: tuple[str | int, ...], command: Any) -> None:
    """Check one command's name, description and options."""
    if not isinstance(command, dict):
        form.wrong(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        return
    kind = command.get("type", 1)
    name = command.get("name")
    if kind == 1:
        _check_name(form, (*path, "name"), name)
        _check_description(form, path, command)
    else:
        form.longest((*path, "name"), name if isinstance(name, str) else "", 32, least=1)
        if command.get("description"):
            text = "Context menu commands cannot have description"
            form.wrong((*path, "description"), "APPLICATION_COMMAND_CONTEXT_MENU_NO_DESCRIPTION", text)
    _check_options(form, path, command)
    if _size(command) > 8000:
        form.wrong(path, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")


def _check_name(form: Form, path: tuple[str | int, ...], name: Any) -> None:
    if not isinstance(name, str) or not _NAME.match(name) or name != name.lower():
        text = "Command name is invalid: 1 to 32 lower-case letters, digits, - or _"
        form.wrong(path, "APPLICATION_COMMAND_INVALID_NAME", text)


def _check_description(form: Form, path: tuple[str | int, ...], item: Json) -> None:
    description = item.get("description")
    text = description if isinstance(description, str) else ""
    form.longest((*path, "description"), text, 100, least=1)
    for locale, said in (item.get("description_localizations") or {}).items():
        here = (*path, "description_localizations", locale)
        form.longest(here, said, 100, least=1)
        if not _LOCALES.fullmatch(locale):
            form.wrong(here, "ENUM_TYPE_COERCE", f'Value "{locale}" is not a valid enum value.')


def _check_options(form: Form, path: tuple[str | int, ...], item: Json) -> None:
    names: set[str] = set()
    optional_seen = False
    for index, option in enumerate(form.at_most((*path, "options"), item.get("options"), 25)):
        here = (*path, "options", index)
        _check_name(form, (*here, "name"), option.get("name"))
        _check_description(form, here, option)
        form.at_most((*here, "choices"), option.get("choices"), 25)
        if option.get("name") in names:
            form.wrong(here, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists")
        if option.get("required") and optional_seen:
            text = "Required options must be placed before non-required options"
            form.wrong(here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", text)
        optional_seen = optional_seen or not option.get("required")
        names.add(str(option.get("name")))
        _check_options(form, here, option)


def _size(item: Json) -> int:
    own = len(str(item.get("name", ""))) + len(str(item.get("description") or ""))
    choices = sum(
        len(str(each.get("name"))) + len(str(each.get("value"))) for each in item.get("choices") or ()
    )
    return own + choices + sum(_size(option) for option in item.get("options") or ())
