"""Buttons and commands: answered in time, across restarts, to the person alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.discord import cards
from adapters.discord.hands import link
from bot import texts
from bot.cards import Button, Card, Kind, Said, Verb
from bot.types import Conversation
from tests.discord_kit import FakeDesk, HandClock, Kit, conversation, hearing
from tests.doubles.discord import Channel, DeadButton, DiscordDouble, Interaction, Message, Thread, User
from tests.program import PATIENCE

QUESTION = Card(
    Kind.CONFIRMATION,
    "End this chat?",
    "For good.",
    7,
    "n-1_A",
    (
        Button("End chat", Verb.END),
        Button("Keep talking", Verb.KEEP),
        Button("Help", url="https://example.org/"),
    ),
)


@dataclass
class Scene:
    """A thread of the bot's own, with a question in it."""

    double: DiscordDouble
    kit: Kit
    channel: Channel
    ann: User
    mo: User
    here: Conversation
    thread: Thread
    clock: HandClock

    async def asked(self, card: Card = QUESTION) -> Message:
        posted = await self.kit.adapter.post(self.here.thread, card, key=f"c{card.nonce}")
        return self.double.world.messages[int(posted)]

    async def told(self, interaction: Interaction) -> str:
        """What the person reads, once the answer is there."""
        await self.double.until(lambda: interaction.done and not interaction.thinking)
        assert interaction.ephemeral
        return interaction.text


async def soon(so: Callable[[], bool]) -> None:
    """Wait for what nothing announces: a line in the log, somebody asleep."""
    async with asyncio.timeout(PATIENCE):
        while not so():  # noqa: ASYNC110  # see above
            await asyncio.sleep(0)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with DiscordDouble() as double:
        guild = double.guild()
        channel = double.text_channel(guild)
        ann, mo = double.person("Ann"), double.person("Mo", moderator=True)
        clock = HandClock()
        async with hearing(double, clock, catch_up_minutes=0) as kit:
            message = await double.say(channel, ann, "hello", mention_bot=True)
            here = conversation(message)
            await kit.adapter.open(here, "hello")
            assert message.started
            yield Scene(double, kit, channel, ann, mo, here, message.started, clock)


async def test_a_press_reaches_the_desk_with_all_that_it_means(scene: Scene) -> None:
    message = await scene.asked()
    interaction = await scene.double.press(scene.mo, message, "End chat")
    assert await scene.told(interaction) == "Done."
    (press,) = scene.kit.desk.presses
    assert (press.verb, press.conversation, press.nonce) == (Verb.END, 7, "n-1_A")
    assert (press.person.id, press.person.moderator) == (str(scene.mo.id), True)
    assert (press.thread, press.message_id) == (scene.here.thread, str(message.id))
    assert press.id == str(interaction.id)


@pytest.mark.parametrize("after_effect", [False, True])
@pytest.mark.parametrize("path", [r"/callback$", r"/messages/@original$"], ids=["acknowledging", "answering"])
async def test_a_press_survives_a_connection_that_breaks(
    scene: Scene, path: str, *, after_effect: bool
) -> None:
    """A connection kept open is closed by the other side now and then; nobody is left with a sign of work."""
    message = await scene.asked()
    fault = scene.double.faults.add(path=path, status="drop", after_effect=after_effect)
    interaction = await scene.double.press(scene.ann, message, "End chat")
    assert await scene.told(interaction) == "Done."
    assert (fault.hits, len(scene.kit.desk.presses)) == (1, 1)


@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_press_survives_a_discord_in_trouble(scene: Scene, *, after_effect: bool) -> None:
    """Three seconds are what Discord gives; a lost acknowledgement is one all the same."""
    clock = scene.clock
    message = await scene.asked()
    fault = scene.double.faults.add(
        path=r"/callback$", status=503, times=1 if after_effect else 3, after_effect=after_effect
    )
    pressing = asyncio.create_task(scene.double.press(scene.ann, message, "End chat"))
    for pause in () if after_effect else (0.2, 0.4):
        await soon(partial(clock.slept.__contains__, pause))
        clock.turn(pause)
    assert await scene.told(await pressing) == "Done."
    assert len(scene.kit.desk.presses) == 1
    assert fault.hits == fault.times


async def test_an_answer_that_cannot_be_given_is_one_line_in_the_log(scene: Scene) -> None:
    """The press was acted on; the connection broke each time that this was to be said."""
    message = await scene.asked()
    broken = scene.double.faults.add(path=r"/messages/@original$", status="drop", times=4)
    with capture_logs() as logs:
        await scene.double.press(scene.ann, message, "End chat")
        await scene.double.until(lambda: broken.hits == 4)
        await soon(lambda: "apology not delivered" in {line["event"] for line in logs})
    assert len(scene.kit.desk.presses) == 1
    assert not [line for line in logs if line.get("exc_info")]


