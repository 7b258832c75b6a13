"""What is left of a growing text during a hold: every whole line, its bullets, and the words at its edges."""

from __future__ import annotations

import pytest

from bot.crisis.net import risk_of
from bot.crisis.speech import so_far, without_ending
from bot.types import Risk

ENDING = "I will end this chat now."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("One.\nTwo.\nThr", "One.\nTwo."),
        ("One. Two. Thr", "One. Two."),
        ("A list:\n- one.\n- two", "A list:\n- one."),
        ("no mark yet", ""),
        (" \n", ""),
        (f"One.\n{ENDING}\nTwo. Thr", "One.\nTwo."),
    ],
)
def test_everything_whole_is_shown_and_nothing_else(text: str, shown: str) -> None:
    """E16."""
    assert so_far(text) == shown


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"- {ENDING} Stay with me.", "- Stay with me."),
        (f"1. {ENDING} Stay.\n2. Breathe.", "1. Stay.\n2. Breathe."),
        (f"> {ENDING} Stay with me.", "> Stay with me."),
        (f"- Stay with me. {ENDING}\n- Two.", "- Stay with me.\n- Two."),
        (f"- {ENDING}\n- Two.", "- Two."),
        (f"X\n{ENDING}\nX", "X\nX"),
        (f"\n X\n{ENDING}\nX \n", " X\nX "),
    ],
)
def test_what_stays_keeps_its_bullet_and_its_edges(text: str, left: str) -> None:
    """E16."""
    assert without_ending(text) == left


def test_code_between_two_words_keeps_them_apart() -> None:
    """E14: what is left out joins nothing and adds nothing."""
    assert risk_of("I want to `x` die") is Risk.YES
    assert risk_of("I want to`x`die") is Risk.YES
    assert risk_of("`I want to die`") is Risk.NONE
