"""What is heard on Discord, through the real client and the double."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.types import Incoming, ThreadRef
from tests.discord_kit import HandClock, Kit, conversation, hearing
from tests.doubles.discord import Channel, DiscordDouble, Guild, Message, Thread, User
from tests.program import PATIENCE


@dataclass
class Place:
    """A server with a channel, a forum, and a bot that hears."""

    double: DiscordDouble
    kit: Kit
    guild: Guild
    channel: Channel
    forum: Channel
    ann: User
    mo: User
    clock: HandClock

    async def heard(self, count: int = 1) -> Incoming:
        """The newest message, once there are so many."""
        await self.kit.desk.until(lambda: len(self.kit.desk.received) >= count)
        assert len(self.kit.desk.received) == count
        return self.kit.desk.received[-1]

    async def nothing_but(self, message: str) -> None:
        """Say something that is heard: what came before it and was not, never will be."""
        await self.double.say(self.channel, self.ann, message, mention_bot=True)
        await self.kit.desk.until(lambda: self.kit.desk.received)
        assert [each.text for each in self.kit.desk.received] == [message]

    async def own_thread(self) -> Thread:
        """A thread that the bot has opened."""
        opening = await self.double.say(self.channel, self.ann, "hello", mention_bot=True)
        await self.heard()
        await self.kit.adapter.open(conversation(opening), "hello")
        assert opening.started
        return opening.started


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async with DiscordDouble() as double:
        guild = double.guild()
        channel, forum = double.text_channel(guild), double.forum(guild)
        ann, mo = double.person("Ann"), double.person("Mo", moderator=True)
        clock = HandClock()
        async with hearing(double, clock, forums=(str(forum.id),), catch_up_minutes=0) as kit:
            yield Place(double, kit, guild, channel, forum, ann, mo, clock)


async def test_a_mention_in_a_channel_opens_a_thread_with_the_messages_id(place: Place) -> None:
    message = await place.double.say(place.channel, place.ann, "what is a tide?", mention_bot=True)
    heard = await place.heard()
    guild, channel = str(place.guild.id), str(place.channel.id)
    assert heard.thread == ThreadRef("discord", guild, channel, str(message.id))
    assert (heard.place, heard.message_id, heard.text) == (channel, str(message.id), "what is a tide?")
    assert (heard.opens, heard.addressed, heard.private) == (True, True, False)
    assert (heard.author.id, heard.author.name, heard.author.moderator) == (str(place.ann.id), "Ann", False)


async def test_the_role_that_discord_made_for_the_bot_is_a_mention_too(place: Place) -> None:
    role = next(role for role in place.guild.roles.values() if role.managed_by)
    role.mentionable = True
    await place.double.say(place.channel, place.ann, f"<@&{role.id}> hello")
    assert (await place.heard()).text == "hello"


async def test_ordinary_talk_bots_webhooks_and_everyone_are_not_heard(place: Place) -> None:
    robot = place.double.person("Robot", bot=True)
    hook = place.double.webhook("Hook")
    await place.double.say(place.channel, place.ann, "just talking")
    await place.double.say(place.channel, place.ann, "@everyone look")
    await place.double.say(place.channel, robot, "hello", mention_bot=True)
    await place.double.say(place.channel, hook, "hello", mention_bot=True)
    await place.nothing_but("and now?")


async def test_names_stand_for_ids_and_unreadable_things_are_named(place: Place) -> None:
    ben = place.double.person("Ben")
    text = f"ask {ben.mention} <:tide:123> in {place.channel.mention}"
    await place.double.say(
        place.channel, place.ann, text, mention_bot=True, attachments=[("map.pdf", b"x", "application/pdf")]
    )
    assert (await place.heard()).text == "ask @Ben :tide: in #general\n[attachment: map.pdf]"


async def test_in_its_own_thread_everything_people_write_is_heard(place: Place) -> None:
    thread = await place.own_thread()
    await place.double.say(thread, place.ann, "and then?")
    heard = await place.heard(2)
    assert (heard.thread.thread, heard.place) == (str(thread.id), str(thread.id))
    assert (heard.opens, heard.addressed) == (False, False)


async def test_a_mention_or_a_reply_in_its_thread_is_addressed(place: Place) -> None:
    thread = await place.own_thread()
    async with place.kit.adapter.reply(conversation(thread), "t1", (), place.kit.note_placed) as stream:
        await stream.finish("An answer.")
    (answer,) = place.double.messages(thread, by=place.double.bot)
    await place.double.say(thread, place.ann, "hm", reply_to=answer, ping_reply=False)
    assert (await place.heard(2)).addressed
    await place.double.say(thread, place.ann, "you there?", mention_bot=True)
    assert (await place.heard(3)).addressed


async def test_in_a_thread_of_others_only_a_mention_is_heard(place: Place) -> None:
    thread = await place.double.start_thread(place.ann, place.channel, "Our own")
    await place.double.say(thread, place.ann, "not for you")
    await place.double.say(thread, place.ann, "for you", mention_bot=True)
    heard = await place.heard()
    assert (heard.text, heard.opens, heard.thread.thread) == ("for you", True, str(thread.id))


async def test_a_post_in_a_configured_forum_is_a_conversation(place: Place) -> None:
    post = await place.double.start_post(place.ann, place.forum, "Tides", "why two a day?")
    heard = await place.heard()
    assert heard.thread.thread == heard.message_id == str(post.id)
    assert (heard.thread.channel, heard.opens, heard.addressed) == (str(place.forum.id), True, True)
    await place.double.say(post, place.ann, "please")
    assert (await place.heard(2)).opens is False


async def test_a_direct_message_is_a_conversation_of_its_own(place: Place) -> None:
    await place.double.say(place.ann, place.ann, "hello")
    heard = await place.heard()
    assert heard.thread.direct
    assert heard.thread.channel == heard.thread.thread == heard.place
    assert heard.opens
    assert heard.addressed


async def test_moderators_are_known(place: Place) -> None:
    await place.double.say(place.channel, place.mo, "hello", mention_bot=True)
    assert (await place.heard()).author.moderator


async def test_a_thread_that_is_not_in_memory_is_looked_up(place: Place) -> None:
    thread = await place.own_thread()
    await place.double.archive(thread)
    client = place.kit.adapter._connection.client
    await place.double.until(lambda: client and client.get_channel(thread.id) is None)
    world = place.double.world
    history = world.messages[thread.id].history
    message = Message(world.new_id(), thread, place.ann, world.now(), history)
    place.double.replay(message)
    assert (await place.heard(2)).thread.channel == str(place.channel.id)


async def test_the_same_message_twice_is_the_desks_affair_and_harmless(place: Place) -> None:
    message = await place.double.say(place.channel, place.ann, "once", mention_bot=True)
    place.double.replay(message)
    await place.double.say(place.channel, place.ann, "twice", mention_bot=True)
    await place.kit.desk.until(lambda: len(place.kit.desk.received) == 2)


async def test_a_message_is_kept_even_if_the_store_stumbles(place: Place) -> None:
    place.kit.desk.failing = 2
    await place.double.say(place.channel, place.ann, "hello", mention_bot=True)
    async with asyncio.timeout(PATIENCE):
        while not place.kit.desk.received:
            await asyncio.sleep(0)
            place.clock.turn(1)
    assert place.kit.desk.received[0].text == "hello"


async def test_edits_and_deletions_are_passed_on(place: Place) -> None:
    thread = await place.own_thread()
    said = await place.double.say(thread, place.ann, "frist")
    await place.heard(2)
    await place.double.edit(said, "first")
    await place.kit.desk.until(lambda: place.kit.desk.notes == [("edited", str(said.id), "first")])
    await place.double.delete(said)
    await place.kit.desk.until(
        lambda: place.kit.desk.notes[1:] == [("deleted", str(thread.id), str(said.id))]
    )


async def test_the_opening_message_deleted_in_the_channel_belongs_to_its_thread(place: Place) -> None:
    thread = await place.own_thread()
    opening = place.double.world.messages[thread.id]
    await place.double.delete(opening)
    await place.kit.desk.until(lambda: place.kit.desk.notes == [("deleted", str(thread.id), str(thread.id))])


async def test_a_lock_by_hand_is_told_with_the_name_and_ours_is_not(place: Place) -> None:
    """E36, E37."""
    thread = await place.own_thread()
    here = conversation(thread)
    place.kit.desk.conversations.append(here)
    assert (await place.kit.adapter.close(here, reason="over", archive=False)).degraded == ""
    await place.double.unlock(thread, by=place.mo)
    await place.kit.desk.until(
        lambda: place.kit.desk.notes == [("unlocked", str(thread.id), str(place.mo.id))]
    )
    await place.double.lock(thread, by=place.mo)
    await place.kit.desk.until(
        lambda: place.kit.desk.notes[1:] == [("locked", str(thread.id), str(place.mo.id))]
    )
    await place.kit.adapter.reopen(here.thread, reason="again")
    await place.double.say(place.channel, place.ann, "next", mention_bot=True)
    await place.heard(2)
    assert len(place.kit.desk.notes) == 2


async def test_a_rename_or_an_archiving_is_no_news(place: Place) -> None:
    thread = await place.own_thread()
    place.kit.desk.conversations.append(conversation(thread))
    await place.double.archive(thread)
    await place.double.unarchive(thread, by=place.mo)
    await place.double.rename(thread, "Ebb", by=place.mo)
    await place.double.say(place.channel, place.ann, "next", mention_bot=True)
    await place.heard(2)
    assert place.kit.desk.notes == []


async def test_deleted_threads_and_channels_are_told(place: Place) -> None:
    thread = await place.own_thread()
    await place.double.delete_channel(thread)
    await place.kit.desk.until(lambda: ("gone", str(thread.id), "") in place.kit.desk.notes)
    other = await place.double.start_thread(place.ann, place.channel, "Our own")
    place.kit.desk.conversations.append(conversation(other))
    await place.double.delete_channel(place.channel)
    await place.kit.desk.until(lambda: ("gone", str(other.id), "") in place.kit.desk.notes)
