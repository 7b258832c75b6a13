"""What the double refuses for its form, whom a message pings, and how fast one may write."""

from typing import Any

import aiohttp
import discord
import pytest

from tests.doubles.discord import DiscordDouble, Limit, ManualClock, Pinged
from tests.doubles.discord.client import connected_client


class Wire:
    """Bare requests, for what discord.py would not even send."""

    def __init__(self, double: DiscordDouble, session: aiohttp.ClientSession) -> None:
        self.double = double
        self.session = session

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bot {self.double.token}"}
        async with self.session.request(
            method, self.double.api_url + path, json=body, headers=headers
        ) as answer:
            return answer.status, await answer.json() if answer.status != 204 else None


@pytest.mark.parametrize(
    ("body", "where", "code"),
    [
        ({"content": "x" * 2001}, ("content",), "BASE_TYPE_BAD_LENGTH"),
        ({"content": "x", "nonce": "n" * 26}, ("nonce",), "BASE_TYPE_BAD_LENGTH"),
        ({"embeds": [{"title": "x" * 257}]}, ("embeds", "0", "title"), "BASE_TYPE_BAD_LENGTH"),
        ({"embeds": [{"description": "x" * 4097}]}, ("embeds", "0", "description"), "BASE_TYPE_BAD_LENGTH"),
        ({"embeds": [{"description": "x" * 3500}] * 2}, ("embeds",), "MAX_EMBED_SIZE_EXCEEDED"),
        (
            {"embeds": [{"fields": [{"name": "a", "value": "b"}] * 26}]},
            ("embeds", "0", "fields"),
            "BASE_TYPE_BAD_LENGTH",
        ),
        (
            {
                "components": [
                    {"type": 1, "components": [{"type": 2, "style": 1, "label": "x", "custom_id": "a"}] * 2}
                ]
            },
            ("components", "0", "components", "1", "custom_id"),
            "COMPONENT_CUSTOM_ID_DUPLICATED",
        ),
        (
            {
                "components": [
                    {"type": 1, "components": [{"type": 2, "style": 1, "label": "x" * 81, "custom_id": "a"}]}
                ]
            },
            ("components", "0", "components", "0", "label"),
            "BASE_TYPE_BAD_LENGTH",
        ),
        (
            {
                "components": [
                    {"type": 1, "components": [{"type": 2, "style": 5, "label": "x", "url": "u" * 513}]}
                ]
            },
            ("components", "0", "components", "0", "url"),
            "BASE_TYPE_BAD_LENGTH",
        ),
        (
            {"components": [{"type": 1, "components": []}]},
            ("components", "0", "components"),
            "BASE_TYPE_BAD_LENGTH",
        ),
        ({"components": [{"type": 10, "content": "x"}]}, ("components", "0", "type"), "UNION_TYPE_CHOICES"),
        (
            {"content": "x", "flags": 1 << 15, "components": [{"type": 10, "content": "x"}]},
            ("content",),
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        ),
        (
            {"flags": 1 << 15, "components": [{"type": 10, "content": "x"}] * 41},
            ("components",),
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
        ),
        (
            {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
            ("allowed_mentions",),
            "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        ),
    ],
)
async def test_a_form_that_is_too_long_or_wrong_is_refused_where_it_is_wrong(
    body: Any, where: tuple[str, ...], code: str
) -> None:
    async with DiscordDouble() as double, aiohttp.ClientSession() as session:
        double.guild()
        channel = double.text_channel()
        status, answer = await Wire(double, session).call("POST", f"/channels/{channel.id}/messages", body)
        assert (status, answer["code"], answer["message"]) == (400, 50035, "Invalid Form Body")
        node = answer["errors"]
        for step in where:
            node = node[step]
        assert code in [error["code"] for error in node["_errors"]]
        assert double.messages(channel) == []


async def test_an_empty_message_and_somebody_elses_are_refused_and_v2_is_welcome() -> None:
    async with DiscordDouble() as double, aiohttp.ClientSession() as session:
        double.guild()
        channel, ann = double.text_channel(), double.person("Ann")
        wire, path = Wire(double, session), f"/channels/{channel.id}/messages"
        assert (await wire.call("POST", path, {"content": "  "}))[1]["code"] == 50006
        said = await double.say(channel, ann, "hers")
        assert (await wire.call("PATCH", f"{path}/{said.id}", {"content": "mine"}))[1]["code"] == 50005
        card = {
            "flags": 1 << 15,
            "components": [{"type": 17, "components": [{"type": 10, "content": "card"}]}],
        }
        assert (await wire.call("POST", path, card))[0] == 200
        assert double.said(channel) == ["card"]
        assert (await wire.call("POST", "/users/@me/channels", {"recipient_id": str(ann.id)}))[1]["type"] == 1
        dm = double.dm(ann)
        assert (await wire.call("POST", f"/channels/{dm.id}/threads", {"name": "x"}))[1]["code"] == 50024


async def test_who_is_pinged_is_worked_out_for_every_message_and_every_edit() -> None:
    async with DiscordDouble() as double:
        double.guild()
        channel, ann = double.text_channel(), double.person("Ann")
        async with connected_client(double) as client:
            found = client.get_channel(channel.id)
            assert isinstance(found, discord.TextChannel)
            text = f"{ann.mention} @everyone <@&5>"
            none = discord.AllowedMentions.none()
            loud = await found.send(text)
            quiet = await found.send(text, allowed_mentions=none)
            kept = double.world.messages
            assert kept[loud.id].pinged == Pinged(frozenset({ann.id}), frozenset({5}), everyone=True)
            assert not kept[quiet.id].pinged
            await quiet.edit(content=text, allowed_mentions=none)
            assert not kept[quiet.id].pinged
            await quiet.edit(content=f"{ann.mention}")
            assert kept[quiet.id].pinged == Pinged(frozenset({ann.id}))
            said = await double.say(channel, ann, "a question")
            reply = await (await found.fetch_message(said.id)).reply("`@everyone`", mention_author=False)
            assert not kept[reply.id].pinged


async def test_the_sixth_message_in_five_seconds_has_to_wait() -> None:
    clock = ManualClock()
    async with DiscordDouble(clock=clock) as double, aiohttp.ClientSession() as session:
        double.guild()
        channel, other = double.text_channel(), double.text_channel(name="other")
        wire, path = Wire(double, session), f"/channels/{channel.id}/messages"
        statuses = [(await wire.call("POST", path, {"content": "x"}))[0] for _ in range(6)]
        assert statuses == [200] * 5 + [429]
        refused = double.traffic[-1]
        assert refused.response == {
            "message": "You are being rate limited.",
            "retry_after": 5.0,
            "global": False,
        }
        assert (await wire.call("POST", f"/channels/{other.id}/messages", {"content": "x"}))[0] == 200
        clock.advance(5)
        assert (await wire.call("POST", path, {"content": "x"}))[0] == 200
        double.limits.sends = None
        assert [(await wire.call("POST", path, {"content": "x"}))[0] for _ in range(6)] == [200] * 6
        double.limits.everything = Limit(1, 1)
        assert [(await wire.call("POST", path, {"content": "x"}))[0] for _ in range(2)] == [200, 429]
        assert double.traffic[-1].response["global"] is True
        double.limits.off()
        assert (await wire.call("POST", path, {"content": "x"}))[0] == 200


async def test_a_third_rename_in_ten_minutes_is_refused_though_locking_is_not() -> None:
    clock = ManualClock()
    async with DiscordDouble(clock=clock) as double, aiohttp.ClientSession() as session:
        double.guild()
        channel, ann = double.text_channel(), double.person("Ann")
        thread = await double.start_thread(ann, channel, "Talk")
        wire = Wire(double, session)
        statuses = [
            (await wire.call("PATCH", f"/channels/{thread.id}", {"name": f"n{each}"}))[0] for each in range(3)
        ]
        assert statuses == [200, 200, 429]
        assert double.traffic[-1].response["retry_after"] == 600.0
        assert (await wire.call("PATCH", f"/channels/{thread.id}", {"locked": True}))[0] == 200


async def test_time_out_of_until_tells_the_last_traffic() -> None:
    async with DiscordDouble() as double, aiohttp.ClientSession() as session:
        await Wire(double, session).call("GET", "/users/@me")
        with pytest.raises(AssertionError, match="GET /users/@me"):
            await double.until(lambda: False, timeout=0.01)
