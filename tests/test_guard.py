"""The guard, table by table: what bars every call, whom it is about, what a warning needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import guard
from bot.guard import Rules
from bot.types import Denied, Message, Mode, Participant, Person, Risk, Standing, State, Verdict, Warned
from tests.guard_kit import ABUSE, AGREES, ANN, BEN, HARM, HERE, MO, NOW, RULES, WARNED, case, message


def cause(found: object) -> str:
    """Why it was denied; "" where it was not."""
    return found.cause if isinstance(found, Denied) else ""


def test_the_rules_are_the_documents_numbers() -> None:
    """E3, E6, E10."""
    assert Rules() == Rules(redirections=3, warning_messages=5, warning_hours=24, confirm_minutes=10)


def test_a_denied_call_says_one_neutral_line_to_the_model() -> None:
    """E24."""
    found = guard.denied("a cause for the log")
    assert found == Denied(
        "a cause for the log", "Not possible now. Go on helping as usual and do not mention this."
    )


@pytest.mark.parametrize("state", [State.ENDING, State.ENDED, State.ERASED])
def test_nothing_is_called_where_the_conversation_is_not_active(state: State) -> None:
    """E29, I3."""
    assert cause(guard.barred(case(conversation=replace(HERE, state=state)))) == "not active"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ""),
        ({"mode": Mode.OFF}, "mode is off"),
        ({"mode": Mode.SHADOW}, ""),
        ({"risk": Risk.POSSIBLE}, "crisis hold"),
        ({"risk": Risk.YES}, "crisis hold"),
        ({"risk": Risk.UNKNOWN}, ""),
        ({"conversation": replace(HERE, hold_until=NOW + timedelta(hours=2))}, "crisis hold"),
    ],
)
def test_what_bars_every_call(changes: dict[str, object], expected: str) -> None:
    """E15, E16, E22."""
    assert cause(guard.barred(case(**changes))) == expected


@pytest.mark.parametrize(
    ("warned", "hours", "expected"),
    [
        (None, 0, False),
        (WARNED, 0, True),
        (WARNED, 23.99, True),
        (WARNED, 24, False),
        (WARNED, 25, False),
        (replace(WARNED, clean=4), 1, True),
        (replace(WARNED, clean=5), 1, False),
        (replace(WARNED, clean=6), 1, False),
    ],
)
def test_a_warning_lapses_after_five_clean_messages_or_a_day(
    warned: Warned | None, hours: float, *, expected: bool
) -> None:
    """E6."""
    assert guard.valid(warned, NOW + timedelta(hours=hours), RULES) is expected


@pytest.mark.parametrize(
    ("messages", "people", "expected"),
    [
        ((message(11),), (), ANN),
        ((message(11), message(12)), (), ANN),
        ((message(11), message(12, BEN)), (), "more than one person spoke"),
        ((message(11), message(12, BEN, deleted=True)), (), ANN),
        ((message(11), message(12, BEN)), (Participant(ANN, warned=WARNED),), ANN),
        ((message(11), message(12, BEN)), (Participant(BEN, warned=replace(WARNED, person="ben")),), BEN),
        (
            (message(11), message(12, BEN)),
            (Participant(ANN, warned=replace(WARNED, category=HARM)),),
            "more than one person spoke",
        ),
        ((message(11), message(12, BEN)), (Participant(ANN),), "more than one person spoke"),
        ((message(11), message(12, BEN)), (Participant(MO, warned=WARNED),), "more than one person spoke"),
        (
            (message(11), message(12, BEN)),
            (Participant(ANN, warned=WARNED), Participant(BEN, warned=replace(WARNED, person="ben"))),
            "more than one person spoke",
        ),
        ((message(11, deleted=True),), (), "more than one person spoke"),
    ],
)
def test_a_call_is_about_the_only_author_or_the_only_warned_one(
    messages: tuple[Message, ...], people: tuple[Participant, ...], expected: Person | str
) -> None:
    """E7: one person's behaviour never counts for another; doubt goes on (E8)."""
    found = guard.suspect(case(*messages, participants=people), ABUSE)
    assert (cause(found) or found) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [({"mode": Mode.OFF}, "mode is off"), ({"risk": Risk.UNKNOWN}, "crisis detector has no answer")],
)
def test_nobody_is_suspected_without_the_detectors_answer(changes: dict[str, object], expected: str) -> None:
    """E15, I2."""
    assert cause(guard.suspect(case(**changes), ABUSE)) == expected
    assert cause(guard.may_review_warning(case(**changes), ABUSE)) == expected
    assert cause(guard.may_review_ending(case(**changes), ABUSE)) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "already warned"),
        ({"participants": ()}, ""),
        ({"participants": (Participant(ANN, warned=replace(WARNED, clean=5)),)}, ""),
        ({"participants": (Participant(BEN, warned=WARNED),)}, ""),
        (
            {"participants": (), "asked": {1: frozenset({"ann"}), 2: frozenset({"ann"})}},
            "too few redirections",
        ),
        (
            {"participants": (), "asked": {turn: frozenset({"ben"}) for turn in range(9)}},
            "too few redirections",
        ),
        ({"participants": (), "asked": {turn: frozenset({"ann", "ben"}) for turn in (1, 2, 3)}}, ""),
    ],
)
def test_whether_a_warning_is_worth_a_second_opinion(changes: dict[str, object], expected: str) -> None:
    """E3, E6."""
    found = guard.may_review_warning(case(**changes), ABUSE)
    assert (cause(found) or found) == (expected or ANN)


