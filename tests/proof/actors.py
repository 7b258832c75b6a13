"""The others: a platform, a model, a detector and a second opinion that do whatever they are told to."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import structlog

from bot.cards import Card, Kind
from bot.claude import request
from bot.errors import ModelError, Overflow
from bot.ports import Closed, Placed, Question, ReplyStream
from bot.types import (
    BadCall,
    Call,
    Category,
    Conversation,
    Delta,
    EndConversation,
    Exchange,
    Message,
    Next,
    Person,
    Prompt,
    Reason,
    Response,
    Restart,
    Risk,
    ThreadRef,
    Usage,
    Verdict,
    WarnUser,
)
from tests.doubles.claude.catalogue import CATALOGUE
from tests.doubles.claude.errors import ApiError
from tests.doubles.claude.rules import check
from tests.fakes.model import agrees
from tests.fakes.platform import FakePlatform, Post
from tests.proof.world import Life, Weather, World

NONCE_SECONDS = 300
"""How long the platform itself recognises a repeated post; later it must be asked to look (`again`)."""


class Reminded(NamedTuple):
    """One reminder that was shown, and the life and the end that it belongs to."""

    life: int
    thread: str
    end: int
    person: str
    card: bool
    at: float


@dataclass
class Place(FakePlatform):
    """The platform's own truth, over all lives of the process."""

    world: World = field(default_factory=World)
    born: dict[str, float] = field(default_factory=dict)
    reminded: list[Reminded] = field(default_factory=list)
    reopenings: Counter[str] = field(default_factory=Counter)
    """How often each thread was opened again: a reminder belongs to one end."""
    seen: Callable[[str, Conversation | str], None] = lambda _what, _of: None
    """Called when people see a close (of a conversation), a notice (by its key) or an open thread."""
    crisis: list[tuple[str, float]] = field(default_factory=list)
    starts: set[int] = field(default_factory=set)
    """Conversations for which a thread of their own was made."""

    def known(self, key: str, *, again: bool) -> None:
        """Forget a key that is too old to be recognised without looking."""
        now = self.world.loop.virtual
        if key in self.keys and not again and now - self.born[key] > NONCE_SECONDS:
            del self.keys[key]
        self.born.setdefault(key, now)
        if key not in self.keys:
            self.born[key] = now

    def begun(self, conversation: int, *, again: bool) -> None:
        """A thread that hangs on no message is there twice where nobody looks for the first."""
        if conversation in self.starts and not again:
            self.world.blame(f"E33, E34: conversation {conversation} has two threads")
        self.starts.add(conversation)


class Wire:
    """The Adapter port of one life: everything goes through the weather."""

    platform = "fake"

    def __init__(self, life: Life, place: Place) -> None:
        self.life = life
        self.place = place

    async def run(self) -> None: ...

    def health(self) -> str:
        return ""

    async def open(self, conversation: Conversation, first: str, *, again: bool = False) -> ThreadRef:
        async def effect() -> ThreadRef:
            if conversation.thread.thread.startswith(ThreadRef.UNOPENED):
                self.place.begun(conversation.id, again=again)
            return await self.place.open(conversation, first, again=again)

        return await self.life.through("open", effect)

    @asynccontextmanager
    async def reply(
        self,
        conversation: Conversation,
        key: str,
        earlier: tuple[str, ...],
        placed: Placed,
        *,
        again: bool = False,
    ) -> AsyncIterator[ReplyStream]:
        stream = WildReply(self, conversation.thread.thread, key, earlier, placed, again=again)
        try:
            yield stream
        finally:
            await stream.leave()

    async def post(
        self, thread: ThreadRef, card: Card, *, key: str, instead: str = "", again: bool = False
    ) -> str:
        async def effect() -> str:
            self.place.known(key, again=again)
            fresh = key not in self.place.keys
            found = await self.place.post(thread, card, key=key, instead=instead, again=again)
            if card.kind is Kind.CRISIS and fresh and not instead:
                self.place.crisis.append((thread.key, self.life.world.loop.virtual))
            if card.kind is Kind.NOTICE and fresh:
                self.place.seen("notice", key)
            return found

        return await self.life.through("post", effect)

    async def stands(self, thread: ThreadRef, message: str) -> bool:
        return await self.life.through("stands", lambda: self.place.stands(thread, message))

    async def beside(self, conversation: Conversation, card: Card, *, key: str, again: bool = False) -> str:
        return await self.life.through(
            "beside", lambda: self.place.beside(conversation, card, key=key, again=again)
        )

    async def close(self, conversation: Conversation, *, reason: str, archive: bool) -> Closed:
        async def effect() -> Closed:
            if conversation.thread.direct:
                return Closed("direct messages cannot be locked")
            self.place.seen("close", conversation)
            return await self.place.close(conversation, reason=reason, archive=archive)

        return await self.life.through("close", effect)

    async def reopen(self, thread: ThreadRef, *, reason: str) -> None:
        async def effect() -> None:
            await self.place.reopen(thread, reason=reason)
            self.place.seen("open", thread.key)

        await self.life.through("reopen", effect)

    async def remind(self, thread: ThreadRef, person: Person, message_id: str, card: Card | None) -> None:
        began, end = self.life.world.loop.virtual, self.place.reopenings[thread.key]
        await self.life.through("remind", lambda: self.place.remind(thread, person, message_id, card))
        # One whose answer was lost, with the process or without it, may come again: never silent comes first.
        shown = Reminded(id(self.life), thread.key, end, person.id, card is not None, began)
        self.place.reminded.append(shown)

    async def locale(self, workspace: str) -> str:
        return ""

    async def tell(self, workspace: str, card: Card, *, key: str, again: bool = False) -> bool:
        async def effect() -> bool:
            self.place.known(key, again=again)
            return await self.place.tell(workspace, card, key=key, again=again)

        return await self.life.through("tell", effect)


