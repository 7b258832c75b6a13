"""Long Markdown in parts: nothing lost, nothing broken, and stable while the text grows."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.split import LIMIT, Cursor, rest, split, take

WORDS = st.text("abcdefghij", min_size=1, max_size=12)
LINES = st.one_of(
    st.lists(WORDS, min_size=1, max_size=40).map(" ".join),
    st.lists(WORDS, min_size=1, max_size=6).map(lambda words: "- " + " ".join(words)),
    WORDS.map(lambda word: f"see [{word}](https://example.org/{word}) and 👩‍👩‍👧 é"),
    st.lists(WORDS, min_size=1, max_size=80).map(
        lambda words: "```python\n" + "\n".join(f"    {word}" for word in words) + "\n```"
    ),
    st.just(""),
)
TEXTS = st.lists(LINES, max_size=60).map("\n".join)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def balanced(part: str) -> bool:
    return len(re.findall(r"^```", part, re.MULTILINE)) % 2 == 0


def words(text: str) -> str:
    """The text without blanks and without fences, which may be repeated."""
    return re.sub(r"```\w*|\s", "", text)


@given(TEXTS, st.sampled_from([120, 300, LIMIT]))
def test_every_part_fits_and_no_word_is_lost(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(0 < units(part) <= limit for part in parts)
    assert words("\n".join(parts)) == words(text)


@given(TEXTS, st.sampled_from([120, LIMIT]))
def test_code_fences_are_closed_and_opened_again(text: str, limit: int) -> None:
    assert all(balanced(part) for part in split(text, limit))


@given(TEXTS, st.data())
def test_earlier_parts_never_change_while_the_text_grows(text: str, data: st.DataObject) -> None:
    shorter = text[: data.draw(st.integers(0, len(text)))]
    before, after = split(shorter, 120), split(text, 120)
    done = before[:-1]
    assert after[: len(done)] == done


@given(st.text(max_size=600))
def test_any_text_at_all_can_be_split(text: str) -> None:
    parts = split(text, 100)
    assert all(units(part) <= 100 for part in parts)
    assert words("\n".join(parts)) == words(text)


@given(TEXTS)
def test_links_stay_in_one_piece(text: str) -> None:
    whole = re.findall(r"\[\w+\]\(\S+?\)", text)
    assert [link for part in split(text, 300) for link in re.findall(r"\[\w+\]\(\S+?\)", part)] == whole


def test_a_text_that_fits_is_one_part() -> None:
    assert split("a" * 2000) == ["a" * 2000]
    assert [len(part) for part in split("a" * 2001)] == [2000, 1]


def test_a_blank_text_has_no_part() -> None:
    assert split(" \n ") == []


def test_a_paragraph_is_the_nicest_place_to_cut() -> None:
    text = "first. " * 20 + "\n\n" + "second " * 60
    assert split(text, 200)[0] == ("first. " * 20).strip()


def test_the_language_of_the_code_is_kept() -> None:
    text = "```python\n" + "x = 1\n" * 100 + "```"
    parts = split(text, 300)
    assert all(part.startswith("```python\n") and part.endswith("\n```") for part in parts)


def test_a_list_item_is_not_torn_apart() -> None:
    text = "\n".join(f"- item number {number}" for number in range(40))
    assert all(line.startswith("- item number ") for part in split(text, 200) for line in part.split("\n"))


def test_indentation_survives_a_cut_in_a_nested_list() -> None:
    text = "\n".join(f"  - nested {number}" for number in range(40))
    assert all(line.startswith("  - ") for part in split(text, 200)[1:] for line in part.split("\n"))


def test_emoji_sequences_are_never_cut() -> None:
    family = "👩‍👩‍👧‍👦"
    assert all(set(part) == set(family) and part.startswith("👩") for part in split(family * 100, 100))


def test_what_is_left_behind_a_cut_says_where_it_begins() -> None:
    cut = take("a " * 80, Cursor(), 100)
    assert cut is not None
    assert rest("a " * 80, cut.then).count("a") + cut.shown.count("a") == 80
