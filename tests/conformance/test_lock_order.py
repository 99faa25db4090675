"""Locks on PostgreSQL are taken in one order: every statement that takes several says which."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from icjs_gateway.routing.lanes import Delivered, Settlement
from icjs_gateway.stores.engine import open_engine
from icjs_gateway.stores.locking import lock_names
from tests.conformance.conftest import START, Store, running
from tests.support.messages import fir, outcome


@pytest.fixture
def heard(postgres_url: str, tmp_path: Path) -> Iterator[tuple[Store, list[tuple[str, Any]]]]:
    """A store, and every statement with its parameters that reaches the database."""
    engine = open_engine(postgres_url)
    said: list[tuple[str, Any]] = []

    def listen(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        said.append((" ".join(statement.split()), parameters))

    event.listen(engine, "before_cursor_execute", listen)
    with running(engine, tmp_path) as store:
        yield store, said
    engine.dispose()


def test_names_are_locked_in_sorted_order(heard: tuple[Store, list[tuple[str, Any]]]) -> None:
    store, said = heard
    with store.engine.begin() as connection:
        lock_names(connection, {f"fir:HP/2011007/{number}/2026" for number in range(50)})
    [keys] = [parameters["keys"] for statement, parameters in said if "pg_advisory_xact_lock" in statement]
    assert len(keys) == 50
    assert keys == sorted(keys)


async def test_rows_are_locked_in_a_stated_order(heard: tuple[Store, list[tuple[str, Any]]]) -> None:
    store, said = heard
    await store.take(outcome("H-0"))
    await store.take(fir())
    await store.take(outcome("H-1", bail_for="A1"))
    leased = [*await store.lease(), *await store.lease(liberty=True)]
    await store.lanes.settle(
        [
            Settlement(leased=each, verdict=Delivered(), attempted_at=START, took_ms=1, outcome="acknowledged")
            for each in leased
        ]
    )
    locking = {statement for statement, _ in said if "FOR UPDATE" in statement}
    assert {table for table in ("cases", "lanes") if any(f"FROM {table}" in each for each in locking)} == {
        "cases",
        "lanes",
    }
    assert [each for each in locking if "ORDER BY" not in each] == []
