"""Statements of the hot path: compiled once a database, then handed to the driver as text with its values.

They are written in SQLAlchemy Core, once for both databases. What is saved is what Core does at every execution:
finding the compiled form again, spelling out an `IN`, looking at every value of every row; for a batch of messages that
costs more than the database does. Values are converted as their types say (`Instant`); rows that come back are not, so
only columns that are what they hold (text, bytes, integers) are read by a prepared statement.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Delete,
    Insert,
    Select,
    Table,
    Text,
    TypeDecorator,
    Update,
    bindparam,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

Statement = Select[Any] | Insert | Update | Delete
Values = Mapping[str, Any]
_Bind = Callable[[Values], Any]


class _Texts(TypeDecorator[Sequence[str]]):
    """A list of texts as one value: an array, or JSON where the database has no arrays."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        return dialect.type_descriptor(ARRAY(Text()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return list(value) if dialect.name == "postgresql" else json.dumps(list(value), ensure_ascii=False)


class _Among(FunctionElement[Any]):
    # Not Boolean: where a database has none, that would be written `... = 1`, and no index would be used.
    type = NullType()
    inherit_cache = True


@compiles(_Among, "postgresql")
def _among_array(element: _Among, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} = ANY ({values})"


@compiles(_Among, "sqlite")
def _among_json(element: _Among, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - of the compiler's own parts


def among(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Whether a text is one of those given under this name: an `IN` of one value, however many they are."""
    return _Among(column, bindparam(name, type_=_Texts()))


def unless_there(dialect: str, table: Table) -> Insert:
    """An insert that leaves a row with the same key as it is."""
    of_dialect = postgresql if dialect == "postgresql" else sqlite
    inserting: Insert = of_dialect.insert(table).on_conflict_do_nothing()
    return inserting


@dataclass(frozen=True, slots=True)
class _Compiled:
    text: str
    bind: _Bind


class Prepared:
    """One statement, or one a database (made of its name). Kept where it is defined, and shared by all connections."""

    def __init__(self, statement: Statement | Callable[[str], Statement]) -> None:
        self._statement = statement
        self._compiled: dict[tuple[str, ...], _Compiled] = {}

    def rows(self, connection: Connection, **values: Any) -> Sequence[Any]:
        """What it finds, as the driver gives it."""
        compiled = self._for(connection, ())
        return connection.exec_driver_sql(compiled.text, compiled.bind(values)).all()

    def write(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Carry it out for each of these rows, which have the same members; none, and nothing is done."""
        if rows:
            compiled = self._for(connection, tuple(rows[0]))
            connection.exec_driver_sql(compiled.text, [compiled.bind(row) for row in rows])

    def _for(self, connection: Connection, members: tuple[str, ...]) -> _Compiled:
        key = (connection.dialect.name, *members)
        compiled = self._compiled.get(key)
        if compiled is None:
            statement = self._statement(key[0]) if callable(self._statement) else self._statement
            compiled = self._compiled[key] = _compile(statement, connection.dialect, members)
        return compiled


def _compile(statement: Statement, dialect: Any, members: tuple[str, ...]) -> _Compiled:
    options: dict[str, Any] = {}
    if isinstance(statement, Insert):
        # Nothing comes back: keys are ours, or the database's own business.
        statement, options = statement.inline(), {"column_keys": list(members), "for_executemany": True}
    compiled: Any = statement.compile(dialect=dialect, **options)
    converters = {
        name: convert
        for name, bound in compiled.binds.items()
        if (convert := bound.type.dialect_impl(dialect).bind_processor(dialect)) is not None
    }
    fixed = {name: bound.value for name, bound in compiled.binds.items() if not bound.required and name not in members}
    return _Compiled(str(compiled), _binder(compiled, converters, fixed))


def _binder(compiled: Any, converters: Mapping[str, Callable[[Any], Any]], fixed: Values) -> _Bind:
    """From the members of a row to what the driver takes: a tuple in order, or a mapping."""
    names = tuple(compiled.positiontup) if compiled.positional else tuple(compiled.binds)
    plan = tuple((name, converters.get(name)) for name in names)

    def bound(values: Values) -> dict[str, Any]:
        given = {**fixed, **values} if fixed else values
        return {name: given[name] if convert is None else convert(given[name]) for name, convert in plan}

    def in_order(values: Values) -> tuple[Any, ...]:
        given = {**fixed, **values} if fixed else values
        return tuple([given[name] if convert is None else convert(given[name]) for name, convert in plan])

    return in_order if compiled.positional else bound
