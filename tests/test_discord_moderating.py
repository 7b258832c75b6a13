"""What moderators do: by command, and with the thread itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.types import Conversation, Mode, State
from tests.discord_kit import FakeDesk, HandClock, Kit, conversation, hearing, made
from tests.doubles.discord import Channel, DiscordDouble, Guild, Permission, Refused, Thread, User


@dataclass
class Scene:
    """A thread of the bot's own, and somebody who moderates."""

    double: DiscordDouble
    kit: Kit
    guild: Guild
    channel: Channel
    ann: User
    mo: User
    here: Conversation
    thread: Thread

    async def told(self, who: User, name: str, **options: str) -> str:
        """Use a command; what the person reads."""
        used = await self.double.command(who, self.thread, name, options=options or None)
        await self.double.until(lambda: used.done and not used.thinking)
        assert used.ephemeral
        return used.text

    async def next_event(self) -> None:
        """Something else is heard: what came before it and was not, never will be."""
        before = len(self.kit.desk.received)
        await self.double.say(self.channel, self.ann, "next", mention_bot=True)
        await self.kit.desk.until(lambda: len(self.kit.desk.received) > before)


@pytest.fixture
async def double() -> AsyncIterator[DiscordDouble]:
    async with DiscordDouble() as double:
        yield double


@pytest.fixture
async def scene(double: DiscordDouble) -> AsyncIterator[Scene]:
    guild = double.guild()
    channel = double.text_channel(guild)
    ann, mo = double.person("Ann"), double.person("Mo", moderator=True)
    async with hearing(double, HandClock(), catch_up_minutes=0) as kit:
        message = await double.say(channel, ann, "hello", mention_bot=True)
        here = conversation(message)
        await kit.adapter.open(here, "hello")
        assert message.started
        kit.desk.conversations.append(here)
        yield Scene(double, kit, guild, channel, ann, mo, here, message.started)


@pytest.mark.parametrize("mode", list(Mode))
async def test_a_moderator_sets_the_mode_of_the_server(scene: Scene, mode: Mode) -> None:
    """E22."""
    assert await scene.told(scene.mo, "ending mode", mode=mode.value) == "Done."
    ((name, thread, person, given),) = scene.kit.desk.told
    assert (name, thread, given) == ("mode", scene.here.thread, mode)
    assert (person.id, person.moderator) == (str(scene.mo.id), True)


async def test_without_a_choice_it_says_what_the_mode_is(scene: Scene) -> None:
    """E22."""
    scene.kit.desk.mode_now = Mode.SHADOW
    assert await scene.told(scene.mo, "ending mode") == "Warnings and endings here: shadow."
    assert scene.kit.desk.told == []


async def test_a_right_in_one_channel_is_none_over_the_whole_server(scene: Scene) -> None:
    """E22."""
    scene.double.allow(scene.channel, scene.ann, Permission.MANAGE_THREADS)
    await scene.told(scene.ann, "ending mode", mode="off")
    await scene.told(scene.ann, "ending release")
    mode, release = scene.kit.desk.told
    assert mode[2].moderator is False
    assert release[2].moderator is True


async def test_reopen_and_release_reach_the_desk(scene: Scene) -> None:
    """E18, E36."""
    await scene.told(scene.mo, "reopen")
    await scene.told(scene.mo, "ending release")
    assert [each[0] for each in scene.kit.desk.told] == ["reopen", "release"]
    assert all(each[1] == scene.here.thread and each[2].moderator for each in scene.kit.desk.told)


@pytest.mark.parametrize("name", ["reopen", "ending mode", "ending release"])
async def test_discord_does_not_even_show_them_to_others(scene: Scene, name: str) -> None:
    with pytest.raises(Refused):
        await scene.double.command(scene.ann, scene.thread, name)


# By hand, live


async def test_archiving_by_hand_is_a_moderators_ending_and_the_thread_stays_archived(scene: Scene) -> None:
    """E37."""
    await scene.double.archive(scene.thread, by=scene.mo)
    told = ("locked", str(scene.thread.id), str(scene.mo.id))
    await scene.kit.desk.until(lambda: scene.kit.desk.notes == [told])
    await scene.double.unarchive(scene.thread, by=scene.mo)
    await scene.kit.adapter.close(scene.here, reason="over", archive=False)
    assert (scene.thread.locked, scene.thread.archived) == (True, True)


async def test_archiving_by_discord_itself_is_none(scene: Scene) -> None:
    """E37."""
    await scene.double.archive(scene.thread)
    await scene.next_event()
    assert scene.kit.desk.notes == []


async def test_an_old_archiving_by_hand_is_not_taken_for_a_new_one(scene: Scene) -> None:
    """E37."""
    await scene.double.archive(scene.thread, by=scene.mo)
    await scene.kit.desk.until(lambda: scene.kit.desk.notes)
    await scene.double.unarchive(scene.thread, by=scene.mo)
    scene.double.world.audit_log.pop()
    clock = scene.kit.adapter._clock
    assert isinstance(clock, HandClock)
    clock.turn(120)
    await scene.double.archive(scene.thread)
    await scene.next_event()
    assert len(scene.kit.desk.notes) == 1


