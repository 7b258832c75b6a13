"""The double, driven by the real discord.py: connecting, reading, writing, threads."""

import discord
import pytest

from tests.doubles.discord import DiscordDouble, Permission, Refused
from tests.doubles.discord.client import Listener, connected_client


async def test_the_real_client_connects_and_knows_guild_channel_and_itself() -> None:
    async with DiscordDouble() as double:
        guild = double.guild("Harbour")
        channel = double.text_channel(guild, "general")
        async with connected_client(double) as client:
            assert client.user is not None
            assert client.user.id == double.bot.id
            assert [each.name for each in client.guilds] == ["Harbour"]
            found = client.get_channel(channel.id)
            assert isinstance(found, discord.TextChannel)
            assert found.permissions_for(found.guild.me).manage_threads
            assert double.gateway.count.identified == 1


async def test_a_message_reaches_the_client_and_the_answer_reaches_the_channel() -> None:
    async with DiscordDouble() as double:
        double.guild()
        channel, ann = double.text_channel(), double.person("Ann")
        async with connected_client(double) as client:
            said = await double.say(channel, ann, "hello", mention_bot=True)
            heard = await client.hear("message")
            assert (heard.id, heard.author.name, client.user in heard.mentions) == (said.id, "ann", True)
            await heard.channel.send("hi!")
            assert double.said(channel) == ["hi!"]
            assert (await client.hear("message", count=2)).content == "hi!"


async def test_a_thread_on_a_message_has_its_id_and_there_is_only_one() -> None:
    async with DiscordDouble() as double:
        double.guild()
        channel, ann = double.text_channel(), double.person("Ann")
        async with connected_client(double) as client:
            said = await double.say(channel, ann, "hello")
            heard = await client.hear("message")
            thread = await heard.create_thread(name="Talk", reason="asked for – by Ann")
            made = double.thread_of(said)
            assert made is not None
            assert thread.id == said.id == made.id
            assert made.audit_reasons == ["asked for – by Ann"]
            with pytest.raises(discord.HTTPException) as second:
                await heard.create_thread(name="Again")
            assert (second.value.status, second.value.code) == (400, 160004)
            await thread.send("inside")
            assert double.said(made) == ["inside"]


async def test_a_thread_without_message_or_type_is_private() -> None:
    async with DiscordDouble() as double:
        double.guild()
        channel = double.text_channel()
        async with connected_client(double) as client:
            found = client.get_channel(channel.id)
            assert isinstance(found, discord.TextChannel)
            thread = await found.create_thread(name="Hidden")
            assert thread.is_private()
            public = await found.create_thread(name="Open", type=discord.ChannelType.public_thread)
            assert not public.is_private()


async def test_a_forum_post_is_thread_and_message_and_wants_its_tag() -> None:
    async with DiscordDouble() as double:
        guild = double.guild()
        forum = double.forum(guild, "help", tags=("question",), require_tag=True)
        async with connected_client(double) as client:
            found = client.get_channel(forum.id)
            assert isinstance(found, discord.ForumChannel)
            with pytest.raises(discord.HTTPException) as untagged:
                await found.create_thread(name="Where?", content="Where is it?")
            assert untagged.value.code == 40067
            made = await found.create_thread(
                name="Where?", content="Where?", applied_tags=[found.available_tags[0]]
            )
            assert made.thread.id == made.message.id
            assert [each.name for each in double.threads(forum)] == ["Where?"]
            with pytest.raises(discord.HTTPException) as direct:
                await client.http.send_message(forum.id, params=discord.http.handle_message_parameters("no"))
            assert direct.value.code == 40058


async def test_editing_keeps_every_version_with_its_time() -> None:
    async with DiscordDouble() as double:
        double.guild()
        channel = double.text_channel()
        async with connected_client(double) as client:
            message = await _text(client, channel.id).send("one")
            await message.edit(content="one two")
            await message.edit(content="one two three")
            kept = double.messages(channel)[0]
            assert [version.content for version in kept.history] == ["one", "one two", "one two three"]
            assert kept.history[0].time < kept.history[1].time < kept.history[2].time
            await double.say(channel, double.person("Ann"), "later")
            await client.hear("message_edit", count=2)


async def test_the_same_nonce_makes_one_message_only() -> None:
    async with DiscordDouble() as double:
        double.guild()
        channel = double.text_channel()
        async with connected_client(double) as client:
            first = await _text(client, channel.id).send("once", nonce="turn-1")
            second = await _text(client, channel.id).send("once", nonce="turn-1")
            assert first.id == second.id
            assert double.said(channel) == ["once"]


async def test_history_comes_newest_first_and_after_starts_at_the_oldest() -> None:
    async with DiscordDouble() as double:
        double.guild()
        channel, ann = double.text_channel(), double.person("Ann")
        said = [await double.say(channel, ann, f"message {number}") for number in range(5)]
        async with connected_client(double) as client:
            got = [each.content async for each in _text(client, channel.id).history(limit=2)]
            assert got == ["message 4", "message 3"]
            after = [
                each.content
                async for each in _text(client, channel.id).history(after=discord.Object(said[2].id))
            ]
            assert after == ["message 3", "message 4"]


async def test_reactions_typing_and_files_arrive() -> None:
    async with DiscordDouble() as double:
        double.guild()
        channel, ann = double.text_channel(), double.person("Ann")
        async with connected_client(double) as client:
            said = await double.say(channel, ann, "look", attachments=[("a.txt", b"text", "text/plain")])
            heard = await client.hear("message")
            assert await heard.attachments[0].read() == b"text"
            await heard.add_reaction("👀")
            assert said.reactions == {"👀": {double.bot.id}}
            await heard.remove_reaction("👀", client.user)
            assert said.reactions == {}
            async with heard.channel.typing():
                assert channel.typed
            sent = await heard.channel.send("here", file=discord.File(__file__, "test.py"))
            assert sent.attachments[0].filename == "test.py"


