"""The record of wordings: a changed tool or policy says what is known about it, or `make check` fails."""

from __future__ import annotations

import sys
import tomllib
from datetime import date
from importlib.resources import files
from typing import Any

from bot.policy import policy_hash

WHERE = "bot/policy/record.toml"


def problem(record: str, hash: str, today: date) -> str:
    """What the record lacks for the wording with this hash, for whoever changed it; "" for nothing."""
    try:
        wordings = tomllib.loads(record).get("wording", [])
    except tomllib.TOMLDecodeError as error:
        return f"{WHERE} cannot be read: {error}."
    newest: dict[str, Any] = wordings[0] if wordings else {}
    if newest.get("hash") != hash:
        return (
            f"The tools or the policy have changed, and {WHERE} does not say so yet.\n"
            "Put this first in it, with the results of an evaluation or the reason why there are none:\n\n"
            f'[[wording]]\nhash = "{hash}"\ndate = {today}\nevaluation = ""\nreason = ""\n'
        )
    if type(newest.get("date")) is not date:
        return f"{WHERE}: the newest wording needs a date, for instance date = {today}."
    if not any(str(newest.get(key, "")).strip() for key in ("evaluation", "reason")):
        return (
            f"{WHERE}: the newest wording names neither an evaluation nor the reason why there is none yet.\n"
            "Fill in evaluation (where its results are) or reason."
        )
    return ""


if __name__ == "__main__":
    kept = files("bot.policy").joinpath("record.toml").read_text(encoding="utf-8")
    if found := problem(kept, policy_hash(), date.today()):  # noqa: DTZ011 - a day to be written by hand
        sys.stderr.write(f"{found}\n")
        sys.exit(1)
    sys.stdout.write(f"policy {policy_hash()}\n")
