"""Staying connected to a Discord that comes and goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import yarl
from structlog.testing import capture_logs

from adapters.discord.connection import NO_CONTENT, UNKNOWN_BOT
from adapters.discord.proxied import resumed_at
from tests.clock import FakeClock
from tests.discord_kit import FakeDesk, HandClock, Kit, conversation, hearing, made
from tests.doubles.discord import Channel, DiscordDouble, User
from tests.doubles.discord.world import Intent
from tests.program import PATIENCE


@pytest.fixture
async def double() -> AsyncIterator[DiscordDouble]:
    async with DiscordDouble() as double:
        double.text_channel(double.guild())
        double.person("Ann")
        yield double


def ann(double: DiscordDouble) -> User:
    return next(user for user in double.world.users.values() if user.name == "Ann")


def channel(double: DiscordDouble) -> Channel:
    return next(place for place in double.world.channels.values() if place.name == "general")


@asynccontextmanager
async def running(double: DiscordDouble, **settings: Any) -> AsyncIterator[Kit]:
    """The adapter is told to hear, whether it can or not."""
    settings = {"catch_up_minutes": 0, **settings}
    async with made(double, FakeClock(), **settings) as kit:
        run = asyncio.create_task(kit.adapter.run())
        try:
            yield kit
        finally:
            run.cancel()
            with suppress(asyncio.CancelledError):
                await run


async def until_health(kit: Kit, *wanted: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while not any(  # noqa: ASYNC110  # health is asked for, it does not announce itself
            kit.adapter.health() == each if not each else each in kit.adapter.health() for each in wanted
        ):
            await asyncio.sleep(0)


async def mention_is_heard(kit: Kit, double: DiscordDouble, text: str) -> None:
    await double.say(channel(double), ann(double), text, mention_bot=True)
    await kit.desk.until(lambda: [heard for heard in kit.desk.received if heard.text == text])


async def test_it_is_healthy_once_the_gateway_speaks_and_not_before(double: DiscordDouble) -> None:
    async with running(double) as kit:
        assert kit.adapter.health()
        await double.connected()
        await until_health(kit, "")


async def test_stopped_as_soon_as_it_has_connected_it_leaves_nothing_running(double: DiscordDouble) -> None:
    async with running(double) as kit:
        await double.connected()
        await until_health(kit, "")
    left = [str(task.get_coro()) for task in asyncio.all_tasks()]
    assert [each for each in left if "ready" in each] == []


async def test_it_survives_a_failed_first_connect(double: DiscordDouble) -> None:
    """The library's own client dies of it."""
    double.refuse_gateway(3)
    async with running(double) as kit:
        await double.connected()
        await mention_is_heard(kit, double, "hello")


async def test_it_survives_a_503_and_a_reset_at_login(double: DiscordDouble) -> None:
    double.faults.add(path="/users/@me", status=503, times=2)
    double.faults.add(path="/oauth2/applications/@me", status="drop")
    async with running(double) as kit:
        await double.connected()
        await mention_is_heard(kit, double, "hello")


async def test_a_proxy_that_names_the_character_set_of_its_answers_is_understood(
    double: DiscordDouble,
) -> None:
    """The library takes such answers for text, and dies of the first."""
    double.rest.charset = "utf-8"
    async with running(double) as kit:
        await double.connected()
        await mention_is_heard(kit, double, "hello")


@pytest.mark.parametrize("status", [403, 404])
async def test_an_application_that_nobody_tells_of_is_no_reason_not_to_hear(
    double: DiscordDouble, status: int
) -> None:
    double.faults.add(path="/oauth2/applications/@me", status=status, times=1000)
    async with running(double) as kit:
        await double.connected()
        await mention_is_heard(kit, double, "hello")


async def test_a_session_at_a_gateway_of_ones_own_is_resumed_there(double: DiscordDouble) -> None:
    """Behind a proxy there may be no way to where Discord says."""
    double.gateway.url = "ws://gateway.invalid:9/"
    async with running(double) as kit:
        await double.connected()
        await until_health(kit, "")
        await double.drop_gateway(resumable=True)
        await mention_is_heard(kit, double, "again")
        assert (double.gateway.count.identified, double.gateway.count.resumed) == (1, 1)


@pytest.mark.parametrize(
    ("usual", "told", "then"),
    [
        ("wss://gateway.discord.gg/", "wss://gateway-us-east1-b.discord.gg", "told"),
        ("ws://127.0.0.1:7000/", "ws://127.0.0.1:7000/resume", "told"),
        ("ws://127.0.0.1:7000/", "wss://gateway-us-east1-b.discord.gg", "usual"),
    ],
)
def test_a_session_is_resumed_where_discord_says_unless_that_leaves_ones_own_gateway(
    usual: str, told: str, then: str
) -> None:
    expected = yarl.URL(told if then == "told" else usual)
    assert resumed_at(yarl.URL(told), yarl.URL(usual)) == expected


