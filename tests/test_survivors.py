"""The list of accepted survivors: each has its reason, and a change that is not in it is told."""

from __future__ import annotations

from tests.proof.survivors import LIST, Accepted, Survivor, changed, load, results, unknown, where

DIFF = """\
--- bot/guard.py
+++ bot/guard.py
@@ -1,3 +1,3 @@
     person = suspect(case, category)
-    if person is None:
+    if person is not None:
         return stop
"""
FOUND = Survivor("bot.guard.suspect", "if rows[0] == 1:", "if rows[0] != 1:")


def test_every_accepted_survivor_has_a_reason() -> None:
    accepted = load(LIST.read_text(encoding="utf-8"))
    assert accepted
    assert [entry for entry in accepted if len(entry.reason.split()) < 4] == []


def test_nothing_that_decides_is_accepted_as_a_whole() -> None:
    """E20: of the guard no change survives that is not named line by line."""
    accepted = load(LIST.read_text(encoding="utf-8"))
    assert [entry for entry in accepted if _like_guard(entry) and "*" in entry.was + entry.becomes] == []


def _like_guard(entry: Accepted) -> bool:
    return entry.where.startswith("bot.guard") or entry.where in {"*", "bot.*"}


def test_a_survivor_that_nobody_accepted_is_told() -> None:
    accepted = (
        Accepted("bot.guard.suspect", "it says the same", was="if rows[0] == 1:", becomes="if rows[0] *"),
    )
    other = Survivor("bot.guard.suspect", "if rows[0] == 1:", "if True:")
    assert list(unknown([FOUND, other], accepted)) == [other]
    assert list(unknown([FOUND], (Accepted("bot.care.*", "elsewhere and otherwise"),))) == [FOUND]
    assert list(unknown([FOUND], (Accepted("bot.guard.*", "for this test alone"),))) == []


def test_a_diff_is_read_as_the_lines_before_and_after() -> None:
    assert changed(DIFF) == ("if person is None:", "if person is not None:")


def test_names_are_read_as_people_write_them() -> None:
    assert where("bot.care.xǁCareǁ_card") == "bot.care.Care._card"
    assert where("bot.guard.x_may_end") == "bot.guard.may_end"
    assert where("bot.ending.x__next") == "bot.ending._next"


def test_what_was_not_checked_is_no_success() -> None:
    said = "    bot.guard.x_may_end__mutmut_3: survived\n    bot.guard.x_valid__mutmut_12: not checked\n"
    assert list(results(said)) == [
        ("bot.guard.x_may_end__mutmut_3", "survived"),
        ("bot.guard.x_valid__mutmut_12", "not checked"),
    ]
