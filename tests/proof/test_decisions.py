"""Each rule about a decision can be broken: a decision that no guard has made is seen at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from bot.cards import Card, Kind
from bot.guard import confirming
from bot.types import Category, Next, Reason, Response, Risk
from tests.proof.planting import ANN, BEN, SAID, UPHELD, WARN, Planting
from tests.proof.watch import Yes

Plant = Callable[[Planting], object]


@pytest.fixture
def game() -> Iterator[Planting]:
    game = Planting()
    yield game
    game.close()


def in_turn(before: Plant, response: Response = SAID, **verdict: object) -> Plant:
    def run(game: Planting) -> Planting:
        before(game)
        return game.runs(response, replace(UPHELD, **verdict))  # type: ignore[arg-type]

    return run


warned = in_turn(Planting.is_warned)
twice = in_turn(Planting.says)


def ends(run: Plant, **changes: object) -> Plant:
    return lambda game: (run(game), game.ends(**changes))


def warns(run: Plant, **changes: object) -> Plant:
    return lambda game: (run(game), game.warns(**changes))


def spoilt(**changes: object) -> Plant:
    """An ending on a warning that was changed in its row and in the ending alike."""

    def plant(game: Planting) -> Planting:
        warned(game)
        spoilt = replace(game.known(), **changes)  # type: ignore[arg-type]
        return game.rewrite(spoilt).ends(warning=spoilt)

    return plant


def read_as(risk: Risk) -> Plant:
    def run(game: Planting) -> Planting:
        warned(game)
        game.minds.read = dict.fromkeys(game.minds.read, risk)
        return game

    return run


def requested(**changes: object) -> Plant:
    base: dict[str, object] = {"reason": Reason.USER_REQUEST, "warning": None, "by": "ann"}
    return lambda game: game.ends(**base | changes)


def pressed(game: Planting) -> Planting:
    game.is_asked()
    game.watch.presses.append(Yes("ann", game.question().nonce))
    return game


def asks(game: Planting) -> Planting:
    asked = confirming(ANN, "n", game.world.clock.now(), game.watch.rules)
    game.do(game.assistant._parts.store.people.ask(1, ANN, asked, game.world.clock.now()))
    return game


def somebody_takes_back(game: Planting) -> Planting:
    game.is_asked()
    now = game.world.clock.now()
    game.do(game.assistant._parts.store.people.unask(1, "ann", game.question().nonce, now))
    return game


def another_warning(game: Planting) -> Planting:
    warned(game)
    other = game.warned(after=game.known().after)
    return game.swap(other).ends(warning=other)


DECISIONS: dict[str, tuple[str, Plant]] = {
    "an ending in a hold": (
        "I2: abuse during a hold",
        lambda game: (game.is_warned().is_held(), game.ends()),
    ),
    "a question in a hold": ("I2: asked to end during a hold", lambda game: (game.is_held(), asks(game))),
    "a warning in a hold": ("I2: warned abuse during a hold", lambda game: game.is_held().warns()),
    "an ending before the detector's answer": ("I2: abuse while the detector", ends(read_as(Risk.UNKNOWN))),
    "an ending without a call": (
        "E20: abuse without the model's call",
        ends(in_turn(Planting.is_warned, replace(SAID, calls=()))),
    ),
    "an ending on a call to warn": (
        "E20: abuse without",
        ends(in_turn(Planting.is_warned, replace(SAID, calls=(WARN,)))),
    ),
    "an ending out of a cut response": (
        "E26: abuse out of",
        ends(in_turn(Planting.is_warned, replace(SAID, next=Next.CUT))),
    ),
    "an ending that the second opinion denies": (
        "E20: abuse without a second",
        ends(in_turn(Planting.is_warned, uphold=False)),
    ),
    "an ending in a crisis": ("E20: abuse without a second", ends(in_turn(Planting.is_warned, crisis=True))),
    "an ending on an opinion of somebody else": (
        "E21: abuse on a second",
        ends(in_turn(Planting.is_warned, person="ben")),
    ),
    "an ending without a benign reading": (
        "E21: abuse on a second",
        ends(in_turn(Planting.is_warned, benign=" ")),
    ),
    "an ending on nothing that persists": (
        "E21: nothing that persists",
        ends(in_turn(Planting.is_warned, persisting=(1,))),
    ),
    "an ending without a warning": ("I1: ended for behaviour of ann without", ends(twice, warning=None)),
    "an ending on another warning": (
        "I1: ended for behaviour",
        another_warning,
    ),
    "an ending for another class": (
        "E5, E6: the warning does not count",
        ends(warned, reason=Reason.EXTREME_HARM),
    ),
    "an ending on a warning used up": ("E5, E6: the warning does not count", spoilt(clean=5)),
    "an ending with nothing after the warning": ("I1: nothing was written after", spoilt(after=99)),
    "an end for all that is one person's": ("E7: the starter ends it", ends(warned, out=True)),
    "a warning that nobody saw": ("E4: a warning that nobody saw", warns(twice, card="p99")),
    "a warning by another card": (
        "E4: ann is warned for extreme_harm by a card",
        warns(twice, category=Category.EXTREME_HARM),
    ),
    "a warning after too few redirections": ("E3: (1,) for ann", warns(twice, redirections=(1,))),
    "a warning on somebody else's redirections": ("E3: (7, 8) for ann", warns(twice, redirections=(7, 8))),
    "a warning before a later message": ("E5: warned after 1, but", warns(twice, after=1)),
    "a warning in a turn of others": ("I7: ben is warned in a turn of others", warns(twice, person=BEN.id)),
    "a question taken back by nobody": ("I7: the question to ann was taken back", somebody_takes_back),
    "an end that nobody was asked about": ("E10: ended for ann, who was not asked", requested()),
    "an end that nobody said yes to": (
        "E10: ann never said yes",
        lambda game: requested()(game.is_asked()),
    ),
    "an end after ten minutes": (
        "E10: ended after ten minutes",
        lambda game: requested()(pressed(game).later(600)),
    ),
    "an end by another participant": (
        "E13: ended for everybody",
        lambda game: requested()(pressed(game.becomes_bens())),
    ),
    "a moderator's end by nobody": (
        "E37: a moderator's ending that no",
        lambda game: game.ends(reason=Reason.MODERATOR, warning=None),
    ),
    "a request after the end": (
        "I3: conversation 1 is ended",
        lambda game: game.is_ended().later().asks_the_model(),
    ),
    "a request for nothing": (
        "I3: a request without a conversation",
        lambda game: game.forgets().asks_the_model(),
    ),
    "two requests at once": ("two requests at once", lambda game: game.runs().asks_the_model()),
    "a notice after a reopening": (
        "E36: a notice of an ending",
        lambda game: game.is_reopened().unposted("en1").posts(Card(Kind.NOTICE, "", ""), "en1"),
    ),
    "a lock after a reopening": (
        "E36: a close of an ending",
        lambda game: game.is_reopened().closes(replace(game.here, version=1)),
    ),
}


def test_by_the_rules_the_same_hands_break_nothing(game: Planting) -> None:
    """I1: what is spoilt below is whole without its one flaw."""
    ends(warned)(game)
    assert [what for what in game.world.wrong if "liveness" not in what] == []


@pytest.mark.parametrize("what", DECISIONS)
def test_a_decision_that_breaks_a_rule_is_seen(game: Planting, what: str) -> None:
    """I1-I3, I7, E3-E7, E10, E13, E20, E21, E25, E26, E36, E37."""
    law, plant = DECISIONS[what]
    plant(game)
    assert any(law in found for found in game.world.wrong), game.world.wrong
