"""Presses, forms, shortcuts and commands on Slack: done by the desk, told to one person."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.slack.events import workspace_of
from bot import texts
from bot.cards import Button, Card, Kind, Look, Said, Verb
from bot.errors import PlatformError, ThreadGone
from bot.types import Message as Stored
from bot.types import Mode
from bot.types import Person as Somebody
from tests.clock import FakeClock
from tests.doubles.slack import Channel, Interaction, Message, Person, SlackDouble
from tests.slack_kit import FakeDesk, Kit, conversation, hearing, thread_ref

BUTTONS = (
    Button("End chat", Verb.END, look=Look.DANGER),
    Button("Keep talking", Verb.KEEP),
    Button("Read", url="https://example.org"),
)
ASKED = Card(
    Kind.CONFIRMATION, "Ann, end this chat?", "For **good**.", 7, "n1", BUTTONS, "Small print <!here>"
)
AFTER = tuple(
    Button(verb.value, verb) for verb in (Verb.NEW, Verb.BRANCH, Verb.FINE, Verb.WRONG, Verb.APPEAL)
)
NOTICE = Card(Kind.NOTICE, "This conversation has ended", "Nothing was deleted.", 7, "e1", AFTER)


@dataclass
class Place:
    kit: Kit
    double: SlackDouble
    channel: Channel
    log: Channel
    ann: Person
    ben: Person
    root: Message

    @property
    def desk(self) -> FakeDesk:
        return self.kit.desk

    async def card(self, card: Card) -> Message:
        ref = conversation(self.root).thread
        ts = await self.kit.adapter.post(ref, card, key=f"c{card.nonce}")
        return self.channel.messages[ts]

    async def fill(self, asked: Interaction, **values: str) -> None:
        """Fill in the form that opened, and send it."""
        await self.double.until(lambda: asked.views)
        await self.double.submit(asked.views[-1], values)

    def told(self, person: Person) -> list[str]:
        return [message.shown for message in self.double.ephemerals(person)]


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async with opened() as place:
        yield place


@asynccontextmanager
async def opened(clock: FakeClock | None = None) -> AsyncIterator[Place]:
    async with SlackDouble(rate_limits=False) as double:
        double.team()
        ann, ben = double.person("Ann"), double.person("Ben")
        channel, log = double.channel(), double.channel("log", members=[])
        log.members[ben.id] = ben
        async with hearing(double, clock, moderator_channel=log.id) as kit:
            root = await double.say(channel, ann, "hello", mention_bot=True)
            await double.settled()
            yield Place(kit, double, channel, log, ann, ben, root)


async def test_a_card_shows_what_it_says_and_pings_nobody(place: Place) -> None:
    card = await place.card(ASKED)
    assert card.labels == ["End chat", "Keep talking", "Read"]
    for needed in ("Ann, end this chat?", "For **good**.", "Small print"):
        assert needed in card.shown
    assert not card.pinged
    assert place.double.link(card, "Read") == "https://example.org"


async def test_a_press_says_what_it_is_about_and_who_it_is(place: Place) -> None:
    card = await place.card(ASKED)
    pressed = await place.double.press(place.ben, card, "End chat")
    (press,) = place.desk.presses
    assert pressed.done
    assert (press.verb, press.conversation, press.nonce) == (Verb.END, 7, "n1")
    assert (press.person.id, press.person.name, press.person.moderator) == (place.ben.id, "Ben", True)
    assert (press.thread.thread, press.message_id) == (place.root.ts, card.ts)
    await place.double.until(lambda: place.told(place.ben) == ["Done."])


async def test_nobody_waits_for_the_list_of_moderators() -> None:
    """A message is with the desk, and a press is answered, while Slack does not say who moderates."""
    clock = FakeClock()
    async with opened(clock) as place:
        card = await place.card(ASKED)
        before = len(place.desk.received)
        clock.advance(3600)
        hanging = place.double.faults.add(method="conversations.members", status="hang", times=9)
        await place.double.press(place.ben, card, "Keep talking")
        await place.double.until(lambda: place.told(place.ben) == ["Done."])
        await place.double.say(place.channel, place.ann, "and now?", mention_bot=True)
        await place.double.settled()
        assert len(place.desk.received) == before + 1
        assert [press.person.moderator for press in place.desk.presses] == [False]
        assert hanging.hits
        hanging.release()


def test_a_form_sent_by_a_guest_of_a_shared_channel_is_where_it_was_opened() -> None:
    """The payload names the guest's own workspace; only the view says in which one it was opened."""
    guest = {"team": {"id": "T0GUEST"}, "user": {"id": "U1", "team_id": "T0GUEST"}}
    view = {"team_id": "T0GUEST", "app_installed_team_id": "T0OURS"}
    assert workspace_of({"type": "view_submission", **guest, "view": view}) == "T0OURS"
    assert (
        workspace_of({"type": "view_submission", "team": None, "user": {"id": "U1"}, "view": view})
        == "T0OURS"
    )


