"""Socket Mode as the real client meets it: tickets, acknowledgements, redelivery, refresh."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from tests.doubles.slack import ManualClock, SlackDouble
from tests.doubles.slack.asking import refusal
from tests.doubles.slack.client import Listener, socket_app, web_client


async def raw(double: SlackDouble, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
    """A socket that acknowledges nothing by itself; hello is read."""
    opened = await web_client(double).apps_connections_open(app_token=double.app.app_token)
    socket = await session.ws_connect(opened["url"])
    hello = await socket.receive_json()
    assert hello["type"] == "hello"
    assert hello["connection_info"] == {"app_id": double.app.id}
    return socket


async def test_a_ticket_opens_one_socket() -> None:
    async with SlackDouble() as double, aiohttp.ClientSession() as session:
        opened = await web_client_for_app(double).apps_connections_open(app_token=double.app.app_token)
        async with session.ws_connect(opened["url"]) as socket:
            assert (await socket.receive_json())["num_connections"] == 1
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(opened["url"])


def web_client_for_app(double: SlackDouble) -> Any:
    """A client where no team is needed."""
    double.team()
    return web_client(double)


async def test_ten_sockets_are_the_most() -> None:
    async with SlackDouble() as double, aiohttp.ClientSession() as session:
        double.team()
        sockets = [await raw(double, session) for _ in range(10)]
        eleventh = web_client(double).apps_connections_open(app_token=double.app.app_token)
        assert await refusal(eleventh) == "too_many_websockets"
        for socket in sockets:
            await socket.close()


async def test_each_envelope_goes_to_one_socket_and_all_get_some() -> None:
    async with SlackDouble() as double, aiohttp.ClientSession() as session:
        double.team()
        ann = double.person("Ann")
        channel = double.channel()
        sockets = [await raw(double, session) for _ in range(2)]
        for number in range(20):
            await double.say(channel, ann, str(number))
        assert len(double.deliveries) == 20
        shares = [sum(each.via == f"socket {number}" for each in double.deliveries) for number in (1, 2)]
        assert sum(shares) == 20
        assert all(shares)
        for socket in sockets:
            await socket.close()


async def test_an_unacknowledged_envelope_comes_again_with_its_event_id() -> None:
    clock = ManualClock()
    async with SlackDouble(clock=clock) as double, aiohttp.ClientSession() as session:
        double.team()
        ann = double.person("Ann")
        socket = await raw(double, session)
        await double.say(double.channel(), ann, "hello")
        first = await socket.receive_json()
        assert (first["type"], first["retry_attempt"], first["retry_reason"]) == ("events_api", 0, "")
        clock.advance(3)
        second = await socket.receive_json()
        assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")
        assert second["payload"] == first["payload"]
        assert second["envelope_id"] != first["envelope_id"]
        clock.advance(3)
        clock.advance(60)
        third = await socket.receive_json()
        assert third["retry_attempt"] == 2
        await socket.send_json({"envelope_id": third["envelope_id"]})
        await double.settled()
        assert (double.count.acked, double.count.retried, double.count.lost) == (1, 2, 0)
        await socket.close()


async def test_after_three_retries_an_event_is_lost() -> None:
    clock = ManualClock()
    async with SlackDouble(clock=clock) as double, aiohttp.ClientSession() as session:
        double.team()
        socket = await raw(double, session)
        await double.say(double.channel(), double.person("Ann"), "hello")
        double.channel("elsewhere")
        for wait in (0, 60, 300):
            clock.advance(3)
            clock.advance(wait)
            await asyncio.sleep(0)
        clock.advance(3)
        assert [each.attempt for each in double.deliveries] == [0, 1, 2, 3]
        assert double.count.lost == 1
        await socket.close()


async def test_what_a_dropped_socket_had_not_acknowledged_goes_to_the_next() -> None:
    async with SlackDouble() as double, aiohttp.ClientSession() as session:
        double.team()
        ann = double.person("Ann")
        channel = double.channel()
        socket = await raw(double, session)
        await double.say(channel, ann, "hello")
        await socket.receive_json()
        await double.drop_sockets()
        await double.disconnected()
        await double.say(channel, ann, "while nobody listens")
        again = await raw(double, session)
        heard = [await again.receive_json() for _ in range(2)]
        texts = {each["payload"]["event"]["text"]: each["retry_attempt"] for each in heard}
        assert texts == {"hello": 1, "while nobody listens": 0}
        await again.close()


async def test_the_real_client_replaces_its_socket_when_asked_to() -> None:
    clock = ManualClock()
    async with SlackDouble(clock=clock) as double:
        double.team()
        ann = double.person("Ann")
        channel = double.channel()
        listener = Listener(double)
        listener.acknowledge_all()
        async with socket_app(listener):
            double.refresh_sockets()
            await double.connected(times=2)
            await double.say(channel, ann, "after the refresh")
            await listener.hear("message")
            await double.settled()
            clock.advance(10)
            await double.until(lambda: all(not each.leaving for each in double.sockets.connections))


async def test_the_real_client_comes_back_after_a_polite_close() -> None:
    async with SlackDouble() as double:
        double.team()
        ann = double.person("Ann")
        channel = double.channel()
        listener = Listener(double)
        listener.acknowledge_all()
        async with socket_app(listener):
            await double.drop_sockets(politely=True)
            await double.connected(times=2)
            await double.say(channel, ann, "still there?")
            await listener.hear("message")


async def test_an_event_without_a_listener_is_never_acknowledged() -> None:
    clock = ManualClock()
    async with SlackDouble(clock=clock) as double:
        double.team()
        ann = double.person("Ann")
        channel = double.channel()
        listener = Listener(double)
        async with socket_app(listener):
            await double.say(channel, ann, "hello")
            await listener.hear("message")
            clock.advance(3)
            await listener.hear("message", count=2)
            assert double.count.acked == 0


async def test_pings_are_answered_by_the_real_client() -> None:
    async with SlackDouble() as double:
        double.team()
        listener = Listener(double)
        async with socket_app(listener):
            await double.ping()
            await double.until(lambda: double.sockets.connections[0].pongs)


async def test_a_late_acknowledgement_counts_as_late() -> None:
    clock = ManualClock()
    async with SlackDouble(clock=clock) as double, aiohttp.ClientSession() as session:
        double.team()
        socket = await raw(double, session)
        await double.say(double.channel(), double.person("Ann"), "hello")
        channel = double.channel("more")
        await double.say(channel, double.person("Bob"), "hello")
        envelope = json.loads((await socket.receive()).data)
        clock.advance(3)
        await socket.send_json({"envelope_id": envelope["envelope_id"]})
        await double.until(lambda: double.count.late == 1)
        assert double.count.acked == 0
        await socket.close()