async def test_used_up_controls_disappear_and_links_stay(scene: Scene) -> None:
    scene.kit.desk.said = Said("Confirmed.", done=True)
    message = await scene.asked()
    await scene.told(await scene.double.press(scene.ann, message, "Keep talking"))
    await scene.double.until(lambda: len(message.components[0]["components"]) == 1)
    assert scene.double.link(message, "Help") == "https://example.org/"
    assert message.embeds


async def test_buttons_from_before_a_restart_still_work(scene: Scene) -> None:
    message = await scene.asked()
    old = Card(Kind.LINE, "", "x", 7, "n2", (Button("Stop", Verb.STOP),))
    await scene.asked(old)
    desk = FakeDesk()
    async with hearing(scene.double, HandClock(), desk=desk, shelf=scene.kit.shelf, catch_up_minutes=0):
        await scene.double.connected(times=2)
        interaction = await scene.double.press(scene.ann, message, "End chat")
        await scene.told(interaction)
    assert desk.presses or scene.kit.desk.presses


async def test_pressing_one_button_never_disables_the_others(scene: Scene) -> None:
    """The library forgets a DynamicItem for every message when a view that mixes it with others is sent."""
    for number in range(3):
        message = await scene.asked(replace(QUESTION, nonce=f"n{number}"))
        scene.kit.desk.said = Said("See this.", card=QUESTION)
        await scene.told(await scene.double.press(scene.ann, message, "End chat"))
    assert len(scene.kit.desk.presses) == 3


async def test_an_unknown_verb_is_answered_calmly(scene: Scene) -> None:
    message = await scene.asked()
    part = message.components[0]["components"][0]
    part["custom_id"] = "adieu:dance:7:n1"
    assert await scene.told(await scene.double.press(scene.ann, message, "End chat")) == texts.old_control()
    assert scene.kit.desk.presses == []


async def test_a_failure_is_one_calm_sentence(scene: Scene) -> None:
    scene.kit.desk.failing = 1
    message = await scene.asked()
    assert await scene.told(await scene.double.press(scene.ann, message, "End chat")) == texts.sorry()


async def test_an_answer_may_point_to_a_thread_and_carry_a_card(scene: Scene) -> None:
    scene.kit.desk.said = Said("Here you go.", card=QUESTION, go_to=scene.here.thread.key)
    interaction = await scene.double.press(scene.ann, await scene.asked(), "End chat")
    text = await scene.told(interaction)
    assert (
        text == f"Here you go.\nhttps://discord.com/channels/{scene.here.thread.workspace}/{scene.thread.id}"
    )
    assert interaction.message
    assert interaction.message.embeds


async def test_nothing_to_say_leaves_nothing_behind(scene: Scene) -> None:
    scene.kit.desk.said = Said("")
    interaction = await scene.double.press(scene.ann, await scene.asked(), "End chat")
    await scene.double.until(lambda: interaction.message is None or interaction.message.deleted)


async def test_in_a_locked_thread_there_is_no_dead_button(scene: Scene) -> None:
    """E30: the notice has none, and what stands beside the thread works."""
    notice = Card(Kind.NOTICE, "Ended", "It is over.", 7, "e1", (Button("Start a new chat", Verb.NEW),))
    beside = replace(notice, kind=Kind.BESIDE, nonce="beside")
    url = await scene.kit.adapter.beside(scene.here, beside, key="eb")
    message = await scene.asked(replace(notice, buttons=(Button("Start a new chat", url=url),)))
    question = await scene.asked()
    await scene.kit.adapter.close(scene.here, reason="over", archive=False)
    with pytest.raises(DeadButton):
        await scene.double.press(scene.ann, question, "End chat")
    target = scene.double.world.messages[
        int(scene.double.link(message, "Start a new chat").rsplit("/", 1)[1])
    ]
    await scene.told(await scene.double.press(scene.ann, target, "Start a new chat"))
    assert scene.kit.desk.presses[0].verb is Verb.NEW
    assert scene.kit.desk.presses[0].thread.thread == str(scene.channel.id)


async def test_chat_with_a_message_is_a_conversation_to_be_opened(scene: Scene) -> None:
    interaction = await scene.double.command(
        scene.ann, scene.channel, "chat", options={"message": "why two tides?", "private": True}
    )
    assert "private" in await scene.told(interaction)
    heard = scene.kit.desk.received[-1]
    assert heard.thread.thread == f"new:{interaction.id}"
    assert (heard.thread.channel, heard.place) == (str(scene.channel.id), str(scene.channel.id))
    assert (heard.message_id, heard.text, heard.private) == (str(interaction.id), "why two tides?", True)
    assert heard.author.locale


async def test_chat_without_a_message_begins_afresh(scene: Scene) -> None:
    await scene.told(await scene.double.command(scene.ann, scene.channel, "chat"))
    ((thread, person, private),) = scene.kit.desk.begins
    assert (thread.channel, person.id, private) == (str(scene.channel.id), str(scene.ann.id), False)