async def test_below_a_message_without_a_thread_the_answer_stands_in_the_channel(place: Place) -> None:
    """Slack shows nobody what is said to them alone in a thread that does not exist."""
    again = Button("Reopen", Verb.REOPEN)
    await place.kit.adapter.tell(
        place.log.team.id, Card(Kind.MODERATORS, "", "Ended.", 7, "", (again,)), key="k"
    )
    (card,) = place.double.messages(place.log)
    await place.double.press(place.ben, card, "Reopen")
    await place.double.until(lambda: place.told(place.ben) == ["Done."])
    await place.double.shortcut(place.ann, place.root, "adieu_branch")
    await place.double.until(lambda: place.told(place.ann))


async def test_a_form_opened_there_is_answered_there_too(place: Place) -> None:
    place.desk.said = Said("Done.", done=True)
    wrong = Button("Wrong", Verb.WRONG)
    await place.kit.adapter.tell(
        place.log.team.id, Card(Kind.MODERATORS, "", "Ended.", 7, "", (wrong,)), key="k"
    )
    (card,) = place.double.messages(place.log)
    await place.fill(await place.double.press(place.ben, card, "Wrong"), words="no")
    await place.double.until(lambda: place.told(place.ben) == ["Done."])


async def test_rights_are_looked_up_at_the_press(place: Place) -> None:
    card = await place.card(ASKED)
    await place.double.press(place.ann, card, "End chat")
    assert [press.person.moderator for press in place.desk.presses] == [False]


async def test_used_up_controls_go_unless_the_desk_has_replaced_them(place: Place) -> None:
    place.desk.said = Said("This question has lapsed.", done=True)
    card = await place.card(ASKED)
    await place.double.press(place.ann, card, "Keep talking")
    await place.double.until(lambda: card.labels == [])
    assert "For **good**." in card.shown


async def test_a_fresh_start_is_told_with_a_link(place: Place) -> None:
    fresh = thread_ref(place.channel, place.root.ts)
    place.desk.said = Said("Here is your new chat.", go_to=fresh.key)
    await place.double.press(place.ann, await place.card(NOTICE), "new")
    await place.double.until(lambda: place.told(place.ann))
    assert f"p{place.root.ts.replace('.', '')}" in place.told(place.ann)[0]


async def test_a_desk_that_fails_is_one_calm_sentence(place: Place) -> None:
    place.desk.failing = 1
    pressed = await place.double.press(place.ann, await place.card(ASKED), "End chat")
    assert pressed.done
    await place.double.until(lambda: place.told(place.ann))
    assert "did not work just now" in place.told(place.ann)[0]


async def test_a_slow_desk_keeps_nobody_waiting_for_the_acknowledgement() -> None:
    waiting = asyncio.Event()
    async with opened(FakeClock()) as place:
        place.desk.before = _wait_for(waiting)
        pressed = await place.double.press(place.ann, await place.card(ASKED), "End chat")
        assert pressed.done
        assert place.desk.presses == []
        waiting.set()
        await place.double.until(lambda: place.told(place.ann) == ["Done."])


def _wait_for(event: asyncio.Event) -> Callable[[], Awaitable[None]]:
    async def wait() -> None:
        await event.wait()

    return wait


