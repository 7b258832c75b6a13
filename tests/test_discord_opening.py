"""Opening threads on Discord where something is in the way: long words, lost answers, places that cannot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest

from bot.errors import Blocked
from bot.types import Conversation, Person, ThreadRef
from tests.clock import FakeClock
from tests.discord_kit import Kit, conversation, made
from tests.doubles.discord import Channel, DiscordDouble, Permission, User


@dataclass
class Scene:
    """A channel, a forum, two people, and an adapter that only acts."""

    double: DiscordDouble
    kit: Kit
    channel: Channel
    forum: Channel
    ann: User
    bob: User

    def asked(self, place: Channel, person: User, **changes: object) -> Conversation:
        """What a command of somebody's asks for: a thread that is not open yet."""
        starter = Person(str(person.id), person.name)
        here = conversation(place, starter=starter, **changes)
        number = f"{ThreadRef.UNOPENED}{self.double.world.new_id()}"
        return replace(here, thread=replace(here.thread, thread=number))


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with DiscordDouble() as double:
        guild = double.guild(bot_permissions=Permission.MANAGE_THREADS)
        channel, forum = double.text_channel(guild), double.forum(guild)
        ann, bob = double.person("Ann"), double.person("Bob")
        async with made(double, FakeClock()) as kit:
            yield Scene(double, kit, channel, forum, ann, bob)


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("first", ["a\n" * 1900, "\U0001f30a" * 3900], ids=["many lines", "emoji"])
async def test_words_of_any_shape_fit_into_the_message_that_shows_them(
    scene: Scene, first: str, *, private: bool
) -> None:
    """E34: a branch begins with whatever its form held."""
    here = scene.asked(scene.channel, scene.ann, private=private)
    ref = await scene.kit.adapter.open(here, first)
    (thread,) = scene.double.threads(scene.channel)
    place = thread if private else scene.channel
    (shown,) = scene.double.messages(place, by=scene.double.bot)
    assert ref.thread == str(thread.id)
    assert len(shown.text.encode("utf-16-le")) // 2 <= 2000
    assert shown.text.endswith("…")


@pytest.mark.parametrize("status", ["drop", 502])
@pytest.mark.parametrize("private", [False, True])
async def test_a_lost_answer_never_opens_a_second_thread(scene: Scene, status: int, *, private: bool) -> None:
    """Discord knows no nonce for threads and forum posts: after a lost answer they are looked for."""
    place = scene.channel if private else scene.forum
    fault = scene.double.faults.add(method="POST", path="/threads$", status=status, after_effect=True)
    here = scene.asked(place, scene.ann, private=private)
    ref = await scene.kit.adapter.open(here, "hello")
    assert fault.hits
    assert [str(thread.id) for thread in scene.double.threads(place)] == [ref.thread]


@pytest.mark.parametrize("private", [False, True])
async def test_somebody_elses_thread_with_the_same_title_is_never_taken_for_ones_own(
    scene: Scene, *, private: bool
) -> None:
    """E38: nobody is brought into another person's private thread, and no post has two chats."""
    place = scene.channel if private else scene.forum
    ann, bob = (scene.asked(place, person, private=private) for person in (scene.ann, scene.bob))
    theirs = await scene.kit.adapter.open(bob, "hello")
    mine = await scene.kit.adapter.open(ann, "hello", again=True)
    assert mine.thread != theirs.thread
    by_id = {str(thread.id): thread for thread in scene.double.threads(place)}
    if private:
        assert scene.ann.id not in by_id[theirs.thread].members


async def test_a_private_chat_whose_person_had_not_been_brought_in_yet_is_found_again(scene: Scene) -> None:
    fault = scene.double.faults.add(method="PUT", path="/thread-members/", status=403, code=50013)
    here = scene.asked(scene.channel, scene.ann, private=True)
    with pytest.raises(Exception, match="refused"):
        await scene.kit.adapter.open(here, "hello")
    assert fault.hits
    ref = await scene.kit.adapter.open(here, "hello", again=True)
    (thread,) = scene.double.threads(scene.channel)
    assert ref.thread == str(thread.id)
    assert scene.ann.id in thread.members
    assert scene.double.said(thread) == ["> hello"]


async def test_long_after_a_crash_the_words_of_a_private_chat_are_not_shown_twice(scene: Scene) -> None:
    here = scene.asked(scene.channel, scene.ann, private=True)
    ref = await scene.kit.adapter.open(here, "hello")
    scene.double.parts.desk.messages.nonces.known.clear()
    assert await scene.kit.adapter.open(here, "hello", again=True) == ref
    (thread,) = scene.double.threads(scene.channel)
    assert scene.double.said(thread) == ["> hello"]


@pytest.mark.parametrize("where", ["on a message", "by command", "private", "forum"])
async def test_a_title_that_is_not_let_through_gives_a_thread_with_a_plain_one(
    scene: Scene, where: str
) -> None:
    place = scene.forum if where == "forum" else scene.channel
    assert place.guild
    scene.double.filter_words(place.guild, "teapot")
    here = scene.asked(place, scene.ann, private=where == "private", title="My teapot")
    if where == "on a message":
        message = await scene.double.say(place, scene.ann, "my teapot", mention_bot=True)
        here = conversation(message, title="My teapot")
    ref = await scene.kit.adapter.open(here, "my teapot")
    (thread,) = scene.double.threads(place)
    assert (str(thread.id), thread.name) == (ref.thread, "Chat")
    own = [*scene.double.messages(place, by=scene.double.bot), *scene.double.messages(thread)]
    assert all("teapot" not in each.text for each in own)


@pytest.mark.parametrize("private", [False, True])
async def test_a_plain_thread_is_found_again_and_never_made_twice(scene: Scene, *, private: bool) -> None:
    place = scene.channel if private else scene.forum
    assert place.guild
    scene.double.filter_words(place.guild, "teapot")
    here = scene.asked(place, scene.ann, private=private, title="My teapot")
    ref = await scene.kit.adapter.open(here, "my teapot")
    assert await scene.kit.adapter.open(here, "my teapot", again=True) == ref
    assert len(scene.double.threads(place)) == 1


async def test_words_that_no_plainer_ones_can_replace_are_given_up(scene: Scene) -> None:
    assert scene.channel.guild
    scene.double.filter_words(scene.channel.guild, "chat", "tides")
    for place, private in ((scene.channel, False), (scene.channel, True), (scene.forum, False)):
        with pytest.raises(Blocked):
            await scene.kit.adapter.open(scene.asked(place, scene.ann, private=private), "hello")


@pytest.mark.parametrize("code", [50024, 50013, 10008])
async def test_a_thread_that_is_there_is_found_whatever_discord_says_against_making_it(
    scene: Scene, code: int
) -> None:
    """A forum post is a thread from the beginning, and a mention may come from another's thread."""
    post = await scene.double.start_post(scene.ann, scene.forum, "My post", "hello")
    fault = scene.double.faults.add(
        method="POST", path=r"/messages/\d+/threads$", status=400, code=code, times=9
    )
    here = conversation(post)
    assert await scene.kit.adapter.open(replace(here, opened=False), "hello") == here.thread
    assert fault.hits == 1
