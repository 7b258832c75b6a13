"""The stage of Slack's stories: the program as a process, Slack and Claude around it, and what people do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from adapters.slack.manifest import manifest
from tests.doubles.claude import ClaudeDouble, RecordedRequest, Script, says
from tests.doubles.slack import App, Channel, Message, Person, SlackDouble, conformance
from tests.doubles.slack.manifest import app_from
from tests.program import free_port
from tests.stories.kit import KEY, answering, calm, ends, reviewing
from tests.stories.program import PATIENCE, Line, Program

Delivery = Literal["socket", "http"]
DELIVERIES: tuple[Delivery, ...] = ("socket", "http")
ENDED = "This conversation has ended"
POINTER = "I no longer read messages here"
_STATUSES = 24
"""After so many statuses the program starts anew: Slack allows fifty a minute, and stories do not wait."""


@dataclass
class Stage:
    """One workspace with a channel and a moderators' channel; Ann, Ben, and Mo who moderates."""

    program: Program
    slack: SlackDouble
    claude: ClaudeDouble
    delivery: Delivery
    channel: Channel
    log: Channel
    ann: Person
    ben: Person
    mo: Person
    expected: list[str] = field(default_factory=list)
    """Events of the log that are errors, and belong to the story."""

    # What people do.

    async def mention(self, who: Person, text: str, channel: Channel | None = None) -> Message:
        """Mention the bot in a channel; the message, which is the root of the thread."""
        return await self.slack.say(channel or self.channel, who, text, mention_bot=True)

    async def chat(self, who: Person, text: str, channel: Channel | None = None) -> Message:
        """Mention the bot, and see the answer through; the root of the thread."""
        root = await self.mention(who, text, channel)
        await self.turns(root, 1)
        return root

    async def writes(self, who: Person, root: Message, text: str, *, mention: bool = False) -> Message:
        """Write in a thread."""
        return await self.slack.say(root.channel, who, text, thread=root, mention_bot=mention)

    async def press(self, who: Person, message: Message, label: str) -> str:
        """Press a button; what the person is told."""
        before = len(self.slack.ephemerals(who))
        pressed = await self.slack.press(who, message, label)
        assert pressed.failed is None, f"{pressed}\n{self.dump()}"
        return await self.told(who, before)

    async def told(self, who: Person, before: int) -> str:
        """What a person is told alone next."""
        await self.until(lambda: len(self.slack.ephemerals(who)) > before)
        return self.slack.ephemerals(who)[before].shown

    async def ended(self, who: Person, root: Message, words: str = "please end this chat") -> Message:
        """Somebody asks for the end, confirms it, and it is done; the question that was asked."""
        self.model(ends())
        await self.writes(who, root, words)
        question = await self.card(root, "end this chat?")
        assert await self.press(who, question, "End chat") == "Confirmed."
        await self.closed(root)
        return question

    # What people see.

    async def until(self, condition: Callable[[], object]) -> None:
        """Return once it is so on Slack."""
        try:
            await self.slack.until(condition, timeout=PATIENCE)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.dump()}") from None

    def said(self, root: Message) -> list[Message]:
        """What the bot has posted in a thread, oldest first."""
        return self.slack.messages(root.channel, thread=root, by=root_bot(self.slack, root))

    def replies(self, root: Message) -> list[str]:
        """The bot's own texts, oldest first; cards are no texts."""
        return [text_of(each) for each in self.said(root) if not is_card(each)]

    async def answer(self, root: Message, text: str) -> Message:
        """The complete reply with exactly this text, without a sign of work."""
        return await self._first(
            lambda: [
                e
                for e in self.said(root)
                if not is_card(e) and text_of(e) == text and e.is_complete and not e.labels
            ]
        )

    async def replied(self, root: Message, number: int) -> None:
        """So many messages are the bot's own texts, and every one is complete."""
        await self.until(
            lambda: (
                len(self.replies(root)) == number
                and all(each.is_complete and "Stop" not in each.labels for each in self.said(root))
            )
        )

    async def visible(self, root: Message, text: str) -> Message:
        """A message of the bot's in which this can be read already."""
        return await self._first(lambda: [each for each in self.said(root) if text in text_of(each)])

    def cards(self, root: Message | Channel, words: str) -> list[Message]:
        """The cards with these words, oldest first; of a thread, or at a channel's top level."""
        if isinstance(root, Message):
            return [each for each in self.said(root) if is_card(each) and words in each.shown]
        every = self.slack.messages(root, by=self.slack.bot, threads=False)
        return [each for each in every if words in each.shown]

    async def card(self, root: Message | Channel, words: str, more_than: int = 0) -> Message:
        """The newest card with these words, once there are more than so many."""
        await self.until(lambda: len(self.cards(root, words)) > more_than)
        return self.cards(root, words)[-1]

    def is_closed(self, root: Message) -> bool:
        """Whether Slack shows that a thread has ended."""
        session = self.slack.session(root)
        return "lock" in self.slack.reactions(root) and session is not None and session.status == "closed"

    async def closed(self, root: Message) -> None:
        """The ending is done: a lock on the root, the session closed, and the moderators told."""
        title = root.text.split("> ", 1)[-1]
        await self.until(lambda: self.is_closed(root) and self.cards(self.log, f"“{title}”"))

    def no_trace(self, root: Message) -> None:
        """Nothing of an ending is to be seen: no card about it, no lock, nothing for moderators."""
        for words in (ENDED, "A warning for", "end this chat?"):
            assert self.cards(root, words) == []
        assert not self.slack.reactions(root)
        assert not self.is_closed(root)

    async def _first(self, found: Callable[[], list[Message]]) -> Message:
        await self.until(found)
        return found()[0]

    # What the model says.

    def model(self, *scripts: str | Script) -> None:
        """What the answering model says next, one line a request."""
        lines = [says(each) if isinstance(each, str) else each for each in scripts]
        self.claude.next(*lines, when=answering)

    def second_opinion(self, script: Script) -> None:
        """What the small model says next, when it is asked for a second opinion."""
        self.claude.next(script, when=reviewing)

    @property
    def asked(self) -> list[RecordedRequest]:
        """Every request to the answering model."""
        return [each for each in self.claude.requests if answering(each)]

    async def turns(self, root: Message, number: int) -> None:
        """Return once so many turns of a thread are finished."""
        await self.until(lambda: len(self.replies(root)) >= number)
        place = f"/{root.channel.id}/{root.ts}"
        await self.program.until(lambda: len(self._finished(place)) >= number)

    def _finished(self, place: str) -> list[Line]:
        every = (line for line in self.program.lines if line["event"] == "turn finished")
        return [line for line in every if line["thread"].endswith(place)]

    # The beginning and the end of every story.

    async def up(self) -> None:
        """Start the program, and return once it hears Slack."""
        connections = self.slack.count.connections
        await self.program.start()
        await self.program.until(lambda: self.program.told("web port is open"))
        if self.delivery == "socket":
            await self.slack.connected(times=connections + 1, timeout=PATIENCE)

    async def again(self) -> None:
        """Kill the program and start it on the same database."""
        await self.program.kill()
        await self.up()

    async def scene(self) -> Stage:
        """The same program with another channel, other people, and nothing on record."""
        if (
            self.program.process is not None
            and len(self.slack.calls("agents.sessions.setStatus")) > _STATUSES
        ):
            assert await self.program.stop() == 0, self.program.tail()
        if self.program.process is None or self.program.process.returncode is not None:
            await self.up()
            self.slack.traffic.clear()
        self.program.forget()
        self.claude.drop()
        self.claude.forget()
        self.slack.faults.clear()
        self.slack.deliveries.clear()
        self.log.messages.clear()
        double = self.slack
        ann, ben = double.person("Ann"), double.person("Ben")
        channel = double.channel(members=[ann, ben, self.mo])
        return replace(self, channel=channel, ann=ann, ben=ben, expected=[])

    async def farewell(self) -> None:
        """Stop the program, and check what is true at the end of every story."""
        if self.program.process is not None:
            assert await self.program.stop() == 0, self.program.tail()
        self.check()

    def check(self) -> None:
        """Nobody was pinged, Slack's samples were kept to, no secret got out, nothing went wrong."""
        world, app = self.slack.world, self.slack.app
        every = [each for channel in world.channels.values() for each in channel.messages.values()]
        ours = [each for each in [*every, *world.ephemerals] if world.is_ours(each.author)]
        assert [each.text for each in ours if each.pinged] == []
        if conformance.SAMPLES.exists():
            assert conformance.problems(self.slack.traffic, self.slack.deliveries) == []
        kept = self.program.kept()
        for secret in (self.slack.bot_token, app.app_token, app.signing_secret, KEY):
            assert secret not in self.program.output
            assert secret.encode() not in kept
        for said in every:
            text = text_of(said).removeprefix(self.slack.bot.mention).strip()
            assert len(text) < 15 or text not in self.program.output, "no message text in the log"
        events = [each for each in self.slack.office.parcels if each.kind == "events_api"]
        assert [each.payload["event"] for each in events if each.lost] == [], "no event is given up"
        errors = [line for line in self.program.lines if line.get("level") in {"error", "critical"}]
        assert [line for line in errors if line["event"] not in self.expected] == []
        assert self.claude.queued == 0, self.dump()

    def dump(self) -> str:
        """Everything, for people to read."""
        return f"{self.slack.dump()}\n{self.claude.dump()}\n{self.program.tail()}"