async def test_feedback_and_appeal_are_asked_for_in_a_form(place: Place) -> None:
    """E35."""
    card = await place.card(NOTICE)
    for label, words in (("wrong", "It was a joke"), ("appeal", "Please look again")):
        opened = await place.double.press(place.ann, card, label)
        await place.fill(opened, words=words)
    assert place.desk.notes == [
        ("feedback", "7", place.ann.id, "It was a joke", "True"),
        ("appeal", "7", place.ann.id, "Please look again"),
    ]


@pytest.mark.parametrize("failing", [0, 1])
async def test_words_that_were_refused_or_failed_are_said_back_whole(place: Place, failing: int) -> None:
    """E35: nobody writes them twice."""
    opened = await place.double.press(place.ann, await place.card(NOTICE), "appeal")
    place.desk.said = Said("Your appeal is already with the moderators.")
    place.desk.failing = failing
    words = "It was a joke, really. " * 40
    await place.fill(opened, words=words)
    await place.double.until(lambda: place.told(place.ann))
    [said] = place.told(place.ann)
    assert ("already with" in said, "did not work" in said) == (not failing, bool(failing))
    assert "this is what you wrote" in said
    assert words.strip() in said


async def test_words_that_were_taken_are_not_repeated(place: Place) -> None:
    """E35."""
    opened = await place.double.press(place.ann, await place.card(NOTICE), "appeal")
    place.desk.said = Said("Your appeal is kept.", done=True)
    await place.fill(opened, words="It was a joke.")
    await place.double.until(lambda: place.told(place.ann) == ["Your appeal is kept."])


@pytest.mark.parametrize(("label", "most"), [("wrong", 1000), ("appeal", 1000)])
async def test_a_form_takes_no_more_than_is_kept(place: Place, label: str, most: int) -> None:
    """E35: nothing is cut in silence."""
    opened = await place.double.press(place.ann, await place.card(NOTICE), label)
    await place.double.until(lambda: opened.views)
    [block] = opened.views[-1].body["blocks"]
    assert block["element"]["max_length"] == most


async def test_a_message_longer_than_a_form_says_that_it_was_cut(place: Place) -> None:
    """E34: Slack's forms take 3,000 characters."""
    ann, when = Somebody(place.ann.id, "Ann"), datetime(2026, 11, 20, tzinfo=UTC)
    place.desk.conversations.append(conversation(place.root))
    for text, hinted in (("w" * 3001, True), ("w" * 3000, False)):
        place.desk.own = [Stored(41, place.root.ts, ann, text, when)]
        used = await place.double.shortcut(place.ann, place.root, "adieu_branch")
        await place.double.until(lambda: used.views)  # noqa: B023 - waited for at once
        [block] = used.views[-1].body["blocks"]
        assert ("hint" in block) is hinted
        assert len(block["element"]["initial_value"]) == 3000


async def test_a_branch_begins_at_one_of_my_own_messages(place: Place) -> None:
    """E34."""
    when = datetime(2026, 11, 20, tzinfo=UTC)
    ann = Somebody(place.ann.id, "Ann")
    place.desk.own = [Stored(41, place.root.ts, ann, "hello", when), Stored(40, "1.0", ann, "earlier", when)]
    place.desk.conversations.append(conversation(place.root))
    opened = await place.double.press(place.ann, await place.card(NOTICE), "branch")
    await place.fill(opened, which="40", words="instead")
    used = await place.double.shortcut(place.ann, place.root, "adieu_branch")
    await place.fill(used, words="hello again")
    assert place.desk.notes == [
        ("branch", "7", place.ann.id, "40", "instead"),
        ("branch", "7", place.ann.id, "41", "hello again"),
    ]


async def test_nobody_branches_from_somebody_else_s_message(place: Place) -> None:
    await place.double.shortcut(place.ben, place.root, "adieu_branch")
    await place.double.until(lambda: place.told(place.ben))
    assert "your own messages" in place.told(place.ben)[0]


async def test_the_shortcut_asks_to_end_the_thread_of_the_message(place: Place) -> None:
    """E12."""
    await place.double.shortcut(place.ann, place.root, "adieu_end")
    ((thread, person, _id),) = place.desk.ends
    assert (thread.thread, person.id) == (place.root.ts, place.ann.id)