async def test_it_survives_a_discord_that_is_away_at_the_start_and_comes_back(double: DiscordDouble) -> None:
    await double.stop()
    async with running(double) as kit:
        await until_health(kit, "connection lost")
        await double.start()
        await double.connected()
        await mention_is_heard(kit, double, "hello")


@pytest.mark.parametrize("code", [4000, 1000, 1001, None])
async def test_after_a_lost_connection_it_resumes(double: DiscordDouble, code: int | None) -> None:
    async with running(double) as kit:
        await double.connected()
        await until_health(kit, "")
        await double.drop_gateway(code=code, resumable=True)
        await double.connected(times=2)
        await mention_is_heard(kit, double, "again")
        await until_health(kit, "")


async def test_what_was_said_in_between_is_replayed_by_resuming(double: DiscordDouble) -> None:
    async with running(double) as kit:
        await double.connected()
        await until_health(kit, "")
        double.refuse_gateway(2)
        await double.drop_gateway(resumable=True)
        await mention_is_heard(kit, double, "in between")
        assert double.gateway.count.resumed == 1


async def test_a_session_that_is_lost_is_begun_anew(double: DiscordDouble) -> None:
    async with running(double) as kit:
        await double.connected()
        await until_health(kit, "")
        double.invalidate()
        await double.connected(times=2)
        await mention_is_heard(kit, double, "again")
        double.ask_to_reconnect()
        await double.connected(times=3)
        await mention_is_heard(kit, double, "and again")


async def test_an_event_that_cannot_be_read_is_skipped(double: DiscordDouble) -> None:
    async with running(double) as kit:
        await double.connected()
        await until_health(kit, "")
        double.dispatch("MESSAGE_CREATE", {"id": "nonsense"})
        double.dispatch("GUILD_ROLE_UPDATE", None)
        double.send_text("not json")
        await mention_is_heard(kit, double, "still here")
        assert double.gateway.count.identified == 1


async def test_an_endless_stream_of_nonsense_begins_a_new_session(double: DiscordDouble) -> None:
    async with running(double) as kit:
        await double.connected()
        await until_health(kit, "")
        for _ in range(25):
            double.dispatch("MESSAGE_CREATE", {"id": "nonsense"})
        await double.connected(times=2)
        await mention_is_heard(kit, double, "better now")


async def test_a_gateway_that_no_longer_acknowledges_is_unhealthy(double: DiscordDouble) -> None:
    double.gateway.heartbeat_interval = 0.05
    async with running(double) as kit:
        await double.connected()
        await until_health(kit, "")
        double.deafen()
        await until_health(kit, "not acknowledged")
        double.hear()
        await until_health(kit, "")


async def test_a_wrong_token_is_named_and_does_not_end_hearing(double: DiscordDouble) -> None:
    async with running(double, token="wrong") as kit:
        await until_health(kit, UNKNOWN_BOT)


async def test_an_intent_that_is_switched_off_is_named() -> None:
    async with DiscordDouble(message_content=False) as double, running(double) as kit:
        await until_health(kit, NO_CONTENT)


async def test_what_only_the_operator_can_mend_is_said_once_and_tried_ever_more_rarely() -> None:
    """Discord allows 1000 sessions a day, and resets the token of whoever begins more."""
    clock = HandClock()
    async with (
        DiscordDouble(message_content=False) as double,
        made(double, clock, catch_up_minutes=0) as kit,
    ):
        with capture_logs() as lines:
            run = asyncio.create_task(kit.adapter.run())
            async with asyncio.timeout(PATIENCE):
                for tries, pause in enumerate((60, 120, 240, 480, 900, 900), start=1):
                    while len(clock.slept) < tries:  # noqa: ASYNC110  # sleeping does not announce itself
                        await asyncio.sleep(0)
                    assert clock.slept[-1] == pause
                    assert kit.adapter.health() == NO_CONTENT
                    if tries == 6:
                        double.gateway.privileged |= Intent.MESSAGE_CONTENT
                    clock.turn(pause)
            await double.connected()
            await until_health(kit, "")
            run.cancel()
            with suppress(asyncio.CancelledError):
                await run
    errors = [line for line in lines if line["log_level"] == "error"]
    assert [line["problem"] for line in errors] == [NO_CONTENT]
    assert [line["event"] for line in lines if "again" in line["event"]] == ["discord takes us again"]


