"""One turn: how many calls of the model are judged, and what becomes of the others."""

from __future__ import annotations

import pytest

from bot.turn import MOST_JUDGED, MOST_REQUESTS, Ruling, Warning_, run_turn
from bot.types import BadCall, Call, Category, Denied, Next, Prompt, Reason
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
