"""Play the game for a night's worth of moves, on every processor, and say how many it were."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

MOVES = int(os.environ.get("MOVES", "200000"))
PLAYED = re.compile(r"^proof: (\d+) moves in (\d+) games$", re.MULTILINE)
ADVICE = "Keep the printed moves as a case in tests/proof/test_cases.py: all runs then play them."


def play(moves: int) -> subprocess.Popen[str]:
    """One process that makes so many moves, at least."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--show-capture=no",
        "--timeout=0",
        "tests/proof/test_machine.py",
    ]
    return subprocess.Popen(
        command,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"ADIEU_PROOF_MOVES": str(moves)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def main() -> int:
    """0 where all moves were made and no law was broken."""
    processes = os.cpu_count() or 1
    running = [play(-(-MOVES // processes)) for _ in range(processes)]
    moves = games = failed = 0
    for each in running:
        said, _ = each.communicate()
        failed += each.returncode != 0
        if each.returncode != 0:
            sys.stdout.write(said)
        for played in PLAYED.finditer(said):
            moves, games = moves + int(played[1]), games + int(played[2])
    sys.stdout.write(f"{moves} moves in {games} games, by {processes} processes; {failed} saw a law broken\n")
    if failed:
        sys.stdout.write(f"{ADVICE}\n")
    return int(failed > 0 or moves < MOVES)


if __name__ == "__main__":
    sys.exit(main())
