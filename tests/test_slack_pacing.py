"""What is kept of Slack's rate limits: as much as is needed now, and no more."""

from __future__ import annotations

from adapters.slack.pacing import Pacer
from tests.clock import FakeClock


def test_channels_that_are_silent_again_are_forgotten() -> None:
    """Every direct message is a channel of its own: a program that runs for months meets many."""
    clock = FakeClock()
    pacer = Pacer(clock)
    for number in range(3_000):
        pacer.take(("T1", "chat.postMessage", f"D{number}"))
        pacer.refuse(("T1", "chat.postMessage", f"D{number}"), 1.0)
        clock.advance(6.0)
    assert len(pacer) < 1_000


def test_what_still_counts_is_kept_however_many_there_are() -> None:
    clock = FakeClock()
    pacer = Pacer(clock)
    every = [("T1", "chat.postMessage", f"D{number}") for number in range(3_000)]
    for key in every:
        for _ in range(5):
            pacer.take(key)
    pacer.refuse(("T1", "users.info"), 30.0)
    assert len(pacer) == len(every) + 1
    assert all(pacer.wait(key) > 0 for key in every)
    assert pacer.wait(("T1", "users.info")) == 30.0
