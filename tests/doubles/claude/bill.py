"""What requests cost by kind of token, and the least that a conversation could have cost."""

from collections.abc import Sequence
from dataclasses import dataclass

from .catalogue import Price
from .prompt import Body, Unit, units_of


@dataclass(frozen=True, slots=True)
class Billed:
    """Totals by kind; two of them add."""

    requests: int = 0
    input: int = 0
    written_5m: int = 0
    written_1h: int = 0
    read: int = 0
    output: int = 0

    def __add__(self, other: "Billed") -> "Billed":
        return Billed(
            requests=self.requests + other.requests,
            input=self.input + other.input,
            written_5m=self.written_5m + other.written_5m,
            written_1h=self.written_1h + other.written_1h,
            read=self.read + other.read,
            output=self.output + other.output,
        )

    @property
    def all_input(self) -> int:
        """Every input token, however paid."""
        return self.input + self.written_5m + self.written_1h + self.read

    def input_units(self, price: Price) -> float:
        """Weigh all input by its price: one unit is one plain input token."""
        writes = self.written_5m * price.write_5m + self.written_1h * price.write_1h
        return (self.input * price.input + writes + self.read * price.read) / price.input

    def dollars(self, price: Price) -> float:
        """Price everything."""
        return (self.input_units(price) * price.input + self.output * price.output) / 1_000_000


def least_possible(
    bodies: Sequence[Body], price: Price, *, minimum: int = 0, foresight: bool = False
) -> float:
    """Weigh the least input that these requests of one conversation can be billed.

    Every token is written once and read from then on, where the prefix is long enough to be cached at all.
    With `foresight`, tokens that no later request reads are not written but paid plainly: the floor that
    only somebody who knows the future reaches.
    """
    rows = [units_of(body) for body in bodies]
    total = 0.0
    for at, row in enumerate(rows):
        known = max((_shared(row, earlier, minimum) for earlier in rows[:at]), default=0)
        kept = len(row) if sum(unit.tokens for unit in row) >= minimum else 0
        if foresight:
            kept = max((_shared(row, later, minimum) for later in rows[at + 1 :]), default=0)
        kept = max(kept, known)
        total += price.read_weight * _tokens(row[:known])
        total += price.write_weight * _tokens(row[known:kept])
        total += _tokens(row[kept:])
    return total


def _shared(row: Sequence[Unit], other: Sequence[Unit], minimum: int) -> int:
    """Count the leading units that both have, if they are long enough to be cached."""
    same = 0
    for mine, theirs in zip(row, other, strict=False):
        if mine.digest != theirs.digest:
            break
        same += 1
    return same if _tokens(row[:same]) >= minimum else 0


def _tokens(units: Sequence[Unit]) -> int:
    return sum(unit.tokens for unit in units)
