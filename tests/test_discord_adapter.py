"""What the adapter does on Discord: threads, cards, locks, through the real requests and the double."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import discord
import pytest

from adapters.discord.permissions import NEEDED, PRIVATE, missing
from bot.cards import BY_COMMAND, Button, Card, Kind, Look, Verb
from bot.errors import Forbidden, PlatformError, ThreadGone
from bot.types import Conversation, Person
from tests.clock import FakeClock
from tests.discord_kit import Kit, conversation, made
from tests.doubles.discord import Channel, DiscordDouble, Exchange, Message, Permission, Thread, User

QUESTION = Card(
    Kind.CONFIRMATION,
    "End this chat?",
    "This is permanent for this thread.",
    7,
    "n1",
    (Button("End chat", Verb.END, look=Look.DANGER), Button("Keep talking", Verb.KEEP)),
    footer="Automated",
)
NOTICE = Card(
    Kind.NOTICE,
    "This conversation has ended",
    "Nothing was deleted.",
    7,
    "e1",
    (Button("Start a new chat", Verb.NEW), Button("Where to go", url="https://example.org/")),
)
MOST = "/channels/{channel_id}"


@dataclass
class Scene:
    """A channel, a person, and an adapter that only acts."""

    double: DiscordDouble
    kit: Kit
    channel: Channel
    forum: Channel
    ann: User

    async def mention(self) -> Message:
        return await self.double.say(self.channel, self.ann, "hello", mention_bot=True)

    async def opened(self, **changes: object) -> tuple[Conversation, Thread]:
        """A conversation in a thread of the bot's own."""
        message = await self.mention()
        here = conversation(message, starter=Person(str(self.ann.id), "Ann"), **changes)
        await self.kit.adapter.open(here, "hello")
        assert message.started
        return here, message.started

    def own(self, place: Channel) -> list[Message]:
        return self.double.messages(place, by=self.double.bot)

    def patches(self) -> list[Exchange]:
        return self.double.calls("PATCH", MOST)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with DiscordDouble() as double:
        guild = double.guild(bot_permissions=Permission.MANAGE_THREADS)
        channel, log = double.text_channel(guild), double.text_channel(guild, "log")
        forum = double.forum(guild, tags=("question",), require_tag=True)
        ann = double.person("Ann")
        forums = (str(forum.id),)
        async with made(double, FakeClock(), moderator_channel=str(log.id), forums=forums) as kit:
            yield Scene(double, kit, channel, forum, ann)


# Opening


async def test_a_thread_is_opened_from_the_message_that_asked(scene: Scene) -> None:
    message = await scene.mention()
    ref = await scene.kit.adapter.open(conversation(message, title="T" * 200), "hello")
    assert message.started
    assert ref.thread == str(message.id) == str(message.started.id)
    assert message.started.name == "T" * 100
    assert not message.started.private


async def test_opening_twice_is_harmless(scene: Scene) -> None:
    here, thread = await scene.opened()
    assert await scene.kit.adapter.open(here, "hello", again=True) == here.thread
    assert scene.double.threads(scene.channel) == [thread]


async def test_a_lost_answer_to_the_opening_is_harmless(scene: Scene) -> None:
    scene.double.faults.add(method="POST", path="/threads$", status="drop", after_effect=True)
    _, thread = await scene.opened()
    assert scene.double.threads(scene.channel) == [thread]


async def test_where_the_message_is_gone_there_is_no_thread(scene: Scene) -> None:
    message = await scene.mention()
    await scene.double.delete(message)
    with pytest.raises(ThreadGone):
        await scene.kit.adapter.open(conversation(message), "hello")


async def test_the_missing_permission_is_named(scene: Scene) -> None:
    scene.double.deny(scene.channel, scene.double.bot, Permission.CREATE_PUBLIC_THREADS)
    with pytest.raises(Forbidden) as caught:
        await scene.kit.adapter.open(conversation(await scene.mention()), "hello")
    assert caught.value.permission == "Create Public Threads"


