"""In which language people on Discord are spoken to: their own where Discord tells it, else the server's."""

from __future__ import annotations

import pytest

from bot import texts
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
