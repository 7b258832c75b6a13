"""Forms on Discord: branch, feedback and appeal, from a press to the desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from adapters.discord.commands import BRANCH
from bot import texts
from bot.cards import Button, Card, Kind, Said, Verb
from bot.types import Conversation, Person, State
from bot.types import Message as Kept
from tests.discord_kit import FakeDesk, HandClock, Kit, conversation, hearing
from tests.doubles.discord import Channel, DiscordDouble, Interaction, Message, Thread, User

AFTER = Card(
    Kind.BESIDE,
    "This chat has ended",
    "It can still be read.",
    7,
    "beside",
    (
        Button("Start a new chat", Verb.NEW),
        Button("Branch", Verb.BRANCH),
        Button("This was wrong", Verb.WRONG),
        Button("This was fine", Verb.FINE),
        Button("Appeal", Verb.APPEAL),
    ),
)
WORDS = "words"


@dataclass
class Scene:
    """A conversation of Ann's with the controls for after its end beside it."""

    double: DiscordDouble
    kit: Kit
    channel: Channel
    ann: User
    ben: User
    here: Conversation
    thread: Thread
    beside: Message

    def kept(self, text: str, number: int = 3, message_id: str = "m") -> Kept:
        """A message of Ann's, as the desk has it."""
        author = Person(str(self.ann.id), "Ann")
        one = Kept(number, message_id, author, text, datetime(2026, 11, 20, tzinfo=UTC), turn=1)
        self.kit.desk.own.insert(0, one)
        return one

    async def told(self, interaction: Interaction) -> str:
        """What the person reads, once the answer is there."""
        await self.double.until(lambda: interaction.done and not interaction.thinking)
        assert interaction.ephemeral
        return interaction.text

    async def sent(self, interaction: Interaction, words: str | None = None) -> str:
        """The form is filled in and sent; what the person reads."""
        values = {} if words is None else {WORDS: words}
        return await self.told(await self.double.submit(interaction.user, interaction, values))

    async def menu(self, who: User) -> tuple[Interaction, Message]:
        """The menu that Branch opens."""
        pressed = await self.double.press(who, self.beside, "Branch")
        await self.double.until(lambda: pressed.message and pressed.message.components)
        assert pressed.message
        return pressed, pressed.message

    def nothing_is_remembered(self) -> None:
        """No form waits in memory for an answer that may never come."""
        client = self.kit.adapter._connection.client
        assert client
        store = client._connection._view_store
        assert store._modals == {}
        assert store._views == {}


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with DiscordDouble() as double:
        guild = double.guild()
        channel = double.text_channel(guild)
        ann, ben = double.person("Ann"), double.person("Ben")
        async with hearing(double, HandClock(), catch_up_minutes=0) as kit:
            message = await double.say(channel, ann, "hello", mention_bot=True)
            here = conversation(message, starter=Person(str(ann.id), "Ann"), state=State.ENDED)
            await kit.adapter.open(here, "hello")
            assert message.started
            url = await kit.adapter.beside(here, AFTER, key="eb")
            await kit.adapter.close(here, reason="over", archive=False)
            beside = double.world.messages[int(url.rsplit("/", 1)[1])]
            kit.desk.conversations.append(here)
            yield Scene(double, kit, channel, ann, ben, here, message.started, beside)


# Feedback and appeal


async def test_wrong_asks_for_words_that_may_be_left_out(scene: Scene) -> None:
    """E35."""
    pressed = await scene.double.press(scene.ann, scene.beside, "This was wrong")
    assert pressed.modal
    assert pressed.modal["title"] == "This was wrong"
    assert await scene.sent(pressed) == "Done."
    pressed = await scene.double.press(scene.ann, scene.beside, "This was wrong")
    await scene.sent(pressed, "I was quoting a film.")
    first, second = scene.kit.desk.told
    assert first[:2] == ("feedback", 7)
    assert (first[3], first[4]) == ("", True)
    assert (second[2].id, second[3], second[4]) == (str(scene.ann.id), "I was quoting a film.", True)
    assert first[5] != second[5]


async def test_fine_needs_no_words(scene: Scene) -> None:
    """E35."""
    await scene.told(await scene.double.press(scene.ann, scene.beside, "This was fine"))
    (press,) = scene.kit.desk.presses
    assert press.verb is Verb.FINE


async def test_an_appeal_needs_words(scene: Scene) -> None:
    """E35."""
    pressed = await scene.double.press(scene.ann, scene.beside, "Appeal")
    with pytest.raises(ValueError, match="must be filled in"):
        await scene.sent(pressed, "")
    with pytest.raises(ValueError, match="does not take"):
        await scene.sent(pressed, "x" * 1001)
    await scene.sent(pressed, "It was a joke.")
    ((name, number, person, words, _),) = scene.kit.desk.told
    assert (name, number, person.id, words) == ("appeal", 7, str(scene.ann.id), "It was a joke.")