async def test_a_command_opens_a_thread_on_a_message_that_says_who_started_it(scene: Scene) -> None:
    here = unopened(scene)
    ref = await scene.kit.adapter.open(here, "why two\na day?")
    again = await scene.kit.adapter.open(here, "why two\na day?", again=True)
    (starter,) = scene.own(scene.channel)
    assert starter.text == "Ann started a chat\n> why two\n> a day?"
    assert starter.nonce == "12345"
    assert ref.thread == again.thread == str(starter.id)


async def test_a_private_chat_is_a_private_thread_with_the_person_in_it(scene: Scene) -> None:
    here = unopened(scene, private=True)
    ref = await scene.kit.adapter.open(here, "a secret")
    assert await scene.kit.adapter.open(here, "a secret", again=True) == ref
    (thread,) = scene.double.threads(scene.channel)
    assert thread.private
    assert scene.ann.id in thread.members
    assert scene.double.said(thread) == ["> a secret"]
    assert scene.own(scene.channel) == []


async def test_in_a_forum_a_command_makes_a_post_with_a_tag_where_one_is_needed(scene: Scene) -> None:
    here = replace(conversation(scene.forum), starter=Person(str(scene.ann.id), "Ann"))
    here = replace(here, thread=replace(here.thread, thread="new:12345"))
    ref = await scene.kit.adapter.open(here, "")
    (post,) = scene.double.threads(scene.forum)
    assert ref.thread == str(post.id)
    assert post.applied_tags
    assert await scene.kit.adapter.open(here, "", again=True) == ref


async def test_what_is_a_thread_already_needs_no_opening(scene: Scene) -> None:
    post = await scene.double.start_post(scene.ann, scene.forum, "Tides", "why?", tags=("question",))
    foreign = await scene.double.start_thread(scene.ann, scene.channel, "Our own")
    direct = scene.double.dm(scene.ann)
    for place in (post, foreign, direct):
        here = conversation(place)
        assert await scene.kit.adapter.open(here, "hello") == here.thread


def unopened(scene: Scene, **changes: object) -> Conversation:
    here = conversation(scene.channel, starter=Person(str(scene.ann.id), "Ann"), **changes)
    return replace(here, thread=replace(here.thread, thread="new:12345"))


# Cards


async def test_a_card_is_an_embed_with_buttons_that_say_what_they_mean(scene: Scene) -> None:
    here, thread = await scene.opened()
    posted = await scene.kit.adapter.post(here.thread, QUESTION, key="c1")
    (message,) = scene.own(thread)
    assert posted == str(message.id)
    (embed,) = message.embeds
    assert (embed["title"], embed["footer"]["text"]) == ("End this chat?", "Automated")
    ids = [part["custom_id"] for part in message.components[0]["components"]]
    assert ids == ["adieu:end:7:n1", "adieu:keep:7:n1"]


async def test_the_same_key_posts_once(scene: Scene) -> None:
    here, thread = await scene.opened()
    scene.double.faults.add(method="POST", path="/messages$", status="drop", after_effect=True)
    ids = {await scene.kit.adapter.post(here.thread, QUESTION, key="c1") for _ in range(3)}
    assert ids == {str(message.id) for message in scene.own(thread)}
    assert len(ids) == 1


@pytest.mark.parametrize("card", [QUESTION, NOTICE, Card(Kind.LINE, "", "Mo opened this again.", 7)])
async def test_after_a_long_while_a_post_looks_for_its_earlier_self(scene: Scene, card: Card) -> None:
    here, thread = await scene.opened()
    first = await scene.kit.adapter.post(here.thread, card, key="c1")
    scene.double.parts.desk.messages.nonces.known.clear()
    assert await scene.kit.adapter.post(here.thread, card, key="c1", again=True) == first
    assert len(scene.own(thread)) == 1


async def test_a_card_takes_the_place_of_another(scene: Scene) -> None:
    here, thread = await scene.opened()
    first = await scene.kit.adapter.post(here.thread, QUESTION, key="c1")
    answer = Card(Kind.LINE, "", "We keep talking.", 7)
    assert await scene.kit.adapter.post(here.thread, answer, key="a1", instead=first) == first
    (message,) = scene.own(thread)
    assert message.components == []
    assert message.embeds[0]["description"] == "We keep talking."
    await scene.double.delete(message)
    second = await scene.kit.adapter.post(here.thread, answer, key="a1", instead=first)
    assert second == str(scene.own(thread)[0].id) != first


