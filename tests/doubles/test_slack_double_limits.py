"""Rate limits and planned failures, as the real client meets them."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from tests.doubles.slack import ManualClock, SlackDouble
from tests.doubles.slack.asking import refusal, whole_refusal
from tests.doubles.slack.client import web_client


async def test_a_tier_runs_out_and_tells_when_to_come_back() -> None:
    clock = ManualClock()
    async with SlackDouble(clock=clock) as double:
        double.team()
        client = web_client(double)
        for _ in range(20):
            await client.conversations_list()
        told = await whole_refusal(client.conversations_list())
        assert (told.status_code, told["error"], told.headers["Retry-After"]) == (429, "ratelimited", "3")
        clock.advance(3)
        await client.conversations_list()
        assert await refusal(client.conversations_list()) == "ratelimited"
        await client.auth_test()


async def test_posting_is_about_one_a_second_in_a_channel() -> None:
    clock = ManualClock()
    async with SlackDouble(clock=clock) as double:
        double.team()
        first, second, client = double.channel("one"), double.channel("two"), web_client(double)
        for _ in range(5):
            await client.chat_postMessage(channel=first.id, text="x")
        told = await whole_refusal(client.chat_postMessage(channel=first.id, text="x"))
        assert told.headers["Retry-After"] == "1"
        await client.chat_postMessage(channel=second.id, text="x")
        clock.advance(1)
        await client.chat_postMessage(channel=first.id, text="x")


async def test_limits_are_counted_by_team_and_can_be_changed_and_switched_off() -> None:
    async with SlackDouble(clock=ManualClock()) as double:
        one, two = double.team("One"), double.team("Two")
        double.limits.set("users.info", 1)
        for team in (one, two):
            client = web_client(double, team)
            await client.users_info(user=double.bot_in(team).id)
            assert await refusal(client.users_info(user=double.bot_in(team).id)) == "ratelimited"
        double.limits.enabled = False
        for _ in range(3):
            await client.users_info(user=double.bot_in(two).id)


async def test_a_tier_can_be_exhausted_by_somebody_else() -> None:
    async with SlackDouble(clock=ManualClock()) as double:
        team = double.team()
        ann = double.person("Ann")
        said = await double.say(ann, ann, "hello")
        double.limits.exhaust("chat.startStream", team.id)
        starting = web_client(double).chat_startStream(channel=said.channel.id, thread_ts=said.ts)
        assert await refusal(starting) == "ratelimited"


async def test_errors_on_request_strike_as_often_as_planned() -> None:
    async with SlackDouble() as double:
        double.team()
        channel, client = double.channel(), web_client(double)
        double.faults.add(method=r"chat\..*", status="internal_error", times=2)
        for _ in range(2):
            posting = client.chat_postMessage(channel=channel.id, text="x")
            assert await refusal(posting) == "internal_error"
        await client.chat_postMessage(channel=channel.id, text="x")
        double.faults.add(method="auth.test", status=429, retry_after=7)
        assert (await whole_refusal(client.auth_test())).headers["Retry-After"] == "7"
        fault = double.faults.add(method="auth.test", status=503)
        with pytest.raises(SlackApiError) as broken:
            await client.auth_test()
        assert (broken.value.response.status_code, fault.hits) == (503, 1)


async def test_after_a_lost_answer_the_sdks_own_retry_posts_twice() -> None:
    async with SlackDouble() as double:
        double.team()
        channel, client = double.channel(), web_client(double)
        double.faults.add(method="chat.postMessage", status="drop", after_effect=True)
        await client.chat_postMessage(channel=channel.id, text="once?")
        assert [each.text for each in double.messages(channel)] == ["once?", "once?"]
        careful = web_client(double, retry_handlers=[])
        double.faults.add(method="chat.postMessage", status="drop", after_effect=True)
        with pytest.raises(aiohttp.ClientError):
            await careful.chat_postMessage(channel=channel.id, text="once!")
        assert [each.text for each in double.messages(channel)].count("once!") == 1


async def test_a_call_hangs_until_it_is_released() -> None:
    async with SlackDouble() as double:
        double.team()
        channel, client = double.channel(), web_client(double)
        fault = double.faults.add(method="chat.postMessage", status="hang")
        posting: asyncio.Task[Any] = asyncio.create_task(
            client.chat_postMessage(channel=channel.id, text="x")
        )
        await double.until(lambda: fault.hits)
        assert not double.messages(channel)
        fault.release()
        await posting
        assert double.said(channel) == ["x"]
