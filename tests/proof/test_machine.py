"""The game is played: some thousands of moves here, 200,000 and more at night (`make nightly`)."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.proof.machine import STEPS, Game

MOVES = int(os.environ.get("ADIEU_PROOF_MOVES", "0"))
"""Moves to make at least, each time other ones; 0 for the short run, which is the same every time."""
LENGTH = 50

SHORT = settings(
    max_examples=90,
    stateful_step_count=LENGTH,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_no_move_of_anybody_breaks_an_invariant(capsys: pytest.CaptureFixture[str]) -> None:
    """I1-I9, E3-E10, E13, E15-E17, E20-E27, E29, E32, E34, E36-E38: any order, any fault, any death."""
    chosen = settings(SHORT, derandomize=False, max_examples=MOVES // LENGTH) if MOVES else SHORT
    while True:
        run_state_machine_as_test(Game, settings=chosen)
        if STEPS["moves"] >= MOVES:
            break
    with capsys.disabled():
        print(f"\nproof: {STEPS['moves']} moves in {STEPS['examples']} games")  # noqa: T201 - the count is the point