async def test_a_notice_has_no_button_that_would_be_dead_in_a_locked_thread(scene: Scene) -> None:
    """E30."""
    here, thread = await scene.opened()
    await scene.kit.adapter.post(here.thread, NOTICE, key="n")
    (button,) = scene.own(thread)[0].components[0]["components"]
    assert button["url"] == "https://example.org/"


async def test_in_direct_messages_the_notice_keeps_its_buttons(scene: Scene) -> None:
    here = conversation(scene.double.dm(scene.ann))
    await scene.kit.adapter.post(here.thread, NOTICE, key="n")
    (message,) = scene.own(scene.double.dm(scene.ann))
    assert len(message.components[0]["components"]) == 2


async def test_without_the_right_to_embed_the_words_still_arrive(scene: Scene) -> None:
    here, thread = await scene.opened()
    scene.double.deny(scene.channel, scene.double.bot, Permission.EMBED_LINKS)
    await scene.kit.adapter.post(here.thread, QUESTION, key="c1")
    (message,) = scene.own(thread)
    assert message.text == "**End this chat?**\nThis is permanent for this thread.\nAutomated"
    assert message.components


async def test_cards_longer_than_discord_allows_are_cut(scene: Scene) -> None:
    here, thread = await scene.opened()
    long = Card(Kind.WARNING, "t" * 300, "x" * 9000, 7, "n", (Button("b" * 99, Verb.END),), footer="f" * 3000)
    await scene.kit.adapter.post(here.thread, long, key="c1")
    assert scene.own(thread)[0].embeds[0]["description"].endswith("…")


async def test_live_controls_stand_beside_the_thread(scene: Scene) -> None:
    """E30."""
    here, thread = await scene.opened()
    card = replace(NOTICE, kind=Kind.BESIDE, nonce="beside")
    url = await scene.kit.adapter.beside(here, card, key="eb1")
    assert await scene.kit.adapter.beside(here, card, key="eb1", again=True) == url
    (message,) = scene.own(scene.channel)
    assert url == f"https://discord.com/channels/{here.thread.workspace}/{scene.channel.id}/{message.id}"
    assert message.replied_to
    assert message.replied_to.id == thread.id


async def test_nothing_stands_beside_direct_messages_and_threads_that_are_not_ours(scene: Scene) -> None:
    """E30: their buttons work where they are."""
    foreign = await scene.double.start_thread(scene.ann, scene.channel, "Our own")
    places = [conversation(scene.double.dm(scene.ann)), conversation(foreign)]
    assert [await scene.kit.adapter.beside(here, NOTICE, key="eb1") for here in places] == [""] * 2


async def secluded(scene: Scene, which: str) -> Conversation:
    """A thread of Ann's beside which nothing can stand."""
    ann = Person(str(scene.ann.id), "Ann")
    if which == "private":
        _, thread = await scene.opened()
        return conversation(thread, private=True, starter=ann)
    if which == "forum":
        post = await scene.double.start_post(scene.ann, scene.forum, "Tides", "why?", tags=("question",))
        return conversation(post, starter=ann)
    here, _ = await scene.opened()
    scene.double.deny(scene.channel, scene.double.bot, Permission.SEND_MESSAGES)
    return replace(here, starter=ann)


@pytest.mark.parametrize("which", ["private", "forum", "no permission"])
async def test_where_nothing_can_stand_beside_it_the_person_gets_the_controls_alone(
    scene: Scene, which: str
) -> None:
    """E30: live controls stand where they work."""
    here = await secluded(scene, which)
    before = len(scene.own(scene.channel))
    card = replace(NOTICE, kind=Kind.BESIDE, nonce="beside")
    url = await scene.kit.adapter.beside(here, card, key="eb1")
    assert await scene.kit.adapter.beside(here, card, key="eb1", again=True) == url
    dm = scene.double.dm(scene.ann)
    (message,) = scene.own(dm)
    assert url == f"https://discord.com/channels/@me/{dm.id}/{message.id}"
    assert message.components
    assert len(scene.own(scene.channel)) == before


