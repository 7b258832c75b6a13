"""One SIGKILL that meets many conversations, each at another step; then a restart, and they all go on."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.doubles.discord import Channel, DeadButton, Interaction, Message, Thread, User
from tests.doubles.discord.faults import Fault
from tests.stories.kit import BESIDE, ENDED, Stage
from tests.stories.program import PATIENCE

STOPPED = "\n\n*(stopped)*"
EVERYTHING = re.compile("")


class Hold(Fault):
    """Holds the `at`-th request about one conversation, before or after its effect, and whatever follows.

    0 holds nothing. Typing signs are not counted: they come by the clock, and mean nothing.
    """

    def __init__(self, at: int, *, after: bool) -> None:
        super().__init__("*", EVERYTHING, "hang", 1, after, 0.0, 0)
        self.at = at
        self.seen = 0
        self.ids: set[str] = set()
        self.held = asyncio.Event()

    def strikes(self, method: str, path: str) -> bool:
        if path.endswith("/typing") or not self.about(path):
            return False
        self.seen += 1
        return self.seen == self.at

    def about(self, path: str) -> bool:
        """Whether a request is about this conversation."""
        return not self.ids.isdisjoint(re.split(r"[/?]", path))

    async def hang(self) -> None:
        self.held.set()
        await super().hang()


class Follow(Fault):
    """Holds what a conversation asks for after it was held: its time stands still until the kill."""

    def __init__(self, first: Hold) -> None:
        super().__init__("*", EVERYTHING, "hang", 1, False, 0.0, 0)  # noqa: FBT003 - a dataclass's field
        self.first = first

    def strikes(self, method: str, path: str) -> bool:
        return self.first.seen > self.first.at > 0 and self.first.about(path)


@dataclass
class Tale:
    """One person's story in a channel of their own; `hold` says where the kill meets it."""

    stage: Stage
    crash: Crash
    name: str
    person: User
    channel: Channel
    hold: Hold
    thread: Thread | None = None
    task: asyncio.Task[None] | None = None
    met: bool = False
    """Whether a kill met it on its way."""
    pressed: list[Interaction] = field(default_factory=list)

    @property
    def over(self) -> bool:
        """Whether it is held, or at its end."""
        return self.hold.held.is_set() or (self.task is not None and self.task.done())

    async def begin(self, text: str) -> Thread:
        """The first message, and the thread that it opens."""
        self.hold.ids.add(str(self.channel.id))
        message = await self.stage.discord.say(self.channel, self.person, text, mention_bot=True)
        self.hold.ids.add(str(message.id))
        self.thread = await self.stage.thread_on(message)
        return self.thread

    async def confirm(self, question: Message) -> None:
        """Press "End chat", and once more where nothing came of it because the program was gone."""
        thread = question.channel
        assert isinstance(thread, Thread)
        while await self.crash.up.wait() and not thread.locked and self.stage.offers(question):
            crashes = self.crash.count
            try:
                press = self.stage.discord.begin_press(self.person, question, "End chat")
            except DeadButton:
                return
            self.hold.ids.add(press.token)
            self.pressed.append(press)
            await self.stage.until(lambda c=crashes, p=press: p.text or self.crash.count > c)  # type: ignore[misc]
            if press.text:
                assert press.text in {"Confirmed.", "This conversation has already ended."}, press.text
                return

    def problems(self, replies: list[str], once: tuple[str, ...] = ()) -> list[str]:
        """What is not as it should be at the end, in words."""
        stage, thread = self.stage, self.thread
        if thread is None:
            return ["no thread"]
        found = []
        # Somebody may confirm while the answer is being made again: then it is honestly marked as stopped.
        if [each.removesuffix(STOPPED) for each in stage.replies(thread)] != replies:
            found.append(f"replies: {stage.replies(thread)}")
        for words in (ENDED, *once):
            cards = [each for each in stage.discord.messages(thread) if _ever(each, words)]
            if len(cards) != 1:
                found.append(f"{len(cards)} cards {words!r}")
        if len(stage.discord.threads(self.channel)) != 1:
            found.append("more than one thread")
        if len(stage.cards(self.channel, BESIDE)) != 1 or len(stage.discord.messages(self.channel)) != 2:
            found.append(f"in the channel: {stage.discord.said(self.channel)}")
        if len(stage.cards(stage.log, f"“{thread.name}”")) != 1:
            found.append(f"moderators told {len(stage.cards(stage.log, f'“{thread.name}”'))} times")
        if not thread.locked:
            found.append("not locked")
        left = [label for each in stage.discord.messages(thread) for label in stage.offers(each)]
        if {"Stop", "End chat", "Keep talking"} & set(left):
            found.append(f"buttons left: {left}")
        return found


