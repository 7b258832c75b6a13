"""One turn: how many calls of the model are judged, and what becomes of the others."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import pytest

from bot import texts
from bot.errors import ModelError, Overflow
from bot.turn import MOST_JUDGED, MOST_REQUESTS, Asked, Outcome, Ruling, Warning_, describe, run_turn
from bot.types import (
    BadCall,
    Call,
    Category,
    Confirming,
    Delta,
    Denied,
    Exchanged,
    Next,
    Person,
    Prompt,
    Reason,
    Response,
    Restart,
    Usage,
)
from tests.fakes.model import FakeModel, end, warn

PROMPT = Prompt("a model", "system", "hello")
DENIED = Denied("no", "Not possible now.")


class Judge:
    """Denies everything, or says what it is told to, and remembers what it was asked."""

    def __init__(self, *rulings: Ruling) -> None:
        self.rulings = list(rulings)
        self.heard: list[Call] = []

    async def __call__(self, call: Call) -> Ruling:
        self.heard.append(call)
        return self.rulings.pop(0) if self.rulings else DENIED


def nothing(_text: str) -> None:
    """Nobody watches."""


async def test_two_calls_of_one_response_are_judged_and_a_third_is_not() -> None:
    """E24."""
    model, judge = FakeModel(), Judge()
    model.says(warn(), end(Reason.ABUSE), end())
    outcome = await run_turn(model, PROMPT, judge, nothing)
    assert judge.heard == [warn(), end(Reason.ABUSE)]
    assert MOST_JUDGED == 2
    results = model.prompts[-1].steps[0].results
    assert [said for _, said in results] == ["Not possible now.", "Not possible now.", "Not possible."]
    assert outcome.text == "ok"


async def test_two_calls_of_one_turn_are_judged_however_many_responses_it_takes() -> None:
    """E24."""
    model, judge = FakeModel(), Judge()
    for _ in range(4):
        model.says(end(Reason.ABUSE))
    await run_turn(model, PROMPT, judge, nothing)
    assert len(judge.heard) == 2


async def test_a_model_that_only_ever_calls_is_asked_six_times() -> None:
    """E24."""
    model = FakeModel()
    for _ in range(9):
        model.says("Well.", end(Reason.ABUSE))
    outcome = await run_turn(model, PROMPT, Judge(), nothing)
    assert len(model.prompts) == MOST_REQUESTS == 6
    assert outcome.text == "\n\n".join(["Well."] * 6)


@pytest.mark.parametrize("cut", [Next.CUT, Next.REFUSED, Next.OVERFLOW])
@pytest.mark.parametrize("call", [end(), end(Reason.ABUSE), warn(), BadCall("c", "ban", "none such")])
async def test_a_call_in_a_response_that_was_cut_is_never_judged(cut: Next, call: Call) -> None:
    """E26: even if the model port handed one out."""
    model, judge = FakeModel(), Judge()
    model.says("Well, ", call, cut)
    outcome = await run_turn(model, PROMPT, judge, nothing)
    assert judge.heard == []
    assert outcome.ruling is None
    assert outcome.refused is (cut is Next.REFUSED)
    assert len(model.prompts) == 1


async def test_a_warning_that_was_delivered_makes_the_turn_no_clean_one() -> None:
    """E6."""
    model = FakeModel()
    model.says(warn(Category.ABUSE))
    outcome = await run_turn(model, PROMPT, Judge(Warning_("shown")), nothing)
    assert outcome.misbehaved
    assert model.prompts[-1].steps[0].results == (("call-warn", "shown"),)
    model.says(warn(Category.ABUSE))
    assert not (await run_turn(model, PROMPT, Judge(), nothing)).misbehaved


class Scripted:
    """The Model port: one whole response a request, as it stands, in bites and with what breaks before it."""

    def __init__(self, *responses: Response, before: tuple[Delta | Restart, ...] = ()) -> None:
        self.responses = list(responses)
        self.before = before
        self.prompts: list[Prompt] = []

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Delta | Restart | Response, None]:
        self.prompts.append(prompt)
        for event in self.before:
            yield event
        if self.responses:
            response = self.responses.pop(0)
            if response.text:
                yield Delta(response.text)
            yield response

    async def complete(self, system: str, text: str, max_tokens: int) -> str:
        return ""

    async def check(self) -> list[str]:
        return []


ONE, TWO = Usage(1, 2, 3, 4), Usage(10, 20, 30, 40)
BOTH = Usage(11, 22, 33, 44)
CALLED = Response("First.", Next.CALLS, (end(Reason.ABUSE),), ONE, [{"type": "text"}])


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (Response("Last.", Next.DONE, usage=TWO), Outcome("First.\n\nLast.", misbehaved=True, usage=BOTH)),
        (Response("Last.", Next.CALLS, usage=TWO), Outcome("First.\n\nLast.", misbehaved=True, usage=BOTH)),
        (Response("", Next.DONE, usage=TWO), Outcome("First.", misbehaved=True, usage=BOTH)),
        (
            Response("Last,", Next.CUT, usage=TWO),
            Outcome(f"First.\n\nLast,\n\n{texts.cut('de')}", misbehaved=True, usage=BOTH),
        ),
        (
            Response("Last,", Next.OVERFLOW, usage=TWO),
            Outcome(f"First.\n\nLast,\n\n{texts.cut('de')}", misbehaved=True, usage=BOTH),
        ),
        (Response("No,", Next.REFUSED, usage=TWO), Outcome(texts.refused("de"), refused=True, usage=BOTH)),
    ],
)
async def test_a_turn_comes_to_its_whole_text_and_everything_that_was_billed(
    last: Response, expected: Outcome
) -> None:
    """E26, E27: after a warning in its first response."""
    model = Scripted(CALLED, last)
    assert await run_turn(model, PROMPT, Judge(Warning_("shown")), nothing, "de") == expected
    (step,) = model.prompts[1].steps
    assert step == Exchanged(CALLED, (("call-end", "shown"),))


@pytest.mark.parametrize("first", ["denied", "warned"])
async def test_a_turn_that_ends_with_a_ruling_keeps_what_was_said_before_it(first: str) -> None:
    """E27: text before the call, no further request."""
    asked = Asked(Person("ann", "Ann"), Confirming("ann", "n", datetime(2026, 11, 20, tzinfo=UTC)))
    ruling: Ruling = DENIED if first == "denied" else Warning_("shown")
    last = Response("Last.", Next.CALLS, (end(), warn()), TWO)
    model, judge = Scripted(CALLED, last, CALLED), Judge(ruling, asked)
    expected = Outcome("First.\n\nLast.", asked, misbehaved=first == "warned", usage=BOTH)
    assert await run_turn(model, PROMPT, judge, nothing) == expected
    assert judge.heard == [end(Reason.ABUSE), end()]
    assert len(model.prompts) == 2


async def test_what_is_shown_grows_and_a_stream_that_begins_anew_replaces_its_own_part() -> None:
    """E27."""
    shown: list[str] = []
    model = Scripted(CALLED, Response("Last.", Next.DONE), before=(Delta("Fi"), Restart()))
    await run_turn(model, PROMPT, Judge(), shown.append)
    assert shown == ["Fi", "First.", "First.\n\nFi", "First.\n\nLast."]


async def test_the_bites_of_a_response_add_up() -> None:
    """E27."""
    shown: list[str] = []
    model = Scripted(Response("!", Next.DONE), before=(Delta("Fi"), Delta("rst")))
    await run_turn(model, PROMPT, Judge(), shown.append)
    assert shown == ["Fi", "First", "First!"]


async def test_after_six_requests_the_turn_is_over_with_all_that_was_said_and_billed() -> None:
    """E24."""
    model = Scripted(*[CALLED] * 9)
    outcome = await run_turn(model, PROMPT, Judge(Warning_("shown")), nothing)
    billed = Usage(*(6 * each for each in (1, 2, 3, 4)))
    assert outcome == Outcome("\n\n".join(["First."] * 6), misbehaved=True, usage=billed)


async def test_a_response_that_goes_on_is_asked_to_go_on() -> None:
    """E24: a pause of the API is no end of the turn."""
    model = Scripted(Response("First.", Next.CONTINUE, usage=ONE), Response("Last.", Next.DONE, usage=TWO))
    assert await run_turn(model, PROMPT, Judge(), nothing) == Outcome("First.\n\nLast.", usage=BOTH)
    assert len(model.prompts) == 2


async def test_a_full_context_without_a_word_is_to_be_compacted_first() -> None:
    """E26."""
    model = Scripted(Response("", Next.OVERFLOW, request_id="r1"))
    with pytest.raises(Overflow, match=r"^the context window is full$") as caught:
        await run_turn(model, PROMPT, Judge(), nothing)
    assert caught.value.request_id == "r1"


async def test_a_stream_without_a_response_is_a_failure_of_the_model() -> None:
    """E8."""
    with pytest.raises(ModelError, match=r"^the model's stream ended without a response$"):
        await run_turn(Scripted(), PROMPT, Judge(), nothing)


@pytest.mark.parametrize("empty", ["", " \n"])
async def test_a_response_without_a_word_is_asked_for_once_more(empty: str) -> None:
    """E24: also after a call that was denied, which people see no trace of."""
    model = Scripted(Response(empty, Next.DONE, usage=ONE), Response("Here.", Next.DONE, usage=TWO))
    outcome = await run_turn(model, PROMPT, Judge(), nothing)
    assert (outcome.text, outcome.usage) == ("Here.", BOTH)
    denied = Response("", Next.CALLS, (end(Reason.ABUSE),), content=[{"type": "tool_use"}])
    model = Scripted(denied, Response("", Next.DONE), Response("Here.", Next.DONE))
    assert (await run_turn(model, PROMPT, Judge(), nothing)).text == "Here."
    assert model.prompts[2] == model.prompts[1]


async def test_a_model_that_says_nothing_twice_has_failed() -> None:
    """E8: so that the person reads a calm sentence, and not nothing at all."""
    model = Scripted(
        Response("", Next.DONE), Response("", Next.DONE, request_id="r2"), Response("x", Next.DONE)
    )
    with pytest.raises(ModelError, match=r"^not a word came back$") as caught:
        await run_turn(model, PROMPT, Judge(), nothing)
    assert (caught.value.request_id, caught.value.kind) == ("r2", "empty")


async def test_after_a_warning_the_model_may_say_nothing() -> None:
    """E4: the card says enough."""
    model = Scripted(Response("", Next.CALLS, (warn(),)), Response("", Next.DONE))
    assert (await run_turn(model, PROMPT, Judge(Warning_("shown")), nothing)).text == ""
    assert len(model.prompts) == 2


def test_a_call_is_described_in_a_few_words_for_the_log() -> None:
    """E22: what is judged in shadow is read there."""
    assert describe(BadCall("c", "ban", "none such")) == "ban: none such"
    assert describe(end(Reason.ABUSE)) == "EndConversation(abuse)"
    assert describe(warn()) == "WarnUser(abuse)"
