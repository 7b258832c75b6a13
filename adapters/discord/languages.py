"""The commands in people's own languages: Discord shows each of them what it says in theirs."""

from __future__ import annotations

from typing import Any

from discord import Locale, app_commands

from bot.texts import ENGLISH, language_of, translator

_SAID = frozenset(
    {
        app_commands.TranslationContextLocation.command_description,
        app_commands.TranslationContextLocation.group_description,
        app_commands.TranslationContextLocation.parameter_description,
    }
)


class InEveryLanguage(app_commands.Translator):
    """Translates what commands say. Their names stay as they are: help and notices name them."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: Locale,
        context: app_commands.TranslationContext[Any, Any],
    ) -> str | None:
        """The words in a language of Discord's, None where they stay as they are."""
        language = language_of(str(locale))
        # The name of an entry in a message's own menu is not typed: it is only read.
        label = isinstance(context.data, app_commands.ContextMenu)
        if not language or language == ENGLISH or not (label or context.location in _SAID):
            return None
        return translator(language)(str(string))
