"""What the second opinion may cite, at the edges, and what exactly it is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from bot.claude import detect
from bot.claude.review import MAX_TOKENS, Record, ask, read
from tests.test_claude_review import GOOD, LINES, QUESTION, UPHELD, verdict_of

FIRST = replace(QUESTION, lines=LINES[1:], warned_after=13)
"""A record that begins with a line of the assistant."""


def test_what_it_sees_is_read_to_the_last_word() -> None:
    """E16, E20, E21: a crisis that it sees is never lost."""
    assert verdict_of(GOOD) == UPHELD
    assert verdict_of(GOOD | {"crisis": True}) == replace(UPHELD, crisis=True)
    assert verdict_of(GOOD | {"verdict": "deny"}) == replace(UPHELD, uphold=False)
    assert verdict_of(GOOD | {"category": "none"}) == replace(UPHELD, category=None)


@pytest.mark.parametrize("line", [0, -1, -2, 7, 900])
@pytest.mark.parametrize("key", ["redirections", "persisting"])
def test_a_line_that_is_not_there_is_no_line(key: str, line: int) -> None:
    """E21: also where counting from the end would find one."""
    assert verdict_of(GOOD | {key: [*GOOD[key], line]}) is None
    assert verdict_of(GOOD | {key: [line]}) is None


def test_the_first_line_counts_like_any_other() -> None:
    """E21."""
    record = Record.of(FIRST)
    answer = GOOD | {"participant": "P2", "redirections": [1, 3], "warning": 4, "persisting": [5]}
    assert read(orjson.dumps(answer).decode(), record) == UPHELD


@pytest.mark.parametrize("participant", ["P3", "ann", "", 1, None, ["P1"], {"P1": 1}])
def test_it_speaks_of_somebody_in_the_record_or_of_nobody(participant: object) -> None:
    """E21, E38."""
    assert verdict_of(GOOD | {"participant": participant}) is None


@pytest.mark.parametrize("said", ["", "uphold", "[1]", '"uphold"', "{", "}{", "null", "{} {}"])
def test_what_is_no_object_is_no_verdict(said: str) -> None:
    """E8, E21."""
    assert read(said, Record.of(QUESTION)) is None


def test_words_around_the_object_are_left_alone() -> None:
    """E21."""
    assert read(f"Here it is:\n{orjson.dumps(GOOD).decode()}\nDone.", Record.of(QUESTION)) == UPHELD


def test_for_a_warning_there_is_no_line_of_a_warning() -> None:
    """E3, E21: its line is 0, whatever an earlier warning was; redirections and persisting lines may mix."""
    asked = replace(QUESTION, ending=False)
    record = Record.of(asked)
    answer: dict[str, Any] = GOOD | {"warning": 0}
    assert read(orjson.dumps(answer).decode(), record) == UPHELD
    assert read(orjson.dumps(GOOD).decode(), record) is None
    assert read(orjson.dumps(answer | {"persisting": [0, 6]}).decode(), record) is None


def test_without_a_line_before_it_the_warning_has_none() -> None:
    """E21: and then nothing can be upheld."""
    early = replace(QUESTION, warned_after=1)
    assert Record.of(early).warned_line() == 0
    assert read(orjson.dumps(GOOD | {"warning": 0}).decode(), Record.of(early)) is None


def test_it_is_asked_about_an_ending_after_a_warning() -> None:
    """E21."""
    body = ask(Record.of(QUESTION), "small")
    assert "end the conversation" in body["system"]
    assert "after line 5, where a warning was delivered" in body["system"]
    assert "it is marked `warned`" in body["system"]
    assert body["messages"][0]["content"][0]["text"].startswith(
        "The person is P1; the assistant names abuse."
    )
    assert body["max_tokens"] == MAX_TOKENS
    assert body["model"] == "small"


def test_it_is_asked_about_a_warning_before_any() -> None:
    """E3, E21."""
    body = ask(Record.of(replace(QUESTION, ending=False, warned_after=0)), "small")
    assert "post a warning card" in body["system"]
    assert "end the conversation" not in body["system"]
    assert "in which they continue after the redirections" in body["system"]
    assert "0, for no warning was shown yet." in body["system"]


def test_where_the_api_takes_no_schema_the_prompt_says_it() -> None:
    """E21: behind everything else that the prompt says."""
    plain = ask(Record.of(QUESTION), "small")
    told = ask(Record.of(QUESTION), "small", frozenset({"format"}))
    assert "output_config" not in told
    assert told["system"].startswith(plain["system"])
    assert '"additionalProperties":false' in told["system"]


def test_what_follows_the_object_at_once_is_left_alone_too() -> None:
    """E21."""
    assert read(f"{orjson.dumps(GOOD).decode()}.", Record.of(QUESTION)) == UPHELD


def test_the_detector_is_asked_with_every_field_that_the_server_takes() -> None:
    """E14: and what it does not take is left out alone."""
    whole = detect.ask("a record", "small")
    assert whole["output_config"] == {
        "effort": "low",
        "format": {"type": "json_schema", "schema": detect.SCHEMA},
    }
    (block,) = whole["system"]
    assert set(block) == {"type", "text", "cache_control"}
    without_effort = detect.ask("a record", "small", frozenset({"effort"}))
    assert set(without_effort["output_config"]) == {"format"}
    without_cache = detect.ask("a record", "small", frozenset({"cache_control"}))
    assert set(without_cache["system"][0]) == {"type", "text"}
    assert "output_config" not in detect.ask("a record", "small", frozenset({"effort", "format"}))


def test_where_the_api_takes_no_schema_the_detectors_prompt_says_it() -> None:
    """E14: behind everything else that the prompt says."""
    (plain,) = detect.ask("a record", "small")["system"]
    (told,) = detect.ask("a record", "small", frozenset({"format"}))["system"]
    assert told["text"].startswith(plain["text"])
    assert '"additionalProperties":false' in told["text"]


def test_of_a_long_text_its_beginning_and_its_end_are_read() -> None:
    """E14: half of the room for each."""
    assert detect._shorter("a" * 4 + "b" * 90 + "c" * 4, 8) == "aaaa [...] cccc"
    assert detect._shorter("a" * 8, 8) == "a" * 8