@pytest.mark.parametrize("failing", [0, 1])
async def test_words_that_were_refused_or_failed_are_said_back_whole(scene: Scene, failing: int) -> None:
    """E35: nobody writes them twice."""
    pressed = await scene.double.press(scene.ann, scene.beside, "Appeal")
    words = "It was a joke, really. " * 40
    scene.kit.desk.said = Said("Your appeal is already with the moderators.")
    scene.kit.desk.failing = failing
    said = await scene.sent(pressed, words)
    assert ("already with" in said, "did not work" in said) == (not failing, bool(failing))
    assert "this is what you wrote" in said
    answer = scene.double.interactions[-1].message
    assert answer
    assert answer.embeds[0]["description"].strip() == words.strip()


async def test_words_that_were_taken_are_not_repeated(scene: Scene) -> None:
    """E35."""
    pressed = await scene.double.press(scene.ann, scene.beside, "Appeal")
    scene.kit.desk.said = Said("Your appeal is kept.", done=True)
    assert await scene.sent(pressed, "It was a joke.") == "Your appeal is kept."


async def test_a_form_is_the_first_answer_and_nothing_is_acknowledged_before_it(scene: Scene) -> None:
    for label in ("This was wrong", "Appeal"):
        assert (await scene.double.press(scene.ann, scene.beside, label)).modal


async def test_forms_that_are_put_away_leave_nothing_behind(scene: Scene) -> None:
    scene.kept("hello")
    for _ in range(20):
        await scene.double.press(scene.ann, scene.beside, "Appeal")
    pressed, menu = await scene.menu(scene.ann)
    await scene.double.press(scene.ann, menu, "adieu-choose:7", ["3"])
    assert pressed.message
    scene.nothing_is_remembered()


async def test_a_form_that_was_opened_before_a_restart_is_understood_after_it(scene: Scene) -> None:
    """E35."""
    scene.kept("hello")
    appeal = await scene.double.press(scene.ann, scene.beside, "Appeal")
    _, menu = await scene.menu(scene.ann)
    assert scene.kit.adapter._connection.client
    await scene.kit.adapter._connection.client.close()
    desk = FakeDesk(own=scene.kit.desk.own)
    async with hearing(scene.double, HandClock(), desk=desk, shelf=scene.kit.shelf, catch_up_minutes=0):
        await scene.double.connected(times=2)
        await scene.sent(appeal, "It was a joke.")
        chosen = await scene.double.press(scene.ann, menu, "adieu-choose:7", ["3"])
        await scene.sent(chosen)
    assert [each[0] for each in desk.told] == ["appeal", "branch"]


async def test_a_form_of_another_version_is_answered_calmly(scene: Scene) -> None:
    pressed = await scene.double.press(scene.ann, scene.beside, "Appeal")
    assert pressed.modal
    pressed.modal["custom_id"] = "adieu-form:dance:7:0"
    assert await scene.sent(pressed, "words") == texts.old_control()
    assert scene.kit.desk.told == []


# Branch


async def test_branch_offers_ones_own_messages_and_opens_the_chosen_one_to_be_changed(scene: Scene) -> None:
    """E34."""
    scene.kept("why two tides?", number=3)
    scene.kept("w" * 300 + "\nand\nmore", number=5)
    scene.kit.desk.said = Said("Here is your branch.", go_to=scene.here.thread.key, done=True)
    pressed, menu = await scene.menu(scene.ann)
    assert pressed.ephemeral
    (select,) = menu.components[0]["components"]
    assert [option["value"] for option in select["options"]] == ["5", "3"]
    assert len(select["options"][0]["label"]) == 100
    chosen = await scene.double.press(scene.ann, menu, select["custom_id"], ["3"])
    assert chosen.modal
    field = chosen.modal["components"][0]["component"]
    assert (field["value"], field["max_length"]) == ("why two tides?", 4000)
    text = await scene.sent(chosen, "why two tides a day?")
    assert text.startswith("Here is your branch.\nhttps://discord.com/channels/")
    ((name, number, person, message, words, _),) = scene.kit.desk.told
    assert (name, number, person.id) == ("branch", 7, str(scene.ann.id))
    assert (message, words) == (3, "why two tides a day?")


async def test_every_one_of_25_messages_fits_into_the_menu(scene: Scene) -> None:
    """E34."""
    for number in range(30):
        scene.kept("  \n " if number == 29 else f"message {number}", number=number)
    _, menu = await scene.menu(scene.ann)
    assert len(menu.components[0]["components"][0]["options"]) == 25


async def test_who_has_said_nothing_is_told_so(scene: Scene) -> None:
    """E34, E38."""
    scene.kept("mine")
    pressed = await scene.double.press(scene.ben, scene.beside, "Branch")
    assert await scene.told(pressed) == texts.branch_not_yours()
    assert pressed.message
    assert not pressed.message.components