async def test_locking_needs_the_permission_and_keeps_people_out() -> None:
    async with DiscordDouble() as double:
        double.guild()
        channel, ann = double.text_channel(), double.person("Ann")
        mo = double.person("Mo", moderator=True)
        async with connected_client(double) as client:
            said = await double.say(channel, ann, "hello")
            thread = await (await client.hear("message")).create_thread(name="Talk")
            made = double.thread_of(said)
            assert made is not None
            await thread.edit(locked=True, reason="ended")
            assert (made.locked, made.archived, made.audit_reasons) == (True, False, ["ended"])
            with pytest.raises(Refused) as kept_out:
                await double.say(made, ann, "but…")
            assert kept_out.value.code == 160005
            assert (await double.say(made, mo, "I may")).content == "I may"
            await double.unlock(made, by=mo)
            await client.hear("raw_thread_update", count=2)
            assert (await double.say(made, ann, "back")).content == "back"


async def test_an_archived_thread_refuses_edits_and_reactions_and_wakes_up_when_somebody_writes() -> None:
    async with DiscordDouble() as double:
        double.guild()
        channel, ann = double.text_channel(), double.person("Ann")
        async with connected_client(double) as client:
            said = await double.say(channel, ann, "hello")
            thread = await (await client.hear("message")).create_thread(name="Talk")
            own = await thread.send("mine")
            made = double.thread_of(said)
            assert made is not None
            await double.archive(made)
            for attempt in (own.edit(content="new"), own.add_reaction("👀"), thread.edit(locked=True)):
                with pytest.raises(discord.HTTPException) as refused:
                    await attempt
                assert refused.value.code == 50083
            await double.say(made, ann, "awake")
            assert not made.archived
            await double.archive(made)
            await thread.edit(archived=False, locked=True)
            assert (made.archived, made.locked) == (False, True)


async def test_a_bot_without_manage_threads_can_neither_lock_nor_write_in_a_locked_thread() -> None:
    async with DiscordDouble() as double:
        double.guild(bot_permissions=Permission.NONE)
        channel, ann = double.text_channel(), double.person("Ann")
        mo = double.person("Mo", moderator=True)
        async with connected_client(double) as client:
            said = await double.say(channel, ann, "hello")
            thread = await (await client.hear("message")).create_thread(name="Talk")
            made = double.thread_of(said)
            assert made is not None
            own = await thread.send("mine")
            with pytest.raises(discord.Forbidden) as locking:
                await thread.edit(locked=True)
            assert locking.value.code == 50013
            await double.lock(made, by=mo)
            for attempt in (thread.send("hello?"), own.edit(content="new")):
                with pytest.raises(discord.Forbidden) as writing:
                    await attempt
                assert writing.value.code == 160005
            await own.add_reaction("👀")


async def test_missing_permissions_are_told_apart_from_missing_access() -> None:
    async with DiscordDouble() as double:
        guild = double.guild()
        hidden, mute = double.text_channel(guild, "hidden"), double.text_channel(guild, "mute")
        async with connected_client(double) as client:
            found = _text(client, mute.id)
            message = await found.send("before")
            double.deny(hidden, guild.everyone, Permission.VIEW_CHANNEL)
            double.deny(
                mute,
                double.bot,
                Permission.SEND_MESSAGES
                | Permission.CREATE_PUBLIC_THREADS
                | Permission.CREATE_PRIVATE_THREADS,
            )
            for attempt, code in (
                (client.fetch_channel(hidden.id), 50001),
                (found.send("x"), 50013),
                (message.create_thread(name="x"), 50013),
                (found.create_thread(name="x"), 50013),
            ):
                with pytest.raises(discord.Forbidden) as refused:
                    await attempt
                assert refused.value.code == code
            double.deny(mute, double.bot, Permission.ADD_REACTIONS | Permission.READ_MESSAGE_HISTORY)
            double.allow(mute, double.bot, Permission.SEND_MESSAGES)
            double.deny(mute, double.bot, Permission.EMBED_LINKS)
            for poorer, code in (
                (found.send(embed=discord.Embed(title="x")), 50013),
                (message.reply("x"), 160002),
                (message.add_reaction("👀"), 50013),
                (found.fetch_message(message.id), 50013),
            ):
                with pytest.raises(discord.HTTPException) as refused_too:
                    await poorer
                assert refused_too.value.code == code
            assert [each async for each in found.history()] == []


async def test_unknown_things_are_unknown() -> None:
    async with DiscordDouble() as double:
        double.guild()
        channel, ann = double.text_channel(), double.person("Ann")
        async with connected_client(double) as client:
            said = await double.say(channel, ann, "hello")
            heard = await client.hear("message")
            await double.delete(said)
            with pytest.raises(discord.NotFound) as message:
                await heard.add_reaction("👀")
            assert message.value.code == 10008
            with pytest.raises(discord.HTTPException, match="Unknown message") as reply:
                await heard.reply("late")
            assert reply.value.code == 50035
            await double.delete_channel(channel)
            with pytest.raises(discord.NotFound) as gone:
                await heard.channel.send("anyone?")
            assert gone.value.code == 10003
            with pytest.raises(discord.NotFound) as nowhere:
                await client.http.request(discord.http.Route("GET", "/nothing/here"))
            assert nowhere.value.code == 0


def _text(client: Listener, channel_id: int) -> discord.TextChannel:
    found = client.get_channel(channel_id)
    assert isinstance(found, discord.TextChannel)
    return found
