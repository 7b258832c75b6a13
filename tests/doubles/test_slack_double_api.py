"""The Web API refuses what Slack refuses, to the real AsyncWebClient."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack import App, ManualClock, SlackDouble
from tests.doubles.slack.app import BOT_SCOPES
from tests.doubles.slack.asking import refusal, whole_refusal
from tests.doubles.slack.client import web_client


async def test_auth_test_tells_who_and_where() -> None:
    async with SlackDouble() as double:
        team = double.team("Harbour")
        told = await web_client(double).auth_test()
        assert (told["team_id"], told["user_id"]) == (team.id, double.bot.id)
        assert told["bot_id"] == double.bot.bot_id
        assert set(told.headers["X-OAuth-Scopes"].split(",")) == BOT_SCOPES


async def test_tokens_are_checked_by_kind_team_and_state() -> None:
    async with SlackDouble() as double:
        team = double.team()
        client = web_client(double)
        assert await refusal(AsyncWebClient(base_url=double.api_url).auth_test()) == "not_authed"
        assert await refusal(client.auth_test(token="xoxb-wrong")) == "invalid_auth"
        wrong_kind = client.apps_connections_open(app_token=double.bot_token)
        assert await refusal(wrong_kind) == "not_allowed_token_type"
        app_token = client.chat_postMessage(channel="C1", text="x", token=double.app.app_token)
        assert await refusal(app_token) == "not_allowed_token_type"
        await client.auth_revoke()
        assert await refusal(client.auth_test()) == "token_revoked"
        other = double.team("Other")
        there = web_client(double, other)
        await double.uninstall(other)
        assert await refusal(there.auth_test()) == "account_inactive"
        assert team.id != other.id


async def test_a_token_reaches_no_other_team() -> None:
    async with SlackDouble() as double:
        first, second = double.team("First"), double.team("Second")
        elsewhere = double.channel(team=second)
        client = web_client(double, first)
        assert await refusal(client.chat_postMessage(channel=elsewhere.id, text="x")) == "channel_not_found"
        assert await refusal(client.users_info(user=double.bot_in(second).id)) == "user_not_found"


async def test_a_missing_scope_is_named() -> None:
    async with SlackDouble() as double:
        double.team(scopes=BOT_SCOPES - {"chat:write"})
        channel = double.channel()
        told = await whole_refusal(web_client(double).chat_postMessage(channel=channel.id, text="x"))
        assert (told["error"], told["needed"]) == ("missing_scope", "chat:write")
        assert "users:read" in told["provided"]


async def test_forms_json_and_unknown_arguments_are_all_taken() -> None:
    async with SlackDouble() as double:
        double.team()
        channel = double.channel()
        url, bearer = f"{double.api_url}chat.postMessage", {"Authorization": f"Bearer {double.bot_token}"}
        async with aiohttp.ClientSession() as session:
            form = {"channel": channel.id, "text": "form", "unheard_of": "1"}
            form["blocks"] = '[{"type":"divider"}]'
            async with session.post(url, data=form, headers=bearer) as answer:
                assert (await answer.json())["ok"]
            async with session.post(
                url, json={"channel": channel.id, "text": "json"}, headers=bearer
            ) as answer:
                assert (await answer.json())["ok"]
            in_form = {"channel": channel.id, "text": "token in form", "token": double.bot_token}
            async with session.post(url, data=in_form) as answer:
                assert (await answer.json())["ok"]
            broken = {**bearer, "Content-Type": "application/json"}
            async with session.post(url, data="{", headers=broken) as answer:
                assert (await answer.json())["error"] == "invalid_json"
            async with session.post(f"{double.api_url}no.such", headers=bearer) as answer:
                assert (await answer.json())["error"] == "unknown_method"
        texts = [each.text for each in double.messages(channel)]
        assert texts == ["form", "json", "token in form"]
        assert double.messages(channel)[0].blocks[0]["type"] == "divider"


@pytest.mark.filterwarnings("ignore:The top-level `text` argument is missing")  # on purpose
async def test_posting_needs_a_channel_membership_text_and_a_thread_that_exists() -> None:
    async with SlackDouble() as double:
        double.team()
        ann = double.person("Ann")
        channel, outside = double.channel(), double.channel("outside", with_bot=False)
        private = double.channel("private", private=True, with_bot=False)
        client = web_client(double)

        def post(**more: Any) -> Any:
            return client.chat_postMessage(**{"channel": channel.id, "text": "x", **more})

        assert await refusal(post(channel="C404")) == "channel_not_found"
        assert await refusal(post(channel=private.id)) == "channel_not_found"
        assert await refusal(post(channel=outside.id)) == "not_in_channel"
        assert await refusal(post(text="")) == "no_text"
        assert await refusal(post(text="x" * 40_001)) == "msg_too_long"
        assert await refusal(post(text="", markdown_text="x" * 12_001)) == "msg_too_long"
        assert await refusal(post(markdown_text="both")) == "markdown_text_conflict"
        assert await refusal(post(thread_ts="1.000001")) == "thread_not_found"
        posted = await post(channel=ann.id)
        assert posted["channel"] == double.dm(ann).id
        channel.archived = True
        assert await refusal(post()) == "is_archived"


async def test_a_reply_to_a_reply_lands_in_the_root_thread() -> None:
    async with SlackDouble() as double:
        double.team()
        channel, client = double.channel(), web_client(double)
        root = (await client.chat_postMessage(channel=channel.id, text="root"))["ts"]
        reply = (await client.chat_postMessage(channel=channel.id, text="r", thread_ts=root))["ts"]
        await client.chat_postMessage(channel=channel.id, text="rr", thread_ts=reply)
        told = await client.conversations_replies(channel=channel.id, ts=reply)
        assert [each["text"] for each in told["messages"]] == ["root", "r", "rr"]
        assert told["messages"][0]["reply_count"] == 2
        top = await client.conversations_history(channel=channel.id)
        assert [each["text"] for each in top["messages"]] == ["root"]


async def test_only_own_messages_can_be_changed_and_short_ones_only() -> None:
    async with SlackDouble() as double:
        double.team()
        ann, client = double.person("Ann"), web_client(double)
        channel = double.channel()
        hers = await double.say(channel, ann, "mine")
        own = (await client.chat_postMessage(channel=channel.id, text="one"))["ts"]

        def update(ts: str, text: str = "two") -> Any:
            return client.chat_update(channel=channel.id, ts=ts, text=text)

        assert await refusal(update(hers.ts)) == "cant_update_message"
        assert await refusal(update("1.000001")) == "message_not_found"
        assert await refusal(update(own, "x" * 4_001)) == "msg_too_long"
        await update(own)
        deleting = client.chat_delete(channel=channel.id, ts=hers.ts)
        assert await refusal(deleting) == "cant_delete_message"
        await client.chat_delete(channel=channel.id, ts=own)
        assert await refusal(update(own)) == "message_not_found"


async def test_a_workspace_may_close_the_window_for_edits() -> None:
    clock = ManualClock()
    async with SlackDouble(App(edit_window=60), clock=clock) as double:
        double.team()
        channel, client = double.channel(), web_client(double)
        ts = (await client.chat_postMessage(channel=channel.id, text="one"))["ts"]
        clock.advance(60)
        await client.chat_update(channel=channel.id, ts=ts, text="two")
        clock.advance(1)
        late = client.chat_update(channel=channel.id, ts=ts, text="three")
        assert await refusal(late) == "edit_window_closed"


async def test_every_version_is_kept_with_its_time() -> None:
    clock = ManualClock()
    async with SlackDouble(clock=clock) as double:
        double.team()
        channel, client = double.channel(), web_client(double)
        ts = (await client.chat_postMessage(channel=channel.id, text="one"))["ts"]
        clock.advance(1)
        await client.chat_update(channel=channel.id, ts=ts, text="one two")
        message = channel.messages[ts]
        assert [(each.time, each.text) for each in message.history] == [(1000, "one"), (1001, "one two")]


async def test_ephemerals_are_seen_by_one_person_and_stored_nowhere() -> None:
    async with SlackDouble() as double:
        double.team()
        ann, bob = double.person("Ann"), double.person("Bob")
        channel, client = double.channel(members=[ann]), web_client(double)
        ts = (await client.chat_postEphemeral(channel=channel.id, user=ann.id, text="psst"))["message_ts"]
        assert [each.text for each in double.ephemerals(ann)] == ["psst"]
        assert double.ephemerals(bob) == []
        assert (await client.conversations_history(channel=channel.id))["messages"] == []
        updating = client.chat_update(channel=channel.id, ts=ts, text="x")
        assert await refusal(updating) == "message_not_found"
        outside = client.chat_postEphemeral(channel=channel.id, user=bob.id, text="psst")
        assert await refusal(outside) == "user_not_in_channel"


async def test_reactions_are_there_once() -> None:
    async with SlackDouble() as double:
        double.team()
        ann, client = double.person("Ann"), web_client(double)
        channel = double.channel()
        said = await double.say(channel, ann, "hello")

        def at(ts: str) -> dict[str, str]:
            return {"channel": channel.id, "name": "lock", "timestamp": ts}

        await client.reactions_add(**at(said.ts))
        assert await refusal(client.reactions_add(**at(said.ts))) == "already_reacted"
        assert double.reactions(said) == {"lock"}
        told = await client.reactions_get(channel=channel.id, timestamp=said.ts)
        assert told["message"]["reactions"][0]["users"] == [double.bot.id]
        await client.reactions_remove(**at(said.ts))
        assert await refusal(client.reactions_remove(**at(said.ts))) == "no_reaction"
        assert await refusal(client.reactions_add(**at("1.000001"))) == "message_not_found"


async def test_reading_pages_and_knows_its_threads() -> None:
    async with SlackDouble(rate_limits=False) as double:
        double.team()
        ann, client = double.person("Ann"), web_client(double)
        channel = double.channel()
        root = await double.say(channel, ann, "root")
        for number in range(4):
            await double.say(channel, ann, f"reply {number}", thread=root)
        pages = [
            [each["text"] for each in part["messages"]]
            async for part in await client.conversations_replies(channel=channel.id, ts=root.ts, limit=2)
        ]
        assert [text for part in pages for text in part] == ["root", *(f"reply {n}" for n in range(4))]
        missing = client.conversations_replies(channel=channel.id, ts="1.000001")
        assert await refusal(missing) == "thread_not_found"
        double.app.channel_replies = False
        forbidden = client.conversations_replies(channel=channel.id, ts=root.ts)
        assert await refusal(forbidden) == "not_allowed_token_type"


async def test_people_groups_teams_and_channels_are_told() -> None:
    async with SlackDouble() as double:
        team = double.team("Harbour")
        ann, bob = double.person("Ann"), double.person("Bob", moderator=True)
        channel, outside = double.channel(), double.channel("outside", with_bot=False)
        client = web_client(double)
        assert (await client.users_info(user=ann.id))["user"]["real_name"] == "Ann"
        group = double.moderators()
        assert (await client.usergroups_users_list(usergroup=group.id))["users"] == [bob.id]
        assert (await client.team_info())["team"]["name"] == team.name
        assert (await client.bots_info(bot=double.bot.bot_id))["bot"]["user_id"] == double.bot.id
        listed = (await client.conversations_list())["channels"]
        assert {each["name"]: each["is_member"] for each in listed} == {"general": True, "outside": False}
        assert (await client.conversations_info(channel=channel.id))["channel"]["name"] == "general"
        await client.conversations_join(channel=outside.id)
        assert double.bot.id in (await client.conversations_members(channel=outside.id))["members"]
        opened = await client.conversations_open(users=[ann.id])
        assert opened["channel"]["id"] == double.dm(ann).id
        link = await client.chat_getPermalink(
            channel=channel.id, message_ts=(await double.say(channel, ann, "x")).ts
        )
        assert link["permalink"].startswith("https://harbour.slack.com/archives/")


BLOCKS: list[tuple[list[dict[str, Any]], str]] = [
    ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    (
        [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}],
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ),
    (
        [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}],
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    (
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
    ),
    ([{"type": "nothing"}], "unsupported type: nothing [json-pointer:/blocks/0/type]"),
    (
        [{"type": "actions", "elements": [{"type": "knob"}]}],
        "unsupported type: knob [json-pointer:/blocks/0/elements/0/type]",
    ),
    ([{"type": "section"}], "missing required field: text or fields [json-pointer:/blocks/0]"),
    (
        [{"type": "actions", "elements": []}],
        "missing required field: elements [json-pointer:/blocks/0]",
    ),
]


@pytest.mark.parametrize(("blocks", "told"), BLOCKS, ids=[told for _, told in BLOCKS])
async def test_bad_blocks_are_pointed_at(blocks: list[dict[str, Any]], told: str) -> None:
    async with SlackDouble() as double:
        double.team()
        channel = double.channel()
        posting = web_client(double).chat_postMessage(channel=channel.id, text="x", blocks=blocks)
        answer = await whole_refusal(posting)
        assert (answer["error"], answer["errors"]) == ("invalid_blocks", [told])
        assert answer["response_metadata"]["messages"] == [f"[ERROR] {told}"]


def button(**more: Any) -> dict[str, Any]:
    text = {"type": "plain_text", "text": more.pop("label", "Go")}
    return {"type": "actions", "elements": [{"type": "button", "text": text, "action_id": "go", **more}]}


async def test_buttons_have_limits_of_their_own() -> None:
    async with SlackDouble(rate_limits=False) as double:
        double.team()
        channel, client = double.channel(), web_client(double)

        def post(block: dict[str, Any]) -> Any:
            return client.chat_postMessage(channel=channel.id, text="x", blocks=[block])

        assert await refusal(post(button(label="x" * 76))) == "invalid_blocks"
        assert await refusal(post(button(value="x" * 2001))) == "invalid_blocks"
        assert await refusal(post(button(style="loud"))) == "invalid_blocks"
        twice = button()
        twice["elements"] *= 2
        assert await refusal(post(twice)) == "invalid_blocks"
        many = {"type": "actions", "elements": [button(action_id=str(n))["elements"][0] for n in range(26)]}
        assert await refusal(post(many)) == "invalid_blocks"
        await post(button(label="x" * 75, value="x" * 2000, style="danger"))


async def test_markdown_blocks_are_summed_over_the_message() -> None:
    async with SlackDouble() as double:
        double.team()
        channel, client = double.channel(), web_client(double)
        half = {"type": "markdown", "text": "x" * 6_000}
        await client.chat_postMessage(channel=channel.id, text="x", blocks=[half, half])
        one_more = [half, half, {"type": "markdown", "text": "x"}]
        posting = client.chat_postMessage(channel=channel.id, text="x", blocks=one_more)
        assert await refusal(posting) == "msg_blocks_too_long"


async def test_files_need_a_token_to_be_read() -> None:
    async with SlackDouble() as double:
        double.team()
        ann = double.person("Ann")
        said = await double.say(double.channel(), ann, "look", files=[("a.txt", b"words", "text/plain")])
        told = (await web_client(double).files_info(file=said.files[0]["id"]))["file"]
        assert told["name"] == "a.txt"
        async with aiohttp.ClientSession() as session:
            async with session.get(told["url_private"], allow_redirects=False) as stranger:
                assert stranger.status == 302
            bearer = {"Authorization": f"Bearer {double.bot_token}"}
            async with session.get(told["url_private"], headers=bearer) as ours:
                assert await ours.read() == b"words"
        assert await refusal(web_client(double).files_info(file="F404")) == "file_not_found"
