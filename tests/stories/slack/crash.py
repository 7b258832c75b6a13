"""One SIGKILL that meets many threads on Slack, each at another call; then a restart, and they all go on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

from aiohttp import web

from tests.doubles.slack import Channel, Interaction, ManualClock, Message, NothingThere, Person, SlackDouble
from tests.doubles.slack.api import PREFIX
from tests.stories.program import PATIENCE
from tests.stories.slack.kit import ENDED, Stage

LONG = 61.0
"""Slack delivers again what nobody took within this many seconds."""


@dataclass
class Hold:
    """Holds the `at`-th call about one thread, before or after its effect, and what follows; 0 for none."""

    at: int
    after: bool
    words: list[str]
    seen: int = 0
    methods: list[str] = field(default_factory=list)
    held: asyncio.Event = field(default_factory=asyncio.Event)


class HeldSlack(SlackDouble):
    """A double whose answers can be held; a held call ends with the process that made it."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.holds: list[Hold] = []
        self._let_go = asyncio.Event()

    async def stop(self) -> None:
        """Let go of everything, and stop."""
        self._let_go.set()
        await super().stop()

    def let_go(self) -> None:
        """End all calls that are held: their process is gone."""
        self._let_go.set()
        self._let_go = asyncio.Event()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if not request.path.startswith(PREFIX):
            return await super()._handle(request)
        told = unquote_plus((await request.read()).decode() + request.query_string)
        hold = next((each for each in self.holds if any(word in told for word in each.words)), None)
        if hold is None or not hold.at:
            return await super()._handle(request)
        hold.seen += 1
        hold.methods.append(request.path.removeprefix(PREFIX))
        if hold.seen < hold.at:
            return await super()._handle(request)
        if hold.seen > hold.at or not hold.after:
            if hold.seen == hold.at:
                hold.held.set()
            await self._let_go.wait()
            return web.Response(status=503)
        answer = await super()._handle(request)
        hold.held.set()
        await self._let_go.wait()
        return answer


@dataclass
class Tale:
    """One person's story in a place of their own; `hold` says where the kill meets it."""

    stage: Stage
    crash: Crash
    name: str
    person: Person
    channel: Channel
    hold: Hold
    root: Message | None = None
    met: bool = False
    """Whether a kill met it on its way."""
    task: asyncio.Task[None] | None = None

    async def begin(self, text: str) -> Message:
        """The first message: a mention, or in the Messages tab just that."""
        mention = not self.channel.is_dm
        self.root = await self.stage.slack.say(self.channel, self.person, text, mention_bot=mention)
        return self.root

    async def confirm(self, question: Message) -> None:
        """Press "End chat", and once more where nothing came of it because the program was gone."""
        slack, root = self.stage.slack, self.root
        assert root is not None
        while await self.crash.up.wait() and "End chat" in question.labels:
            crashes, before = self.crash.count, len(slack.ephemerals(self.person))
            try:
                press = slack.begin_press(self.person, question, "End chat")
            except NothingThere:
                return
            await self.stage.until(lambda c=crashes, b=before, p=press: self._came(p, c, b))  # type: ignore[misc]
            if self.crash.count == crashes and press.failed is None:
                told = slack.ephemerals(self.person)[before].shown
                assert told in {"Confirmed.", "This conversation has already ended."}, told
                return

    def _came(self, press: Interaction, crashes: int, before: int) -> bool:
        told = len(self.stage.slack.ephemerals(self.person)) > before
        return self.crash.count > crashes or press.failed is not None or (press.acked and told)

    def problems(self, replies: list[str], once: tuple[str, ...] = ()) -> list[str]:
        """What is not as it should be at the end, in words."""
        stage, root = self.stage, self.root
        if root is None:
            return ["no thread"]
        found = []
        if stage.replies(root) != replies:
            found.append(f"replies: {stage.replies(root)}")
        for words in (ENDED, *once):
            cards = [each for each in stage.said(root) if _ever(each, words)]
            if len(cards) != 1:
                found.append(f"{len(cards)} cards {words!r}")
        told = len(stage.cards(stage.log, f"“{root.text.split('> ', 1)[-1]}”"))
        if told != 1:
            found.append(f"moderators told {told} times")
        if not stage.is_closed(root):
            found.append(f"not closed: {stage.slack.session(root)} {stage.slack.reactions(root)}")
        if not all(each.is_complete for each in stage.said(root)):
            found.append("a stream is left open")
        left = {label for each in stage.said(root) for label in each.labels}
        if left & {"Stop", "End chat", "Keep talking"}:
            found.append(f"buttons left: {left}")
        return found


def _ever(message: Message, words: str) -> bool:
    return any(words in str(version.blocks) for version in message.history)


@dataclass
class Crash:
    """All tales, and the one moment in which the process dies."""

    stage: Stage
    slack: HeldSlack
    clock: ManualClock | None = None
    """The hand that turns Slack's clock; None for one that runs by itself."""
    tales: list[Tale] = field(default_factory=list)
    count: int = 0
    up: asyncio.Event = field(default_factory=asyncio.Event)

    def tale(self, at: int, *, after: bool, direct: bool = False) -> Tale:
        """Somebody new in a place of their own, to be met at the `at`-th call."""
        name = f"{'after' if after else 'before'}-{at:02d}"
        person = self.slack.person(f"Person {len(self.tales)}")
        channel = self.slack.dm(person) if direct else self.slack.channel(members=[person])
        hold = Hold(at, after, [channel.id, person.id, f"{name}”"])
        self.slack.holds.append(hold)
        tale = Tale(self.stage, self, name, person, channel, hold)
        self.tales.append(tale)
        return tale

    async def play(self, story: Callable[[Tale], Awaitable[None]]) -> None:
        """Tell all tales; when each is held or at its end, kill, restart, and see them through."""
        self.up.set()
        async with asyncio.timeout(4 * PATIENCE), asyncio.TaskGroup() as group:
            for tale in self.tales:
                tale.task = group.create_task(_told(story, tale))
            await asyncio.gather(*map(_met, self.tales))
            self.up.clear()
            await self.stage.program.kill()
            self.count += 1
            for tale in self.tales:
                tale.met = tale.met or tale.hold.held.is_set()
                tale.hold.at = 0
            self.slack.let_go()
            self.slack.world.changed()
            await self.stage.up()
            if self.clock is not None:
                self.clock.advance(LONG)
            self.up.set()


async def _told(story: Callable[[Tale], Awaitable[None]], tale: Tale) -> None:
    try:
        await story(tale)
    except AssertionError as error:
        raise AssertionError(f"{tale.name} {tale.hold.methods}: {str(error)[:1500]}") from None


async def _met(tale: Tale) -> None:
    """Return when the tale is held, or at its end."""
    assert tale.task is not None
    held = asyncio.create_task(tale.hold.held.wait())
    await asyncio.wait({held, tale.task}, return_when=asyncio.FIRST_COMPLETED)
    held.cancel()