@pytest.mark.parametrize("mode", ["off", "shadow", "on"])
async def test_an_admin_of_the_workspace_sets_the_mode(place: Place, mode: str) -> None:
    """E22."""
    admin = place.double.person("Ada", admin=True)
    await place.double.command(admin, place.channel, "/adieu", f" Mode {mode} ")
    assert place.told(admin) == ["Done."]
    assert place.desk.notes == [("mode", place.channel.id, admin.id, mode)]
    assert place.desk.set_by == [True]


async def test_rights_are_looked_up_at_the_command_and_nobody_else_has_them(place: Place) -> None:
    """E22: a member of the moderators' channel moderates chats, not the workspace."""
    admin = place.double.person("Ada", admin=True)
    await place.double.command(admin, place.channel, "/adieu", "mode off")
    admin.is_admin = False
    mo = place.double.person("Mo")
    place.log.members[mo.id] = mo
    for person in (admin, mo, place.ann):
        await place.double.command(person, place.channel, "/adieu", "mode off")
    assert place.desk.set_by == [True, False, False, False]


async def test_while_slack_does_not_say_who_administers_nobody_does(place: Place) -> None:
    """E22."""
    admin = place.double.person("Ada", admin=True)
    place.double.faults.add(method="users.info", status="internal_error", times=9)
    await place.double.command(admin, place.channel, "/adieu", "mode off")
    assert place.desk.set_by == [False]


async def test_without_a_choice_it_says_what_the_mode_is(place: Place) -> None:
    """E22."""
    place.desk.mode_now = Mode.SHADOW
    await place.double.command(place.ann, place.channel, "/adieu", "mode")
    assert place.told(place.ann) == ["Warnings and endings here: shadow."]
    await place.double.command(place.ann, place.channel, "/adieu", "mode loud")
    assert "do not know that command" in place.told(place.ann)[-1]
    assert place.desk.notes == []


@pytest.mark.parametrize(
    ("text", "needed"), [("", "End this chat"), ("privacy", "What I keep"), ("x", "/adieu help")]
)
async def test_the_command_explains(place: Place, text: str, needed: str) -> None:
    await place.double.command(place.ann, place.channel, "/adieu", text)
    await place.double.until(lambda: place.told(place.ann))
    assert needed in place.told(place.ann)[0]


async def test_the_command_starts_afresh_where_it_is_typed(place: Place) -> None:
    """E33."""
    await place.double.command(place.ann, place.channel, "/adieu", "new")
    ((thread, person, number),) = place.desk.begins
    assert (thread.channel, person.id) == (place.channel.id, place.ann.id)
    assert number


async def test_a_fresh_start_in_the_messages_tab_is_for_one_person(place: Place) -> None:
    """E28: what its notice says of the way on depends on it."""
    for where in (place.channel, place.double.dm(place.ann)):
        await place.double.command(place.ann, where, "/adieu", "new")
    assert place.desk.alone == [False, True]


async def test_an_ended_thread_is_closed_and_marked_and_its_buttons_live_on(place: Place) -> None:
    """E31."""
    here = conversation(place.root)
    card = await place.card(NOTICE)
    assert await place.kit.adapter.beside(here, NOTICE, key="b") == ""
    closed = await place.kit.adapter.close(here, reason="over", archive=False)
    session = place.double.session(place.root)
    assert closed.degraded == ""
    assert session is not None
    assert session.status == "closed"
    assert place.double.reactions(place.root) == {"lock"}
    assert (await place.double.press(place.ann, card, "fine")).done
    await place.kit.adapter.reopen(here.thread, reason="again")
    assert session.status == "active"


@pytest.mark.parametrize("error", ["thread_locked", "not_reactable", "message_not_found", "some_new_error"])
async def test_where_slack_takes_no_lock_sign_the_thread_is_closed_all_the_same(
    place: Place, error: str
) -> None:
    """E29, E31: the sign is a courtesy, and no ending waits for it for ever."""
    place.double.faults.add(method=r"reactions\.(add|remove)", status=error, times=2)
    here = conversation(place.root)
    assert (await place.kit.adapter.close(here, reason="asked for", archive=False)).degraded == ""
    session = place.double.session(place.root)
    assert session
    assert session.status == "closed"
    await place.kit.adapter.reopen(here.thread, reason="again")
    assert session.status == "active"


