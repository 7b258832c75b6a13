"""One turn: the model and the guard talk until there is a reply, a confirmation or an ending."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from bot.errors import ModelError, Overflow
from bot.ports import Model
from bot.texts import cut, refused
from bot.types import (
    BadCall,
    Call,
    Confirming,
    Delta,
    Denied,
    Ending,
    Exchanged,
    Next,
    Person,
    Prompt,
    Response,
    Restart,
    Usage,
)

MOST_REQUESTS = 6
MOST_SILENT = 2
"""So many responses without a word or a call, and the model has nothing to say."""
MOST_JUDGED = 2


@dataclass(frozen=True, slots=True)
class Warning_:  # noqa: N801 - Warning is a built-in exception
    """A warning card is delivered; the model goes on."""

    say: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody shall be asked to confirm; the turn ends here."""

    person: Person
    confirming: Confirming


@dataclass(frozen=True, slots=True)
class Ended:
    """The conversation (or one person's part in it) is to end; the turn ends here."""

    person: Person
    ending: Ending


Ruling = Denied | Warning_ | Asked | Ended
Judge = Callable[[Call], Awaitable[Ruling]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a turn came to: always its text, and perhaps a ruling that the turn ends with."""

    text: str
    ruling: Asked | Ended | None = None
    refused: bool = False
    misbehaved: bool = False
    usage: Usage = field(default_factory=Usage)


async def run_turn(
    model: Model, prompt: Prompt, judge: Judge, show: Callable[[str], None], locale: str = ""
) -> Outcome:
    """Ask the model, judge its calls, and ask again, until the turn is over.

    `show` gets the whole visible text each time it grows; words of our own in it are said in `locale`.
    Raises Overflow where the history must be compacted first, or ModelError, also where not a word came back
    and nothing else was shown: people are not left without an answer.
    """
    said: list[str] = []
    usage = Usage()
    judged = silent = 0
    misbehaved = False
    for _ in range(MOST_REQUESTS):
        response = await _stream(model, prompt, said, show)
        usage += response.usage
        if response.next is Next.OVERFLOW and not response.text:
            raise Overflow("the context window is full", request_id=response.request_id)
        if response.next is Next.REFUSED:
            return Outcome(refused(locale), refused=True, usage=usage)
        if response.text.strip():
            said.append(response.text)
        text = "\n\n".join(said)
        if response.next in {Next.CUT, Next.OVERFLOW}:
            said.append(cut(locale))
            return Outcome("\n\n".join(said), misbehaved=misbehaved, usage=usage)
        results: list[tuple[str, str]] = []
        for call in response.calls:
            judged += 1
            ruling = await judge(call) if judged <= MOST_JUDGED else Denied("too many calls", "Not possible.")
            match ruling:
                case Asked() | Ended():
                    return Outcome(text, ruling, misbehaved=misbehaved, usage=usage)
                case Warning_():
                    misbehaved = True
                    results.append((call.id, ruling.say))
                case Denied():
                    results.append((call.id, ruling.say))
        if response.next is Next.DONE or (response.next is Next.CALLS and not results):
            if text.strip() or misbehaved:
                return Outcome(text, misbehaved=misbehaved, usage=usage)
            silent += 1
            if silent == MOST_SILENT:
                raise ModelError("not a word came back", request_id=response.request_id, kind="empty")
            continue
        prompt = replace(prompt, steps=(*prompt.steps, Exchanged(response, tuple(results))))
    return Outcome("\n\n".join(said), misbehaved=misbehaved, usage=usage)


async def _stream(model: Model, prompt: Prompt, said: list[str], show: Callable[[str], None]) -> Response:
    piece = ""
    async with aclosing(model.stream(prompt)) as events:
        async for event in events:
            match event:
                case Delta():
                    piece += event.text
                    show("\n\n".join([*said, piece]))
                case Restart():
                    piece = ""
                case Response():
                    return event
    raise ModelError("the model's stream ended without a response")


def describe(call: Call) -> str:
    """A call in a few words, for the log."""
    if isinstance(call, BadCall):
        return f"{call.name}: {call.problem}"
    return f"{type(call).__name__}({getattr(call, 'category', None) or getattr(call, 'reason', '')})"
