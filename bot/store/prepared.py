"""Statements that every message needs, prepared once: on SQLite they go straight to its driver.

SQLAlchemy writes them, and says how each value goes in and comes out. What it does besides for each execution
takes ten times as long as SQLite itself, and a reply waits for it.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Select, Update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.types import TypeEngine

Convert = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class _Plan:
    """The SQL, the values in its order (`fixed`: those that never change), and the rows that come back."""

    sql: str
    names: tuple[tuple[str, Convert], ...]
    fixed: dict[str, Any]
    row: type[tuple[Any, ...]]
    columns: tuple[Convert, ...]


class Prepared:
    """A statement that is called with a connection and the values of its parameters, and gives its rows.

    `given` names the columns of an insert that are set by the call. Errors are SQLAlchemy's, as always.
    """

    def __init__(
        self, statement: Select[Any] | ReturningInsert[Any] | Update, given: tuple[str, ...] = ()
    ) -> None:
        self._statement = statement
        self._given = given
        self._plan: _Plan | None = None

    def __call__(self, c: Connection, values: dict[str, Any]) -> list[Any]:
        if c.dialect.name != "sqlite":
            result = c.execute(self._statement, values)
            return list(result) if result.returns_rows else []
        plan = self._plan = self._plan or self._planned(c.dialect)
        given = plan.fixed | values
        bound = [convert(given[name]) if convert else given[name] for name, convert in plan.names]
        driver: Any = c.connection.driver_connection
        try:
            found = driver.execute(plan.sql, bound).fetchall()
        except sqlite3.Error as error:
            raise DBAPIError.instance(plan.sql, None, error, sqlite3.Error, hide_parameters=True) from error
        return [
            plan.row(*(to(value) if to else value for to, value in zip(plan.columns, each, strict=True)))
            for each in found
        ]

    def _planned(self, dialect: Dialect) -> _Plan:
        compiled: Any = self._statement.compile(dialect=dialect, column_keys=list(self._given) or None)
        binds, order = compiled.binds, compiled.positiontup
        said = self._statement
        columns = said.column_descriptions if isinstance(said, Select) else said.returning_column_descriptions
        return _Plan(
            sql=compiled.string,
            names=tuple((name, _own(binds[name].type, dialect).bind_processor(dialect)) for name in order),
            fixed={name: bind.value for name, bind in binds.items() if not bind.required},
            row=namedtuple("Row", [each["name"] for each in columns]),  # noqa: PYI024 - the names are the statement's
            columns=tuple(_own(each["type"], dialect).result_processor(dialect, None) for each in columns),
        )


def _own(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    """The type as this database has it."""
    return kind.dialect_impl(dialect)
