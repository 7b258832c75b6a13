"""Events in, through Bolt and a socket: what reaches the desk, what does not, and when it is acknowledged."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest

from bot.types import State
from tests.doubles.slack import Channel, Person, SlackDouble
from tests.slack_kit import FakeDesk, Kit, conversation, hearing


@dataclass
class Place:
    kit: Kit
    double: SlackDouble
    channel: Channel
    log: Channel
    ann: Person
    ben: Person

    @property
    def desk(self) -> FakeDesk:
        return self.kit.desk


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async with SlackDouble(rate_limits=False) as double:
        double.team()
        ann, ben = double.person("Ann"), double.person("Ben")
        channel, log = double.channel(), double.channel("log", members=[])
        log.members[ben.id] = ben
        async with hearing(double, moderator_channel=log.id) as kit:
            yield Place(kit, double, channel, log, ann, ben)


async def test_a_mention_opens_a_thread_at_its_own_message_and_is_told_once(place: Place) -> None:
    said = await place.double.say(place.channel, place.ann, "what makes the tides?", mention_bot=True)
    await place.double.settled()
    (heard,) = place.desk.received
    assert (heard.thread.workspace, heard.thread.channel, heard.thread.thread) == (
        place.channel.team.id,
        place.channel.id,
        said.ts,
    )
    assert (heard.place, heard.message_id) == (place.channel.id, said.ts)
    assert (heard.text, heard.author.name, heard.author.locale) == ("what makes the tides?", "Ann", "en")
    assert heard.addressed
    assert heard.opens
    assert len(place.double.events("app_mention")) == len(place.double.events("message")) == 1


async def test_a_name_that_slack_does_not_tell_is_asked_for_once_and_ours_never(place: Place) -> None:
    refused = place.double.faults.add(method=r"users\.info", status="missing_scope", times=99)
    for words in ("one", "two"):
        await place.double.say(place.channel, place.ann, words, mention_bot=True)
        await place.double.settled()
    assert [heard.author.name for heard in place.desk.received] == ["", ""]
    assert refused.hits == 1


async def test_talk_in_the_channel_is_nobody_s_business(place: Place) -> None:
    await place.double.say(place.channel, place.ann, "lunch?")
    await place.double.settled()
    assert place.desk.received == []


async def test_what_follows_in_a_thread_is_told_without_being_addressed(place: Place) -> None:
    root = await place.double.say(place.channel, place.ann, "hello", mention_bot=True)
    await place.double.say(place.channel, place.ben, "not ours yet", thread=root)
    await place.double.settled()
    place.desk.conversations.append(conversation(root))
    await place.double.say(place.channel, place.ben, "and I?", thread=root)
    await place.double.settled()
    _root, follow = place.desk.received
    assert follow.text == "and I?"
    assert (follow.addressed, follow.opens, follow.thread.thread) == (False, False, root.ts)
    assert follow.author.moderator


async def test_a_thread_that_we_have_only_just_begun_is_ours_as_well(place: Place) -> None:
    unopened = conversation(await place.double.say(place.channel, place.ann, "hello", mention_bot=True))
    unopened = replace(unopened, thread=replace(unopened.thread, thread="new:1"))
    thread = await place.kit.adapter.open(unopened, "")
    await place.double.say(place.channel, place.ann, "quick", thread=thread.thread)
    await place.double.until(lambda: len(place.double.events("message")) == 3)
    place.desk.conversations.append(replace(unopened, thread=thread))
    await place.double.settled()
    assert place.desk.received[-1].text == "quick"


async def test_every_message_in_the_messages_tab_is_a_chat_of_its_own(place: Place) -> None:
    one = await place.double.say(place.ann, place.ann, "one")
    two = await place.double.say(place.ann, place.ann, "two")
    await place.double.say(place.ann, place.ann, "more of one", thread=one)
    await place.double.settled()
    assert [heard.thread.thread for heard in place.desk.received] == [one.ts, two.ts, one.ts]
    assert all(heard.addressed and heard.private for heard in place.desk.received)


async def test_other_bots_and_our_own_words_are_not_heard(place: Place) -> None:
    robot = place.double.other_bot()
    hook = place.double.other_bot("Hook", webhook=True)
    for bot in (robot, hook):
        await place.double.say(place.channel, bot, "hi", mention_bot=True)
    await place.double.say(place.ann, place.double.bot, "an echo")
    await place.double.settled()
    assert place.desk.received == []


async def test_files_are_named(place: Place) -> None:
    files = [("tides.pdf", b"...", "application/pdf")]
    await place.double.say(place.ann, place.ann, "read this", files=files)
    await place.double.settled()
    assert place.desk.received[0].text == "read this\n[attachment: tides.pdf]"


async def test_edits_and_deletions_keep_our_record_true_and_previews_do_not_count(place: Place) -> None:
    said = await place.double.say(place.ann, place.ann, "teh tides")
    await place.double.unfurl(said, "Tides")
    await place.double.edit(said, "the tides")
    await place.double.delete(said)
    await place.double.settled()
    assert place.desk.notes == [("edited", said.ts, "the tides"), ("deleted", said.ts, said.ts)]


async def test_a_root_with_replies_leaves_a_tombstone_and_counts_as_deleted(place: Place) -> None:
    root = await place.double.say(place.channel, place.ann, "hello", mention_bot=True)
    await place.double.say(place.channel, place.ann, "more", thread=root)
    await place.double.delete(root)
    await place.double.settled()
    assert place.desk.notes == [("deleted", root.ts, root.ts)]


async def test_a_card_of_ours_that_somebody_deletes_is_told(place: Place) -> None:
    """E5: a warning that was deleted no longer counts."""
    root = await place.double.say(place.channel, place.ann, "hello", mention_bot=True)
    card = await place.double.say(place.channel, place.double.bot, "A warning", thread=root)
    await place.double.delete(card)
    await place.double.settled()
    assert place.desk.notes == [("deleted", root.ts, card.ts)]


async def test_the_words_end_this_chat_ask_for_the_confirmation_once(place: Place) -> None:
    """E12."""
    root = await place.double.say(place.channel, place.ann, "hello", mention_bot=True)
    await place.double.settled()
    place.desk.conversations.append(conversation(root))
    await place.double.say(place.channel, place.ann, "please end this chat", thread=root, mention_bot=True)
    await place.double.settled()
    assert [thread.thread for thread, _person, _id in place.desk.ends] == [root.ts]
    assert len(place.desk.received) == 1
    assert place.double.ephemerals(place.ann)[0].shown == "Done."


async def test_an_event_is_kept_before_it_is_acknowledged(place: Place) -> None:
    acknowledged: list[bool] = []

    async def look() -> None:
        acknowledged.append(any(one.acked is not None for one in place.double.deliveries))

    place.desk.before = look
    await place.double.say(place.ann, place.ann, "hello")
    await place.double.settled()
    assert acknowledged == [False]
    assert place.double.deliveries[-1].acked is not None


async def test_what_could_not_be_kept_is_not_acknowledged_and_comes_again(place: Place) -> None:
    place.desk.failing = 1
    await place.double.say(place.ann, place.ann, "hello")
    await place.double.until(lambda: place.double.deliveries)
    await place.double.drop_sockets()
    await place.double.until(lambda: place.desk.received)
    assert [heard.text for heard in place.desk.received] == ["hello"]


async def test_whatever_else_slack_tells_is_acknowledged(place: Place) -> None:
    await place.double.look_at(place.ann, place.channel)
    await place.double.react(place.ann, await place.double.say(place.channel, place.ben, "hi"), "wave")
    place.double.dispatch({"type": "brand_new_event", "user": place.ann.id})
    place.double.dispatch(
        {"type": "message", "subtype": "channel_topic", "channel": place.channel.id, "ts": "1.2"}
    )
    await place.double.settled()
    assert all(one.acked is not None for one in place.double.deliveries)


async def test_the_native_stop_stops_the_turn_and_takes_the_session_off_processing(place: Place) -> None:
    root = await place.double.say(place.ann, place.ann, "a long story, please")
    here = conversation(root)
    place.desk.conversations.append(here)
    async with place.kit.adapter.reply(here, "t1", (), place.kit.note_placed) as stream:
        stream.show("Once upon")
        await place.double.until(lambda: place.kit.placed)
        await place.double.stop_session(place.ann, root)
        await place.double.until(lambda: place.desk.notes)
        await stream.finish("Once upon\n\n*(stopped)*")
    session = place.double.session(root)
    assert place.desk.notes == [("stop", root.ts, place.ann.id)]
    assert session is not None
    await place.double.until(lambda: session.status == "active")
    assert place.double.said(place.ann, thread=root) == ["Once upon\n\n*(stopped)*"]


async def test_the_messages_tab_greets_with_prompts(place: Place) -> None:
    await place.double.open_home(place.ann, "messages")
    await place.double.settled()
    tab = place.double.assistant(place.double.dm(place.ann))
    assert len(tab.prompts) == 4
    assert "What shall we talk about?" in tab.prompts_title


async def test_the_home_tab_shows_my_chats_with_links(place: Place) -> None:
    root = await place.double.say(place.channel, place.ann, "hello", mention_bot=True)
    over = await place.double.say(place.channel, place.ann, "again", mention_bot=True)
    place.desk.conversations += [
        conversation(root, title="Tides <!channel>"),
        conversation(over, title="Moons", state=State.ENDED),
    ]
    await place.double.open_home(place.ann)
    await place.double.settled()
    home = place.double.home(place.ann)
    assert home is not None
    for needed in ("What ending means", "Moons", f"p{root.ts.replace('.', '')}", "What I keep"):
        assert needed in home.shown
    assert "<!channel>" not in home.shown


@pytest.mark.parametrize("how", ["archive", "delete_channel", "take_out"])
async def test_with_a_channel_every_chat_in_it_ends_and_no_other(place: Place, how: str) -> None:
    """E37."""
    one = await place.double.say(place.channel, place.ann, "hello", mention_bot=True)
    two = await place.double.say(place.channel, place.ann, "hello again", mention_bot=True)
    elsewhere = await place.double.say(place.ann, place.ann, "hello in the tab")
    place.desk.conversations += [conversation(root) for root in (one, two, elsewhere)]
    await getattr(place.double, how)(place.ben, place.channel)
    await place.double.settled()
    assert place.desk.notes == [("gone", one.ts, place.ben.id), ("gone", two.ts, place.ben.id)]


async def test_a_workspace_that_removes_the_app_is_erased(place: Place) -> None:
    await place.double.uninstall(place.channel.team)
    await place.double.until(lambda: place.desk.notes)
    assert place.desk.notes[0] == ("erase", place.channel.team.id)
