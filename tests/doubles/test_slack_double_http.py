"""HTTP delivery: signatures, three seconds, retries with their headers, url_verification."""

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.doubles.slack import ManualClock, SlackDouble
from tests.doubles.slack.client import Listener, http_app, serving


class Endpoint:
    """An app that answers what a test tells it to."""

    def __init__(self, *answers: Callable[[], web.Response]) -> None:
        self.answers = list(answers)
        self.requests: list[tuple[dict[str, str], str]] = []
        self.never = asyncio.Event()
        self.arrived: Callable[[], None] = lambda: None

    async def handle(self, request: web.Request) -> web.Response:
        self.requests.append((dict(request.headers), await request.text()))
        self.arrived()
        if not self.answers:
            await self.never.wait()
        return self.answers.pop(0)()

    def retries(self) -> list[tuple[str | None, str | None]]:
        """The retry headers of each request."""
        return [
            (headers.get("X-Slack-Retry-Num"), headers.get("X-Slack-Retry-Reason"))
            for headers, _ in self.requests
        ]


async def say_hello(double: SlackDouble) -> None:
    """One event."""
    double.team()
    ann = double.person("Ann")
    await double.say(double.channel(), ann, "hello")


async def test_failures_are_tried_again_with_number_and_reason() -> None:
    clock = ManualClock()
    endpoint = Endpoint(lambda: web.Response(status=500), web.Response)
    async with SlackDouble(clock=clock) as double, serving("/slack/events", endpoint.handle) as url:
        double.request_url = url
        await say_hello(double)
        await double.settled()
        assert endpoint.retries() == [(None, None), ("1", "http_error")]
        assert endpoint.requests[0][1] == endpoint.requests[1][1]
        assert double.count.acked == 1


async def test_no_retry_is_respected() -> None:
    endpoint = Endpoint(lambda: web.Response(status=500, headers={"X-Slack-No-Retry": "1"}))
    async with SlackDouble() as double, serving("/slack/events", endpoint.handle) as url:
        double.request_url = url
        await say_hello(double)
        await double.settled()
        assert len(endpoint.requests) == 1
        assert double.count.lost == 1


async def test_three_seconds_are_all_there_is() -> None:
    clock = ManualClock()
    endpoint = Endpoint()
    async with SlackDouble(clock=clock) as double, serving("/slack/events", endpoint.handle) as url:
        endpoint.arrived = double.world.changed
        double.request_url = url
        await say_hello(double)
        await double.until(lambda: len(endpoint.requests) == 1)
        endpoint.answers = [web.Response]
        clock.advance(3)
        await double.settled()
        assert endpoint.retries() == [(None, None), ("1", "http_timeout")]


async def test_nobody_there_is_told_as_connection_failed() -> None:
    clock = ManualClock()
    async with SlackDouble(clock=clock) as double:
        double.request_url = "http://127.0.0.1:9/slack/events"
        await say_hello(double)
        await double.until(lambda: len(double.deliveries) == 2)
        assert double.deliveries[1].reason == "connection_failed"


async def test_the_real_app_takes_the_signature_and_refuses_an_old_one() -> None:
    async with SlackDouble() as double:
        double.team()
        ann = double.person("Ann")
        channel = double.channel()
        listener = Listener(double)
        listener.acknowledge_all()
        async with http_app(listener):
            await double.say(channel, ann, "good")
            await double.settled()
            assert double.count.acked == 1
            double.webhooks.skew = -301
            await double.say(channel, ann, "old")
            await double.until(lambda: double.count.retried >= 1)
            assert double.deliveries[1].status == 401
            double.webhooks.skew = 0
            double.app.signing_secret = "another"
            await double.say(channel, ann, "forged")
            await double.until(lambda: any(each.status == 401 for each in double.deliveries[-1:]))
            assert len(listener.events("message")) <= 2


async def test_the_request_url_is_verified() -> None:
    async with SlackDouble() as double:
        double.team()
        async with http_app(Listener(double)) as url:
            assert await double.verify_url(url)


async def test_a_command_a_press_and_a_submission_arrive_as_forms() -> None:
    async with SlackDouble() as double:
        double.team()
        ann = double.person("Ann")
        channel = double.channel()
        listener = Listener(double)

        @listener.app.command("/adieu")
        async def help_text(ack: Any) -> None:
            await ack("Here is help.")

        async with http_app(listener):
            done = await double.command(ann, channel, "/adieu", "help")
            assert done.acked
            assert [each.text for each in done.ephemerals] == ["Here is help."]
            assert listener.heard[0]["text"] == "help"
