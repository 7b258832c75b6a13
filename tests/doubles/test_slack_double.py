"""The double, driven by the real slack-bolt in Socket Mode and over HTTP."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.doubles.slack import App, Channel, NothingThere, Person, Refused, SlackDouble
from tests.doubles.slack.app import BOT_SCOPES
from tests.doubles.slack.client import Listener, http_app, socket_app, web_client


async def test_a_mention_reaches_the_real_app_and_the_answer_its_thread() -> None:
    async with SlackDouble() as double:
        double.team()
        ann = double.person("Ann")
        general = double.channel()
        listener = Listener(double)

        @listener.app.event("app_mention")
        async def answer(event: dict[str, Any], say: Any) -> None:
            await say("hi!", thread_ts=event["ts"])

        @listener.app.event("message")
        async def ignore() -> None:
            pass

        async with socket_app(listener):
            said = await double.say(general, ann, "hello", mention_bot=True)
            await double.until(lambda: double.said(general) == ["hi!"])
            await double.settled()
            assert [each.text for each in double.messages(general, thread=said)] == ["hi!"]
            assert double.count.acked == 3  # the pair and our own echo
            assert double.count.lost == double.count.retried == 0


async def test_the_same_story_over_signed_http() -> None:
    async with SlackDouble() as double:
        double.team()
        ann = double.person("Ann")
        general = double.channel()
        listener = Listener(double)
        listener.acknowledge_all()

        async with http_app(listener):
            await double.say(general, ann, "hello", mention_bot=True)
            assert (await listener.hear("app_mention"))["text"].endswith("hello")
            await double.settled()
            assert double.count.acked == 2
            assert {each.via for each in double.deliveries} == {"http"}


def told(double: SlackDouble) -> list[dict[str, Any]]:
    """The events that went out, without their envelopes."""
    return [each.payload["event"] for each in double.office.parcels]


def harbour(double: SlackDouble) -> tuple[Person, Channel]:
    """A team with Ann and a channel."""
    double.team()
    return double.person("Ann"), double.channel()


async def test_a_mention_is_two_events_with_one_ts() -> None:
    async with SlackDouble() as double:
        ann, channel = harbour(double)
        said = await double.say(channel, ann, "hello", mention_bot=True)
        assert {each["type"] for each in told(double)} == {"app_mention", "message"}
        assert {each["ts"] for each in told(double)} == {said.ts}
        assert len({each.payload["event_id"] for each in double.office.parcels}) == 2
        message = next(each for each in told(double) if each["type"] == "message")
        assert message["channel_type"] == "channel"
        assert message["text"] == f"{double.bot.mention} hello"


async def test_the_order_of_the_pair_is_left_to_chance() -> None:
    firsts = set()
    for seed in range(8):
        async with SlackDouble(seed=seed) as double:
            ann, channel = harbour(double)
            await double.say(channel, ann, "hello", mention_bot=True)
            firsts.add(told(double)[0]["type"])
    assert firsts == {"app_mention", "message"}


async def test_in_a_dm_a_mention_is_a_message_only() -> None:
    async with SlackDouble() as double:
        ann, _ = harbour(double)
        await double.say(ann, ann, "hello", mention_bot=True)
        assert [(each["type"], each["channel_type"]) for each in told(double)] == [("message", "im")]


async def test_the_app_hears_only_where_it_is_what_it_asked_for_and_may() -> None:
    app = App(scopes=BOT_SCOPES - {"groups:history"})
    async with SlackDouble(app) as double:
        ann, channel = harbour(double)
        outside = double.channel("outside", with_bot=False)
        await double.say(outside, ann, "unheard", mention_bot=True)
        await double.say(double.channel("secret", private=True), ann, "no scope for this")
        assert told(double) == []
        app.events.discard("message.channels")
        await double.say(channel, ann, "hello", mention_bot=True)
        assert [each["type"] for each in told(double)] == ["app_mention"]


async def test_the_app_hears_itself_and_other_bots() -> None:
    async with SlackDouble() as double:
        _, channel = harbour(double)
        await web_client(double).chat_postMessage(channel=channel.id, text="me")
        await double.say(channel, double.other_bot(), "beep")
        await double.say(channel, double.other_bot("Hook", webhook=True), "by a hook")
        own, bot, hook = told(double)
        assert (own["user"], own["bot_id"], own["app_id"]) == (
            double.bot.id,
            double.bot.bot_id,
            double.app.id,
        )
        assert (bot["bot_profile"]["name"], bot.get("subtype")) == ("Robot", None)
        assert (hook["subtype"], hook.get("user"), hook["username"]) == ("bot_message", None, "Hook")


async def test_edits_and_deletions_carry_what_was_before() -> None:
    async with SlackDouble() as double:
        ann, channel = harbour(double)
        said = await double.say(channel, ann, "one")
        await double.edit(said, "two")
        await double.unfurl(said, "a page")
        await double.delete(said)
        _, edited, unfurled, deleted = told(double)
        assert (edited["subtype"], edited["message"]["text"]) == ("message_changed", "two")
        assert edited["previous_message"]["text"] == "one"
        assert edited["message"]["edited"]["user"] == ann.id
        assert unfurled["message"]["text"] == unfurled["previous_message"]["text"] == "two"
        assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", said.ts)


async def test_a_deleted_root_with_replies_leaves_a_tombstone() -> None:
    async with SlackDouble() as double:
        ann, channel = harbour(double)
        root = await double.say(channel, ann, "root")
        await double.say(channel, ann, "reply", thread=root)
        await double.delete(root)
        assert told(double)[-1]["subtype"] == "message_changed"
        assert told(double)[-1]["message"]["subtype"] == "tombstone"


async def test_a_file_comes_as_file_share() -> None:
    async with SlackDouble() as double:
        ann, channel = harbour(double)
        await double.say(channel, ann, "look", files=[("a.png", b"..", "image/png")])
        event = told(double)[0]
        assert (event["subtype"], event["files"][0]["mimetype"]) == ("file_share", "image/png")


async def test_a_replayed_event_has_the_same_event_id() -> None:
    async with SlackDouble() as double:
        ann, channel = harbour(double)
        listener = Listener(double)
        listener.acknowledge_all()
        async with socket_app(listener):
            said = await double.say(channel, ann, "hello")
            await double.settled()
            double.replay(said)
            await listener.hear("message", count=2)
            assert len({each["event_id"] for each in listener.heard}) == 1


async def test_joining_and_context_are_told() -> None:
    async with SlackDouble() as double:
        ann, _ = harbour(double)
        other = double.channel("other", with_bot=False)
        await double.join(double.bot, other, inviter=ann)
        await double.look_at(ann, other)
        joined, context = told(double)
        assert (joined["type"], joined["user"]) == ("member_joined_channel", double.bot.id)
        assert context["context"]["entities"][0]["value"] == other.id


@pytest.mark.parametrize(("private", "kind"), [(False, "channel"), (True, "group")])
async def test_channels_that_go_away_are_told_and_take_nothing_any_more(*, private: bool, kind: str) -> None:
    async with SlackDouble() as double:
        ann, _ = harbour(double)
        shut, gone, left = (
            double.channel(name, private=private, members=[ann]) for name in ("shut", "gone", "left")
        )
        await double.archive(ann, shut)
        await double.delete_channel(ann, gone)
        await double.take_out(ann, left)
        assert [(event["type"], event["channel"]) for event in told(double)] == [
            (f"{kind}_archive", shut.id),
            (f"{kind}_deleted", gone.id),
            (f"{kind}_left", left.id),
        ]
        assert [event.get("user") or event["actor_id"] for event in told(double)] == [ann.id] * 3
        outside = "channel_not_found" if private else "not_in_channel"
        for channel, error in ((shut, "is_archived"), (gone, "channel_not_found"), (left, outside)):
            with pytest.raises(SlackApiError, match=error):
                await web_client(double).chat_postMessage(channel=channel.id, text="hello?")


async def test_people_cannot_do_what_slack_does_not_offer() -> None:
    async with SlackDouble() as double:
        ann, channel = harbour(double)
        said = await double.say(channel, ann, "hello")
        with pytest.raises(NothingThere, match="not processing"):
            await double.stop_session(ann, said)
        with pytest.raises(Refused, match="not_in_channel"):
            await double.say(double.channel("other", members=[]), ann, "hello")
        await double.react(ann, said, "eyes")
        with pytest.raises(Refused, match="already_reacted"):
            await double.react(ann, said, "eyes")


async def test_after_a_stop_the_double_comes_back_with_its_state() -> None:
    async with SlackDouble() as double:
        ann, channel = harbour(double)
        await double.say(channel, ann, "before")
        port = double.port
        await double.stop()
        await double.start()
        assert double.port == port
        told_again = await web_client(double).conversations_history(channel=channel.id)
        assert [each["text"] for each in told_again["messages"]] == ["before"]


async def test_a_failing_condition_tells_the_last_traffic() -> None:
    async with SlackDouble() as double:
        _, channel = harbour(double)
        await web_client(double).chat_postMessage(channel=channel.id, text="seen in the dump")
        with pytest.raises(AssertionError, match="seen in the dump"):
            await double.until(lambda: False, timeout=0.01)
