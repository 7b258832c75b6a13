"""The benchmark's arithmetic and its table."""

from __future__ import annotations

import math

import pytest

from benchmarks.bench import options
from benchmarks.detector import Found
from benchmarks.detector import table as detector_table
from benchmarks.measure import Said, middle, ratio, reached, shown, unseen
from benchmarks.report import LINES, Line, as_json, missed, rows, table
from benchmarks.stage import prose

REPLY = "One two three four."
RATIO = Line("wait", "waiting", "ms", "ratio", 1.5)
VALUE = Line("kept", "kept", "kB", "value", 4.0, 0)
PLAIN = Line("rate", "turns", "a second")


def test_the_detectors_goals_are_one_fiftieth_of_the_time_and_four_percent_of_the_price() -> None:
    """E14."""
    care = Found(turns=10, answers=1.0, detector=0.039, requests=10)
    care.first_words = {"keywords": [100.0], "model": [102.0]}
    assert care.missed == []
    assert "102.0 (1.020×)" in detector_table(care)
    assert "(3.9 %)" in detector_table(care)
    care.detector, care.first_words["model"] = 0.04, [102.1]
    assert care.missed == ["first words with the crisis detector", "price of the crisis detector"]
    assert detector_table(care).count("NO") == 2


def test_text_that_is_never_late_has_no_unseen_area() -> None:
    written = [(0.0, 10), (1.0, 20)]
    assert unseen(written, written) == 0


def test_unseen_text_is_characters_times_the_seconds_they_waited() -> None:
    written = [(0.0, 10), (1.0, 30)]
    seen = [(0.5, 10), (3.0, 30)]
    assert unseen(written, seen) == pytest.approx(10 * 0.5 + 20 * 2.0)


def test_text_that_is_visible_early_does_not_pay_for_text_that_is_late() -> None:
    assert unseen([(0.0, 0), (2.0, 10), (3.0, 10)], [(0.0, 10), (3.0, 10)]) == 0


def test_nothing_written_is_nothing_unseen() -> None:
    assert unseen([], []) == 0


def test_a_growing_message_is_read_as_far_as_it_goes() -> None:
    states = [Said(1.0, 7, "One"), Said(2.0, 7, "One two three"), Said(3.0, 7, REPLY)]
    assert shown(states, REPLY) == [(1.0, 3), (2.0, 13), (3.0, 19)]


def test_states_are_put_in_order_of_time() -> None:
    assert shown([Said(2.0, 7, REPLY), Said(1.0, 7, "One")], REPLY) == [(1.0, 3), (2.0, 19)]


def test_a_reply_may_go_on_in_a_second_message() -> None:
    states = [Said(1.0, 7, "One two"), Said(2.0, 8, "three four.")]
    assert shown(states, REPLY) == [(1.0, 7), (2.0, 19)]


def test_cards_and_pointers_are_no_part_of_a_reply() -> None:
    states = [Said(1.0, 6, ""), Said(1.5, 7, "Welcome!"), Said(2.0, 8, REPLY)]
    assert reached(shown(states, REPLY), len(REPLY)) == 2.0


def test_a_count_that_was_never_reached_has_no_time() -> None:
    assert reached([(1.0, 3)], 4) is None


def test_the_middle_of_nothing_is_not_a_number() -> None:
    assert math.isnan(middle([]))
    assert middle([3.0, 1.0, 2.0]) == 2.0


def test_a_ratio_to_nothing_is_not_a_number() -> None:
    assert math.isnan(ratio(1.0, 0.0))
    assert ratio(3.0, 2.0) == 1.5


def test_goals_are_met_up_to_and_including_their_bound() -> None:
    found = rows({"wait": [2.0], "kept": [9.0]}, {"wait": [3.0], "kept": [4.0]}, (RATIO, VALUE))
    assert [row.met for row in found] == [True, True]
    assert missed(found) == []


def test_missed_goals_are_named() -> None:
    found = rows({"wait": [2.0], "kept": [1.0]}, {"wait": [3.1], "kept": [5.0]}, (RATIO, VALUE))
    assert missed(found) == ["waiting", "kept"]


def test_what_the_bare_loop_was_not_measured_for_misses_a_ratio() -> None:
    (row,) = rows({}, {"wait": [3.0]}, (RATIO,))
    assert row.met is False


def test_a_line_without_a_goal_is_neither_met_nor_missed() -> None:
    (row,) = rows({"rate": [100.0]}, {"rate": [80.0]}, (PLAIN,))
    assert row.met is None


def test_lines_that_were_not_measured_are_left_out() -> None:
    assert [row.line for row in rows({"wait": [1.0]}, {"wait": [1.0]}, (RATIO, PLAIN))] == [RATIO]


def test_the_table_is_markdown_with_medians_ratio_goal_and_verdict() -> None:
    found = rows({"wait": [2.0, 9.0, 2.0], "kept": [0.0]}, {"wait": [4.0], "kept": [3.0]}, (RATIO, VALUE))
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table(found).splitlines()]
    assert lines[0] == ["", "", "bare loop", "adieu", "ratio", "goal", "met"]
    assert lines[2] == ["waiting", "ms", "2.0", "4.0", "2.00×", "≤ 1.5×", "NO"]
    assert lines[3] == ["kept", "kB", "0", "3", "–", "≤ 4", "yes"]
    assert len({len(line) for line in table(found).splitlines()}) == 1


def test_other_programs_get_every_sample() -> None:
    floor, ours = {"rate": [100.0]}, {"rate": [80.0, 90.0]}
    whole = as_json(rows(floor, ours, (PLAIN,)), floor, ours, {"rounds": 2})
    assert whole["about"] == {"rounds": 2}
    assert whole["samples"] == {"floor": floor, "adieu": ours}
    assert whole["rows"][0]["adieu"] == 85.0
    assert "goal" not in whole["rows"][0]


def test_every_line_of_the_table_has_a_key_of_its_own() -> None:
    assert len({line.key for line in LINES}) == len(LINES)


@pytest.mark.parametrize("length", [100, 240, 1500])
def test_prose_has_exactly_the_length_asked_for_and_fits_a_message(length: int) -> None:
    text = prose(17, length)
    assert len(text) == length
    assert text == text.strip()
    assert text.startswith("Answer 17:")
    assert prose(18, length) != text


def test_the_goals_are_only_judged_when_asked() -> None:
    assert options([]).goals is False
    assert options(["--goals", "--only", "memory"]).only == ["memory"]
