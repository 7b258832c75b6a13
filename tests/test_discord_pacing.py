"""When an edit is worth its place in the budget."""

from __future__ import annotations

import pytest

from adapters.discord.buckets import Buckets
from adapters.discord.pacing import EARLY, WINDOW, Room, delay


class Window:
    """Discord's budget for edits: so many per window, which begins with its first edit."""

    def __init__(self, limit: int = 5) -> None:
        self.limit, self.used, self.until = limit, 0, 0.0

    def room(self, now: float) -> Room:
        if now >= self.until:
            return Room(self.limit, 0.0)
        return Room(self.limit - self.used, self.until - now)

    def take(self, now: float) -> None:
        if now >= self.until:
            self.used, self.until = 0, now + WINDOW
        self.used += 1
        assert self.used <= self.limit, f"one too many at {now}"


def edits(length: float) -> list[float]:
    """The times of all edits of a reply that grows for `length` seconds, the final one included."""
    window, now, last, times = Window(), 0.0, 0.0, list[float]()
    while True:
        now = last + delay(len(times), now - last, window.room(now)) if times or now else delay(0, 0, Room())
        if now >= length:
            break
        window.take(now)
        times.append(now)
        last = now
    final = length + (window.room(length).fresh_in if window.room(length).left < 1 else 0.0)
    window.take(final)
    return [*times, final]


def unseen(times: list[float]) -> float:
    """Character-seconds unseen, at one character a second: each gap is a triangle."""
    gaps = [after - before for before, after in zip([0.0, *times], times, strict=False)]
    return sum(gap * gap / 2 for gap in gaps)


def bare(length: float) -> float:
    """The same for a bare loop that edits once a second."""
    return unseen([*(float(second) for second in range(1, int(length) + 1) if second < length), length])


def test_replies_of_ordinary_length_leave_less_text_unseen_than_a_bare_loop() -> None:
    ratios = [unseen(edits(length / 10)) / bare(length / 10) for length in range(5, 31)]
    assert sum(ratios) / len(ratios) <= 0.7
    assert max(ratios) <= 1.0


@pytest.mark.parametrize("length", [0.5 * half for half in range(1, 60)])
def test_the_budget_is_never_overdrawn_and_the_complete_text_hardly_waits(length: float) -> None:
    assert edits(length)[-1] - length <= 0.5


def test_long_replies_are_about_as_close_as_the_budget_allows() -> None:
    assert unseen(edits(30)) <= 1.5 * bare(30)


def test_the_first_edits_come_early() -> None:
    assert [delay(number, 0.0, Room(5 - number, 5.0)) for number in range(3)] == [
        EARLY[5],
        EARLY[4],
        EARLY[3],
    ]


def test_what_an_earlier_reply_has_spent_makes_the_next_one_thriftier() -> None:
    assert delay(0, 0.0, Room(3, 4.0)) > delay(0, 0.0, Room(5, 5.0))


def test_the_last_place_is_kept_for_the_end() -> None:
    assert delay(3, 0.0, Room(1, 4.0)) > 3.0


def test_old_news_goes_out_at_once_where_there_is_room() -> None:
    assert delay(9, 10.0, Room()) == 0.0


def test_a_bucket_believes_the_headers_minus_what_is_on_its_way() -> None:
    buckets, key = Buckets(), Buckets.key("PATCH", "/channels/1/messages/2")
    assert buckets.take(key, 0.0) == buckets.take(key, 0.0) == 0.0
    buckets.learn(key, headers(5, 3, 5.0), 0.1)
    assert buckets.room(key, 0.1) == Room(2, 5.0)


def test_an_empty_bucket_says_how_long_to_wait_and_fills_again() -> None:
    buckets, key = Buckets(), Buckets.key("PATCH", "/channels/1/messages/2")
    buckets.take(key, 0.0)
    buckets.learn(key, headers(5, 0, 4.0), 0.0)
    buckets.landed(key)
    assert buckets.take(key, 1.0) == 3.0
    assert [buckets.take(key, 4.0) for _ in range(5)] == [0.0] * 5
    assert buckets.take(key, 4.0) > 0


def test_messages_of_one_channel_share_a_bucket_and_channels_do_not() -> None:
    key = Buckets.key
    assert key("PATCH", "/channels/1/messages/2") == key("PATCH", "/channels/1/messages/3")
    assert key("PATCH", "/channels/1/messages/2") != key("PATCH", "/channels/4/messages/2")
    assert key("PATCH", "/channels/1/messages/2") != key("POST", "/channels/1/messages")


def test_after_a_global_limit_waiters_are_let_go_one_by_one() -> None:
    buckets = Buckets()
    buckets.take("a", 0.0)
    buckets.refuse("a", 2.0, 0.0, everywhere=True)
    assert buckets.take("b", 1.0) == 1.0
    assert buckets.take("b", 2.0) == 0.0
    assert buckets.take("c", 2.0) > 0.0


def test_what_is_full_again_is_forgotten() -> None:
    buckets = Buckets()
    for number in range(2000):
        key = f"{number}"
        buckets.take(key, float(number))
        buckets.learn(key, headers(5, 4, 5.0), float(number))
        buckets.landed(key)
    assert len(buckets) <= 600


def headers(limit: int, left: int, after: float) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(left),
        "X-RateLimit-Reset-After": str(after),
    }