@pytest.mark.parametrize("which", ["private", "forum", "no permission"])
@pytest.mark.parametrize("path", [r"/users/@me/channels", r"/channels/\d+/messages"])
async def test_whoever_takes_no_direct_messages_has_a_command(scene: Scene, which: str, path: str) -> None:
    """E30."""
    here = await secluded(scene, which)
    scene.double.dm(scene.ann)
    if which != "private" and "users" not in path:
        scene.double.faults.add(path=rf"/channels/{here.thread.channel}/messages", status=403, code=50013)
    scene.double.faults.add(path=path, status=403, code=50007, method="POST", times=9)
    assert await scene.kit.adapter.beside(here, NOTICE, key="eb1") == BY_COMMAND


async def test_moderators_are_told_in_their_channel(scene: Scene) -> None:
    here, _ = await scene.opened()
    assert await scene.kit.adapter.tell(here.thread.workspace, QUESTION, key="et1")
    log = next(place for place in scene.double.world.channels.values() if place.name == "log")
    assert len(scene.own(log)) == 1


async def test_without_a_moderators_channel_nobody_is_told(scene: Scene) -> None:
    async with made(scene.double, FakeClock()) as kit:
        assert not await kit.adapter.tell("1", QUESTION, key="et1")


# Closing


@pytest.mark.parametrize("archive", [False, True])
async def test_a_thread_is_locked_in_one_request_with_a_reason_and_never_renamed(
    scene: Scene, *, archive: bool
) -> None:
    """E30."""
    here, thread = await scene.opened()
    closed = await scene.kit.adapter.close(here, reason="Ended: asked for", archive=archive)
    assert closed.degraded == ""
    (patch,) = scene.patches()
    assert patch.body == {"locked": True, "archived": archive}
    assert thread.audit_reasons == ["Ended: asked for"]
    assert (thread.locked, thread.archived) == (True, archive)


@pytest.mark.parametrize("archive", [False, True])
async def test_closing_again_and_closing_what_sleeps_is_success(scene: Scene, *, archive: bool) -> None:
    here, thread = await scene.opened()
    await scene.double.archive(thread)
    for _ in range(2):
        assert (await scene.kit.adapter.close(here, reason="over", archive=archive)).degraded == ""
        assert (thread.locked, thread.archived) == (True, archive)


async def test_moderators_of_one_server_never_read_of_another(scene: Scene) -> None:
    """E29: the one channel that is configured belongs to one server."""
    here, _ = await scene.opened()
    other = scene.double.guild("Other")
    assert await scene.kit.adapter.tell(here.thread.workspace, NOTICE, key="t1")
    for workspace in (str(other.id), ""):
        assert not await scene.kit.adapter.tell(workspace, NOTICE, key="t2")
    log = next(place for place in scene.double.world.channels.values() if place.name == "log")
    assert len(scene.own(log)) == 1
    looked_up = [each for each in scene.double.calls("GET", MOST) if each.path == f"/channels/{log.id}"]
    assert len(looked_up) == 1


async def test_a_moderators_channel_that_is_gone_does_not_stop_an_ending(scene: Scene) -> None:
    """E29."""
    here, _ = await scene.opened()
    log = next(place for place in scene.double.world.channels.values() if place.name == "log")
    assert await scene.kit.adapter.tell(here.thread.workspace, NOTICE, key="t1")
    await scene.double.delete_channel(log)
    assert not await scene.kit.adapter.tell(here.thread.workspace, NOTICE, key="t2")


async def test_without_manage_threads_it_says_degraded(scene: Scene) -> None:
    here, thread = await scene.opened()
    scene.double.deny(scene.channel, scene.double.bot, Permission.MANAGE_THREADS)
    assert "Manage Threads" in (await scene.kit.adapter.close(here, reason="over", archive=False)).degraded
    assert not thread.locked


