"""The offline model: a small, honest, deterministic partner for the playground and for tests.

It sees what Claude would see, the prompt and nothing else, and it never claims to be more than it is.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, Final

from bot import tools
from bot.claude import offline_words as say
from bot.config import Config
from bot.ports import Clock
from bot.types import Delta, EndConversation, Exchange, Next, Prompt, Reason, Response, Restart, WarnUser

WORD: Final = 0.03
SLOW_WORD: Final = 0.3
WORDS_AT_ONCE: Final = 3
CHARACTERS_A_TOKEN: Final = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """What a response will be."""

    text: str = ""
    call: tuple[str, dict[str, str]] | None = None
    pace: float = WORD


class Offline:
    """The `Model` port without any model."""

    def __init__(self, clock: Clock, config: Config) -> None:
        self._clock = clock
        self._redirections = config.ending.redirections

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Delta | Restart | Response, None]:
        """Answer a prompt, a few words at a time."""
        plan = plan_for(prompt, self._redirections)
        pieces = re.findall(r"\s*\S+\s*", plan.text)
        for at in range(0, len(pieces), WORDS_AT_ONCE):
            some = pieces[at : at + WORDS_AT_ONCE]
            await self._clock.sleep(plan.pace * len(some))
            yield Delta("".join(some))
        yield _response(prompt, plan)

    async def complete(self, system: str, text: str, max_tokens: int) -> str:  # noqa: ARG002  # the port's arguments
        """An honest summary: the first sentence of each paragraph, as far as they fit."""
        plain = re.sub(r"</?message[^>]*>", "", text)
        firsts = [
            re.split(r"(?<=[.!?])\s", " ".join(part.split()), maxsplit=1)[0]
            for part in re.split(r"\n\s*\n", plain)
            if part.strip()
        ]
        made = "First sentences, collected without a language model: " + " ".join(firsts)
        return made[: max_tokens * CHARACTERS_A_TOKEN]

    async def check(self) -> list[str]:
        """Nothing can be wrong with it."""
        return []


def plan_for(prompt: Prompt, redirections: int) -> Plan:
    """What to answer. The newest message decides; counts come from the history, person by person (E7)."""
    people = say.MESSAGE.findall(prompt.input) or [("you", prompt.input)]
    name, text = people[-1]
    if prompt.steps:
        return _after(prompt, name, redirections)
    first = not (prompt.history or prompt.summary)
    if say.crisis(text):
        return Plan(say.CARE)
    if say.asks_to_end(text) and prompt.tools:
        return Plan(call=(tools.END_CONVERSATION, {"reason": Reason.USER_REQUEST}))
    if say.rude(text):
        return _rude(prompt, name, redirections)
    plan = _talk(name, text)
    if first:
        asked = plan.text != say.HELP and not plan.text.startswith(("Hello", "I read"))
        return Plan(say.WELCOME + (f"\n\n{plan.text}" if asked else ""), pace=plan.pace)
    return plan


def _talk(name: str, text: str) -> Plan:
    said = say.own(text).casefold().strip(" .!?")
    if "show markdown" in said:
        return Plan(say.MARKDOWN)
    if re.search(r"\blong\b", said):
        return Plan(say.long())
    if re.search(r"\bslow\b", said):
        return Plan(say.slow(), pace=SLOW_WORD)
    if re.search(r"\bhelp\b|what can (?:you|i)", said):
        return Plan(say.HELP)
    return Plan(say.echo(name, text))


def _rude(prompt: Prompt, name: str, redirections: int) -> Plan:
    redirected, warned = standing(prompt.history, name)
    if prompt.tools and warned:
        return Plan(call=(tools.END_CONVERSATION, {"reason": Reason.ABUSE}))
    if prompt.tools and redirected >= redirections:
        return Plan(call=(tools.WARN_USER, {"category": "abuse"}))
    return Plan(_redirection(name, redirected))


def _redirection(name: str, redirected: int) -> str:
    return f"{say.REDIRECTION}, {name}. Better: {say.OFFERS[redirected % len(say.OFFERS)]}"


def standing(history: tuple[Exchange, ...], name: str) -> tuple[int, bool]:
    """How often this person was redirected, and whether a warning to them was delivered."""
    redirected, warned = 0, False
    for exchange in history:
        heard = [text for who, text in say.MESSAGE.findall(exchange.input) if who == name]
        if any(say.rude(text) for text in heard):
            redirected += say.REDIRECTION in exchange.reply
            warned = warned or say.AFTER_WARNING in exchange.reply
    return redirected, warned


def _after(prompt: Prompt, name: str, redirections: int) -> Plan:
    """A word after a delivered warning; after a denial, on as if nothing had been."""
    step = prompt.steps[-1]
    if any(said == tools.DELIVERED for _, said in step.results):
        return Plan(say.AFTER_WARNING)
    match step.response.calls:
        case (EndConversation(reason=Reason.ABUSE), *_) if len(prompt.steps) == 1:
            # The warning may have lapsed; then it takes a new one.
            return Plan(call=(tools.WARN_USER, {"category": "abuse"}))
        case (EndConversation(reason=Reason.ABUSE) | WarnUser(), *_):
            redirected, _ = standing(prompt.history, name)
            return Plan(_redirection(name, max(redirected, redirections)))
        case _:
            return Plan(say.ENDING_DENIED)


def _response(prompt: Prompt, plan: Plan) -> Response:
    content: list[dict[str, Any]] = [{"type": "text", "text": plan.text}] if plan.text else []
    if plan.call is None:
        return Response(plan.text, Next.DONE, content=content)
    name, input_ = plan.call
    id_ = f"offline_{len(prompt.history)}_{len(prompt.steps)}"
    content.append({"type": "tool_use", "id": id_, "name": name, "input": input_})
    call = tools.parse(name, id_, input_)
    return Response(plan.text, Next.CALLS, calls=(call,), content=content)
