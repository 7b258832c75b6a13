"""The game is played: some thousands of moves here, 200,000 at night (ADIEU_PROOF_MOVES=200000)."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.proof.machine import STEPS, Game

NIGHTLY = int(os.environ.get("ADIEU_PROOF_MOVES", "0"))
"""Moves to make at least; 0 for the short run."""
LENGTH = 50

CI = settings(
    max_examples=90,
    stateful_step_count=LENGTH,
    deadline=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)


def test_no_move_of_anybody_breaks_an_invariant(capsys: pytest.CaptureFixture[str]) -> None:
    """I1-I7, I9, E3-E10, E13, E15, E16, E20-E27, E29, E32, E36-E38: any order, any fault, any death."""
    chosen = CI
    if NIGHTLY:
        chosen = settings(CI, derandomize=False, max_examples=max(1, NIGHTLY // LENGTH))
    while True:
        run_state_machine_as_test(Game, settings=chosen)
        if STEPS["moves"] >= NIGHTLY:
            break
    with capsys.disabled():
        print(f"\nproof: {STEPS['moves']} moves in {STEPS['examples']} games")  # noqa: T201 - the count is the point


__all__ = ["Phase"]
