"""Rows apart from one another: what fails of one is undone and set aside, and the others go on.

A set is run whole first. Only where that fails every row is run alone, in a savepoint of its own. What the database
itself fails of (it is full, locked, gone; a race was lost) is no row's fault, and rises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from icjs_gateway.stores.locking import LostRace

Row = TypeVar("Row")
Result = TypeVar("Result")


def may_be_of_a_row(fault: BaseException | None) -> bool:
    """Whether one row may be the cause, so that others do not fail of it."""
    if fault is None or isinstance(fault, LostRace | OperationalError | InterfaceError):
        return False
    return not (isinstance(fault, DBAPIError) and fault.connection_invalidated)


def alone(connection: Connection, run: Callable[[], Result]) -> tuple[Result | None, Exception | None]:
    """Run in a savepoint: the result, or what it failed of, and then nothing of it is written. Raises what is no row's
    fault."""
    try:
        with connection.begin_nested():
            return run(), None
    except Exception as fault:
        if not may_be_of_a_row(fault):
            raise
        return None, fault


def each_alone(
    connection: Connection, rows: Iterable[Row], run: Callable[[Row], Result]
) -> Iterator[tuple[Row, Result | None, Exception | None]]:
    """Run every row alone: with each its result, or what it failed of."""
    for row in rows:
        result, fault = alone(connection, lambda row=row: run(row))  # type: ignore[misc]
        yield row, result, fault


def set_or_alone(
    connection: Connection, rows: Sequence[Row], run: Callable[[Sequence[Row]], object]
) -> list[tuple[Row, Exception]]:
    """Run the rows as a set, in a savepoint; where that fails, one by one. Answers those that failed."""
    if not rows:
        return []
    _, fault = alone(connection, lambda: run(rows))
    if fault is None:
        return []
    return [(row, fault) for row, _, fault in each_alone(connection, rows, lambda row: run([row])) if fault is not None]
