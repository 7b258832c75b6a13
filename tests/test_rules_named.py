"""Every rule of ENDING.md is named by at least one test: E-numbers in docstrings, ranges included."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent
RULES = {f"E{number}" for number in range(1, 40)}
NOT_BUILT: frozenset[str] = frozenset()
"""Rules whose features are not there yet. It must shrink: a rule in here that a test names fails too."""

_NAMED = re.compile(r"\bE(\d{1,2})(?:\s*[-–]\s*E?(\d{1,2}))?\b")


def named(text: str) -> set[str]:
    """The rules that a docstring names: "E3", "E15-E17", "E15-17"."""
    found: set[str] = set()
    for first, last in _NAMED.findall(text):
        found |= {f"E{number}" for number in range(int(first), int(last or first) + 1)}
    return found


def docstrings() -> Iterator[tuple[str, str]]:
    """Where each test stands, and its docstring."""
    for file in sorted(TESTS.rglob("test_*.py")):
        if file.parent.name == "proof":
            continue  # the game plays with all rules at once: a rule deserves a test of its own
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                yield f"{file.relative_to(TESTS)}::{node.name}", ast.get_docstring(node) or ""


def test_every_rule_is_named_by_a_test() -> None:
    tests = {where: named(text) for where, text in docstrings()}
    told = set().union(*tests.values())
    assert sorted(RULES - told - NOT_BUILT, key=lambda rule: int(rule[1:])) == []
    assert sorted(told & NOT_BUILT) == [], "built by now: take it out of NOT_BUILT"
    assert sorted(told - RULES) == [], "there is no such rule"


def test_ranges_name_every_rule_between() -> None:
    assert named("E3, E15-E17 and E20–22; not Ex or SE5.") == {"E3", "E15", "E16", "E17", "E20", "E21", "E22"}