async def test_threads_of_others_and_direct_messages_are_never_locked(scene: Scene) -> None:
    foreign = await scene.double.start_thread(scene.ann, scene.channel, "Our own")
    for place in (foreign, scene.double.dm(scene.ann)):
        assert (await scene.kit.adapter.close(conversation(place), reason="over", archive=True)).degraded
    assert scene.patches() == []


async def test_a_forum_post_is_locked(scene: Scene) -> None:
    post = await scene.double.start_post(scene.ann, scene.forum, "Tides", "why?", tags=("question",))
    assert (await scene.kit.adapter.close(conversation(post), reason="over", archive=False)).degraded == ""
    assert post.locked


async def test_reopening_undoes_closing(scene: Scene) -> None:
    here, thread = await scene.opened()
    await scene.kit.adapter.close(here, reason="over", archive=True)
    for _ in range(2):
        await scene.kit.adapter.reopen(here.thread, reason="Reopened by Mo")
    assert (thread.locked, thread.archived) == (False, False)
    assert thread.audit_reasons[-1] == "Reopened by Mo"


async def test_a_deleted_thread_is_told_by_every_action(scene: Scene) -> None:
    here, thread = await scene.opened()
    await scene.double.delete_channel(thread)
    with pytest.raises(ThreadGone):
        await scene.kit.adapter.close(here, reason="over", archive=False)
    with pytest.raises(ThreadGone):
        await scene.kit.adapter.post(here.thread, NOTICE, key="n")
    with pytest.raises(ThreadGone):
        await scene.kit.adapter.remind(here.thread, here.starter, "1", None)


async def test_a_reminder_is_a_card_first_and_a_small_lock_later(scene: Scene) -> None:
    """E32."""
    here, thread = await scene.opened()
    message = await scene.double.say(thread, scene.ann, "still there?")
    await scene.kit.adapter.remind(here.thread, here.starter, str(message.id), QUESTION)
    await scene.kit.adapter.remind(here.thread, here.starter, str(message.id), None)
    assert len(scene.own(thread)) == 1
    assert message.reactions == {"🔒": {scene.double.bot.id}}
    await scene.double.delete(message)
    await scene.kit.adapter.remind(here.thread, here.starter, str(message.id), None)


@pytest.mark.parametrize("status", [500, 503, 429, "drop"])
async def test_a_discord_that_stumbles_is_asked_again(scene: Scene, status: int) -> None:
    here, thread = await scene.opened()
    scene.double.faults.add(path=f"/channels/{thread.id}", status=status, times=2)
    assert (await scene.kit.adapter.close(here, reason="over", archive=False)).degraded == ""
    assert thread.locked


async def test_a_discord_that_stays_away_is_a_platform_error(scene: Scene) -> None:
    here, _ = await scene.opened()
    scene.double.faults.add(path="/", status=503, times=1000)
    with pytest.raises(PlatformError) as caught:
        await scene.kit.adapter.post(here.thread, NOTICE, key="n")
    assert type(caught.value) is PlatformError


async def test_nobody_is_pinged_by_a_card(scene: Scene) -> None:
    here, thread = await scene.opened()
    card = Card(Kind.LINE, "", f"@everyone {scene.ann.mention}", 7)
    posted = await scene.kit.adapter.post(here.thread, card, key="l")
    await scene.kit.adapter.post(here.thread, card, key="l", instead=posted)
    assert all(not message.pinged for message in scene.own(thread))
    assert all(
        each.body["allowed_mentions"]["parse"] == []
        for each in scene.double.traffic
        if each.template.startswith("/channels/{channel_id}/messages")
        and isinstance(each.body, dict)
        and "name" not in each.body
    )


# Permissions


def test_what_is_missing_is_named_as_discord_names_it() -> None:
    assert missing(NEEDED) == ()
    assert missing(discord.Permissions(NEEDED.value & ~(1 << 34))) == ("Manage Threads",)
    assert missing(discord.Permissions()) == ("View Channel",)
    assert missing(NEEDED, PRIVATE) == ("Attach Files", "Create Private Threads")