async def test_after_downtime_young_messages_are_caught_up_and_old_ones_left() -> None:
    clock = HandClock()
    async with DiscordDouble(clock=clock) as double:
        guild = double.guild()
        place = double.text_channel(guild)
        quiet = double.text_channel(guild, "quiet")
        who, mo = double.person("Ann"), double.person("Mo", moderator=True)
        opening = await double.say(place, who, "old", mention_bot=True)
        await double.say(quiet, who, "old too", mention_bot=True)
        async with made(double, clock) as kit:
            await kit.adapter.open(conversation(opening), "old")
        thread = opening.started
        assert thread
        foreign = await double.start_thread(who, place, "Our own")
        clock.turn(20 * 60)
        await double.say(place, who, "young", mention_bot=True)
        await double.say(place, who, "just talking")
        await double.say(thread, mo, "and in the thread")
        await double.say(foreign, who, "not for you")
        direct = double.dm(who)
        await double.say(who, who, "in private")
        desk = FakeDesk(conversations=[conversation(direct)])
        async with hearing(double, clock, desk=desk, catch_up_minutes=15):
            await desk.until(lambda: len(desk.received) == 3)
        assert {heard.text for heard in desk.received} == {"young", "and in the thread", "in private"}
        assert {heard.author.name: heard.author.moderator for heard in desk.received} == {
            "Ann": False,
            "Mo": True,
        }
        assert not [
            each
            for each in double.calls("GET", "/channels/{channel_id}/messages")
            if str(quiet.id) in each.path
        ]


async def test_a_server_that_comes_late_is_caught_up_when_it_comes(double: DiscordDouble) -> None:
    """Discord sends servers one by one, and some long after the others: nothing waits for a restart."""
    late = double.guild("Late")
    place = double.text_channel(late)
    who = double.person("Lea")
    asked = await double.say(place, who, "on the late server", mention_bot=True)
    locked = await double.start_thread(double.bot, place, "Tides")
    await double.lock(locked, by=double.person("Mo", moderator=True))
    double.hold_back(late)
    await double.say(channel(double), ann(double), "at once", mention_bot=True)
    desk = FakeDesk(conversations=[conversation(locked)])
    async with hearing(double, HandClock(), desk=desk, catch_up_minutes=15):
        await desk.until(lambda: desk.received)
        assert [heard.text for heard in desk.received] == ["at once"]
        double.let_come(late)
        await desk.until(lambda: len(desk.received) == 2)
        await desk.until(lambda: desk.notes)
    assert (desk.received[1].message_id, desk.notes[0][:2]) == (str(asked.id), ("locked", str(locked.id)))


async def test_in_a_busy_channel_the_newest_messages_are_caught_up_too(double: DiscordDouble) -> None:
    for number in range(120):
        await double.say(channel(double), ann(double), f"talk {number}")
    await double.say(channel(double), ann(double), "and you?", mention_bot=True)
    async with hearing(double, HandClock(), catch_up_minutes=15) as kit:
        await kit.desk.until(lambda: [heard.text for heard in kit.desk.received] == ["and you?"])


async def test_a_place_that_cannot_be_read_does_not_spoil_catching_up(double: DiscordDouble) -> None:
    await double.say(channel(double), ann(double), "young", mention_bot=True)
    other = double.text_channel(name="other")
    await double.say(other, ann(double), "lost", mention_bot=True)
    double.faults.add(method="GET", path=f"/channels/{other.id}/messages", status=403, times=9)
    async with hearing(double, HandClock(), catch_up_minutes=15) as kit:
        await kit.desk.until(lambda: [heard.text for heard in kit.desk.received] == ["young"])


@pytest.mark.parametrize(("minutes", "heard"), [(60, set()), (240, {"before it slept"})])
async def test_what_was_written_before_a_thread_fell_asleep_again_is_caught_up(
    minutes: int, heard: set[str]
) -> None:
    """Discord archives after an hour of silence at the earliest, and tells only threads that are awake."""
    clock = HandClock()
    async with DiscordDouble(clock=clock) as double:
        place, who = double.text_channel(double.guild()), double.person("Ann")
        talk, silent = [await double.start_thread(who, place, name) for name in ("Talk", "Silent")]
        await double.say(silent, who, "long ago", mention_bot=True)
        clock.turn(200 * 60)
        await double.say(talk, who, "before it slept", mention_bot=True)
        clock.turn(90 * 60)
        await double.archive(talk)
        await double.archive(silent)
        await double.say(place, who, "awake", mention_bot=True)
        desk = FakeDesk(conversations=[conversation(silent, id=1), conversation(talk, id=2)])
        async with hearing(double, clock, desk=desk, catch_up_minutes=minutes):
            pass  # commands are published when everything else at the start is done
        assert {each.text for each in desk.received} == {"awake", *heard}
        reading = double.calls("GET", "/channels/{channel_id}/messages")
        assert not [each for each in reading if str(silent.id) in each.path]