def _ever(message: Message, words: str) -> bool:
    return any(words in str(embed) for version in message.history for embed in version.embeds)


@dataclass
class Crash:
    """All tales, and the one moment in which the process dies."""

    stage: Stage
    tales: list[Tale] = field(default_factory=list)
    count: int = 0
    up: asyncio.Event = field(default_factory=asyncio.Event)

    def tale(self, at: int, *, after: bool) -> Tale:
        """Somebody new in a new channel, to be met at the `at`-th request."""
        name = f"{'after' if after else 'before'} request {at}"
        double = self.stage.discord
        hold = Hold(at, after=after)
        double.faults.planned += [hold, Follow(hold)]
        person = double.person(f"Person {len(self.tales)}")
        channel = double.text_channel(self.stage.guild, f"channel-{len(self.tales)}")
        tale = Tale(self.stage, self, name, person, channel, hold)
        self.tales.append(tale)
        return tale

    async def play(self, story: Callable[[Tale], Awaitable[None]], *, kills: int = 1) -> None:
        """Tell all tales at once; when each is held or at its end, kill, restart, and see them through.

        Later kills meet the tales at one of the first requests after the restart before.
        """
        self.up.set()
        async with asyncio.timeout(4 * PATIENCE), asyncio.TaskGroup() as group:
            for tale in self.tales:
                tale.task = group.create_task(_told(story, tale))
            for number in range(kills):
                await self._all_met()
                last = number == kills - 1
                await self._kill([0 if last else 1 + at % 5 for at in range(len(self.tales))])

    async def _all_met(self) -> None:
        """Every tale is held or at its end."""
        try:
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*map(_met, self.tales))
        except TimeoutError:
            left = [f"{each.name}: {each.hold.seen}" for each in self.tales if not each.over]
            raise AssertionError(f"neither held nor at an end: {left}\n{self.stage.program.tail()}") from None

    async def _kill(self, then: list[int]) -> None:
        self.up.clear()
        await self.stage.program.kill()
        self.count += 1
        for tale, at in zip(self.tales, then, strict=True):
            tale.met = tale.met or tale.hold.held.is_set()
            tale.hold.seen, tale.hold.at = 0, at
            tale.hold.held.clear()
        self.stage.discord.world.changed()
        heard = self.stage.discord.gateway.count.identified
        await self.stage.program.start()
        await self.stage.discord.connected(times=heard + 1, timeout=PATIENCE)
        self.up.set()


async def _told(story: Callable[[Tale], Awaitable[None]], tale: Tale) -> None:
    try:
        await story(tale)
    except AssertionError as error:
        told = str(error)  # what was waited for stands at its beginning, what happened last at its end
        raise AssertionError(f"{tale.name}: {told[:200]} ... {told[-6000:]}") from None


async def _met(tale: Tale) -> None:
    """Return when the tale is held, or at its end."""
    assert tale.task is not None
    held = asyncio.create_task(tale.hold.held.wait())
    await asyncio.wait({held, tale.task}, return_when=asyncio.FIRST_COMPLETED)
    held.cancel()
