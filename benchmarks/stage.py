"""A stage: one contender, a server full of channels, and a person who talks and watches the clock."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path
from time import monotonic
from typing import Final

from benchmarks.measure import Curve, Said, reached, shown, unseen
from benchmarks.process import Contender, Name, contender
from tests.doubles.claude import ClaudeDouble, Pacing, RecordedRequest, Script, Text
from tests.doubles.claude.default import default_script
from tests.doubles.discord import Channel, DiscordDouble, Message, Thread

CHANNELS: Final = 40
PATIENCE: Final = 60.0
WARM_UP: Final = 10
SETTLE: Final = 3.0

AT_ONCE: Final = Pacing(chunk=64)
"""A model without latency: the whole answer in one write."""
ALIVE: Final = Pacing(chunk=8, tokens_per_second=75, first_token_after=0.3)
"""A model as people meet it: two tokens a write, 75 tokens a second."""

_TURN: Final = re.compile(r"turn (\d+):")
_SAYING: Final = (
    "the harbour is quiet this morning and a small boat comes in slowly with nets full of silver fish "
    "while gulls follow it along the wall where people wait and talk about the weather of the coming week"
)


def prose(number: int, length: int) -> str:
    """Plain text of exactly so many characters, different for every number."""
    words = [f"Answer {number}:"]
    size = len(words[0])
    for at, word in enumerate(cycle(_SAYING.split()), start=number):
        if size > length:
            break
        words.append(f"{word}{'.' if at % 13 == 0 else ''}")
        size += len(words[-1]) + 1
    return " ".join(words)[: length - 1].rstrip().ljust(length - 1, "x") + "."


@dataclass(slots=True)
class Turn:
    """What was seen of one turn; all times are monotonic seconds."""

    reply: str
    asked: float
    request: RecordedRequest
    written: Curve
    seen: Curve

    @property
    def to_request(self) -> float:
        """From the dispatch of the message to the arrival of the model request."""
        return self.request.arrived - self.asked

    @property
    def to_visible(self) -> float:
        """From the first token written to the first one visible."""
        first = reached(self.seen, 1)
        assert first is not None
        return first - (self.request.response.first_token_at or 0.0)

    @property
    def to_complete(self) -> float:
        """From the last token written to the whole text visible."""
        whole = reached(self.seen, len(self.reply))
        assert whole is not None
        return whole - (self.request.response.last_token_at or 0.0)

    @property
    def unseen(self) -> float:
        """Character-seconds of text that was written and not yet visible."""
        return unseen(self.written, self.seen)


@dataclass(frozen=True, slots=True)
class Asked:
    """A message that waits for its reply."""

    number: int
    message: Message
    reply: str


class Stage:
    """Where the scenarios are played."""

    def __init__(self, contender: Contender, channels: list[Channel]) -> None:
        self.contender = contender
        self.channels = channels
        self.discord = contender.discord
        self.claude = contender.claude
        self._person = self.discord.person("Ann")
        self._numbers = count(1)
        self._scripts: dict[int, Script] = {}
        self._requests: dict[int, RecordedRequest] = {}
        self.claude.script(self._answer)

    def _answer(self, request: RecordedRequest) -> Script:
        if request.output_format is not None:
            # The crisis detector reads beside every turn, and sees nothing.
            return default_script(request)
        number = int(_TURN.findall(request.last_user_text)[-1])
        self._requests[number] = request
        return self._scripts[number]

    async def ask(
        self, place: Channel, length: int, *, pacing: Pacing = AT_ONCE, gate: str | None = None
    ) -> Asked:
        """Let the person ask for a reply of `length` characters; a gate holds it when half is written."""
        number = next(self._numbers)
        reply = prose(number, length)
        half = length // 2
        self._scripts[number] = Script(
            [Text(reply[:half], gate_after=gate), Text(reply[half:])], pacing=pacing
        )
        text = f"turn {number}: please tell me how things are at the harbour today, in a few words."
        message = await self.discord.say(place, self._person, text, mention_bot=not isinstance(place, Thread))
        return Asked(number, message, reply)

    async def complete(self, asked: Asked) -> Thread:
        """Wait until the whole reply stands below the message; gives the thread that it stands in."""
        await self.discord.until(lambda: self._stands(asked), timeout=PATIENCE)
        self._scripts.pop(asked.number)
        thread = self._thread(asked)
        assert thread is not None
        return thread

    async def turn(self, place: Channel, length: int, pacing: Pacing) -> tuple[Thread, Turn]:
        """One whole turn, watched closely."""
        asked = await self.ask(place, length, pacing=pacing)
        since = monotonic()
        written: Curve = []

        def watch() -> bool:
            request = self._requests.get(asked.number)
            if request is None:
                return False
            characters = request.response.characters
            if characters and (not written or written[-1][1] != characters):
                written.append((monotonic(), characters))
            return request.response.outcome == "complete"

        async with asyncio.TaskGroup() as group:
            group.create_task(self.claude.until(watch, timeout=PATIENCE))
            visible = group.create_task(self.complete(asked))
        seen = shown(self._states(asked), asked.reply)
        return visible.result(), Turn(asked.reply, since, self._requests[asked.number], written, seen)

    @staticmethod
    def _thread(asked: Asked) -> Thread | None:
        return asked.message.channel.thread or asked.message.started

    def _replies(self, asked: Asked) -> list[Message]:
        thread = self._thread(asked)
        if thread is None:
            return []
        said = self.discord.messages(thread, by=self.discord.bot)
        return [each for each in said if each.id > asked.message.id]

    def _stands(self, asked: Asked) -> bool:
        return any(each.content == asked.reply for each in self._replies(asked))

    def _states(self, asked: Asked) -> list[Said]:
        return [
            Said(version.time, each.id, version.content)
            for each in self._replies(asked)
            for version in each.history
        ]

    async def begun(self, asked: Asked) -> None:
        """Wait until some of the reply is visible."""
        await self.discord.until(lambda: any(each.content for each in self._replies(asked)), timeout=PATIENCE)

    async def converse(self, channel: Channel, turns: int, length: int) -> Thread:
        """A whole conversation with a model without latency: the next question follows at once."""
        place: Channel = channel
        for _ in range(turns):
            place = await self.complete(await self.ask(place, length))
        assert isinstance(place, Thread)
        return place

    async def warm_up(self) -> None:
        """Let everything happen once that happens only once."""
        async with asyncio.TaskGroup() as group:
            for channel in self.channels[:WARM_UP]:
                group.create_task(self.converse(channel, 2, 400))
        await asyncio.sleep(SETTLE)

    def many_allowed(self) -> None:
        """Raise the limits for saturation, and go on sending their headers.

        Without headers discord.py sends the requests of a bucket one after the other.
        """
        for limit in (self.discord.limits.sends, self.discord.limits.edits):
            assert limit is not None
            limit.times = 1000


@asynccontextmanager
async def stage(name: Name, *, profile: Path | None = None) -> AsyncIterator[Stage]:
    """Open doubles with a full server, start the contender, and give it time to settle."""
    async with DiscordDouble() as discord, ClaudeDouble(cache_minimum=None) as claude:
        discord.record(on=False)
        guild = discord.guild()
        channels = [discord.text_channel(guild, f"channel-{number}") for number in range(CHANNELS)]
        async with contender(name, discord, claude, profile=profile) as found:
            await asyncio.sleep(SETTLE)
            yield Stage(found, channels)
