"""Who would be pinged, evaluated for every message and every edit."""

import pytest

from tests.doubles.slack import Pinged, SlackDouble
from tests.doubles.slack.client import web_client
from tests.doubles.slack.mentions import pinged

CHANNEL, HERE = Pinged(frozenset({"channel"})), Pinged(frozenset({"here"}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<!channel> hi", CHANNEL),
        ("<!here|here>", HERE),
        ("`<!channel>` in code counts", CHANNEL),
        ("<@U0ABC|ann> and <@W0ABC>", Pinged(people=frozenset({"U0ABC", "W0ABC"}))),
        ("<!subteam^S0ABC|@mods>", Pinged(groups=frozenset({"S0ABC"}))),
        ("&lt;!channel&gt; &lt;@U0ABC&gt;", Pinged()),
        ("<\u200b!channel> < !channel>", Pinged()),
        ("@channel and @here as words", Pinged()),
        ("<#C0ABC|general> <https://example.org>", Pinged()),
    ],
)
def test_text_pings_as_slack_reads_it(text: str, expected: Pinged) -> None:
    assert pinged(text, []) == expected
    assert bool(expected) == bool(pinged(text, []))


def test_bare_words_count_with_link_names_only() -> None:
    assert pinged("@channel", [], link_names=True) == CHANNEL


def test_blocks_ping_by_mrkdwn_markdown_and_rich_text_but_not_plain_text() -> None:
    def section(kind: str) -> dict[str, object]:
        return {"type": "section", "text": {"type": kind, "text": "<!here>"}}

    assert pinged("", [section("mrkdwn")]) == HERE
    assert not pinged("", [section("plain_text")])
    assert pinged("", [{"type": "markdown", "text": "<!here>"}]) == HERE
    parts = [{"type": "broadcast", "range": "here"}]
    rich = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": parts}]}]
    assert pinged("", rich) == HERE


async def test_a_message_remembers_whom_any_version_pinged() -> None:
    async with SlackDouble() as double:
        double.team()
        channel, client = double.channel(), web_client(double)
        ts = (await client.chat_postMessage(channel=channel.id, text="quiet"))["ts"]
        message = channel.messages[ts]
        assert not message.pinged
        await client.chat_update(channel=channel.id, ts=ts, text="<!channel>")
        await client.chat_update(channel=channel.id, ts=ts, text="quiet again")
        assert message.pinged == CHANNEL
        assert [bool(each.pinged) for each in message.history] == [False, True, False]


async def test_a_stream_pings_too() -> None:
    async with SlackDouble() as double:
        double.team()
        ann = double.person("Ann")
        said = await double.say(ann, ann, "hello")
        client = web_client(double)
        started = await client.chat_startStream(
            channel=said.channel.id, thread_ts=said.ts, markdown_text="<!chan"
        )
        assert not said.channel.messages[started["ts"]].pinged
        await client.chat_appendStream(channel=said.channel.id, ts=started["ts"], markdown_text="nel>")
        assert said.channel.messages[started["ts"]].pinged == CHANNEL
