"""The stage of the stories: the program as a process, Discord and Claude around it, and what people do."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.doubles.claude import ClaudeDouble, RecordedRequest, Script, calls, says
from tests.doubles.claude.default import default_script
from tests.doubles.discord import (
    Channel,
    DiscordDouble,
    Guild,
    Interaction,
    Message,
    Permission,
    Thread,
    User,
    conformance,
)
from tests.doubles.discord.permissions import BOT
from tests.doubles.discord.state import walk
from tests.stories.program import PATIENCE, Program

TOKEN = "secret-token-of-discord"
KEY = "secret-key-of-claude"
SMALL = "claude-haiku-5-5"
ENDED = "This conversation has ended"
BESIDE = "This chat has ended"


@dataclass
class Stage:
    """One guild with a channel, a moderators' channel and a forum; Ann, Ben, and Mo who moderates."""

    program: Program
    discord: DiscordDouble
    claude: ClaudeDouble
    guild: Guild
    channel: Channel
    log: Channel
    forum: Channel
    ann: User
    ben: User
    mo: User
    expected: list[str] = field(default_factory=list)
    """Events of the log that are errors, and belong to the story."""

    # What people do.

    async def chat(self, who: User, text: str, channel: Channel | None = None) -> Thread:
        """Mention the bot, and see the answer through; the thread."""
        thread = await self.mention(who, text, channel)
        await self.replied(thread, 1)
        return thread

    async def mention(self, who: User, text: str, channel: Channel | None = None) -> Thread:
        """Mention the bot in a channel; the thread that it opens there."""
        message = await self.discord.say(channel or self.channel, who, text, mention_bot=True)
        return await self.thread_on(message)

    async def writes(self, who: User, place: Channel | User, text: str, **how: Any) -> Message:
        """Write a message."""
        return await self.discord.say(place, who, text, **how)

    async def press(self, who: User, message: Message, label: str) -> str:
        """Press a button; what the person is told."""
        return await self._told(await self.discord.press(who, message, label))

    async def command(self, who: User, place: Channel, name: str, **options: Any) -> str:
        """Use a command; what the person is told."""
        return await self._told(await self.discord.command(who, place, name, options=options or None))

    async def _told(self, interaction: Interaction) -> str:
        assert not interaction.failed, f"{interaction}\n{self.dump()}"
        await self.until(lambda: interaction.text or interaction.failed)
        assert interaction.ephemeral, "what a press or command says is for one person"
        return interaction.text

    async def ended(self, who: User, thread: Thread, words: str = "please end this chat") -> Message:
        """Somebody asks for the end, confirms it, and it is done; the question that was asked."""
        before = len(self.cards(thread, "end this chat?"))
        self.model(ends())
        await self.writes(who, thread, words)
        question = await self.card(thread, "end this chat?", more_than=before)
        assert await self.press(who, question, "End chat") == "Confirmed."
        await self.locked(thread)
        return question

    # What people see.

    async def until(self, condition: Callable[[], object]) -> None:
        """Return once it is so on Discord."""
        try:
            await self.discord.until(condition, timeout=PATIENCE)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.dump()}") from None

    async def thread_on(self, message: Message) -> Thread:
        """The thread on a message, as soon as there is one."""
        await self.until(lambda: message.started)
        assert message.started is not None
        return message.started

    def replies(self, place: Channel) -> list[str]:
        """The bot's own texts, oldest first; cards are no texts."""
        return [each.content for each in self._own(place) if not each.embeds and not each.ephemeral_for]

    async def answer(self, place: Channel, text: str) -> Message:
        """The complete reply with exactly this text, without a Stop button."""
        return await self._first(
            lambda: [e for e in self._own(place) if e.content == text and not e.components]
        )

    async def visible(self, place: Channel, text: str) -> Message:
        """A message of the bot's in which this can be read already."""
        return await self._first(lambda: [e for e in self._own(place) if text in e.content])

    async def replied(self, place: Channel, number: int) -> None:
        """So many messages are the bot's own texts, and every one is complete."""
        await self.until(lambda: len(self.replies(place)) == number and self.settled(place))

    def settled(self, place: Channel) -> bool:
        """Whether no reply shows a sign of work."""
        return not any("Stop" in self.offers(each) for each in self._own(place))

    def cards(self, place: Channel, words: str) -> list[Message]:
        """The cards with these words in the title or the text, oldest first."""
        return [each for each in self._own(place) if words in card_text(each)]

    async def card(self, place: Channel, words: str, more_than: int = 0) -> Message:
        """The newest card with these words, once there are more than so many."""
        await self.until(lambda: len(self.cards(place, words)) > more_than)
        return self.cards(place, words)[-1]

    async def locked(self, thread: Thread) -> None:
        """The ending is done: locked, and the moderators told."""
        await self.until(lambda: thread.locked and self.cards(self.log, "has ended"))

    def offers(self, message: Message) -> list[str]:
        """The labels of a message's buttons and links."""
        return [str(part["label"]) for part in walk(message.components) if part.get("type") == 2]

    def locks(self, thread: Thread) -> list[Any]:
        """The PATCH requests that changed a thread."""
        changes = self.discord.calls("PATCH", "/channels/{channel_id}")
        return [each for each in changes if each.path == f"/channels/{thread.id}"]

    def _own(self, place: Channel) -> list[Message]:
        return self.discord.messages(place, by=self.discord.bot)

    async def _first(self, found: Callable[[], list[Message]]) -> Message:
        await self.until(found)
        return found()[0]

    def grow_older(self, place: Channel, minutes: int) -> None:
        """Everything in a thread was written so much earlier."""
        back = minutes * 60_000 << 22
        place.messages.update({key - back: place.messages.pop(key) for key in list(place.messages)})
        for key, message in place.messages.items():
            message.id = key
            message.created -= timedelta(minutes=minutes)

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

    async def turns(self, number: int) -> None:
        """Return once so many turns are finished, in this session of the program."""
        await self.logged("turn finished", number)

    async def logged(self, event: str, times: int = 1) -> None:
        """Return once the log has told this so often, in this session of the program."""
        await self.program.until(lambda: len(self.program.told(event)) >= times)

    # The beginning and the end of every story.

    async def scene(self) -> Stage:
        """The same program with another channel, other people, and nothing on record."""
        if self.program.process is None or self.program.process.returncode is not None:
            await self.program.start()
            await self.program.ready()
        self.program.forget()
        self.claude.drop()
        self.claude.forget()
        self.discord.faults.clear()
        self.discord.limits.reset()
        self.discord.traffic.clear()
        self.discord.dispatches.clear()
        self.log.messages.clear()
        double, guild = self.discord, self.guild
        ann, ben = double.person("Ann"), double.person("Ben")
        mo = double.person("Mo", moderator=True)
        return replace(self, channel=double.text_channel(guild), ann=ann, ben=ben, mo=mo, expected=[])

    async def farewell(self) -> None:
        """Stop the program, and check what is true at the end of every story."""
        if self.program.process is not None:
            assert await self.program.stop() == 0, self.program.tail()
        self.check()

    def check(self) -> None:
        """Nobody was pinged, Discord's own description was kept to, no secret got out, nothing went wrong."""
        messages = [each for each in self.discord.world.messages.values() if each.author is self.discord.bot]
        for interaction in self.discord.interactions:
            messages += [*([interaction.message] if interaction.message else []), *interaction.followups]
        assert [each.text for each in messages if each.author is self.discord.bot and each.pinged] == []
        if conformance.SPEC.exists():
            assert conformance.problems(self.discord.traffic, self.discord.dispatches) == []
        for secret in (TOKEN, KEY):
            assert secret not in self.program.output
            assert secret.encode() not in self.program.kept()
        for said in self.discord.world.messages.values():
            text = said.content.removeprefix(self.discord.bot.mention).strip()
            assert len(text) < 15 or text not in self.program.output, "no message text in the log"
        errors = [line for line in self.program.session if line.get("level") in {"error", "critical"}]
        assert [line for line in errors if line["event"] not in self.expected] == []
        assert self.claude.queued == 0, self.dump()

    def dump(self) -> str:
        """Everything, for people to read."""
        return f"{self.discord.dump()}\n{self.claude.dump()}\n{self.program.tail()}"


