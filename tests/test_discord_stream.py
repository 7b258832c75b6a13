"""A reply on its way to Discord, through the real requests and the double."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from importlib.metadata import version

import pytest

from adapters.discord.stream import Reply
from bot.errors import Blocked, Forbidden, PlatformError, ThreadGone
from tests.discord_kit import HandClock, Kit, conversation, made
from tests.doubles.discord import DiscordDouble, Message, Permission, Thread
from tests.program import PATIENCE

MESSAGES = r"/messages"
MESSAGE = r"/messages/\d+$"


@dataclass
class Scene:
    """A thread to answer in, and time to turn."""

    double: DiscordDouble
    clock: HandClock
    kit: Kit
    thread: Thread

    def reply(self, key: str = "t1", earlier: tuple[str, ...] = (), *, again: bool = False) -> Reply:
        here = conversation(self.thread)
        return self.kit.adapter.reply(here, key, earlier, self.kit.note_placed, again=again)

    @property
    def messages(self) -> list[Message]:
        return self.double.messages(self.thread, by=self.double.bot)

    @property
    def said(self) -> list[str]:
        return [message.text for message in self.messages]

    async def until(self, *said: str) -> None:
        await self.double.until(lambda: self.said == list(said))
        await self.settle()

    async def settle(self) -> None:
        """Let answers that are already on the wire arrive."""
        requests = self.double.traffic
        await self.double.until(lambda: all(each.status or each.finished for each in requests))
        for _ in range(20):
            await asyncio.sleep(0)

    def edits(self) -> int:
        return len(self.double.calls("PATCH", "/channels/{channel_id}/messages/{message_id}"))

    def posts(self) -> int:
        return len(self.double.calls("POST", "/channels/{channel_id}/messages"))


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    clock = HandClock()
    async with DiscordDouble(clock=clock) as double, made(double, clock) as kit:
        guild = double.guild()
        ann = double.person("Ann")
        thread = await double.start_thread(ann, double.text_channel(guild), "Tides")
        yield Scene(double, clock, kit, thread)


async def test_the_first_words_are_posted_at_once_with_a_stop_button(scene: Scene) -> None:
    async with scene.reply() as stream:
        stream.show("The tide")
        await scene.until("The tide")
        (button,) = scene.messages[0].components[0]["components"]
        assert button["custom_id"] == "adieu:stop:7:"
        assert await stream.finish("The tide turns.") == (str(scene.messages[0].id),)
    assert scene.said == ["The tide turns."]
    assert scene.messages[0].components == []


async def test_edits_follow_in_growing_steps_and_only_for_new_text(scene: Scene) -> None:
    async with scene.reply() as stream:
        stream.show("one")
        await scene.until("one")
        stream.show("one two")
        stream.show("one two three")
        await scene.settle()
        assert scene.edits() == 0
        scene.clock.turn(0.51)
        await scene.until("one two three")
        stream.show("one two three")
        scene.clock.turn(3)
        await scene.settle()
        assert scene.edits() == 1
        await stream.finish("one two three")
    assert scene.edits() == 2  # the Stop button


async def test_a_reply_that_is_complete_at_once_is_one_request(scene: Scene) -> None:
    async with scene.reply() as stream:
        await stream.finish("All of it.")
    assert scene.said == ["All of it."]
    assert [each.method for each in scene.double.traffic] == ["POST"]


async def test_people_see_that_it_is_working_until_the_first_words(scene: Scene) -> None:
    typing = "/channels/{channel_id}/typing"
    async with scene.reply() as stream:
        await asyncio.sleep(0)
        scene.clock.turn(0.2)
        await scene.double.until(lambda: len(scene.double.calls("POST", typing)) == 1)
        await scene.settle()
        scene.clock.turn(8.1)
        await scene.double.until(lambda: len(scene.double.calls("POST", typing)) == 2)
        stream.show("Here")
        await scene.until("Here")
        scene.clock.turn(20)
        await scene.settle()
        await stream.finish("Here.")
    assert len(scene.double.calls("POST", typing)) == 2


async def test_a_long_reply_continues_in_further_messages(scene: Scene) -> None:
    text = "\n".join(f"- line number {number}" for number in range(300))
    async with scene.reply() as stream:
        stream.show(text[:1500])
        await scene.until(text[:1500].strip())
        stream.show(text[:3000])
        scene.clock.turn(1)
        await scene.double.until(lambda: len(scene.messages) == 2)
        await scene.settle()
        assert [bool(message.components) for message in scene.messages] == [False, True]
        ids = await stream.finish(text)
    assert ids == tuple(str(message.id) for message in scene.messages)
    assert "\n".join(scene.said) == text
    assert all(len(said) <= 2000 for said in scene.said)
    assert not any(message.components for message in scene.messages)
    assert scene.kit.placed == [ids[: number + 1] for number in range(len(ids))]


async def test_earlier_parts_are_not_edited_again(scene: Scene) -> None:
    text = "word " * 900
    async with scene.reply() as stream:
        await stream.finish(text)
    assert scene.edits() == 0
    assert [len(message.history) for message in scene.messages] == [1, 1, 1]


async def test_a_lost_answer_never_doubles_a_post(scene: Scene) -> None:
    scene.double.faults.add(method="POST", path=MESSAGES, status="drop", after_effect=True)
    async with scene.reply() as stream:
        finish = asyncio.create_task(stream.finish("Once."))
        await turned(scene, finish)
    assert scene.said == ["Once."]
    assert scene.posts() == 2


async def test_a_first_post_whose_answer_was_lost_is_edited_to_the_newer_text(scene: Scene) -> None:
    scene.double.faults.add(method="POST", path=MESSAGES, status="drop", after_effect=True)
    async with scene.reply() as stream:
        stream.show("Half")
        await scene.until("Half")
        await turned(scene, asyncio.create_task(stream.finish("Half and whole.")))
    assert scene.said == ["Half and whole."]


@pytest.mark.parametrize("status", [500, 502, 503, 429, "drop"])
async def test_the_complete_text_arrives_whatever_goes_wrong(scene: Scene, status: int) -> None:
    async with scene.reply() as stream:
        stream.show("Half")
        await scene.until("Half")
        scene.double.faults.add(method="PATCH", path=MESSAGE, status=status, times=3)
        await turned(scene, asyncio.create_task(stream.finish("Half and whole.")))
    assert scene.said == ["Half and whole."]
    assert scene.messages[0].components == []


async def test_a_rate_limit_while_streaming_shows_the_newest_text_after_it(scene: Scene) -> None:
    async with scene.reply() as stream:
        stream.show("1")
        await scene.until("1")
        scene.double.faults.add(method="PATCH", path=MESSAGE, status=429, retry_after=2.0)
        stream.show("1 2")
        await scene.settle()
        scene.clock.turn(0.6)
        await scene.double.until(lambda: scene.edits() == 1)
        await scene.settle()
        stream.show("1 2 3")
        scene.clock.turn(2.1)
        await scene.settle()
        scene.clock.turn(0.5)
        await scene.until("1 2 3")
        assert [version.content for version in scene.messages[0].history] == ["1", "1 2 3"]
        await stream.finish("1 2 3 4")


async def test_a_hanging_edit_is_overtaken_by_newer_text_and_never_wins(scene: Scene) -> None:
    async with scene.reply() as stream:
        stream.show("1")
        await scene.until("1")
        stuck = scene.double.faults.add(method="PATCH", path=MESSAGE, status="hang")
        stream.show("1 stale")
        await spin()
        scene.clock.turn(0.6)
        await scene.double.until(lambda: stuck.hits == 1)
        stream.show("1 newer")
        scene.clock.turn(1.1)
        await spin()
        scene.clock.turn(1.0)
        await scene.double.until(lambda: scene.said == ["1 newer"])
        await stream.finish("1 newest")
        assert scene.said == ["1 newest"]
        stuck.release()
        await scene.double.until(lambda: len(scene.messages[0].history) >= 5)
    assert scene.said == ["1 newest"]
    assert scene.messages[0].components == []


async def test_a_deleted_thread_is_told(scene: Scene) -> None:
    async with scene.reply() as stream:
        stream.show("Hello")
        await scene.until("Hello")
        await scene.double.delete_channel(scene.thread)
        with pytest.raises(ThreadGone):
            await stream.finish("Hello there")


@pytest.mark.parametrize("streaming", [True, False])
async def test_a_thread_that_falls_asleep_in_the_middle_is_woken_by_the_rest(
    scene: Scene, *, streaming: bool
) -> None:
    """Words wake a thread, and so do the words of a reply that were there only in part."""
    async with scene.reply() as stream:
        stream.show("One")
        await scene.until("One")
        await scene.double.archive(scene.thread)
        if streaming:
            stream.show("One two")
            scene.clock.turn(1.0)
            await scene.until("One two")
        await stream.finish("One two three.")
    assert scene.said == ["One two three."]
    assert not scene.thread.archived


async def test_a_thread_that_was_locked_in_the_middle_is_not_woken(scene: Scene) -> None:
    """E37: whoever locks and archives it means it."""
    async with scene.reply() as stream:
        stream.show("One")
        await scene.until("One")
        scene.thread.locked = True
        await scene.double.archive(scene.thread)
        with pytest.raises(PlatformError):
            await stream.finish("One two three.")
    assert scene.thread.archived


async def test_a_missing_permission_is_named(scene: Scene) -> None:
    scene.double.deny(scene.thread.parent, scene.double.bot, Permission.SEND_MESSAGES_IN_THREADS)
    async with scene.reply() as stream:
        with pytest.raises(Forbidden) as caught:
            await stream.finish("Hello")
    assert caught.value.permission == "Send Messages in Threads"


async def test_an_answer_taken_up_again_is_finished_in_place(scene: Scene) -> None:
    async with scene.reply() as stream:
        stream.show("Half of")
        await scene.until("Half of")
        (first,) = [str(message.id) for message in scene.messages]
    async with scene.reply(earlier=(first,)) as stream:
        assert await stream.finish("Half of it, and the rest.") == (first,)
    assert scene.said == ["Half of it, and the rest."]
    assert scene.messages[0].components == []


async def test_an_earlier_message_that_was_deleted_is_posted_anew(scene: Scene) -> None:
    async with scene.reply() as stream:
        await stream.finish("First.")
    (message,) = scene.messages
    await scene.double.delete(message)
    async with scene.reply(earlier=(str(message.id),)) as stream:
        (second,) = await stream.finish("First, again.")
    assert scene.said == ["First, again."]
    assert second == str(scene.messages[0].id)
    assert scene.kit.placed[-1] == (second,)


async def test_finishing_without_a_text_keeps_what_stands_and_takes_the_button_away(scene: Scene) -> None:
    async with scene.reply() as stream:
        stream.show("As far as it came")
        await scene.until("As far as it came")
        earlier = (str(scene.messages[0].id),)
    async with scene.reply("e1", earlier) as stream:
        assert await stream.finish(None) == earlier
        assert await stream.finish(None) == earlier
    assert scene.said == ["As far as it came"]
    assert scene.messages[0].components == []
    assert scene.edits() == 1


async def test_a_reply_begun_anew_replaces_what_was_shown(scene: Scene) -> None:
    async with scene.reply() as stream:
        stream.show("long " * 500)
        await scene.double.until(lambda: len(scene.messages) == 2)
        await scene.settle()
        ids = await stream.finish("Short.")
    assert scene.said == ["Short."]
    assert len(ids) == 1


async def test_leaving_without_finish_leaves_the_messages_as_they_are(scene: Scene) -> None:
    async with scene.reply() as stream:
        stream.show("Half")
        await scene.until("Half")
    scene.clock.turn(60)
    await scene.settle()
    assert scene.said == ["Half"]


async def test_nobody_is_ever_pinged(scene: Scene) -> None:
    text = f"@everyone {scene.double.person('Ben').mention}"
    async with scene.reply() as stream:
        stream.show("@everyone")
        await scene.until("@everyone")
        await stream.finish(text)
    assert not scene.messages[0].pinged


async def test_a_failure_to_record_reaches_the_caller(scene: Scene) -> None:
    async def broken(_ids: tuple[str, ...]) -> None:
        raise ValueError("fenced")

    async with scene.kit.adapter.reply(conversation(scene.thread), "t1", (), broken) as stream:
        stream.show("Half")
        await scene.until("Half")
        with pytest.raises(ValueError, match="fenced"):
            await stream.finish("Half and whole")


async def test_five_edits_a_window_are_never_exceeded(scene: Scene) -> None:
    text = "x"
    async with scene.reply() as stream:
        for number in range(120):
            text += f" {number}"
            stream.show(text)
            await scene.settle()
            scene.clock.turn(0.1)
        await scene.settle()
        await turned(scene, asyncio.create_task(stream.finish(text)))
    assert scene.double.limits.refused == 0
    assert scene.said == [text]


async def spin() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


async def turned(scene: Scene, task: asyncio.Task[object]) -> None:
    """Turn the clock until the task is done."""
    async with asyncio.timeout(PATIENCE):
        while not task.done():
            await asyncio.wait({task}, timeout=0.02)
            scene.clock.turn(0.25)
    await task


async def test_long_after_a_crash_the_second_message_of_a_reply_is_found_too(scene: Scene) -> None:
    """The platform had it, and nobody had noted it: Discord forgets nonces after some minutes."""
    long, longer = "a " * 900, "a " * 900 + "b " * 400
    async with scene.reply() as stream:
        stream.show(longer)
        await scene.double.until(lambda: len(scene.messages) == 2)
    scene.double.parts.desk.messages.nonces.known.clear()
    first, second = scene.messages
    async with scene.reply(earlier=(str(first.id),), again=True) as stream:
        assert await stream.finish(longer) == (str(first.id), str(second.id))
    assert len(scene.messages) == 2
    assert not second.components
    assert long.strip() in " ".join(scene.said)


async def test_an_unnoted_reply_loses_its_stop_button_also_where_nothing_new_is_said(scene: Scene) -> None:
    async with scene.reply() as stream:
        stream.show("As far as it came")
        await scene.until("As far as it came")
    async with scene.reply(again=True) as stream:
        assert await stream.finish(None) == (str(scene.messages[0].id),)
    assert scene.said == ["As far as it came"]
    assert not scene.messages[0].components


async def test_a_complete_reply_that_nobody_noted_is_found_by_its_words(scene: Scene) -> None:
    async with scene.reply() as stream:
        (number,) = await stream.finish("All of it.")
    scene.double.parts.desk.messages.nonces.known.clear()
    async with scene.reply(again=True) as stream:
        assert await stream.finish("All of it.") == (number,)
    assert scene.said == ["All of it."]


async def test_nothing_of_another_conversation_or_of_other_people_is_taken_for_ours(scene: Scene) -> None:
    ben = scene.double.person("Ben")
    await scene.double.say(scene.thread, ben, "All of it.")
    other = conversation(scene.thread, id=8)
    async with scene.kit.adapter.reply(other, "t0", (), scene.kit.note_placed) as stream:
        stream.show("Half of another")
        await scene.double.until(lambda: len(scene.messages) == 1)
    async with scene.reply(again=True) as stream:
        await stream.finish("All of it.")
    assert scene.said == ["Half of another", "All of it."]


async def test_requests_name_the_program_and_its_version_and_no_address(scene: Scene) -> None:
    async with scene.reply() as stream:
        await stream.finish("Hello.")
    agents = {each.headers["User-Agent"] for each in scene.double.traffic}
    assert agents == {f"DiscordBot (adieu, {version('adieu')})"}


async def test_half_a_text_that_is_not_let_through_does_not_keep_the_whole_one_back(scene: Scene) -> None:
    """AutoMod knows whole words, and a text on its way may end in the middle of one."""
    assert scene.thread.guild
    scene.double.filter_words(scene.thread.guild, "tea")
    async with scene.reply() as stream:
        stream.show("A tea")
        await scene.double.until(lambda: scene.posts() == 1)
        await scene.settle()
        await stream.finish("A teapot.")
    assert scene.said == ["A teapot."]


async def test_after_words_that_are_not_let_through_others_take_their_place(scene: Scene) -> None:
    assert scene.thread.guild
    scene.double.filter_words(scene.thread.guild, "tea")
    long = "a " * 1100
    async with scene.reply() as stream:
        stream.show(long)
        await scene.double.until(lambda: len(scene.messages) == 2)
        await scene.settle()
        with pytest.raises(Blocked) as blocked:
            await turned(scene, asyncio.create_task(stream.finish(f"{long} tea")))
        assert not isinstance(blocked.value, Forbidden)
        assert await stream.finish("Something else.") == (str(scene.messages[0].id),)
    assert scene.said == ["Something else."]
    assert not scene.messages[0].components


@pytest.mark.parametrize(
    ("status", "code", "raised"),
    [
        (400, 200000, Blocked),
        (403, 200000, Blocked),
        (400, 50035, Blocked),
        (400, 50006, Blocked),
        (400, 50083, Blocked),
        (404, 10013, Blocked),
        (403, 50013, Forbidden),
        (404, 10003, ThreadGone),
        (401, 0, PlatformError),
        (404, 0, PlatformError),
    ],
)
async def test_what_discord_says_no_to_for_good_is_told_from_what_may_be_tried_again(
    scene: Scene, status: int, code: int, raised: type[Exception]
) -> None:
    scene.double.faults.add(method="POST", path=MESSAGES, status=status, code=code)
    async with scene.reply() as stream:
        with pytest.raises(PlatformError) as refused:
            await stream.finish("Hello.")
    assert type(refused.value) is raised
