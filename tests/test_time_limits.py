"""The detector and the second opinion have eight seconds of the clock that is passed in; no reply waits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from bot import court, reading
from bot.claude.tries import Limits
from bot.store.schema import conversation, participant
from bot.types import Category, EndConversation, Reason, Risk, Standing, State, WarnUser
from tests.proof.proof import Proof

RUDE = "unique silly bot"


@pytest.fixture
def proof() -> Iterator[Proof]:
    """The whole core in virtual time: nothing passes but what a test lets pass."""
    game = Proof(redirections=2, habit=(("ok",),))
    yield game
    game.settle()
    game.close()


def warned(game: Proof) -> None:
    """Ann was redirected twice and then warned."""
    for _ in range(2):
        say(game)
    game.minds.lines.append((WarnUser("", Category.ABUSE),))
    say(game)
    assert standing(game) is Standing.WARNED


def say(game: Proof) -> None:
    game.say("ann", "t1", RUDE, addressed=True)
    game.loop.still()


def state(game: Proof) -> State:
    with game.engines[-1].begin() as c:
        return State(c.execute(select(conversation.c.state)).scalar_one())


def standing(game: Proof) -> Standing:
    with game.engines[-1].begin() as c:
        query = select(participant.c.standing).where(participant.c.person_id == "ann")
        return Standing(c.execute(query).scalar_one_or_none() or "clear")


def replies(game: Proof) -> list[str]:
    """Our replies that are complete."""
    return [post.text for post in game.place.posts.values() if post.card is None and not post.working]


def test_the_limits_are_eight_seconds_for_one_try() -> None:
    """E15, E21."""
    assert (court.REVIEW_SECONDS, reading.SECONDS) == (8, 8)
    assert (Limits().review, Limits().detect) == (8.0, 8.0)


def test_a_second_opinion_within_eight_seconds_counts(proof: Proof) -> None:
    """E20, E21."""
    warned(proof)
    proof.minds.lines.append(("I stop here.", EndConversation("", Reason.ABUSE)))
    proof.minds.verdicts.append("late agree")
    say(proof)
    proof.loop.advance(7.9)
    assert state(proof) is State.ACTIVE
    proof.world.open_all()
    proof.loop.still()
    assert state(proof) is State.ENDED


def test_a_second_opinion_after_eight_seconds_is_none(proof: Proof) -> None:
    """E8, E21: the conversation goes on, and what is said too late ends nothing."""
    warned(proof)
    proof.minds.lines.append(("I stop here.", EndConversation("", Reason.ABUSE)))
    proof.minds.verdicts.append("late agree")
    say(proof)
    asked = proof.minds.requests
    proof.loop.advance(7.9)
    assert proof.minds.requests == asked
    proof.loop.advance(0.2)
    assert proof.minds.requests == asked + 1, "the model goes on helping"
    proof.world.open_all()
    proof.loop.advance(60)
    assert state(proof) is State.ACTIVE
    assert replies(proof)[-1] == "I stop here.\n\nok"


def test_a_warning_needs_its_second_opinion_within_eight_seconds_too(proof: Proof) -> None:
    """E8, E20, E21."""
    for _ in range(2):
        say(proof)
    proof.minds.lines.append((WarnUser("", Category.ABUSE),))
    proof.minds.verdicts.append("late agree")
    say(proof)
    proof.loop.advance(8.1)
    proof.world.open_all()
    proof.loop.advance(60)
    assert standing(proof) is Standing.CLEAR


@pytest.mark.parametrize(("seconds", "ends"), [(7.9, True), (8.1, False)])
def test_an_ending_waits_for_the_detector_eight_seconds_at_most(
    proof: Proof, seconds: float, *, ends: bool
) -> None:
    """E15: then its answer is unknown, which blocks; an answer in time does not."""
    warned(proof)
    proof.minds.lines.append((EndConversation("", Reason.ABUSE),))
    proof.minds.risks.append(("none", True))
    say(proof)
    proof.loop.advance(seconds)
    proof.world.open_all()
    proof.loop.advance(60)
    assert (state(proof) is State.ENDED) is ends


def test_no_reply_waits_for_the_detector(proof: Proof) -> None:
    """E14: it runs beside the reply."""
    proof.minds.risks.append(("none", True))
    say(proof)
    assert replies(proof) == ["ok"]


def test_a_detector_that_answers_too_late_sets_no_hold_and_is_recorded_as_unknown(proof: Proof) -> None:
    """E15."""
    proof.minds.risks.append(("yes", True))
    say(proof)
    proof.loop.advance(8.1)
    proof.world.open_all()
    proof.loop.still()
    with proof.engines[-1].begin() as c:
        row = c.execute(select(conversation)).one()
        risks = list(c.exec_driver_sql("SELECT risk, cared FROM turn"))
    assert row.hold_until is None
    assert risks == [(Risk.UNKNOWN.value, 1)]


def test_the_detector_is_asked_once_a_turn(proof: Proof) -> None:
    """E14, E21: one try; a late answer is not asked for again."""
    proof.minds.risks.extend([("none", True), ("yes", False)])
    say(proof)
    proof.loop.advance(600)
    assert list(proof.minds.risks) == [("yes", False)]
    proof.minds.risks.clear()
