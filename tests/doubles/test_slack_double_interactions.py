"""What people press, use and fill in, with the real Bolt behind it."""

from typing import Any

import pytest

from tests.doubles.slack import Channel, ManualClock, Message, NothingThere, Person, SlackDouble
from tests.doubles.slack.asking import refusal
from tests.doubles.slack.client import Listener, socket_app, web_client

BUTTONS: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "End it?"}},
    {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "end",
                "value": "c1",
                "text": {"type": "plain_text", "text": "End"},
            },
            {
                "type": "button",
                "action_id": "more",
                "url": "https://example.org/more",
                "text": {"type": "plain_text", "text": "More"},
            },
        ],
    },
]
MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "why",
    "title": {"type": "plain_text", "text": "Why"},
    "submit": {"type": "plain_text", "text": "Send"},
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "reason",
            "label": {"type": "plain_text", "text": "Reason"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


async def card(double: SlackDouble) -> tuple[Person, Channel, Message]:
    """A message with buttons, posted by the app."""
    double.team()
    ann = double.person("Ann")
    channel = double.channel()
    told = await web_client(double).chat_postMessage(channel=channel.id, text="End it?", blocks=BUTTONS)
    return ann, channel, channel.messages[told["ts"]]


async def test_a_press_by_label_is_acknowledged_and_answered_for_the_person_alone() -> None:
    async with SlackDouble() as double:
        ann, channel, message = await card(double)
        listener = Listener(double)

        @listener.app.action("end")
        async def end(ack: Any, respond: Any, action: dict[str, Any], body: dict[str, Any]) -> None:
            await ack()
            await respond(f"ended {action['value']} for {body['user']['name']}", replace_original=False)

        async with socket_app(listener):
            pressed = await double.press(ann, message, "End")
            assert (pressed.acked, pressed.failed) == (True, None)
            await double.until(lambda: pressed.ephemerals)
            assert [each.text for each in double.ephemerals(ann)] == ["ended c1 for ann"]
            assert message.labels == ["End", "More"]
            assert pressed.channel is channel


async def test_the_original_can_be_replaced_and_deleted() -> None:
    async with SlackDouble() as double:
        ann, _, message = await card(double)
        listener = Listener(double)

        @listener.app.action("end")
        async def end(ack: Any, respond: Any) -> None:
            await ack()
            await respond("Ended.", replace_original=True)
            await respond(delete_original=True)

        async with socket_app(listener):
            await double.press(ann, message, "end")
            await double.until(lambda: message.deleted)
            assert [each.text for each in message.history] == ["End it?", "Ended."]


async def test_links_dead_labels_and_strangers_send_nothing() -> None:
    async with SlackDouble() as double:
        ann, channel, message = await card(double)
        assert double.link(message, "More") == "https://example.org/more"
        with pytest.raises(NothingThere, match="is a link"):
            await double.press(ann, message, "More")
        with pytest.raises(NothingThere, match="there is"):
            await double.press(ann, message, "Nothing")
        stranger = double.person("Eve")
        channel.members.pop(stranger.id)
        with pytest.raises(NothingThere, match="does not see"):
            await double.press(stranger, message, "End")


async def test_a_press_that_nobody_acknowledges_fails_after_three_seconds() -> None:
    clock = ManualClock()
    async with SlackDouble(clock=clock) as double:
        ann, _, message = await card(double)
        listener = Listener(double)
        async with socket_app(listener):
            pressed = double.begin_press(ann, message, "End")
            clock.advance(2.9)
            assert not pressed.done
            clock.advance(0.1)
            assert pressed.failed == "timeout"
        nobody = await double.press(ann, message, "End")
        assert nobody.failed == "no_connection"


async def test_a_trigger_opens_one_modal_within_three_seconds() -> None:
    clock = ManualClock()
    async with SlackDouble(clock=clock) as double:
        ann, _, message = await card(double)
        client = web_client(double)
        first = double.begin_press(ann, message, "End")
        assert await refusal(client.views_open(trigger_id="nothing", view=MODAL)) == "invalid_trigger_id"
        await client.views_open(trigger_id=first.trigger_id, view=MODAL)
        assert [each.body["callback_id"] for each in first.views] == ["why"]
        again = client.views_open(trigger_id=first.trigger_id, view=MODAL)
        assert await refusal(again) == "exchanged_trigger_id"
        second = double.begin_press(ann, message, "End")
        clock.advance(3.01)
        late = client.views_open(trigger_id=second.trigger_id, view=MODAL)
        assert await refusal(late) == "expired_trigger_id"


async def test_a_modal_is_filled_in_by_label_and_may_answer_with_errors() -> None:
    async with SlackDouble() as double:
        ann, _, message = await card(double)
        listener = Listener(double)
        closed: list[str] = []

        @listener.app.action("end")
        async def ask(ack: Any, client: Any, body: dict[str, Any]) -> None:
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

        @listener.app.view("why")
        async def check(ack: Any, view: dict[str, Any]) -> None:
            if view["state"]["values"]["reason"]["text"]["value"] == "bad":
                await ack(response_action="errors", errors={"reason": "Say more."})
            else:
                await ack()

        @listener.app.view_closed("why")
        async def gone(ack: Any, view: dict[str, Any]) -> None:
            await ack()
            closed.append(view["id"])

        async with socket_app(listener):
            pressed = await double.press(ann, message, "End")
            await double.until(lambda: pressed.views)
            view = pressed.views[0]
            with pytest.raises(NothingThere, match="must be filled in"):
                await double.submit(view, {})
            await double.submit(view, {"Reason": "bad"})
            assert (view.errors, view.closed) == ({"reason": "Say more."}, False)
            await double.submit(view, {"Reason": "good"})
            assert view.closed
            again = await double.press(ann, message, "End")
            await double.until(lambda: again.views)
            await double.close_view(again.views[0])
            assert closed == [again.views[0].id]


async def test_a_response_url_works_five_times_within_half_an_hour() -> None:
    clock = ManualClock()
    async with SlackDouble(clock=clock) as double:
        ann, _, message = await card(double)
        pressed = double.begin_press(ann, message, "End")
        for _ in range(5):
            assert await double.post_signed(pressed.response_url, '{"text": "x"}') == "ok"
        assert await double.post_signed(pressed.response_url, '{"text": "x"}') == {
            "ok": False,
            "error": "used_url",
        }
        other = double.begin_press(ann, message, "End")
        clock.advance(1801)
        late = await double.post_signed(other.response_url, '{"text": "x"}')
        assert late["error"] == "expired_url"


async def test_shortcuts_and_commands_exist_or_not_and_never_in_threads() -> None:
    async with SlackDouble() as double:
        ann, channel, message = await card(double)
        double.app.shortcuts = {"end_chat"}
        listener = Listener(double)

        @listener.app.shortcut("end_chat")
        async def end(ack: Any, shortcut: dict[str, Any]) -> None:
            assert shortcut["message"]["ts"] == message.ts
            await ack()

        async with socket_app(listener):
            assert (await double.shortcut(ann, message, "end_chat")).acked
        with pytest.raises(NothingThere):
            await double.shortcut(ann, message, "branch")
        with pytest.raises(NothingThere, match="not supported in threads"):
            await double.command(ann, channel, "/adieu", in_thread=True)
        with pytest.raises(NothingThere, match="not a valid command"):
            await double.command(ann, channel, "/other")


async def test_app_home_is_published_per_person_and_its_buttons_work() -> None:
    async with SlackDouble() as double:
        double.team()
        ann, bob = double.person("Ann"), double.person("Bob")
        listener = Listener(double)

        @listener.app.event("app_home_opened")
        async def publish(client: Any, event: dict[str, Any]) -> None:
            if event["tab"] == "home":
                await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": BUTTONS})

        @listener.app.action("end")
        async def end(ack: Any, body: dict[str, Any]) -> None:
            assert body["container"]["type"] == "view"
            await ack()

        async with socket_app(listener):
            await double.open_home(ann)
            await double.until(lambda: double.home(ann))
            home = double.home(ann)
            assert home is not None
            assert (await double.press(ann, home, "End")).acked
            assert double.home(bob) is None
            await double.open_home(ann, "messages")
            assert (await listener.hear("app_home_opened", count=2))["tab"] == "messages"
            await double.open_home(ann)
            again = await listener.hear("app_home_opened", count=3)
            assert again["view"]["id"] == home.id
            client = web_client(double)
            stale = client.views_publish(user_id=ann.id, view={"type": "home", "blocks": []}, hash="old")
            assert await refusal(stale) == "hash_conflict"


async def test_feedback_buttons_are_pressed_by_their_labels() -> None:
    async with SlackDouble() as double:
        double.team()
        ann = double.person("Ann")
        channel = double.channel()
        feedback: dict[str, Any] = {"type": "feedback_buttons", "action_id": "feedback"}
        for key, label in (("positive_button", "Good"), ("negative_button", "Bad")):
            feedback[key] = {"text": {"type": "plain_text", "text": label}, "value": key}
        blocks = [{"type": "context_actions", "elements": [feedback]}]
        told = await web_client(double).chat_postMessage(channel=channel.id, text="x", blocks=blocks)
        message = channel.messages[told["ts"]]
        assert message.labels == ["Good", "Bad"]
        pressed = double.begin_press(ann, message, "Bad")
        action = pressed.payload["actions"][0]
        assert (action["action_id"], action["value"]) == ("feedback", "negative_button")