DOUBTS: list[tuple[Verdict | None, str]] = [
    (None, "no second opinion"),
    (replace(AGREES, uphold=False), "second opinion says go on"),
    (replace(AGREES, crisis=True), "second opinion sees a crisis"),
    (replace(AGREES, category=HARM), "second opinion speaks of something else"),
    (replace(AGREES, category=None), "second opinion speaks of something else"),
    (replace(AGREES, person="ben"), "second opinion speaks of something else"),
    (replace(AGREES, benign=""), "second opinion gave no benign reading"),
    (replace(AGREES, benign=" \n"), "second opinion gave no benign reading"),
    (replace(AGREES, redirections=(1, 2)), "too few redirections hold up"),
    (replace(AGREES, redirections=(1, 1, 1, 2)), "too few redirections hold up"),
    (replace(AGREES, redirections=(1, 2, 9)), "too few redirections hold up"),
    (replace(AGREES, persisting=()), "nothing that persists holds up"),
    (replace(AGREES, persisting=(99,)), "nothing that persists holds up"),
]


@pytest.mark.parametrize(("verdict", "expected"), DOUBTS)
def test_any_doubt_of_the_second_opinion_stops_a_warning_and_an_ending(
    verdict: Verdict | None, expected: str
) -> None:
    """E3, E8, E20, E21: every cited id is checked."""
    assert cause(guard.may_warn(case(participants=()), ABUSE, ANN, verdict, "p9")) == expected
    assert cause(guard.may_end(case(), ABUSE, ANN, WARNED, verdict)) == expected


def test_redirections_of_somebody_else_do_not_count() -> None:
    """E3, E7: about the same behaviour of the same participant."""
    asked = {1: frozenset({"ann"}), 2: frozenset({"ann"}), 3: frozenset({"ben"})}
    found = guard.may_warn(case(participants=(), asked=asked), ABUSE, ANN, AGREES, "p9")
    assert cause(found) == "too few redirections hold up"


def test_a_warning_holds_what_it_rests_on() -> None:
    """E3, E4."""
    verdict = replace(AGREES, redirections=(3, 2, 1, 2, 9), persisting=(12,))
    found = guard.may_warn(case(message(12), message(11), participants=()), ABUSE, ANN, verdict, "p9")
    assert found == Warned("ann", ABUSE, "p9", NOW + timedelta(hours=1), 12, redirections=(1, 2, 3))


def test_a_warned_person_among_others_is_known_by_the_class_of_the_warning() -> None:
    """E6, E7: where two people spoke, a call about what one was warned for is about that one."""
    lapsed = Participant(ANN, warned=replace(WARNED, clean=5))
    asked = {turn: frozenset({"ann"}) for turn in (1, 2, 3)}
    two = case(message(11), message(12, BEN), participants=(lapsed,), asked=asked)
    assert guard.may_review_warning(two, ABUSE) == ANN
    assert cause(guard.may_review_warning(two, HARM)) == "more than one person spoke"


def test_the_very_first_message_of_a_conversation_can_persist() -> None:
    """E3: a warning needs no message to be left out."""
    first = case(message(1), participants=())
    assert isinstance(guard.may_warn(first, ABUSE, ANN, replace(AGREES, persisting=(1,)), "p9"), Warned)


def test_standing_is_looked_up_by_person() -> None:
    known = Participant(BEN, Standing.OUT)
    assert case(participants=(Participant(ANN), known)).participant("ben") is known
    assert case().participant("mo") is None


def test_authors_come_in_the_order_of_their_newest_message() -> None:
    spoken = case(message(11), message(12, BEN), message(13), message(14, MO, deleted=True)).authors
    assert spoken == (BEN, ANN)
