"""In which language people on Discord are spoken to: their own where Discord tells it, else the server's."""

from __future__ import annotations

from typing import Any

import pytest

from bot import texts
from bot.texts import commands
from tests.discord_kit import HandClock, conversation, hearing
from tests.doubles.discord import DiscordDouble


@pytest.mark.parametrize(("chosen", "heard"), [("de", "de"), ("pt-BR", "pt-BR"), ("en-US", "")])
async def test_a_message_comes_with_the_language_of_its_server(chosen: str, heard: str) -> None:
    """Nobody chooses American English, so it must not send everybody to American helplines."""
    async with DiscordDouble() as double:
        guild = double.guild()
        guild.locale = chosen
        channel, ann = double.text_channel(guild), double.person("Ann")
        async with hearing(double, HandClock(), catch_up_minutes=0) as kit:
            message = await double.say(channel, ann, "hello", mention_bot=True)
            await kit.desk.until(lambda: kit.desk.received)
            assert kit.desk.received[0].author.locale == heard
            here = conversation(message)
            assert texts.translator(kit.desk.received[0].author, here).language == (heard[:2] or "en")


@pytest.mark.parametrize("name", ["help", "privacy"])
async def test_a_command_is_answered_in_the_language_of_whoever_typed_it(name: str) -> None:
    async with DiscordDouble() as double:
        guild = double.guild()
        guild.locale = "fr"
        channel, ann = double.text_channel(guild), double.person("Ann")
        ann.locale = "ja"
        async with hearing(double, HandClock(), catch_up_minutes=0):
            told = await double.command(ann, channel, name)
            await double.until(lambda: told.done and not told.thinking)
            say = {"help": texts.help_text, "privacy": texts.privacy_text}[name]
            assert told.text == say("discord", "ja")


async def test_messages_come_with_the_language_that_their_author_has_told_before() -> None:
    """A command tells a person's own language; a message tells only the server's."""
    async with DiscordDouble() as double:
        guild = double.guild()
        guild.locale = "fr"
        channel, ann, ben = double.text_channel(guild), double.person("Ann"), double.person("Ben")
        ann.locale = "pl"
        async with hearing(double, HandClock(), catch_up_minutes=0) as kit:
            told = await double.command(ann, channel, "privacy")
            await double.until(lambda: told.done and not told.thinking)
            for person in (ann, ben):
                await double.say(channel, person, "hello", mention_bot=True)
            await kit.desk.until(lambda: len(kit.desk.received) == 2)
            heard = {one.author.name: one.author.locale for one in kit.desk.received}
            assert heard == {"Ann": "pl", "Ben": "fr"}


async def test_the_language_of_everybody_who_chose_none_names_no_country_for_the_helplines() -> None:
    """E17"""
    async with DiscordDouble() as double:
        guild = double.guild()
        channel, ann = double.text_channel(guild), double.person("Ann")
        assert ann.locale == "en-US"
        async with hearing(double, HandClock(), catch_up_minutes=0) as kit:
            told = await double.command(ann, channel, "privacy")
            await double.until(lambda: told.done and not told.thinking)
            await double.say(channel, ann, "hello", mention_bot=True)
            await kit.desk.until(lambda: kit.desk.received)
            assert kit.desk.received[0].author.locale == "en"


@pytest.mark.parametrize(("chosen", "read"), [("tr", "tr"), ("en-US", "")])
async def test_moderators_read_the_language_of_their_server(chosen: str, read: str) -> None:
    async with DiscordDouble() as double:
        guild = double.guild()
        guild.locale = chosen
        async with hearing(double, HandClock(), catch_up_minutes=0) as kit:
            assert await kit.adapter.locale(str(guild.id)) == read
            assert await kit.adapter.locale("123") == await kit.adapter.locale("") == ""


async def test_commands_say_what_they_do_in_every_language_that_discord_shows() -> None:
    async with DiscordDouble() as double:
        double.guild()
        async with hearing(double, HandClock(), catch_up_minutes=0):
            published = double.commands.scopes[None]
    every = [part for command in published for part in (command, *parts(command))]
    shown = {"es-ES", "es-419", "de", "fr", "pt-BR", "ja", "pl", "tr", "hi"}
    assert len(every) > 10
    for part in every:
        if part["name"] == commands.branch.english:
            assert part["name_localizations"]["de"] == commands.branch("de")
            assert set(part["name_localizations"]) == shown
        else:
            assert not part.get("name_localizations"), "help and notices name it"
            assert part["description_localizations"].keys() == shown
            for locale, said in part["description_localizations"].items():
                assert said == translated(part["description"], locale)


def parts(command: dict[str, Any]) -> list[dict[str, Any]]:
    """The subcommands and options of a command."""
    return [part for one in command.get("options") or () for part in (one, *parts(one))]


def translated(english: str, locale: str) -> str:
    return texts.translator(locale)(english)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_what_commands_say_fits_into_the_list(language: str) -> None:
    for name, sentence in vars(commands).items():
        if isinstance(sentence, texts.Sentence):
            assert len(sentence(language)) <= (32 if name == "branch" else 100), sentence(language)