async def test_a_thread_deleted_by_hand_is_told_with_the_name(scene: Scene) -> None:
    """E37."""
    await scene.double.delete_channel(scene.thread, by=scene.mo)
    told = ("gone", str(scene.thread.id), str(scene.mo.id))
    await scene.kit.desk.until(lambda: scene.kit.desk.notes == [told])


async def test_without_the_audit_log_it_is_told_without_a_name(double: DiscordDouble) -> None:
    """E36, E37."""
    guild = double.guild(bot_permissions=Permission.MANAGE_THREADS)
    channel, ann = double.text_channel(guild), double.person("Ann")
    mo = double.person("Mo", moderator=True)
    async with hearing(double, HandClock(), catch_up_minutes=0) as kit:
        message = await double.say(channel, ann, "hello", mention_bot=True)
        await kit.adapter.open(conversation(message), "hello")
        assert message.started
        kit.desk.conversations.append(conversation(message))
        await double.lock(message.started, by=mo)
        await kit.desk.until(lambda: kit.desk.notes == [("locked", str(message.id), "")])


# By hand, while nobody listened


@dataclass
class Before:
    """Threads from an earlier life of the program, and the records that it left."""

    double: DiscordDouble
    kit: Kit
    mo: User
    threads: list[Thread]
    records: list[Conversation]

    async def after(self) -> list[tuple[str, str, str]]:
        """Start again; what the desk is told."""
        desk = FakeDesk(conversations=self.records)
        async with hearing(self.double, HandClock(), desk=desk, shelf=self.kit.shelf, catch_up_minutes=15):
            # Commands are published when everything else at the start is done.
            await self.double.until(lambda: self.double.commands.scopes)
        return sorted(desk.notes)


@pytest.fixture
async def before(double: DiscordDouble) -> AsyncIterator[Before]:
    """Four threads; the last two have ended."""
    channel, ann = double.text_channel(double.guild()), double.person("Ann")
    mo = double.person("Mo", moderator=True)
    threads, records = [], []
    async with made(double, HandClock()) as kit:
        for number in range(4):
            message = await double.say(channel, ann, "hello", mention_bot=True)
            here = conversation(message, id=number + 1)
            await kit.adapter.open(here, "hello")
            if number > 1:
                await kit.adapter.close(here, reason="over", archive=False)
                here = conversation(message, id=number + 1, state=State.ENDED)
            assert message.started
            threads.append(message.started)
            records.append(here)
        yield Before(double, kit, mo, threads, records)


async def test_locks_and_unlocks_while_the_program_was_down_are_noticed_at_start(before: Before) -> None:
    """E36, E37."""
    _, locked, _, unlocked = before.threads
    await before.double.lock(locked, by=before.mo)
    await before.double.unlock(unlocked, by=before.mo)
    assert await before.after() == [
        ("locked", str(locked.id), str(before.mo.id)),
        ("unlocked", str(unlocked.id), str(before.mo.id)),
    ]


async def test_threads_that_sleep_or_are_gone_are_asked_for(before: Before) -> None:
    """E36, E37."""
    asleep, gone, ended_and_gone, woken = before.threads
    await before.double.lock(asleep, by=before.mo)
    await before.double.archive(asleep)
    await before.double.delete_channel(gone, by=before.mo)
    await before.double.delete_channel(ended_and_gone, by=before.mo)
    await before.double.unlock(woken, by=before.mo)
    await before.double.archive(woken)
    assert await before.after() == [
        ("gone", str(gone.id), str(before.mo.id)),
        ("locked", str(asleep.id), str(before.mo.id)),
        ("unlocked", str(woken.id), str(before.mo.id)),
    ]


async def test_what_is_as_we_left_it_or_not_open_yet_is_no_news(before: Before) -> None:
    """E36, E37."""
    message = await before.double.say(before.threads[0].home, before.mo, "hi")
    before.records.append(conversation(message, id=9, opened=False))
    await before.double.archive(before.threads[0])
    assert await before.after() == []


async def test_threads_archived_by_hand_while_the_program_was_down_have_ended(before: Before) -> None:
    """E37: Discord's own archiving is none, also where a moderator had archived the thread once before."""
    by_hand, by_itself, *_ = before.threads
    await before.double.archive(by_itself, by=before.mo)
    await before.double.unarchive(by_itself, by=before.mo)
    entries = before.double.world.audit_log
    long_ago = before.double.world.new_id() - (600_000 << 22)
    entries[:] = [{**each, "id": str(long_ago)} for each in entries]
    await before.double.archive(by_itself)
    await before.double.archive(by_hand, by=before.mo)
    assert await before.after() == [("locked", str(by_hand.id), str(before.mo.id))]
