"""Every rule (E1-E39) and every invariant (I1-I9) is named by the docstring of at least one test."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent
RULES = {f"E{number}" for number in range(1, 40)}
INVARIANTS = {f"I{number}" for number in range(1, 10)}
_NAMED = re.compile(r"\b([EI])(\d{1,2})(?:\s*[-–]\s*\1?(\d{1,2}))?\b")


def named(text: str) -> set[str]:
    """The rules that a docstring names: "E3", "E15-E17", "I4-6"."""
    found: set[str] = set()
    for letter, first, last in _NAMED.findall(text):
        found |= {f"{letter}{number}" for number in range(int(first), int(last or first) + 1)}
    return found


def docstrings() -> Iterator[tuple[str, str]]:
    """Where each test stands, and its docstring."""
    for file in sorted(TESTS.rglob("test_*.py")):
        if file.parent.name == "proof":
            continue  # the game plays with all rules at once: a rule deserves a test of its own
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                yield f"{file.relative_to(TESTS)}::{node.name}", ast.get_docstring(node) or ""


def told() -> set[str]:
    return set().union(*(named(text) for _, text in docstrings()))


def test_every_rule_is_named_by_a_test() -> None:
    assert sorted(RULES - told(), key=lambda rule: int(rule[1:])) == []


def test_every_invariant_is_named_by_a_test() -> None:
    assert sorted(INVARIANTS - told()) == []


def test_no_test_names_a_rule_that_is_not_there() -> None:
    assert sorted(told() - RULES - INVARIANTS) == []


def test_ranges_name_every_rule_between() -> None:
    """The same for both letters."""
    assert named("E3, E15-E17 and E20–22; not Ex or SE5.") == {"E3", "E15", "E16", "E17", "E20", "E21", "E22"}
    assert named("I1, I4-I6; not in I/O.") == {"I1", "I4", "I5", "I6"}