@asynccontextmanager
async def open_stage(
    folder: Path,
    delivery: Delivery = "socket",
    *,
    slack: SlackDouble | None = None,
    claude: ClaudeDouble | None = None,
    ending: str = "",
    extra: str = "",
    web: str = "",
    variables: Mapping[str, str] | None = None,
) -> AsyncIterator[Stage]:
    """Set the stage; the program runs, made from our own manifest, and hears Slack."""
    async with AsyncExitStack() as stack:
        if claude is None:
            claude = ClaudeDouble(key=KEY)
            claude.script(calm)
        await stack.enter_async_context(claude)
        double = slack or SlackDouble(made_app(), rate_limits=False)
        await stack.enter_async_context(double)
        double.team()
        ann, ben, mo = double.person("Ann"), double.person("Ben"), double.person("Mo")
        channel = double.channel()
        log = double.channel("moderators", private=True, members=[mo])
        port = free_port()
        text = config(double, delivery, log, port, ending=ending, extra=extra, web=web)
        program = Program(folder, text, environment(double, claude) | dict(variables or {}))
        stack.push_async_callback(program.close)
        if delivery == "http":
            double.request_url = f"http://127.0.0.1:{port}/slack/events"
        stage = Stage(program, double, claude, delivery, channel, log, ann, ben, mo)
        await stage.up()
        yield stage
        await stage.farewell()


