"""An app can be made from a manifest, if Slack would take it."""

import copy
from typing import Any

import pytest

from tests.doubles.slack import SlackDouble
from tests.doubles.slack.manifest import app_from, problems

GOOD: dict[str, Any] = {
    "display_information": {"name": "Adieu"},
    "features": {
        "agent_view": {"agent_description": "Ends chats."},
        "bot_user": {"display_name": "adieu"},
        "shortcuts": [{"name": "End", "type": "message", "callback_id": "end", "description": "End it"}],
        "slash_commands": [{"command": "/adieu", "description": "Help"}],
    },
    "oauth_config": {"scopes": {"bot": ["assistant:write", "chat:write", "commands", "im:history"]}},
    "settings": {"event_subscriptions": {"bot_events": ["message.im"]}, "socket_mode_enabled": True},
}


async def test_the_app_is_what_its_manifest_says() -> None:
    app = app_from(GOOD)
    assert (app.name, app.agent, app.shortcuts) == ("adieu", True, {"end"})
    async with SlackDouble(app) as double:
        double.team()
        ann = double.person("Ann")
        await double.say(double.channel(), ann, "not subscribed")
        await double.say(ann, ann, "subscribed")
        assert [each.payload["event"]["text"] for each in double.office.parcels] == ["subscribed"]


@pytest.mark.parametrize(
    ("path", "value", "wrong"),
    [
        ("display_information/name", "x" * 36, "/display_information/name: longer than 35"),
        ("features/assistant_view", {}, "/features/assistant_view: new apps can only use agent_view"),
        (
            "features/agent_view/suggested_prompts",
            [{}] * 5,
            "/features/agent_view/suggested_prompts: more than 4",
        ),
        ("features/shortcuts", [{"name": "End"}], "/features/shortcuts/0/callback_id: missing"),
        (
            "settings/event_subscriptions/bot_events",
            ["app_mention"],
            "/settings/event_subscriptions/bot_events: app_mention needs the scope app_mentions:read",
        ),
        (
            "settings/socket_mode_enabled",
            False,
            "/settings/event_subscriptions/request_url: missing without Socket Mode",
        ),
        ("surprise", {}, "/surprise: unknown section"),
    ],
)
def test_what_slack_would_not_take_is_told(path: str, value: Any, wrong: str) -> None:
    manifest = copy.deepcopy(GOOD)
    *steps, last = path.split("/")
    place = manifest
    for step in steps:
        place = place.setdefault(step, {})
    place[last] = value
    assert wrong in problems(manifest)
    with pytest.raises(ValueError, match=path.split("/", maxsplit=1)[0]):
        app_from(manifest)
