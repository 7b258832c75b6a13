"""The audit log alone, read from its beginning, gives every state and standing (I9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.store.schema import audit, conversation, participant
from bot.types import Standing, State

CLEAR = Standing.CLEAR.value


@dataclass
class Replay:
    """What the log says of each conversation, and where its lines contradict each other."""

    states: dict[int, str] = field(default_factory=dict)
    standings: dict[int, dict[str, str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def read(self, row: Row[Any]) -> None:
        """One more line."""
        here, standing = row.conversation_id, self.standings.setdefault(row.conversation_id, {})
        if row.before in {"hold", "no hold"}:
            return
        subject, _, was = row.before.rpartition(" ")
        if row.after in set(State):
            if row.before and self.states[here] != row.before:
                self.wrong.append(f"{row.cause} from {row.before}, but it was {self.states[here]}")
            self.states[here] = row.after
            if row.cause != "finished":
                standing.clear()
        elif row.after.endswith(f" {Standing.OUT}"):
            standing[row.after.removesuffix(f" {Standing.OUT}")] = Standing.OUT.value
        else:
            if standing.get(subject, CLEAR) != was:
                self.wrong.append(f"{row.cause}: {subject} was {standing.get(subject, CLEAR)}, not {was}")
            standing[subject] = row.after


def replay(c: Connection) -> Replay:
    """Read the whole log."""
    log = Replay()
    for row in c.execute(select(audit).where(audit.c.conversation_id.is_not(None)).order_by(audit.c.id)):
        log.read(row)
    return log


def differences(c: Connection) -> Iterator[str]:
    """Where the log and the rows do not say the same."""
    log = replay(c)
    yield from log.wrong
    for row in c.execute(select(conversation.c.id, conversation.c.state)):
        if log.states.get(row.id) != row.state:
            yield f"conversation {row.id} is {row.state}, the log says {log.states.get(row.id)}"
    for row in c.execute(select(participant)):
        told = log.standings.get(row.conversation_id, {}).get(row.person_id, CLEAR)
        if told != row.standing:
            yield f"{row.person_id} is {row.standing}, the log says {told}"