def made_app() -> App:
    """The app as our own manifest makes it."""
    return app_from(manifest())


def config(
    double: SlackDouble,
    delivery: Delivery,
    log: Channel,
    port: int,
    *,
    ending: str = "",
    extra: str = "",
    web: str = "",
) -> str:
    """A configuration for the doubles: the logs as JSON, the web port where Slack finds it."""
    return f"""
[web]
port = {port}
{web}
[logging]
format = "json"
[slack]
api_url = "{double.api_url}"
mode = "{delivery}"
moderator_channel = "{log.id}"
[ending]
{ending}
{extra}
"""


def environment(double: SlackDouble, claude: ClaudeDouble) -> dict[str, str]:
    """The secrets, and where Claude is."""
    return {
        "SLACK_BOT_TOKEN": double.bot_token,
        "SLACK_APP_TOKEN": double.app.app_token,
        "SLACK_SIGNING_SECRET": double.app.signing_secret,
        "ANTHROPIC_API_KEY": KEY,
        "ANTHROPIC_BASE_URL": claude.url,
    }


def key_of(message: Message) -> str:
    """The key that our posts carry."""
    return str(((message.metadata or {}).get("event_payload") or {}).get("key", ""))


def is_card(message: Message) -> bool:
    """Whether a message of ours is a card, and no part of a reply."""
    key = key_of(message)
    return bool(key) and "/" not in key


def text_of(message: Message) -> str:
    """The Markdown of a message, else its text."""
    return "".join(str(b["text"]) for b in message.blocks if b["type"] == "markdown") or message.text


def root_bot(double: SlackDouble, root: Message) -> Person:
    """Our user in the workspace of a thread."""
    return double.bot_in(root.channel.team)
