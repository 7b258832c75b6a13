"""In which language people on Slack are spoken to: their own, wherever something is for one person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from bot import texts
from bot.cards import Button, Card, Kind, Said, Verb
from bot.crisis.helplines import country_of
from bot.texts import labels, pages
from bot.types import Person as Somebody
from tests.doubles.slack import Channel, Message, Person, SlackDouble
from tests.slack_kit import Kit, conversation, hearing

AFTER = tuple(Button(verb.value, verb) for verb in (Verb.NEW, Verb.BRANCH, Verb.WRONG, Verb.APPEAL))
NOTICE = Card(Kind.NOTICE, "Over", "Nothing was deleted.", 7, "e1", AFTER)


@dataclass
class Place:
    kit: Kit
    double: SlackDouble
    channel: Channel
    kim: Person
    root: Message

    async def told(self) -> str:
        await self.double.until(lambda: self.double.ephemerals(self.kim))
        return self.double.ephemerals(self.kim)[-1].shown

    async def card(self) -> Message:
        ts = await self.kit.adapter.post(conversation(self.root).thread, NOTICE, key="n")
        return self.channel.messages[ts]


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async with SlackDouble(rate_limits=False) as double:
        double.team()
        kim, channel = double.person("Kim"), double.channel()
        kim.locale = "ja-JP"
        async with hearing(double) as kit:
            root = await double.say(channel, kim, "こんにちは", mention_bot=True)
            await double.settled()
            yield Place(kit, double, channel, kim, root)


async def test_a_message_comes_with_the_language_of_its_author(place: Place) -> None:
    (heard,) = place.kit.desk.received
    assert heard.author.locale == "ja-JP"
    assert texts.translator(heard.author).language == "ja"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("help", texts.help_text("slack", "ja")),
        ("", texts.help_text("slack", "ja")),
        ("privacy", texts.privacy_text("slack", "ja")),
        ("dance", texts.unknown_command("ja")),
    ],
)
async def test_the_command_answers_in_the_language_of_whoever_typed_it(
    place: Place, typed: str, said: str
) -> None:
    await place.double.command(place.kim, place.channel, "/adieu", typed)
    assert await place.told() == said


async def test_help_does_not_speak_of_ending_while_a_chat_of_theirs_there_is_held(place: Place) -> None:
    """E16"""
    held = conversation(place.root, hold_until=datetime(2999, 1, 1, tzinfo=UTC))
    place.kit.desk.conversations.append(held)
    await place.double.command(place.kim, place.channel, "/adieu", "help")
    assert await place.told() == texts.help_text("slack", "ja", held=True)
    elsewhere = place.double.channel("elsewhere")
    await place.double.command(place.kim, elsewhere, "/adieu", "help")
    await place.double.until(lambda: len(place.double.ephemerals(place.kim)) == 2)
    assert place.double.ephemerals(place.kim)[-1].shown == texts.help_text("slack", "ja")


@pytest.mark.parametrize("verb", [Verb.WRONG, Verb.APPEAL])
async def test_a_form_asks_in_the_language_of_whoever_opened_it(place: Place, verb: Verb) -> None:
    """E35"""
    opened = await place.double.press(place.kim, await place.card(), verb.value)
    await place.double.until(lambda: opened.views)
    view = opened.views[-1]
    assert view.body["title"]["text"] == labels.FORM_TITLES[verb]("ja")
    assert labels.FORM_ASKS[verb]("ja") in view.shown
    buttons = (view.body["submit"]["text"], view.body["close"]["text"])
    assert buttons == (labels.send("ja"), labels.cancel("ja"))


async def test_what_cannot_be_done_is_said_in_the_language_of_whoever_pressed(place: Place) -> None:
    place.kit.desk.failing = 1
    await place.double.press(place.kim, await place.card(), "new")
    assert await place.told() == texts.sorry("ja")


async def test_a_message_that_is_not_theirs_is_refused_in_their_language(place: Place) -> None:
    """E34"""
    await place.double.shortcut(place.kim, place.root, "adieu_branch")
    assert await place.told() == pages.nothing_of_yours("ja")


async def test_the_home_tab_and_the_first_suggestions_are_in_the_language_of_their_reader(
    place: Place,
) -> None:
    await place.double.open_home(place.kim)
    await place.double.until(lambda: place.double.home(place.kim))
    home = place.double.home(place.kim)
    assert home is not None
    for sentence in (
        pages.what_i_am,
        pages.what_ending_means_title,
        pages.what_ending_means,
        pages.open_chats,
        pages.ended_chats,
        pages.none_now,
        pages.privacy_title,
    ):
        assert sentence("ja") in home.shown
    await place.double.open_home(place.kim, tab="messages")
    tab = place.double.dm(place.kim)
    await place.double.until(lambda: place.double.assistant(tab).prompts)
    shown = place.double.assistant(tab)
    assert [prompt["title"] for prompt in shown.prompts] == [title("ja") for title, _ in pages.PROMPTS]


async def test_the_language_of_everybody_who_chose_none_names_no_country_for_the_helplines(
    place: Place,
) -> None:
    """E17"""
    lee = place.double.person("Lee")
    assert lee.locale == "en-US"
    place.channel.members[lee.id] = lee
    await place.double.say(place.channel, lee, "hello", mention_bot=True)
    await place.double.settled()
    assert place.kit.desk.received[-1].author.locale == "en"
    assert country_of("en") == ""


async def test_a_reminder_is_in_the_language_of_whoever_wrote(place: Place) -> None:
    """E32"""
    here = conversation(place.root)
    await place.kit.adapter.post(here.thread, Card(Kind.NOTICE, "Ended", "", 7), key="e1")
    await place.kit.adapter.remind(here.thread, Somebody(place.kim.id, "Kim", locale="ja"), "1.0", None)
    assert await place.told() == texts.reminder("ja")


async def test_a_fresh_start_says_who_began_it_in_their_language(place: Place) -> None:
    """E33"""
    here = conversation(place.root)
    starter = Somebody(place.kim.id, "Kim", locale="ja")
    fresh = replace(here, thread=replace(here.thread, thread="new:1"), starter=starter)
    ref = await place.kit.adapter.open(fresh, "")
    assert place.channel.messages[ref.thread].shown == texts.started_a_chat("ja", name="Kim")


async def test_what_the_desk_says_is_passed_on_as_it_is(place: Place) -> None:
    place.kit.desk.said = Said(texts.confirmed("ja"))
    await place.double.press(place.kim, await place.card(), "new")
    assert await place.told() == texts.confirmed("ja")
