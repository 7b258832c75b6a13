"""What the double says fits the sample payloads of Slack's own Java SDK."""

from typing import Any

import pytest

from tests.doubles.slack import SlackDouble, conformance
from tests.doubles.slack.api import METHODS
from tests.doubles.slack.client import Listener, socket_app, web_client
from tests.doubles.slack.shapes import UNSAMPLED
from tests.doubles.slack.traffic import Delivery, Exchange
from tests.doubles.test_slack_double_interactions import BUTTONS, MODAL

pytestmark = pytest.mark.skipif(not conformance.SAMPLES.exists(), reason=conformance.MISSING)


async def test_all_traffic_of_a_long_story_conforms() -> None:
    async with SlackDouble(rate_limits=False) as double:
        double.team()
        listener = Listener(double)
        listener.acknowledge_all()

        @listener.app.action("end")
        @listener.app.shortcut("end")
        async def ask(ack: Any, client: Any, body: dict[str, Any]) -> None:
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

        @listener.app.command("/adieu")
        @listener.app.view("why")
        @listener.app.view_closed("why")
        async def take(ack: Any) -> None:
            await ack()

        async with socket_app(listener):
            await _people(double)
            await _calls(double)
            await _surfaces(double)
            await double.uninstall(double.only_team())
            await double.settled()
        problems = conformance.problems(double.traffic, double.deliveries)
        assert not problems, "\n".join(problems)
        assert len({each.method for each in double.traffic}) > 25
        assert len({each.name for each in double.deliveries}) > 12


async def _people(double: SlackDouble) -> None:
    ann, channel = double.person("Ann"), double.channel()
    bob = double.person("Bob")
    said = await double.say(channel, ann, "hello", mention_bot=True)
    await double.say(
        channel, bob, "a file", thread=said, mention_bot=True, files=[("a.txt", b"a", "text/plain")]
    )
    await double.say(channel, double.other_bot(), "beep")
    await double.say(channel, double.other_bot("Hook", webhook=True), "by a hook")
    await double.react(bob, said, "eyes")
    await double.edit(said, "hello there")
    await double.unfurl(said, "A page")
    await double.unreact(bob, said, "eyes")
    await double.delete(said)
    await double.delete(double.messages(channel)[-1])
    await double.join(double.person("Eve"), channel, inviter=ann)
    await double.leave(bob, channel)
    await double.say(double.channel("secret", private=True), ann, "psst")
    direct = await double.say(ann, ann, "directly")
    await double.open_home(ann, "messages")
    await double.look_at(ann, channel)
    await double.look_at(ann, None)
    client = web_client(double)
    await client.agents_sessions_setStatus(
        channel_id=direct.channel.id, thread_ts=direct.ts, status="processing"
    )
    await double.stop_session(ann, direct)
    await double.rename_session(ann, direct, "Another title")
    for private in (False, True):
        await double.archive(ann, double.channel("shut", private=private, members=[ann]))
        await double.delete_channel(ann, double.channel("gone", private=private, members=[ann]))
        await double.take_out(ann, double.channel("left", private=private, members=[ann]))


async def _calls(double: SlackDouble) -> None:
    client = web_client(double)
    ann = next(each for each in double.only_team().people.values() if each.name == "Ann")
    channel = next(iter(double.world.channels.values()))
    said = await double.say(channel, ann, "again")
    place: dict[str, Any] = {"channel": channel.id}
    ts = (await client.chat_postMessage(**place, text="x", blocks=BUTTONS, thread_ts=said.ts))["ts"]
    await client.chat_update(**place, ts=ts, text="y", blocks=BUTTONS)
    await client.chat_postEphemeral(**place, user=ann.id, text="psst")
    await client.chat_getPermalink(**place, message_ts=ts)
    await client.reactions_add(**place, name="lock", timestamp=ts)
    await client.reactions_get(**place, timestamp=ts)
    await client.conversations_replies(**place, ts=said.ts)
    await client.conversations_history(**place, limit=2)
    await client.conversations_info(**place, include_num_members=True)
    await client.conversations_list(types="public_channel,im")
    await client.conversations_open(users=[ann.id], return_im=True)
    await client.conversations_join(**place)
    await client.reactions_remove(**place, name="lock", timestamp=ts)
    stream = await client.chat_stream(
        **place, thread_ts=said.ts, recipient_user_id=ann.id, recipient_team_id=ann.team.id, buffer_size=1
    )
    await stream.append(markdown_text="one")
    await stream.append(markdown_text="two")
    await stream.stop(blocks=BUTTONS)
    thread: dict[str, Any] = {"channel_id": channel.id, "thread_ts": said.ts}
    await client.assistant_threads_setStatus(**thread, status="thinks")
    await client.assistant_threads_setTitle(**thread, title="Talk")
    await client.assistant_threads_setSuggestedPrompts(**thread, prompts=[{"title": "a", "message": "b"}])
    await client.users_info(user=ann.id, include_locale=True)
    await client.bots_info(bot=double.bot.bot_id)
    await client.auth_test()
    await client.files_info(file=next(iter(double.world.files)))
    await client.chat_delete(**place, ts=ts)


async def _surfaces(double: SlackDouble) -> None:
    client = web_client(double)
    ann = next(each for each in double.only_team().people.values() if each.name == "Ann")
    channel = next(iter(double.world.channels.values()))
    told = await client.chat_postMessage(channel=channel.id, text="x", blocks=BUTTONS)
    pressed = await double.press(ann, channel.messages[told["ts"]], "End")
    await double.until(lambda: pressed.views)
    await client.views_update(view_id=pressed.views[0].id, view=MODAL)
    await double.submit(pressed.views[0], {"Reason": "done"})
    used = await double.shortcut(ann, channel.messages[told["ts"]], "end")
    await double.until(lambda: used.views)
    await double.close_view(used.views[0])
    await double.command(ann, channel, "/adieu", "help")
    await client.views_publish(user_id=ann.id, view={"type": "home", "blocks": BUTTONS})
    home = double.home(ann)
    assert home is not None
    pressed = await double.press(ann, home, "End")
    await double.open_home(ann)


def test_every_method_is_sampled_or_excepted_with_a_reason() -> None:
    sampled = {file.stem for file in (conformance.SAMPLES / "api").glob("*.json")}
    assert set(METHODS) - sampled - set(UNSAMPLED) == set()


def test_what_the_samples_do_not_have_is_found() -> None:
    wrong = Exchange("auth.test", {}, "t", 0.0, status=200, response={"ok": True, "team": 1, "extra": ""})
    assert conformance.problems([wrong]) == [
        "auth.test 200: /team: a number, but a string in the sample",
        "auth.test 200: /extra: not in the sample",
        *(f"auth.test 200: /{key}: missing" for key in ("team_id", "url", "user", "user_id")),
    ]
    bare = Delivery("events_api", {"event": {"type": "reaction_added", "user": 1}}, 0.0, "socket 1")
    found = conformance.problems([], [bare])
    assert "event reaction_added: /event/user: a number, but a string in the sample" in found
    assert "event reaction_added: /event/item: missing" in found
    assert "event reaction_added: /authorizations: missing" in found
