"""The guard, table by table: what an ending needs, for behaviour and when a person asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import guard
from bot.types import (
    Denied,
    Ending,
    Message,
    Mode,
    Participant,
    Person,
    Reason,
    Risk,
    Standing,
    State,
    Warned,
)
from tests.guard_kit import ABUSE, AGREES, ANN, ASKED, BEN, HARM, HERE, MO, NOW, RULES, WARNED, case, message

LATER = NOW + timedelta(hours=1)


def cause(found: object) -> str:
    return found.cause if isinstance(found, Denied) else ""


@pytest.mark.parametrize(
    ("warned", "messages", "expected"),
    [
        (WARNED, (message(11),), ""),
        (None, (message(11),), "no valid warning"),
        (replace(WARNED, clean=5), (message(11),), "no valid warning"),
        (replace(WARNED, at=NOW - timedelta(hours=23)), (message(11),), "no valid warning"),
        (replace(WARNED, category=HARM), (message(11),), "warned for something else"),
        (replace(WARNED, redirections=(1, 2)), (message(11),), "too few redirections"),
        (WARNED, (message(10),), "nothing after the warning"),
        (WARNED, (message(9),), "nothing after the warning"),
        (WARNED, (message(10), message(11)), ""),
        (WARNED, (message(11, text="> quoted"),), "nothing after the warning"),
        (WARNED, (message(11, text=" "),), "nothing after the warning"),
        (WARNED, (message(10), message(11, deleted=True)), "nothing after the warning"),
        (WARNED, (message(10), message(11, BEN)), "nothing after the warning"),
    ],
)
def test_an_ending_for_behaviour_needs_a_warning_and_a_later_message(
    warned: Warned | None, messages: tuple[Message, ...], expected: str
) -> None:
    """E5, E6, E11, I1."""
    found = guard.may_review_ending(
        case(*messages, participants=(Participant(ANN, Standing.WARNED, warned),)), ABUSE
    )
    assert cause(found) == expected
    if not expected:
        assert found == (ANN, warned)


def test_somebody_without_any_standing_is_not_ended() -> None:
    """E5."""
    assert cause(guard.may_review_ending(case(participants=()), ABUSE)) == "no valid warning"


@pytest.mark.parametrize(
    ("messages", "persisting", "expected"),
    [
        ((message(11),), (11,), ""),
        ((message(10), message(11)), (10,), "nothing that persists holds up"),
        ((message(11), message(12, BEN)), (12,), "nothing that persists holds up"),
        ((message(11, deleted=True), message(12)), (11,), "nothing that persists holds up"),
        ((message(11), message(12)), (9, 12), ""),
    ],
)
def test_what_persists_is_a_persons_own_later_message(
    messages: tuple[Message, ...], persisting: tuple[int, ...], expected: str
) -> None:
    """E5, E21."""
    verdict = replace(AGREES, persisting=persisting)
    assert cause(guard.may_end(case(*messages), ABUSE, ANN, WARNED, verdict)) == expected


@pytest.mark.parametrize(("starter", "out"), [(ANN, False), (BEN, True)])
def test_the_starter_ends_it_and_anybody_else_is_out(starter: Person, *, out: bool) -> None:
    """E7, E20."""
    here = replace(HERE, starter=starter)
    found = guard.may_end(case(conversation=here), ABUSE, ANN, WARNED, AGREES)
    assert found == Ending(7, 3, Reason.ABUSE, "ann", LATER, by="model", out=out, warning=WARNED)


def test_the_reason_is_the_class_that_was_warned_for() -> None:
    """E1, E5."""
    warned = replace(WARNED, category=HARM)
    found = guard.may_end(case(), HARM, ANN, warned, replace(AGREES, category=HARM))
    assert isinstance(found, Ending)
    assert found.reason is Reason.EXTREME_HARM


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ((message(11, text="please end this chat"),), ANN),
        ((message(11), message(12, BEN)), BEN),
        ((message(11), message(12, BEN, "> end it")), ANN),
        ((message(11), message(12, BEN, deleted=True)), ANN),
        ((message(11, text="```end it```"),), None),
        ((message(11, text="[attachment: notes.txt, 3 kB]"),), None),
        ((message(11, text="https://example.invalid/end"),), None),
        ((message(11, deleted=True),), None),
    ],
)
def test_the_newest_person_with_words_of_their_own_is_asked(
    messages: tuple[Message, ...], expected: Person | None
) -> None:
    """E9, E11."""
    found = guard.may_ask(case(*messages), "n1")
    if expected is None:
        assert cause(found) == "nobody asked in their own words"
    else:
        assert found == (expected, guard.confirming(expected, "n1", LATER, RULES))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"mode": Mode.OFF}, "mode is off"),
        ({"risk": Risk.YES}, "crisis hold"),
        ({"risk": Risk.UNKNOWN}, ""),
        ({"conversation": replace(HERE, state=State.ENDED)}, "not active"),
    ],
)
def test_a_persons_own_request_needs_no_answer_of_the_detector_but_stops_in_a_crisis(
    changes: dict[str, object], expected: str
) -> None:
    """E15, E16."""
    assert cause(guard.may_ask(case(**changes), "n1")) == expected


def test_a_question_is_open_for_ten_minutes() -> None:
    """E10."""
    asked = guard.confirming(ANN, "n1", NOW, RULES)
    assert (asked.person, asked.nonce, asked.until) == ("ann", "n1", NOW + timedelta(minutes=10))
    assert (asked.card, asked.after) == ("", 0)


OTHER = replace(ASKED, standing=Standing.WARNED)
NOBODY = replace(ASKED, confirming=None)


@pytest.mark.parametrize(
    ("known", "person", "nonce", "minutes", "expected"),
    [
        (ASKED, ANN, "n1", 0, ""),
        (ASKED, ANN, None, 9.99, ""),
        (ASKED, ANN, "n2", 0, "somebody else was asked"),
        (ASKED, ANN, "", 0, "somebody else was asked"),
        (ASKED, BEN, "n1", 0, "somebody else was asked"),
        (ASKED, BEN, None, 0, "somebody else was asked"),
        (ASKED, MO, "n1", 0, "somebody else was asked"),
        (ASKED, ANN, "n1", 10, "too late"),
        (ASKED, ANN, "n1", 11, "too late"),
        (None, ANN, "n1", 0, "nothing to confirm"),
        (OTHER, ANN, "n1", 0, "nothing to confirm"),
        (NOBODY, ANN, "n1", 0, "nothing to confirm"),
    ],
)
def test_only_the_same_persons_yes_in_time_ends_it(
    known: Participant | None, person: Person, nonce: str | None, minutes: float, expected: str
) -> None:
    """E10."""
    found = guard.may_confirm(HERE, known, person, nonce, NOW + timedelta(minutes=minutes))
    assert cause(found) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"state": State.ENDING}, "not active"),
        ({"state": State.ENDED}, "not active"),
        ({"hold_until": NOW + timedelta(hours=1)}, "crisis hold"),
        ({"hold_until": NOW + timedelta(hours=1), "state": State.ENDED}, "crisis hold"),
    ],
)
def test_no_yes_counts_in_a_crisis_or_after_the_end(changes: dict[str, object], expected: str) -> None:
    """E16, I2."""
    here = replace(HERE, **changes)  # type: ignore[arg-type]
    assert cause(guard.may_confirm(here, ASKED, ANN, "n1", NOW)) == expected


@pytest.mark.parametrize(
    ("person", "starter", "out"),
    [(ANN, ANN, False), (ANN, BEN, True), (MO, BEN, False), (MO, MO, False)],
)
def test_only_the_starter_or_a_moderator_ends_it_for_everybody(
    person: Person, starter: Person, *, out: bool
) -> None:
    """E13."""
    assert ASKED.confirming is not None
    known = replace(ASKED, person=person, confirming=replace(ASKED.confirming, person=person.id))
    found = guard.may_confirm(replace(HERE, starter=starter), known, person, "n1", NOW)
    assert found == Ending(7, 3, Reason.USER_REQUEST, person.id, NOW, by=person.id, out=out)


def test_a_moderators_ending_names_the_moderator() -> None:
    """E37."""
    assert guard.by_moderator(HERE, "mo", NOW) == Ending(
        7, 3, Reason.MODERATOR, "mo", NOW, by="mo", out=False
    )
