"""Hold the changes that no test noticed (`make mutants`) against the list of those that are accepted."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

LIST = Path(__file__).with_name("survivors.toml")
NOTICED = frozenset({"killed", "timeout", "caught by type check", "skipped"})
"""What is no survivor: a test failed, or never came to its end."""
_RESULT = re.compile(r"^\s*(\S+)__mutmut_(\d+): (.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Survivor:
    """One change that no test noticed: where, and the changed lines before and after."""

    where: str
    was: str
    becomes: str
    status: str = "survived"


@dataclass(frozen=True, slots=True)
class Accepted:
    """Changes that may survive, and why; `*` stands for anything in each of the three."""

    where: str
    reason: str
    was: str = "*"
    becomes: str = "*"

    def covers(self, found: Survivor) -> bool:
        """Whether this is about that change."""
        pairs = ((found.where, self.where), (found.was, self.was), (found.becomes, self.becomes))
        return all(_like(text, pattern) for text, pattern in pairs)


def _like(text: str, pattern: str) -> bool:
    """Only `*` is special: the lines are code, full of brackets."""
    return fnmatchcase(text, pattern.replace("[", "[[]").replace("?", "[?]"))


def where(name: str) -> str:
    """`bot.care.xǁCareǁ_card` and `bot.guard.x_may_end` as people write them: `bot.care.Care._card`."""
    module, _, function = name.rpartition(".")
    return f"{module}.{function.removeprefix('x').removeprefix('ǁ').replace('ǁ', '.').removeprefix('_')}"


def changed(diff: str) -> tuple[str, str]:
    """The lines of a diff that are gone, and those that are new."""
    lines = [line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in {"+++", "---"}]
    return (
        " ".join(line[1:].strip() for line in lines if line[0] == "-"),
        " ".join(line[1:].strip() for line in lines if line[0] == "+"),
    )


def load(text: str) -> tuple[Accepted, ...]:
    """The list; each entry says its reason."""
    return tuple(Accepted(**entry) for entry in tomllib.loads(text).get("accepted", ()))


def unknown(found: Iterable[Survivor], accepted: tuple[Accepted, ...]) -> Iterator[Survivor]:
    """Survivors that nobody has accepted."""
    return (each for each in found if not any(entry.covers(each) for entry in accepted))


def results(said: str) -> Iterator[tuple[str, str]]:
    """Every change by its name, and what became of it, out of what mutmut says."""
    return ((f"{name}__mutmut_{number}", status) for name, number, status in _RESULT.findall(said))


def _mutmut(*arguments: str) -> str:
    command = [sys.executable, "-m", "mutmut", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _look(result: tuple[str, str]) -> Survivor:
    name, status = result
    return Survivor(where(name.rpartition("__mutmut_")[0]), *changed(_mutmut("show", name)), status)


def main() -> int:
    """0 where every survivor is accepted."""
    all_ = list(results(_mutmut("results", "--all", "true")))
    with ThreadPoolExecutor() as pool:
        found = list(pool.map(_look, (each for each in all_ if each[1] not in NOTICED)))
    new = list(unknown(found, load(LIST.read_text(encoding="utf-8"))))
    for each in new:
        sys.stdout.write(f"\n{each.status}: {each.where}\n  was     {each.was}\n  becomes {each.becomes}\n")
    counts = ", ".join(
        f"{count} {status}" for status, count in Counter(status for _, status in all_).most_common()
    )
    sys.stdout.write(
        f"\n{len(all_)} changes: {counts}; {len(found) - len(new)} accepted, {len(new)} unknown\n"
    )
    if new:
        sys.stdout.write(f"Write a test that notices each, or accept it with its reason in {LIST.name}.\n")
    return int(bool(new) or not all_)


if __name__ == "__main__":
    sys.exit(main())