class WildReply:
    """A ReplyStream with a worker of its own, as the real ones have."""

    def __init__(
        self, wire: Wire, thread: str, key: str, earlier: tuple[str, ...], placed: Placed, *, again: bool
    ) -> None:
        self._wire = wire
        self._again = again
        self._thread = thread
        self._key = key
        self._ids = earlier
        self._placed = placed
        self._text = ""
        self._worker: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()

    def show(self, text: str) -> None:
        self._text = text
        self._wake.set()
        if self._worker is None:
            self._worker = asyncio.create_task(self._work())

    async def _work(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            text, new = self._text, not self._ids
            await self._wire.life.through("show", lambda text=text: self._bring(text))  # type: ignore[misc]
            if new:
                await self._placed(self._ids)

    async def _bring(self, text: str | None, *, working: bool = True) -> None:
        place = self._wire.place
        place._enter("show", self._thread)
        if text is None and not self._ids:
            # The port: told to look, it finds its own earlier self, also where nothing new is to be said.
            if not (self._again and self._key in place.keys):
                return
            self._ids = (place.keys[self._key],)
        if not self._ids:
            place.known(self._key, again=self._again)
            self._ids = (place.keys.setdefault(self._key, f"p{len(place.posts) + 1}"),)
        post = place.posts.setdefault(self._ids[0], Post(self._ids[0], self._thread))
        post.text = post.text if text is None else text
        post.working = working
        post.history.append(post.text)

    async def finish(self, text: str | None) -> tuple[str, ...]:
        await self.leave()
        await self._wire.life.through("finish", lambda: self._bring(text, working=False))
        if self._ids:
            await self._placed(self._ids)
        return self._ids

    async def leave(self) -> None:
        """Stop the worker; what it meets is this reply's own affair."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)


Part = str | Call | Next | Restart | Weather | type[Exception]
Line = tuple[Part, ...]


@dataclass
class Minds:
    """What the next requests meet, over all lives; `habit` is what the model says when told nothing else."""

    world: World
    habit: tuple[Line, ...] = (("ok",),)
    lines: deque[Line] = field(default_factory=deque)
    verdicts: deque[str] = field(default_factory=deque)
    risks: deque[tuple[str, bool]] = field(default_factory=deque)
    requests: int = 0
    running: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    responses: dict[int, Response] = field(default_factory=dict)
    opinions: dict[int, Verdict | None] = field(default_factory=dict)
    read: dict[int, Risk] = field(default_factory=dict)
    """What the detector said last of each message, by number."""
    may_ask: Callable[[int], str] = lambda _conversation: ""
    count: int = 0

    def line(self) -> Line:
        self.requests += 1
        return self.lines.popleft() if self.lines else self.habit[self.requests % len(self.habit)]


def _here() -> int:
    return int(structlog.contextvars.get_contextvars().get("conversation", 0))


class WildModel:
    """The Model port of one life."""

    def __init__(self, life: Life, minds: Minds) -> None:
        self.life = life
        self.minds = minds

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Delta | Restart | Response, None]:
        minds, here = self.minds, _here()
        self.life.step()
        self._examine(prompt, here)
        minds.running[here] += 1
        try:
            async for piece in self._say(here):
                yield piece
        finally:
            minds.running[here] -= 1

    def _examine(self, prompt: Prompt, here: int) -> None:
        """I3, I6, one request at a time."""
        world = self.life.world
        if self.minds.running[here]:
            world.blame(f"two requests at once in conversation {here}")
        if (why := self.minds.may_ask(here)) != "":
            world.blame(f"I3: {why}")
        body = request.body(prompt, max_tokens=100, effort="low")
        try:
            check(body, prompt.model, CATALOGUE[prompt.model])
        except ApiError as error:
            world.blame(f"I6: {error} {body['messages']}")

    async def _say(self, here: int) -> AsyncGenerator[Delta | Restart | Response, None]:
        minds = self.minds
        text, calls, next_, content = "", list[Call](), None, list[dict[str, Any]]()
        for part in minds.line():
            await asyncio.sleep(0)
            self.life.step()
            match part:
                # Both are strings too: they come first.
                case Weather():
                    await self.life.world.gate()
                    self.life.step()
                case Next():
                    next_ = part
                case str():
                    text += part
                    yield Delta(part)
                case Restart():
                    text, calls, content = "", [], []
                    yield part
                case BadCall() | WarnUser() | EndConversation():
                    minds.count += 1
                    call = replace(part, id=f"call{minds.count}")
                    calls.append(call)
                    name = getattr(
                        call, "name", "warn_user" if isinstance(call, WarnUser) else "end_conversation"
                    )
                    content.append({"type": "tool_use", "id": call.id, "name": name, "input": {}})
                case _:
                    raise part("by its own will")
        if text.strip():
            content.insert(0, {"type": "text", "text": text})
        next_ = next_ or (Next.CALLS if calls else Next.DONE)
        response = Response(text, next_, tuple(calls), Usage(1, 1, 1, 1), content)
        minds.responses[here] = response
        yield response

    async def complete(self, system: str, text: str, max_tokens: int) -> str:
        self.life.step()
        await asyncio.sleep(0)
        if self.minds.line()[:1] == ("ok",):
            return "a summary"
        raise ModelError("no summary")

    async def check(self) -> list[str]:
        return []


MODEL_ERRORS: tuple[type[Exception], ...] = (ModelError, Overflow)


def _shift(question: Question) -> Verdict:
    """Agrees, and points at things said before the warning."""
    told = agrees(question)
    return replace(told, persisting=tuple(n for n in told.persisting if n <= question.warned_after))


OPINIONS: dict[str, Callable[[Question], Verdict | None]] = {
    "agree": agrees,
    "deny": lambda question: replace(agrees(question), uphold=False),
    "none": lambda _question: None,
    "crisis": lambda question: replace(agrees(question), crisis=True),
    "other class": lambda question: replace(
        agrees(question),
        category=Category.ABUSE if question.category is Category.EXTREME_HARM else Category.EXTREME_HARM,
    ),
    "other person": lambda question: replace(
        agrees(question), person="mo" if question.person != "mo" else "ann"
    ),
    "invented": lambda question: replace(agrees(question), redirections=(901, 902, 903), persisting=(901,)),
    "everything": lambda question: replace(
        agrees(question), redirections=tuple(range(200)), persisting=tuple(range(200))
    ),
    "too few": lambda question: replace(agrees(question), redirections=agrees(question).redirections[:1] * 5),
    "before": _shift,
    "no benign": lambda question: replace(agrees(question), benign=" "),
    "no class": lambda question: replace(agrees(question), category=None),
}


class WildReviewer:
    """The Reviewer port of one life."""

    def __init__(self, life: Life, minds: Minds) -> None:
        self.life = life
        self.minds = minds

    async def review(self, question: Question) -> Verdict | None:
        self.life.step()
        how = self.minds.verdicts.popleft() if self.minds.verdicts else "agree"
        self.minds.opinions[_here()] = None
        if how.startswith("late"):
            await self.life.world.gate()
            self.life.step()
        if how == "error":
            raise RuntimeError("a bug in the second opinion")
        verdict = OPINIONS[how.removeprefix("late ")](question)
        self.minds.opinions[_here()] = verdict
        return verdict


class WildDetector:
    """The Detector port of one life: a risk or "error", late or at once."""

    def __init__(self, life: Life, minds: Minds) -> None:
        self.life = life
        self.minds = minds

    async def read(self, messages: tuple[Message, ...], context: tuple[Exchange, ...]) -> Risk:
        self.life.step()
        what, late = self.minds.risks.popleft() if self.minds.risks else ("none", False)
        if late:
            await self.life.world.gate()
            self.life.step()
        risk = Risk.UNKNOWN if what == "error" else Risk(what)
        self.minds.read |= dict.fromkeys((message.number for message in messages), risk)
        if what == "error":
            raise RuntimeError("the detector is down")
        return risk


CALLS: tuple[Call, ...] = (
    *(WarnUser("", category) for category in Category),
    *(EndConversation("", reason) for reason in (Reason.USER_REQUEST, Reason.ABUSE, Reason.EXTREME_HARM)),
    BadCall("", "end_conversation", "no reason"),
    BadCall("", "ban_user", "there is no such tool"),
)