@asynccontextmanager
async def open_stage(
    folder: Path,
    *,
    claude: ClaudeDouble | None = None,
    discord: DiscordDouble | None = None,
    bot_permissions: Permission = BOT,
    start: bool = True,
    ending: str = "",
    discord_extra: str = "",
    extra: str = "",
) -> AsyncIterator[Stage]:
    """Set the stage; with `start` the program runs, is on Discord, and says that it is healthy."""
    async with AsyncExitStack() as stack:
        if claude is None:
            claude = ClaudeDouble(key=KEY)
            claude.script(calm)
        await stack.enter_async_context(claude)
        double = await stack.enter_async_context(discord or DiscordDouble(TOKEN))
        guild = double.guild(bot_permissions=bot_permissions)
        channel, log, forum = (
            double.text_channel(guild),
            double.text_channel(guild, "moderators"),
            double.forum(guild),
        )
        program = Program(
            folder, config(double, log, forum, ending, discord_extra, extra), environment(claude)
        )
        stack.push_async_callback(program.close)
        ann, ben = double.person("Ann"), double.person("Ben")
        mo = double.person("Mo", moderator=True)
        stage = Stage(program, double, claude, guild, channel, log, forum, ann, ben, mo)
        if start:
            await program.start()
            await program.ready()
            assert await program.healthz() == 200
        yield stage
        await stage.farewell()


