"""Socket Mode: connections that come back, and that are replaced before they are left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from bot.errors import OperatorError
from tests.clock import FakeClock
from tests.doubles.slack import Person, SlackDouble
from tests.program import PATIENCE
from tests.slack_kit import HandClock, Kit, hearing, made


@pytest.fixture
async def double() -> AsyncIterator[SlackDouble]:
    async with SlackDouble(rate_limits=False) as double:
        double.team()
        yield double


@pytest.fixture
def ann(double: SlackDouble) -> Person:
    return double.person("Ann")


async def heard(kit: Kit, *texts: str) -> None:
    await kit.double.until(lambda: sorted(one.text for one in kit.desk.received) == sorted(texts))


async def test_it_says_that_it_is_deaf_until_it_hears(double: SlackDouble) -> None:
    async with made(double) as kit:
        assert kit.adapter.health() == "not started yet"
    async with hearing(double) as kit:
        await double.until(lambda: kit.adapter.health() == "")


async def test_a_refused_first_connection_is_tried_again(double: SlackDouble, ann: Person) -> None:
    double.refuse_sockets(2)
    double.faults.add(method="apps.connections.open", status="drop")
    async with hearing(double, FakeClock()) as kit:
        await double.say(ann, ann, "hello")
        await heard(kit, "hello")


async def test_the_ticket_of_a_connection_is_told_to_nobody(double: SlackDouble) -> None:
    """It opens the door to everything the app hears, and /healthz is for everyone."""
    clock = HandClock()
    double.refuse_sockets(1)
    with capture_logs() as lines:
        async with made(double, clock) as kit:
            run = asyncio.create_task(kit.adapter.run())
            await clock.asleep(0.5)
            assert "cannot connect" in kit.adapter.health()
            assert "401" in kit.adapter.health()
            assert "ticket" not in f"{kit.adapter.health()} {lines}"
            run.cancel()
            await asyncio.gather(run, return_exceptions=True)


async def test_an_outage_before_the_start_is_waited_for(double: SlackDouble, ann: Person) -> None:
    double.faults.add(method="auth.test", status=500, times=3)
    async with hearing(double, FakeClock()) as kit:
        await double.say(ann, ann, "hello")
        await heard(kit, "hello")


async def test_a_refresh_loses_nothing_that_is_being_handled(double: SlackDouble, ann: Person) -> None:
    async with hearing(double, FakeClock()) as kit:
        going_on = asyncio.Event()

        async def wait() -> None:
            await going_on.wait()

        kit.desk.before = wait
        await double.say(ann, ann, "before")
        await double.until(lambda: double.deliveries)
        double.refresh_sockets()
        await double.connected(times=2)
        await double.say(ann, ann, "after")
        going_on.set()
        await heard(kit, "before", "after")
        await double.settled()
        assert all(
            len([d for d in double.deliveries if d.envelope_id == one.envelope_id]) == 1
            for one in double.deliveries
        )


async def test_a_cut_connection_comes_back_and_what_was_not_acknowledged_comes_again(
    double: SlackDouble, ann: Person
) -> None:
    async with hearing(double, FakeClock()) as kit:
        for number in range(3):
            await double.say(ann, ann, f"message {number}")
            await double.drop_sockets()
        await double.connected(times=2)
        await heard(kit, "message 0", "message 1", "message 2")
        await double.until(lambda: kit.adapter.health() == "")


async def test_while_slack_is_away_it_says_so_and_then_hears_again(double: SlackDouble, ann: Person) -> None:
    async with hearing(double, FakeClock()) as kit:
        await double.stop()
        async with asyncio.timeout(PATIENCE):
            while not kit.adapter.health():  # noqa: ASYNC110 - nothing tells of a change of health
                await asyncio.sleep(0)
        await double.start()
        await double.connected()
        await double.say(ann, ann, "hello")
        await heard(kit, "hello")


async def test_several_connections_share_what_slack_tells(double: SlackDouble, ann: Person) -> None:
    async with hearing(double, FakeClock(), connections=3) as kit:
        await double.connected(times=3)
        for number in range(9):
            await double.say(ann, ann, f"message {number}")
        await heard(kit, *(f"message {number}" for number in range(9)))
        await double.drop_sockets()
        await double.connected(times=6)


async def test_a_token_that_slack_does_not_accept_is_for_the_operator(double: SlackDouble) -> None:
    async with made(double, secrets={"slack_bot_token": "xoxb-made-up"}) as kit:
        with pytest.raises(OperatorError, match="does not accept SLACK_BOT_TOKEN"):
            await kit.adapter.run()


async def test_an_app_token_that_slack_does_not_accept_is_for_the_operator(double: SlackDouble) -> None:
    secrets = {"slack_bot_token": double.bot_token, "slack_app_token": "xapp-made-up"}
    async with made(double, secrets=secrets) as kit:
        with pytest.raises(OperatorError, match="does not accept SLACK_APP_TOKEN"):
            await kit.adapter.run()


async def test_socket_mode_switched_off_is_for_the_operator(double: SlackDouble) -> None:
    async with made(double) as kit:
        run = asyncio.create_task(kit.adapter.run())
        await double.connected()
        double.refresh_sockets("link_disabled")
        with pytest.raises(OperatorError, match="switched Socket Mode off"):
            await run


async def test_frames_that_cannot_be_read_are_skipped(double: SlackDouble, ann: Person) -> None:
    async with hearing(double) as kit:
        for frame in ("not json", "[]", '"text"', '{"type": "brand_new"}'):
            double.send_text(frame)
        await double.say(ann, ann, "hello")
        await heard(kit, "hello")
        assert double.count.connections == 1


async def test_the_environment_of_the_library_is_not_read(
    double: SlackDouble, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"):
        monkeypatch.setenv(name, "made-up")
    async with hearing(double) as kit:
        await double.say(ann, ann, "hello")
        await heard(kit, "hello")
        assert len(double.calls("auth.test")) == 1
