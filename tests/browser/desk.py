"""A core that only remembers what it was told: for the tests of the playground alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.cards import Button, Card, Kind, Look, Said, Verb
from bot.ports import Adapter, Press, Received
from bot.types import Conversation, Incoming, Message, Mode, Participant, Person, State, ThreadRef

ANN = Person("ann", "Ann")
BEN = Person("ben", "Ben")
MO = Person("mo", "Mo", moderator=True)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def talk(thread: ThreadRef, number: int = 1, starter: Person = ANN, title: str = "Hello") -> Conversation:
    """A conversation as the core would hand it over."""
    return Conversation(
        id=number,
        thread=thread,
        starter=starter,
        state=State.ACTIVE,
        version=1,
        title=title,
        system="",
        model="",
        created_at=NOW,
    )


def question(number: int = 1, nonce: str = "n1") -> Card:
    """The confirmation, as the core words it more or less."""
    buttons = (Button("End chat", Verb.END, look=Look.DANGER), Button("Keep talking", Verb.KEEP))
    return Card(Kind.CONFIRMATION, "End this chat?", "Nothing is deleted.", number, nonce, buttons)


def notice(number: int = 1) -> Card:
    """The notice that stands in an ended thread."""
    buttons = (
        Button("Start a new chat", Verb.NEW, look=Look.PRIMARY),
        Button("Branch", Verb.BRANCH),
        Button("This was wrong", Verb.WRONG),
        Button("This was fine", Verb.FINE),
        Button("Appeal", Verb.APPEAL),
    )
    return Card(Kind.NOTICE, "This conversation has ended", "Because you asked.", number, "", buttons)


def written(message_id: str, text: str = "Hello", author: Person = ANN, number: int = 7) -> Message:
    """A message that has been taken up."""
    return Message(number, message_id, author, text, NOW, turn=1)


class FakeDesk:
    """`bot.ports.Desk`. What it answers can be set: `said` to presses and commands, `fails` to messages."""

    def __init__(self) -> None:
        self.adapter: Adapter | None = None
        self.received: list[Incoming] = []
        self.presses: list[Press] = []
        self.by_hand: list[tuple[str, ThreadRef, str]] = []
        self.asked: list[tuple[ThreadRef, Person]] = []
        self.edits: list[tuple[ThreadRef, str, str, str]] = []
        self.deletions: list[tuple[ThreadRef, str, str]] = []
        self.answered: list[Message] = []
        self.mode_now = Mode.ON
        self.words: list[tuple[str, int, str, str]] = []
        self.conversations: dict[str, Conversation] = {}
        self.said = Said("")
        self.fails: Exception | None = None

    async def receive(self, incoming: Incoming) -> Received:
        if self.fails:
            raise self.fails
        known = incoming.message_id in {one.message_id for one in self.received}
        self.received.append(incoming)
        if known:
            return Received.DUPLICATE
        if incoming.opens:
            await self._open(
                talk(incoming.thread, len(self.conversations) + 1, incoming.author, incoming.text)
            )
        return Received.TAKEN

    async def _open(self, conversation: Conversation, first: str | None = None) -> Conversation:
        assert self.adapter is not None
        thread = await self.adapter.open(conversation, conversation.title if first is None else first)
        opened = talk(thread, conversation.id, conversation.starter, conversation.title)
        self.conversations[thread.key] = opened
        return opened

    def hold(self, thread: ThreadRef) -> None:
        """Put the conversation under the crisis hold."""
        here = self.conversations[thread.key]
        self.conversations[thread.key] = Conversation(
            id=here.id,
            thread=thread,
            starter=here.starter,
            state=State.ACTIVE,
            version=2,
            title=here.title,
            system="",
            model="",
            created_at=NOW,
            hold_until=NOW + timedelta(days=10_000),
        )

    async def press(self, press: Press) -> Said:
        self.presses.append(press)
        return self.said

    async def ask_to_end(self, thread: ThreadRef, person: Person, *, id: str) -> Said:
        self.asked.append((thread, person))
        return self.said

    async def begin(self, thread: ThreadRef, person: Person, *, id: str, private: bool = False) -> Said:
        fresh = ThreadRef(thread.platform, thread.workspace, thread.channel, f"{ThreadRef.UNOPENED}{id}")
        opened = await self._open(talk(fresh, len(self.conversations) + 1, person, "New chat"), "")
        return Said("Here you are.", go_to=opened.thread.key)

    async def find(self, thread: ThreadRef) -> Conversation | None:
        return self.conversations.get(thread.key)

    async def participants(self, conversation: int) -> tuple[Participant, ...]:
        return ()

    async def gone(self, thread: ThreadRef, *, by: str = "") -> None:
        self.by_hand.append(("gone", thread, by))

    async def locked(self, thread: ThreadRef, *, by: str = "") -> None:
        self.by_hand.append(("locked", thread, by))

    async def unlocked(self, thread: ThreadRef, *, by: str = "") -> None:
        self.by_hand.append(("unlocked", thread, by))

    async def edited(self, thread: ThreadRef, place: str, message_id: str, text: str) -> None:
        self.edits.append((thread, place, message_id, text))

    async def deleted(self, thread: ThreadRef, place: str, message_id: str) -> None:
        self.deletions.append((thread, place, message_id))

    async def stop(self, thread: ThreadRef, person: Person) -> Said:
        return self.said

    async def reopen(self, thread: ThreadRef, person: Person) -> Said:
        self.by_hand.append(("reopen", thread, person.name))
        return self.said

    async def release(self, thread: ThreadRef, person: Person) -> Said:
        self.by_hand.append(("release", thread, person.name))
        return self.said

    async def set_mode(self, thread: ThreadRef, person: Person, mode: Mode) -> Said:
        self.by_hand.append((mode, thread, person.name))
        return self.said

    async def mode(self, thread: ThreadRef) -> Mode:
        return self.mode_now

    async def ended_threads(self, platform: str) -> tuple[Conversation, ...]:
        return ()

    async def own_messages(
        self, conversation: int, person: Person, *, message_id: str = ""
    ) -> tuple[Message, ...]:
        own = [one for one in self.answered if one.author.id == person.id]
        return tuple(one for one in own if message_id in {"", one.message_id})

    async def branch(self, conversation: int, person: Person, number: int, text: str, *, id: str) -> Said:
        self.words.append(("branch", conversation, person.id, f"{number}: {text}"))
        if self.said.text:
            return self.said
        fresh = ThreadRef("web", "playground", "general", f"{ThreadRef.UNOPENED}{id}")
        opened = await self._open(talk(fresh, len(self.conversations) + 1, person, text))
        return Said("Here is your branch.", go_to=opened.thread.key)

    async def feedback(self, conversation: int, person: Person, words: str, *, wrong: bool, id: str) -> Said:
        if self.fails:
            raise self.fails
        self.words.append(("wrong" if wrong else "fine", conversation, person.id, words))
        return self.said

    async def appeal(self, conversation: int, person: Person, words: str, *, id: str) -> Said:
        self.words.append(("appeal", conversation, person.id, words))
        return self.said

    async def mine(self, platform: str, workspace: str, person: str) -> tuple[Conversation, ...]:
        return tuple(one for one in self.conversations.values() if one.starter.id == person)

    async def erase(self, platform: str, workspace: str) -> None:
        self.conversations.clear()

    async def open_threads(self, platform: str) -> tuple[Conversation, ...]:
        return tuple(self.conversations.values())
