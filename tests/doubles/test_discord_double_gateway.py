"""The double's gateway, driven by the real discord.py: refusals, drops, resuming, faults."""

import asyncio

import aiohttp
import discord
import pytest

from tests.doubles.discord import DiscordDouble, Permission
from tests.doubles.discord.client import CONTENT_FREE, WITH_CONTENT, connected_client


async def test_a_wrong_token_is_refused() -> None:
    async with DiscordDouble(token="right") as double:
        async with aiohttp.ClientSession() as session, session.ws_connect(double.gateway_url) as socket:
            assert (await socket.receive_json())["op"] == 10
            await socket.send_json({"op": 2, "d": {"token": "wrong", "intents": 0, "properties": {}}})
            assert (await socket.receive()).data == 4004
        async with aiohttp.ClientSession() as session:
            wrong = {"Authorization": "Bot wrong"}
            async with session.get(f"{double.api_url}/users/@me", headers=wrong) as answer:
                assert answer.status == 401
                assert await answer.json() == {"message": "401: Unauthorized", "code": 0}
                assert answer.headers["Content-Type"] == "application/json"


async def test_intents_that_the_portal_forbids_are_refused() -> None:
    async with DiscordDouble(message_content=False) as double:
        with pytest.raises(discord.PrivilegedIntentsRequired):
            async with connected_client(double, intents=WITH_CONTENT):
                pass


async def test_without_the_content_intent_strangers_words_are_blank() -> None:
    async with DiscordDouble(message_content=False) as double:
        double.guild()
        channel, ann = double.text_channel(), double.person("Ann")
        async with connected_client(double, intents=CONTENT_FREE) as client:
            found = client.get_channel(channel.id)
            assert isinstance(found, discord.TextChannel)
            own = await found.send("my own words")
            kept = double.world.messages[own.id]
            await client.hear("message")
            said = [
                await double.say(channel, ann, "just talking"),
                await double.say(channel, ann, "hello", mention_bot=True),
                await double.say(channel, ann, "pinged reply", reply_to=kept),
                await double.say(channel, ann, "quiet reply", reply_to=kept, ping_reply=False),
                await double.say(double.bot, ann, "a direct message"),
            ]
            await client.hear("message", count=6)
            heard = [message.content for message in client.all("message")]
            mention = f"{double.bot.mention} hello"
            assert heard == ["my own words", "", mention, "pinged reply", "", "a direct message"]
            assert (await found.fetch_message(said[0].id)).content == ""
            assert (await found.fetch_message(said[1].id)).content == mention


async def test_a_dropped_connection_is_resumed_and_what_was_missed_is_replayed() -> None:
    async with DiscordDouble() as double:
        double.guild()
        channel, ann = double.text_channel(), double.person("Ann")
        async with connected_client(double) as client:
            await double.say(channel, ann, "before")
            await client.hear("message")
            await double.drop_gateway(resumable=True)
            await double.say(channel, ann, "while away")
            await client.hear("resumed")
            await double.say(channel, ann, "after")
            await client.hear("message", count=3)
            assert [each.content for each in client.all("message")] == ["before", "while away", "after"]
            assert (double.gateway.count.identified, double.gateway.count.resumed) == (1, 1)


async def test_a_lost_session_is_identified_anew_and_nothing_is_replayed() -> None:
    async with DiscordDouble() as double:
        double.guild()
        channel, ann = double.text_channel(), double.person("Ann")
        async with connected_client(double) as client:
            await double.drop_gateway(resumable=False)
            await double.say(channel, ann, "while away")
            await double.connected(times=2)
            await double.say(channel, ann, "after")
            await client.hear("message")
            assert [each.content for each in client.all("message")] == ["after"]
            assert (double.gateway.count.identified, double.gateway.count.invalidated) == (2, 1)


async def test_a_line_cut_without_a_word_is_resumed() -> None:
    async with DiscordDouble() as double:
        double.guild()
        async with connected_client(double) as client:
            await double.drop_gateway(code=None)
            await client.hear("resumed")


async def test_opcodes_seven_and_nine_make_the_client_come_back() -> None:
    async with DiscordDouble() as double:
        double.guild()
        async with connected_client(double) as client:
            double.ask_to_reconnect()
            await client.hear("resumed")
            double.invalidate(resumable=True)
            await client.hear("resumed", count=2)
            double.invalidate()
            await double.connected(times=4)
            assert double.gateway.count.identified == 2