async def test_a_pointer_and_a_reminder_are_for_one_person_only(place: Place) -> None:
    """E32."""
    here = conversation(place.root)
    ann = Somebody(place.ann.id, "Ann")
    await place.card(NOTICE)
    await place.kit.adapter.remind(here.thread, ann, "1.0", texts.pointer(here))
    await place.kit.adapter.remind(here.thread, ann, "1.0", None)
    first, second = place.double.ephemerals(place.ann)
    assert first.labels == ["Start a new chat"]
    assert "has ended" in second.shown
    assert first.thread_ts == place.root.ts
    assert place.double.ephemerals(place.ben) == []


@pytest.mark.parametrize("failure", ["drop", 503, 429])
async def test_a_pointer_that_did_not_arrive_is_no_pointer(place: Place, failure: Any) -> None:
    """E32: the next message gets it."""
    here, ann = conversation(place.root), Somebody(place.ann.id, "Ann")
    place.double.faults.add(method=r"chat\.postEphemeral", status=failure, times=99, retry_after=3600)
    with pytest.raises(PlatformError):
        await place.kit.adapter.remind(here.thread, ann, "1.0", texts.pointer(here))


async def test_where_nobody_can_be_told_alone_the_pointer_stands_in_the_thread(place: Place) -> None:
    """E32: never silence at first, and a reminder is not worth a message that everybody reads."""
    here, ann = conversation(place.root), Somebody(place.ann.id, "Ann")
    place.double.faults.add(method=r"chat\.postEphemeral", status="user_not_in_channel", times=99)
    await place.kit.adapter.remind(here.thread, ann, "1.0", texts.pointer(here))
    (said,) = place.double.messages(place.channel, thread=place.root, by=place.double.bot)
    assert said.labels == ["Start a new chat"]
    await place.kit.adapter.remind(here.thread, ann, "1.0", None)
    assert place.double.messages(place.channel, thread=place.root, by=place.double.bot) == [said]


async def test_a_list_of_moderators_that_slack_does_not_tell_is_asked_for_once_a_minute() -> None:
    clock = FakeClock()
    async with opened(clock) as place:
        refused = place.double.faults.add(
            method=r"conversations\.members", status="channel_not_found", times=99
        )
        clock.advance(3600)
        for words in ("one", "two"):
            await place.double.say(place.channel, place.ann, words, mention_bot=True)
            await place.double.settled()
        assert refused.hits == 1


async def test_moderators_are_told_in_their_channel(place: Place) -> None:
    team = place.channel.team.id
    reopen = Card(
        Kind.MODERATORS, "Conversation 7 has ended", "Why.", 7, "e1", (Button("Reopen", Verb.REOPEN),)
    )
    assert await place.kit.adapter.tell(team, reopen, key="et1")
    (told,) = place.double.messages(place.log, by=place.double.bot)
    await place.double.press(place.ben, told, "Reopen")
    assert place.desk.presses[-1].person.moderator


@pytest.mark.parametrize("refusal", ["not_allowed_token_type", "missing_scope", "access_denied"])
async def test_where_history_may_not_be_read_a_warning_still_stands_until_somebody_deletes_it(
    place: Place, refusal: str
) -> None:
    """E5: Slack does not let every bot read the threads of a channel."""
    thread = conversation(place.root).thread
    card = await place.card(ASKED)
    place.double.faults.add(method=r"conversations\.replies", status=refusal, times=9)
    assert await place.kit.adapter.stands(thread, card.ts)
    await place.double.delete(card)
    assert not await place.kit.adapter.stands(thread, card.ts)


async def test_where_nothing_can_be_looked_up_a_warning_is_in_doubt(place: Place) -> None:
    """E8."""
    card = await place.card(ASKED)
    place.double.faults.add(method=r"conversations\.replies", status="missing_scope", times=9)
    place.double.faults.add(method=r"chat\.getPermalink", status="access_denied", times=9)
    assert not await place.kit.adapter.stands(conversation(place.root).thread, card.ts)


async def test_a_thread_in_an_archived_channel_is_gone(place: Place) -> None:
    place.channel.archived = True
    with pytest.raises(ThreadGone):
        await place.kit.adapter.post(conversation(place.root).thread, ASKED, key="x")