async def test_a_message_that_was_deleted_meanwhile_is_answered_calmly(scene: Scene) -> None:
    """E34."""
    scene.kept("hello")
    _, menu = await scene.menu(scene.ann)
    scene.kit.desk.own.clear()
    chosen = await scene.double.press(scene.ann, menu, "adieu-choose:7", ["3"])
    assert await scene.told(chosen) == texts.branch_not_yours()


async def test_branch_from_here_opens_the_form_at_once(scene: Scene) -> None:
    """E34: also in a locked thread, where buttons are dead."""
    world = scene.double.world
    await scene.kit.adapter.reopen(scene.here.thread, reason="again")
    message = await scene.double.say(scene.thread, scene.ann, "why two tides?")
    await scene.kit.adapter.close(scene.here, reason="over", archive=False)
    scene.kept("why two tides?", number=4, message_id=str(message.id))
    used = await scene.double.command(scene.ann, scene.thread, BRANCH, target=message)
    assert used.modal
    await scene.sent(used, "why three?")
    assert scene.kit.desk.told[0][3:5] == (4, "why three?")
    # The message that the thread hangs on stands in the channel.
    opening = world.messages[scene.thread.id]
    scene.kept("hello", number=1, message_id=str(opening.id))
    used = await scene.double.command(scene.ann, scene.channel, BRANCH, target=opening)
    await scene.sent(used)
    assert scene.kit.desk.told[1][3:5] == (1, "hello")
    scene.nothing_is_remembered()


async def test_in_direct_messages_every_conversation_there_is_looked_at(scene: Scene) -> None:
    """E34."""
    direct = scene.double.dm(scene.ann)
    message = await scene.double.say(direct, scene.ann, "hello")
    scene.kit.desk.conversations.append(conversation(direct, starter=Person(str(scene.ann.id), "Ann")))
    scene.kept("hello", message_id=str(message.id))
    used = await scene.double.command(scene.ann, direct, BRANCH, target=message)
    assert used.modal


async def test_nobody_branches_from_a_message_of_somebody_else_or_of_ours(scene: Scene) -> None:
    """E34, E38."""
    scene.kept("hello", message_id=str(scene.thread.id))
    opening = scene.double.world.messages[scene.thread.id]
    used = await scene.double.command(scene.ben, scene.channel, BRANCH, target=opening)
    assert await scene.told(used) == texts.branch_not_yours()
    used = await scene.double.command(scene.ann, scene.channel, BRANCH, target=scene.beside)
    assert await scene.told(used) == texts.branch_not_yours()


async def test_a_store_in_trouble_is_one_calm_sentence_in_place_of_a_form(scene: Scene) -> None:
    scene.kept("hello", message_id=str(scene.thread.id))
    scene.kit.desk.failing = 1
    opening = scene.double.world.messages[scene.thread.id]
    used = await scene.double.command(scene.ann, scene.channel, BRANCH, target=opening)
    assert await scene.told(used) == texts.sorry()


# Where nothing can be answered


async def test_in_an_archived_thread_the_wish_is_done_though_nothing_can_be_said(
    scene: Scene,
) -> None:
    """E30: Discord refuses every answer there (50083)."""
    await scene.double.archive(scene.thread)
    scene.double.begin_command(scene.ann, scene.thread, "new")
    await scene.kit.desk.until(lambda: scene.kit.desk.begins)
    opening = scene.double.world.messages[scene.thread.id]
    scene.kept("hello", message_id=str(opening.id))
    used = await scene.double.command(scene.ann, scene.thread, BRANCH, target=opening)
    scene.double.begin_submit(scene.ann, used, {WORDS: "hello again"})
    await scene.kit.desk.until(lambda: scene.kit.desk.told)
    assert scene.kit.desk.told[0][0] == "branch"


async def test_what_wakes_the_thread_can_be_answered_after_all(scene: Scene) -> None:
    """E36."""
    await scene.double.archive(scene.thread)
    mo = scene.double.person("Mo", moderator=True)

    scene.kit.desk.reopening = lambda: scene.kit.adapter.reopen(scene.here.thread, reason="again")
    scene.kit.desk.said = Said("Reopened.")
    assert await scene.told(await scene.double.command(mo, scene.thread, "reopen")) == "Reopened."


async def test_after_the_end_every_control_stands_in_one_row_beside_the_thread(scene: Scene) -> None:
    """E30, E35."""
    card = texts.beside(replace(scene.here, id=8))
    url = await scene.kit.adapter.beside(scene.here, card, key="eb8")
    (row,) = scene.double.world.messages[int(url.rsplit("/", 1)[1])].components
    verbs = [part["custom_id"].split(":")[1] for part in row["components"]]
    assert verbs == ["new", "branch", "wrong", "fine", "appeal"]
