"""AutoMod in the double: what a bot may not say there, with Discord's codes."""

import discord
import pytest

from tests.doubles.discord import DiscordDouble
from tests.doubles.discord.client import connected_client


async def test_whole_words_of_the_filter_are_refused_in_messages_edits_frames_and_titles() -> None:
    async with DiscordDouble() as double:
        guild = double.guild()
        channel, forum = double.text_channel(guild), double.forum(guild)
        double.filter_words(guild, "Teapot")
        async with connected_client(double) as client:
            place, posts = client.get_channel(channel.id), client.get_channel(forum.id)
            assert isinstance(place, discord.TextChannel)
            assert isinstance(posts, discord.ForumChannel)
            said = await place.send("teapots are fine")
            for attempt, code in (
                (place.send("a teapot"), 200000),
                (place.send(embed=discord.Embed(description="TEAPOT!")), 200000),
                (said.edit(content="a teapot"), 200000),
                (said.create_thread(name="my teapot"), 200001),
                (posts.create_thread(name="my teapot", content="x"), 200001),
                (posts.create_thread(name="mine", content="teapot"), 200000),
            ):
                with pytest.raises(discord.HTTPException) as refused:
                    await attempt
                assert (refused.value.status, refused.value.code) == (400, code)
            assert double.said(channel) == ["teapots are fine"]
            assert double.threads(forum) == []
            double.filter_words(guild)
            await said.edit(content="a teapot")


async def test_people_are_not_its_concern_here() -> None:
    async with DiscordDouble() as double:
        guild = double.guild()
        channel = double.text_channel(guild)
        double.filter_words(guild, "teapot")
        await double.say(channel, double.person("Ann"), "a teapot")
        assert [each.text for each in double.messages(channel)] == ["a teapot"]