def config(
    double: DiscordDouble, log: Channel, forum: Channel, ending: str, discord_extra: str, extra: str
) -> str:
    """A configuration for the doubles: the logs as JSON, the web port a free one."""
    return f"""
[web]
port = 0
[logging]
format = "json"
[discord]
api_url = "{double.api_url}"
gateway_url = "{double.gateway_url}"
moderator_channel = "{log.id}"
forums = ["{forum.id}"]
{discord_extra}
[ending]
{ending}
{extra}
"""


def environment(claude: ClaudeDouble) -> dict[str, str]:
    """The secrets, and where Claude is."""
    return {"DISCORD_TOKEN": TOKEN, "ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": claude.url}


def card_text(message: Message) -> str:
    """The words of a card."""
    return "\n".join(f"{each.get('title', '')}\n{each.get('description', '')}" for each in message.embeds)


def answering(request: RecordedRequest) -> bool:
    """Whether a request is the main conversation's."""
    return request.output_format is None and request.model != SMALL


def reviewing(request: RecordedRequest) -> bool:
    """Whether a request asks for a second opinion."""
    return request.output_format is not None and "verdict" in request.output_format["properties"]


def detecting(request: RecordedRequest) -> bool:
    """Whether a request asks the crisis detector."""
    return request.output_format is not None and not reviewing(request)


def calm(request: RecordedRequest) -> Script:
    """What is answered where nothing is queued: no crisis, and an echo."""
    return says('{"kind": "none", "risk": "none"}') if detecting(request) else default_script(request)


def ends(reason: str = "user_request", before: str = "") -> Script:
    """The model calls end_conversation."""
    return calls("end_conversation", {"reason": reason}, before=before)


def warns(category: str = "abuse", before: str = "") -> Script:
    """The model calls warn_user."""
    return calls("warn_user", {"category": category}, before=before)


def opinion(
    *,
    redirections: tuple[int, ...],
    persisting: tuple[int, ...],
    warning: int = 0,
    verdict: str = "uphold",
    category: str = "abuse",
    crisis: bool = False,
) -> Script:
    """What the small model answers, in the form that bot/claude/review.py asks for; lines count from 1."""
    return says(
        json.dumps(
            {
                "benign_reading": "It may be meant as a joke.",
                "crisis": crisis,
                "category": category,
                "participant": "P1",
                "redirections": list(redirections),
                "warning": warning,
                "persisting": list(persisting),
                "verdict": verdict,
            }
        )
    )
