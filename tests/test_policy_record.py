"""The record beside the policy: no wording changes unnoticed."""

from __future__ import annotations

import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from bot.policy import policy_hash
from bot.policy.record import problem

TODAY = date(2026, 11, 21)
KEPT = files("bot.policy").joinpath("record.toml").read_text(encoding="utf-8")


def entry(**changed: str) -> str:
    """A record with one complete wording, but for what is changed."""
    lines = {"hash": '"abc"', "date": "2026-11-21", "evaluation": '""', "reason": '"nobody has used it"'}
    return "[[wording]]\n" + "\n".join(f"{key} = {value}" for key, value in (lines | changed).items())


def test_the_record_names_the_wording_in_use() -> None:
    assert problem(KEPT, policy_hash(), TODAY) == ""


def test_a_changed_wording_is_told_what_to_write_and_where() -> None:
    said = problem(KEPT, "0" * 64, TODAY)
    assert "bot/policy/record.toml" in said
    assert f'[[wording]]\nhash = "{"0" * 64}"\ndate = 2026-11-21\n' in said


def test_what_it_tells_to_write_is_refused_until_it_is_filled_in() -> None:
    told = problem("", "abc", TODAY)
    written = told[told.index("[[wording]]") :]
    assert "evaluation" in problem(written, "abc", TODAY)
    assert problem(written.replace('reason = ""', 'reason = "new"'), "abc", TODAY) == ""
    assert problem(written.replace('evaluation = ""', 'evaluation = "here"'), "abc", TODAY) == ""


@pytest.mark.parametrize(
    ("record", "named"),
    [
        ("", "does not say so yet"),
        ("wording = ", "cannot be read"),
        (entry(hash='"older"') + "\n" + entry(), "does not say so yet"),
        (entry(reason='" "'), "neither an evaluation nor the reason"),
        (entry(date='"some day"'), "needs a date"),
    ],
)
def test_an_incomplete_record_is_named(record: str, named: str) -> None:
    assert named in problem(record, "abc", TODAY)


async def test_the_check_passes_here_and_fails_for_a_tree_with_another_policy(tmp_path: Path) -> None:
    async def run(folder: Path) -> tuple[int | None, str]:
        ran = await create_subprocess_exec(
            sys.executable, "-m", "bot.policy.record", cwd=folder, stdout=PIPE, stderr=PIPE
        )
        _, err = await ran.communicate()
        return ran.returncode, err.decode()

    tree = Path(str(files("bot"))).parent
    assert await run(tree) == (0, "")
    for part in ("__init__.py", "tools.py", "types.py", "policy/__init__.py", "policy/record.py"):
        (tmp_path / "bot" / part).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "bot" / part).write_bytes((tree / "bot" / part).read_bytes())
    (tmp_path / "bot/policy/record.toml").write_text(KEPT, encoding="utf-8")
    (tmp_path / "bot/policy/policy.md").write_text("Be helpful.", encoding="utf-8")
    code, said = await run(tmp_path)
    assert code == 1
    assert "bot/policy/record.toml" in said