@pytest.mark.parametrize("options", [{"private": True}, {"private": True, "message": "hi"}])
@pytest.mark.parametrize("kind", ["forum", "news"])
async def test_where_discord_has_no_private_threads_a_private_chat_is_refused_at_once(
    scene: Scene, options: dict[str, Any], kind: str
) -> None:
    """In text channels only: anywhere else the chat would be tried for ever, and never begin."""
    guild = scene.channel.guild
    assert guild
    place: Channel
    if kind == "news":
        place = scene.double.text_channel(guild, "news", announcement=True)
    else:
        forum = scene.double.forum(guild)
        place = await scene.double.start_post(scene.ann, forum, "Tides", "why?")
    interaction = await scene.double.command(scene.ann, place, "chat", options=options)
    assert await scene.told(interaction) == texts.thread_impossible("")
    assert scene.kit.desk.begins == []
    assert [each.text for each in scene.kit.desk.received] == ["hello"]


async def test_new_and_end_reach_the_desk(scene: Scene) -> None:
    await scene.told(await scene.double.command(scene.ann, scene.thread, "new"))
    await scene.told(await scene.double.command(scene.mo, scene.thread, "end"))
    assert scene.kit.desk.begins[0][0] == scene.here.thread
    ((thread, person),) = scene.kit.desk.ends
    assert (thread, person.moderator) == (scene.here.thread, True)


async def test_commands_work_in_direct_messages(scene: Scene) -> None:
    direct = scene.double.dm(scene.ann)
    await scene.told(await scene.double.command(scene.ann, direct, "chat", options={"message": "hello"}))
    heard = scene.kit.desk.received[-1]
    assert heard.thread.direct
    assert heard.thread.thread == str(direct.id)


@pytest.mark.parametrize("name", ["help", "privacy"])
async def test_help_and_privacy_are_short_and_honest(scene: Scene, name: str) -> None:
    text = await scene.told(await scene.double.command(scene.ann, scene.channel, name))
    assert 100 < len(text) < 2000


async def test_commands_are_published_when_they_changed_and_not_at_every_start(scene: Scene) -> None:
    path = "/applications/{application_id}/commands"
    assert len(scene.double.calls("PUT", path)) == 1
    shelf = scene.kit.shelf
    async with hearing(scene.double, HandClock(), shelf=shelf, catch_up_minutes=0):
        await scene.double.connected(times=2)
    assert len(scene.double.calls("PUT", path)) == 1
    await shelf.put("discord", "commands", {"hash": "of another version"})
    async with hearing(scene.double, HandClock(), shelf=shelf, catch_up_minutes=0):
        await scene.double.until(lambda: len(scene.double.calls("PUT", path)) == 2)


async def test_commands_that_could_not_be_published_are_published_later(scene: Scene) -> None:
    path = "/applications/{application_id}/commands"
    await scene.kit.shelf.put("discord", "commands", {"hash": "of another version"})
    fault = scene.double.faults.add(method="PUT", path="/commands$", status=503, times=2)
    clock = HandClock()
    async with hearing(scene.double, clock, shelf=scene.kit.shelf, catch_up_minutes=0):
        for pause in (5.0, 30.0):
            await soon(partial(clock.slept.__contains__, pause))
            clock.turn(pause)
        await scene.double.until(lambda: len(scene.double.calls("PUT", path)) == 4)
    assert fault.hits == 2


async def test_commands_that_discord_refuses_are_not_sent_again_and_again(scene: Scene) -> None:
    path = "/applications/{application_id}/commands"
    await scene.kit.shelf.put("discord", "commands", {"hash": "of another version"})
    scene.double.faults.add(method="PUT", path="/commands$", status=403, times=9)
    clock = HandClock()
    with capture_logs() as logs:
        async with hearing(scene.double, clock, shelf=scene.kit.shelf, catch_up_minutes=0):
            await soon(lambda: "commands not published" in {line["event"] for line in logs})
            clock.turn(3600)
    assert 5.0 not in clock.slept
    assert len(scene.double.calls("PUT", path)) == 2


def test_links_name_the_place() -> None:
    assert link("discord/1/2/3") == "https://discord.com/channels/1/3"
    assert link("discord//2/2") == "https://discord.com/channels/@me/2"
    assert link("discord/1/2/new:9") == link("") == ""
    assert link("https://example.org/") == "https://example.org/"


def test_only_dynamic_items_and_links_are_ever_drawn() -> None:
    """Mixed with other items, they would be unregistered for every message."""
    view = cards.view(QUESTION)
    kinds = {type(item).__name__ for item in view.walk_children() if item.is_dispatchable()}
    assert kinds == {"Control"}


def test_the_stop_button_is_what_a_control_would_be() -> None:
    card = Card(Kind.LINE, "", "", 7, buttons=(Button("Stop", Verb.STOP),))
    (drawn,) = cards.view(card).to_components()
    (written,) = cards.stop_row(7)
    assert written["components"][0].items() <= drawn["components"][0].items()
