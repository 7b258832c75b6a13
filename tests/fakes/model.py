"""A model that says what it is told, and a second opinion that thinks what it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field

from bot.ports import Question
from bot.types import (
    Call,
    Category,
    Delta,
    EndConversation,
    Exchange,
    Message,
    Next,
    Prompt,
    Reason,
    Response,
    Restart,
    Risk,
    Verdict,
    WarnUser,
)

Say = str | Call | Exception | Restart | asyncio.Event | Next


@dataclass
class FakeModel:
    """The Model port: each request takes the next line of the script; what is left over answers "ok"."""

    script: list[list[Say]] = field(default_factory=list)
    prompts: list[Prompt] = field(default_factory=list)
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: int = 0
    summary: str | Exception = "a summary"

    def says(self, *parts: Say) -> None:
        self.script.append(list(parts))

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Delta | Restart | Response, None]:
        self.prompts.append(prompt)
        parts = self.script.pop(0) if self.script else ["ok"]
        text, calls, next_ = "", [], None
        try:
            for part in parts:
                match part:
                    case Next():  # a string too
                        next_ = part
                    case str():
                        text += part
                        yield Delta(part)
                    case Restart():
                        text = ""
                        yield part
                    case asyncio.Event():
                        self.reached.set()
                        await part.wait()
                    case Exception():
                        raise part
                    case _:
                        calls.append(part)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        yield Response(text, next_ or (Next.CALLS if calls else Next.DONE), tuple(calls))

    async def complete(self, system: str, text: str, max_tokens: int) -> str:
        if isinstance(self.summary, Exception):
            raise self.summary
        return self.summary

    async def check(self) -> list[str]:
        return []


@dataclass
class FakeReviewer:
    """The Reviewer port: agrees with everything unless told otherwise."""

    think: Callable[[Question], Verdict | None] | None = None
    asked: list[Question] = field(default_factory=list)
    meanwhile: Callable[[], Awaitable[object]] | None = None
    """What happens while it is being asked."""

    async def review(self, question: Question) -> Verdict | None:
        self.asked.append(question)
        if self.meanwhile is not None:
            await self.meanwhile()
        return self.think(question) if self.think else agrees(question)


def agrees(question: Question) -> Verdict:
    """The verdict that upholds, with every id it could name."""
    return Verdict(
        uphold=True,
        category=question.category,
        person=question.person,
        redirections=tuple(-number for number, author, _ in question.lines if not author),
        persisting=tuple(number for number, author, _ in question.lines if author == question.person),
        benign="perhaps a joke",
    )


@dataclass
class FakeDetector:
    """The Detector port: one answer for everything."""

    risk: Risk | Exception = Risk.NONE

    async def read(self, messages: tuple[Message, ...], context: tuple[Exchange, ...]) -> Risk:
        if isinstance(self.risk, Exception):
            raise self.risk
        return self.risk


def end(reason: Reason = Reason.USER_REQUEST) -> EndConversation:
    """A call of end_conversation."""
    return EndConversation("call-end", reason)


def warn(category: Category = Category.ABUSE) -> WarnUser:
    """A call of warn_user."""
    return WarnUser("call-warn", category)
