"""Replies on Slack: streams where one person reads, posts and edits elsewhere, never cut, never twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from bot.errors import Blocked, Forbidden, PlatformError, ThreadGone
from tests.clock import FakeClock
from tests.doubles.slack import Channel, Message, Person, SlackDouble
from tests.slack_kit import HandClock, Kit, conversation, made

TEXT = "Two tides a day: the moon pulls at the sea."


@dataclass
class Place:
    kit: Kit
    double: SlackDouble
    channel: Channel
    ann: Person

    async def root(self, *, direct: bool = False) -> Message:
        where = self.double.dm(self.ann) if direct else self.channel
        return await self.double.say(where, self.ann, "hello", mention_bot=not direct)

    async def shows(self, root: Message, text: str) -> None:
        await self.double.until(lambda: self.texts(root) == [text])

    def replies(self, root: Message) -> list[Message]:
        return self.double.messages(root.channel, thread=root, by=self.double.bot)

    def texts(self, root: Message) -> list[str]:
        return [message.shown for message in self.replies(root)]


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async with SlackDouble(rate_limits=False) as double:
        double.team()
        ann = double.person("Ann")
        channel = double.channel()
        async with made(double, FakeClock()) as kit:
            yield Place(kit, double, channel, ann)


async def finished(place: Place, root: Message, text: str = TEXT, *, shown: tuple[str, ...] = ()) -> None:
    async with place.kit.adapter.reply(conversation(root), "t1", (), place.kit.note_placed) as stream:
        for piece in shown:
            stream.show(piece)
            await place.shows(root, piece)
        await stream.finish(text)


async def test_in_the_messages_tab_a_reply_streams(place: Place) -> None:
    root = await place.root(direct=True)
    await finished(place, root, shown=("Two tides", "Two tides a day:"))
    assert place.texts(root) == [TEXT]
    names = [call.method for call in place.double.traffic if call.method.startswith("chat.")]
    assert names == ["chat.startStream", "chat.appendStream", "chat.stopStream"]
    session = place.double.session(root)
    assert session is not None
    assert [status for _time, status in session.history] == ["processing", "active"]
    assert session.title == "Tides"


async def test_in_a_channel_a_reply_is_posted_and_edited(place: Place) -> None:
    root = await place.root()
    await finished(place, root, shown=("Two tides", "Two tides a day:"))
    assert place.texts(root) == [TEXT]
    assert not place.double.calls("chat.startStream")
    assert len(place.double.calls("chat.postMessage")) == 1


async def test_nothing_of_a_reply_pings_anybody_at_any_time(place: Place) -> None:
    said = f"ask <@{place.ann.id}> or <!channel>, @here and <!subteam^S0123ABC>"
    for direct in (True, False):
        root = await place.root(direct=direct)
        async with place.kit.adapter.reply(conversation(root), "t1", (), place.kit.note_placed) as stream:
            for end in range(1, len(said), 3):
                stream.show(said[:end])
                await asyncio.sleep(0)
            await stream.finish(said)
        (message,) = place.replies(root)
        assert not message.pinged
        assert message.shown.replace("\u200b", "") == said


async def test_without_a_native_stop_there_is_ours_while_it_runs(place: Place) -> None:
    place.double.app.events.discard("agent_session_stopped")
    root = await place.root(direct=True)
    async with place.kit.adapter.reply(conversation(root), "t1", (), place.kit.note_placed) as stream:
        stream.show("Two")
        await place.double.until(lambda: place.replies(root))
        assert place.replies(root)[0].labels == ["Stop"]
        await stream.finish(TEXT)
    assert place.replies(root)[0].labels == []
    assert place.texts(root) == [TEXT]


async def test_an_app_that_is_no_agent_falls_back_once_for_good(place: Place) -> None:
    place.double.app.agent = place.double.app.streaming = False
    for _ in range(3):
        await finished(place, await place.root(direct=True))
    assert len(place.double.calls("agents.sessions.setStatus")) == 1
    assert len(place.double.calls("chat.startStream")) == 0
    assert place.double.calls("assistant.threads.setStatus")


async def test_streams_that_slack_refuses_are_not_tried_again(place: Place) -> None:
    place.double.app.streaming = False
    for _ in range(3):
        root = await place.root(direct=True)
        await finished(place, root)
        assert place.texts(root) == [TEXT]
    assert len(place.double.calls("chat.startStream")) == 1


async def test_a_stream_that_dies_on_the_way_is_written_anew_and_nothing_is_missing(place: Place) -> None:
    root = await place.root(direct=True)
    async with place.kit.adapter.reply(conversation(root), "t1", (), place.kit.note_placed) as stream:
        stream.show("Two tides")
        await place.double.until(lambda: place.replies(root))
        place.double.desk.streams.finish(place.replies(root)[0], "stopped")
        stream.show("Two tides a day:")
        await place.double.until(lambda: place.texts(root) == ["Two tides a day:"])
        await stream.finish(TEXT)
    assert place.texts(root) == [TEXT]
    assert all(message.is_complete for message in place.replies(root))


async def test_a_text_that_begins_anew_takes_the_old_one_s_place(place: Place) -> None:
    for direct in (True, False):
        root = await place.root(direct=direct)
        await finished(place, root, "Other words.", shown=("Two tides",))
        assert place.texts(root) == ["Other words."]


async def test_a_long_reply_goes_on_in_further_messages(place: Place) -> None:
    text = "\n\n".join(f"Paragraph {number} " + "word " * 60 for number in range(80)).strip()
    for direct in (True, False):
        root = await place.root(direct=direct)
        await finished(place, root, text)
        assert len(place.replies(root)) == 3
        assert " ".join(place.texts(root)).split() == text.split()


@pytest.mark.parametrize("direct", [True, False])
@pytest.mark.parametrize(
    "method", ["chat.postMessage", "chat.update", "chat.startStream", "chat.appendStream", "chat.stopStream"]
)
async def test_a_lost_answer_doubles_nothing(place: Place, method: str, *, direct: bool) -> None:
    root = await place.root(direct=direct)
    place.double.faults.add(method=method, status="drop", after_effect=True)
    async with place.kit.adapter.reply(conversation(root), "t1", (), place.kit.note_placed) as stream:
        stream.show("Two tides")
        await place.double.until(lambda: place.replies(root))
        stream.show("Two tides a day:")
        await place.double.until(lambda: place.texts(root) == ["Two tides a day:"])
        await stream.finish(TEXT)
    assert place.texts(root) == [TEXT]
    assert all(message.is_complete for message in place.replies(root))


@pytest.mark.parametrize("direct", [True, False])
async def test_what_was_posted_before_a_crash_is_found_and_taken_up(place: Place, *, direct: bool) -> None:
    root = await place.root(direct=direct)

    async def crash(_ids: tuple[str, ...]) -> None:
        raise PlatformError("the process dies before it could note the message")

    here = conversation(root)
    async with place.kit.adapter.reply(here, "t1", (), crash) as stream:
        with pytest.raises(PlatformError):
            await stream.finish(TEXT)
    place.kit.adapter.posts.known.clear()
    async with place.kit.adapter.reply(here, "t1", (), place.kit.note_placed) as stream:
        ids = await stream.finish(TEXT)
    assert place.texts(root) == [TEXT]
    assert place.kit.placed[-1] == ids


async def test_a_channel_that_we_are_not_in_is_a_missing_permission(place: Place) -> None:
    root = await place.root()
    place.channel.members.pop(place.double.bot.id)
    with pytest.raises(Forbidden) as refused:
        await finished(place, root)
    assert refused.value.permission == "be a member of the channel"


@asynccontextmanager
async def by_hand(*, rate_limits: bool) -> AsyncIterator[tuple[Place, HandClock]]:
    """The same with a clock that is turned by hand, for us and for Slack."""
    clock = HandClock()
    async with SlackDouble(rate_limits=rate_limits, clock=clock.hand) as double:
        double.team()
        ann = double.person("Ann")
        channel = double.channel()
        async with made(double, clock) as kit:
            yield Place(kit, double, channel, ann), clock


async def turned(clock: HandClock, *tasks: asyncio.Task[None], by: float = 0.5) -> None:
    """Let time pass until all is done."""
    while not all(task.done() for task in tasks):
        clock.hand.advance(by)
        for _ in range(50):
            await asyncio.sleep(0)
    for task in tasks:
        task.result()


async def test_a_rate_limit_holds_back_its_own_method_only() -> None:
    async with by_hand(rate_limits=False) as (place, clock):
        one, two = await place.root(), await place.root(direct=True)
        place.double.faults.add(method="chat.update", status=429, retry_after=30)

        async def edited() -> None:
            async with place.kit.adapter.reply(conversation(one), "t1", (), place.kit.note_placed) as stream:
                stream.show("Two")
                await place.double.until(lambda: place.replies(one))
                await stream.finish(TEXT)

        editing = asyncio.create_task(edited())
        await place.double.until(lambda: place.double.calls("chat.update"))
        await finished(place, two)
        assert place.texts(two) == [TEXT]
        assert not editing.done()
        await turned(clock, editing)
        assert place.texts(one) == [TEXT]
        first, second = [call.time for call in place.double.calls("chat.update")]
        assert second - first >= 30


async def test_many_replies_at_once_stay_within_slack_s_limits() -> None:
    async with by_hand(rate_limits=True) as (place, clock):
        roots = []
        for number in range(30):
            person = place.double.person(f"Person {number}")
            roots.append(await place.double.say(person, person, "hello"))
        every = [asyncio.create_task(_streamed(place, root)) for root in roots]
        await turned(clock, *every)
        assert [place.texts(root) for root in roots] == [[TEXT]] * len(roots)
        limited = [call for call in place.double.traffic if call.status == 429]
        assert len(limited) <= 1


async def _streamed(place: Place, root: Message) -> None:
    async with place.kit.adapter.reply(conversation(root), "t1", (), place.kit.note_placed) as stream:
        for end in range(0, len(TEXT), 8):
            stream.show(TEXT[:end])
            await asyncio.sleep(0)
        await stream.finish(TEXT)


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        ("msg_too_long", Blocked),
        ("invalid_blocks", Blocked),
        ("message_limit_exceeded", Blocked),
        ("restricted_action", Forbidden),
        ("not_in_channel", Forbidden),
        ("ekm_access_denied", Forbidden),
        ("is_archived", ThreadGone),
        ("channel_not_found", ThreadGone),
        ("token_revoked", PlatformError),
        ("fatal_error", PlatformError),
        ("external_channel_migrating", PlatformError),
    ],
)
async def test_what_slack_says_no_to_for_good_is_told_from_what_may_be_tried_again(
    place: Place, error: str, raised: type[Exception]
) -> None:
    root = await place.root()
    place.double.faults.add(method=r"chat\.postMessage", status=error, times=50)
    with pytest.raises(PlatformError) as refused:
        await finished(place, root)
    assert type(refused.value) is raised


@pytest.mark.parametrize("direct", [True, False])
async def test_after_words_that_slack_does_not_take_others_take_their_place(
    place: Place, *, direct: bool
) -> None:
    root = await place.root(direct=direct)
    async with place.kit.adapter.reply(conversation(root), "t1", (), place.kit.note_placed) as stream:
        stream.show("Two tides")
        await place.shows(root, "Two tides")
        if direct:  # the words are refused with the end of the stream, and then as an edit
            place.double.faults.add(method=r"chat\.stopStream", status="invalid_blocks")
        edit = place.double.faults.add(method=r"chat\.update", status="invalid_blocks")
        with pytest.raises(Blocked) as blocked:
            await stream.finish(TEXT)
        assert not isinstance(blocked.value, Forbidden)
        assert edit.hits
        await stream.finish("Something else.")
    assert place.texts(root) == ["Something else."]
    assert place.replies(root)[0].is_complete


async def test_half_a_text_that_slack_does_not_take_does_not_keep_the_whole_one_back(place: Place) -> None:
    root = await place.root()
    async with place.kit.adapter.reply(conversation(root), "t1", (), place.kit.note_placed) as stream:
        fault = place.double.faults.add(method=r"chat\.postMessage", status="invalid_blocks")
        stream.show("Two")
        await place.double.until(lambda: fault.hits)
        await stream.finish(TEXT)
    assert place.texts(root) == [TEXT]