async def test_heartbeats_are_acknowledged_until_the_double_is_deaf() -> None:
    async with DiscordDouble() as double:
        double.guild()
        double.gateway.heartbeat_interval = 0.02
        async with connected_client(double, heartbeat_timeout=0.2):
            await double.until(lambda: double.gateway.count.heartbeats >= 3)
            assert double.gateway.count.connected == 1
            double.deafen()
            await double.until(lambda: double.gateway.count.connected >= 2)
            double.hear()


async def test_a_refused_first_connect_kills_discord_py() -> None:
    async with DiscordDouble() as double:
        double.guild()
        double.refuse_gateway(1)
        with pytest.raises(AttributeError, match="sequence"):
            async with connected_client(double):
                pass
        assert double.gateway.count.refused == 1


async def test_a_malformed_dispatch_ends_discord_py() -> None:
    async with DiscordDouble() as double:
        double.guild()
        async with connected_client(double) as client:
            double.dispatch("MESSAGE_CREATE", {"nonsense": True})
            assert client.running is not None
            with pytest.raises(KeyError):
                await client.running


async def test_a_replayed_message_is_heard_twice() -> None:
    async with DiscordDouble() as double:
        double.guild()
        channel, ann = double.text_channel(), double.person("Ann")
        async with connected_client(double) as client:
            said = await double.say(channel, ann, "once?")
            double.replay(said)
            await client.hear("message", count=2)
            assert {each.id for each in client.all("message")} == {said.id}


async def test_the_audit_log_is_told_to_those_with_intent_and_permission() -> None:
    intents = discord.Intents(guilds=True, moderation=True)
    async with DiscordDouble() as double:
        double.guild(bot_permissions=Permission.VIEW_AUDIT_LOG | Permission.MANAGE_THREADS)
        channel, mo = double.text_channel(), double.person("Mo", moderator=True)
        thread = await double.start_thread(mo, channel, "Talk")
        async with connected_client(double, intents=intents) as client:
            await double.lock(thread, by=mo, reason="enough")
            entry = await client.hear("audit_log_entry_create")
            assert (entry.user_id, entry.reason, entry.action) == (
                mo.id,
                "enough",
                discord.AuditLogAction.thread_update,
            )
            assert client.all("message") == []


async def test_a_planned_fault_strikes_with_and_without_its_effect() -> None:
    async with DiscordDouble() as double:
        double.guild()
        channel = double.text_channel()
        async with connected_client(double) as client:
            found = client.get_channel(channel.id)
            assert isinstance(found, discord.TextChannel)
            double.faults.add(method="POST", path=r"/messages$", status=503)
            with pytest.raises(discord.DiscordServerError):
                await found.send("lost")
            assert double.said(channel) == []
            double.faults.add(method="POST", path=r"/messages$", status="drop", after_effect=True)
            with pytest.raises(aiohttp.ServerDisconnectedError):
                await found.send("kept", nonce="n")
            await found.send("kept", nonce="n")
            assert double.said(channel) == ["kept"]
            limited = double.faults.add(method="POST", path=r"/messages$", status=429, retry_after=0.01)
            await found.send("after waiting")
            assert limited.hits == 1
            hanging = double.faults.add(path=r"/typing$", status="hang")
            typing = asyncio.create_task(client.http.send_typing(channel.id))
            await double.until(lambda: hanging.hits == 1)
            assert not typing.done()
            assert channel.typed == []
            hanging.release()
            await typing
            assert len(channel.typed) == 1


async def test_after_an_outage_the_client_resumes_on_the_same_port() -> None:
    async with DiscordDouble() as double:
        double.guild()
        channel, ann = double.text_channel(), double.person("Ann")
        async with connected_client(double) as client:
            await double.stop()
            await double.start()
            await double.say(channel, ann, "are you back?")
            assert (await client.hear("message")).content == "are you back?"


async def test_a_private_thread_is_unseen_until_the_bot_is_invited() -> None:
    async with DiscordDouble() as double:
        double.guild(bot_permissions=Permission.NONE)
        channel, ann = double.text_channel(), double.person("Ann")
        async with connected_client(double) as client:
            thread = await double.start_thread(ann, channel, "Secret", private=True)
            await double.say(thread, ann, "unheard")
            with pytest.raises(discord.Forbidden) as unseen:
                await client.fetch_channel(thread.id)
            assert unseen.value.code == 50001
            await double.invite(thread)
            await double.say(thread, ann, "heard")
            assert (await client.hear("message")).content == "heard"
